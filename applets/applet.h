#pragma once
/*
 * applet: one command of the binary. Each applets/NAME.c ends with its row,
 * main.c owns the table of them.
 */

/* Exit codes: a contract, see EXIT STATUS of the man pages. */
enum applet_exit {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,         /* the command line was wrong */
	EXIT_CANNOT_START = 125, /* activate-run itself failed */
	EXIT_CANNOT_RUN = 126,  /* COMMAND is there, but cannot be run */
	EXIT_NOT_FOUND = 127,   /* no such COMMAND, no such applet */
};

/* How the process was called, where the applet's ARGV[0] may only be a word of
 * its command line ("/opt/bin/venvbox pyvenv"); "" if not known. */
extern const char *applet_called_as;

struct applet {
	const char *name;
	const char *summary; /* one line without a full stop, for --list */

	/* Run with the arguments ARGV (ARGV[0] is any name, NULL-ended) and the
	 * environment ENV: an exit code. */
	int (*main)(int argc, char **argv, const char *const *env);
	int failed; /* exit code when memory is out; 0: EXIT_FAILED */
};
