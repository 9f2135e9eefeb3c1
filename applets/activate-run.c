/*
 * activate-run: become a command inside of an environment, without a shell.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <string.h>

#include "applets/applet.h"
#include "applets/cli.h"
#include "base/arena.h"
#include "base/diag.h"
#include "os/walk.h"
#include "venv/activation.h"
#include "venv/enter.h"
#include "venv/environ.h"

static const char prog[] = "activate-run";

static const char usage[] =
	"usage: activate-run [-h] ENV_DIR COMMAND [ARG ...]\n"
	"\n"
	"Become COMMAND inside of the Python environment ENV_DIR. It is looked for\n"
	"in ENV_DIR/bin first. No shell is needed: ENTRYPOINT, ExecStart, cron.\n"
	"\n"
	"  -h, --help  print this text\n";

/* '+': what follows ENV_DIR is the command's */
static const char shorts[] = "+:h";
static const struct option longs[] = {
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int
parse(bool *help, int argc, char **argv)
{
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (c != 'h')
			return cli_bad_option(prog, argv, c, shorts, longs);
		*help = true;
	}
	if (*help)
		return EXIT_OK;
	if (argc - optind < 1)
		return cli_usage(prog, "ENV_DIR and COMMAND are missing");
	if (argc - optind < 2)
		return cli_usage(prog, "COMMAND is missing");
	return EXIT_OK;
}

/* A link in bin that leads nowhere hides what is behind it in PATH: a Python
 * there is not the environment's. */
static int
check_link(const char *env_dir, const char *command, struct arena *a,
           struct diag *d)
{
	char *path = arena_fmt(a, "%s/bin/%s", env_dir, command);
	struct stat st;

	if (!path)
		return diag_oom(d);
	if (!*command || strchr(command, '/') ||
	    walk_lstat(&walk_host, a, path, &st) < 0 ||
	    walk_stat(&walk_host, path, &st) != -ENOENT)
		return 0;
	diag_set(d, -ENOENT, "cannot run '%s': it is a link that leads nowhere",
	         path);
	diag_hint(d, "pyvenv --check says what is wrong, --upgrade or "
	          "--exist-ok mends it");
	return d->code;
}

static int
run(int argc, char **argv, const char *const *env)
{
	static char memory[16 * 1024];
	struct activation v = { .env = env };
	bool help = false;
	struct arena a;
	struct diag d;
	int exit = parse(&help, argc, argv);

	if (exit != EXIT_OK)
		return EXIT_CANNOT_START;
	if (help && cli_write(prog, usage, sizeof(usage) - 1) != EXIT_OK)
		return EXIT_CANNOT_START;
	if (help)
		return EXIT_OK;
	arena_init(&a, memory, sizeof(memory));
	diag_init(&d, &a);
	if (enter_look(&v, &walk_host, &a, argv[optind], NULL, &d) < 0) {
		cli_report(prog, &d);
		return EXIT_CANNOT_START;
	}
	if (check_link(v.env_dir, argv[optind + 1], &a, &d) < 0) {
		cli_report(prog, &d);
		return EXIT_NOT_FOUND;
	}
	return cli_exec(prog, argv + optind + 1, environ_enter(&a, &v, false),
	                &a);
}

const struct applet activate_run_applet = {
	.name = prog,
	.summary = "run a command inside of an environment",
	.main = run,
};
