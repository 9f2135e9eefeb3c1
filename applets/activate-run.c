/*
 * activate-run: become a command inside an environment, without a shell.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <string.h>

#include "applets/applet.h"
#include "applets/cli.h"
#include "os/ctx.h"
#include "os/process.h"
#include "shell/activation.h"
#include "shell/enter.h"
#include "shell/environ.h"
#include "shell/runnable.h"

static const char prog[] = "activate-run";

static const char usage[] =
	"usage: activate-run [-h] [-V] ENV_DIR COMMAND [ARG ...]\n"
	"\n"
	"Become COMMAND inside the Python environment ENV_DIR. What ENV_DIR/bin has\n"
	"under that name is the command; other names are looked up in PATH. No shell\n"
	"is needed: ENTRYPOINT, ExecStart, cron. In a Windows environment it is what\n"
	"ENV_DIR/Scripts has as COMMAND or COMMAND.exe; this needs WSL or wine.\n"
	"\n"
	"  -V, --version  print the version and exit\n"
	"  -h, --help     print a summary of the options and exit\n";

/* '+': what follows ENV_DIR is the command's */
static const char shorts[] = "+:hV";
static const struct option longs[] = {
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static int
parse(bool *help, bool *version, int argc, char **argv)
{
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (c == 'h')
			*help = true;
		else if (c == 'V')
			*version = true;
		else
			return cli_bad_option(prog, argv, c, shorts, longs);
	}
	if (*help || *version)
		return EXIT_OK;
	if (argc - optind < 1)
		return cli_usage(prog, "ENV_DIR and COMMAND are missing");
	/* "ENV_DIR -- COMMAND", as people write for env(1) and sudo(8) */
	if (argc - optind > 1 && strcmp(argv[optind + 1], "--") == 0) {
		argv[optind + 1] = argv[optind];
		optind++;
	}
	if (argc - optind < 2)
		return cli_usage(prog, "COMMAND is missing");
	return EXIT_OK;
}

/* Say why the program PATH of the environment could not be run, with the error
 * ERR. */
static int
cannot_run(const char *path, int err, struct arena *a, struct diag *d)
{
	const char *why = runnable_fault(&(struct ctx){ .walk = &walk_host,
	                                            .arena = a }, path);
	const char *remedy = process_remedy(a, path, err);
	struct stat st;
	bool missing = walk_lstat(&walk_host, a, path, &st) == -ENOENT;

	if (why)
		diag_set(d, err, "cannot run '%s': it %s", path, why);
	else if (err == -ENOENT)
		diag_set(d, err, "cannot run '%s': what its first line or its "
		         "ELF header names to run it is missing", path);
	else
		diag_sys(d, err, "run", path);
	if (err == -ENOENT)
		diag_hint(d, "pyvenv --check says what is wrong, --upgrade or "
		          "--exist-ok mends it");
	else if (err == -EACCES)
		diag_hint(d, "%s%snothing of that name outside the environment "
		          "is run instead", remedy ? remedy : "",
		          remedy ? "; " : "");
	else if (remedy)
		diag_hint(d, "%s", remedy);
	cli_report(prog, d);
	return missing ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN;
}

/* Become COMMAND, which is that of the environment if there is one. */
static int
become(const struct activation *v, char **command, struct arena *a)
{
	const char *const *env =
		environ_interop(a, v, environ_enter(a, v, false));
	struct diag d;
	char *path;
	int err;

	diag_init(&d, a);
	if (enter_command(&(struct ctx){ &walk_host, a, &d }, &path, v,
	                  *command) < 0) {
		cli_report(prog, &d);
		return EXIT_CANNOT_START;
	}
	if (!path)
		return cli_exec(prog, command, env, a);
	err = process_become(path, command, env);
	return cannot_run(path, err, a, &d);
}

static int
run(int argc, char **argv, const char *const *env)
{
	static char memory[16 * 1024];
	struct activation v = { .env = env, .walk = &walk_host };
	bool help = false, version = false;
	struct arena a;
	struct diag d;
	int exit = parse(&help, &version, argc, argv);

	if (exit != EXIT_OK)
		return EXIT_CANNOT_START;
	if (help && cli_write(prog, usage, sizeof(usage) - 1) != EXIT_OK)
		return EXIT_CANNOT_START;
	if (help)
		return EXIT_OK;
	if (version)
		return cli_version(prog) == EXIT_OK ? EXIT_OK
		                                    : EXIT_CANNOT_START;
	arena_init(&a, memory, sizeof(memory));
	diag_init(&d, &a);
	if (enter_look(&(struct ctx){ &walk_host, &a, &d }, &v, argv[optind++],
	               NULL) < 0) {
		cli_report(prog, &d);
		return EXIT_CANNOT_START;
	}
	return become(&v, argv + optind, &a);
}

const struct applet activate_run_applet = {
	.name = prog,
	.summary = "run a command inside an environment",
	.main = run,
	.failed = EXIT_CANNOT_START,
};
