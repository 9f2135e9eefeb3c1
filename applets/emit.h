#pragma once
/*
 * emit: print code for a shell to evaluate, or settings for those who have no
 * shell. When something fails, the shell is given a statement that fails,
 * because the status of a command in eval "$(...)" is lost.
 */
#include <stdbool.h>

struct arena;
struct buf;
struct diag;
struct shell;

struct emit {
	const char *prog;
	const char *usage;   /* --help begins so; a table of shells follows */
	const char *operand; /* in that table, after the name: " ENV_DIR" */
	bool leaves;         /* it prints what leaves an environment */
	char **argv;
	const char *const *env;
	struct arena *arena;
	/* from the command line */
	const char *shell_name; /* NULL: the shell that calls */
	bool help, version;
	/* what is printed: append it to CODE; 0 or a negative errno */
	int (*make)(const struct emit *e, const void *request,
	            struct buf *code, struct diag *d);
	const void *request;
	const struct shell *shell; /* NULL until it is known */
};

/*
 * Print what E->make makes, or help: an exit code. PARSED is the exit code of
 * reading the command line, whose message is out if it is not EXIT_OK. If
 * standard output is a terminal, say on stderr what to type instead.
 */
int emit_run(struct emit *e, int parsed);
