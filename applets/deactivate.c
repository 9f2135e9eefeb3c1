/*
 * deactivate: print what a shell has to evaluate to leave the active
 * environment, or run a command outside of it.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <string.h>

#include "applets/applet.h"
#include "applets/cli.h"
#include "applets/emit.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/env.h"
#include "os/process.h"
#include "venv/activation.h"
#include "venv/deactivation.h"

static const char prog[] = "deactivate";

static const char usage[] =
	"usage: deactivate [-h] [-s SHELL]\n"
	"       deactivate COMMAND [ARG ...]\n"
	"\n"
	"Print what a shell has to evaluate to leave the active Python\n"
	"environment, or run COMMAND outside of it.\n"
	"\n"
	"  -s, --shell SHELL  the shell: sh (bash, dash, zsh, ksh, ...), csh, fish,\n"
	"                     powershell; default: the one that calls, or $SHELL\n"
	"  -h, --help         print this text\n"
	"\n"
	"sh:    eval \"$(deactivate)\"\n"
	"csh:   eval `deactivate`\n"
	"fish:  deactivate | source\n";

static const char shorts[] = "+:hs:";
static const struct option longs[] = {
	{ "help", no_argument, NULL, 'h' },
	{ "shell", required_argument, NULL, 's' },
	{ NULL, 0, NULL, 0 },
};

struct request {
	const char *shell;
	bool help;
};

static int
parse(struct request *r, int argc, char **argv)
{
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		switch (c) {
		case 'h':
			r->help = true;
			break;
		case 's':
			r->shell = optarg;
			break;
		default:
			return cli_bad_option(prog, argv, c, shorts, longs);
		}
	}
	return EXIT_OK;
}

static int
run_command(char **argv, const char *const *env, struct arena *a,
            struct diag *d)
{
	const char *const *outside = deactivation_env(a, env);
	int err = outside ? process_exec(a, argv, outside) : -ENOMEM;

	diag_sys(d, err, "run", argv[0]);
	cli_report(prog, d);
	return err == -ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN;
}

static int
run(int argc, char **argv, const char *const *env)
{
	static char memory[48 * 1024];
	struct request r = { NULL, false };
	const char *active = env_get(env, "VIRTUAL_ENV");
	struct arena a;
	struct emit e = { prog, &a, env, NULL };
	struct diag d;
	struct buf code;
	int exit, err;

	arena_init(&a, memory, sizeof(memory));
	diag_init(&d, &a);
	buf_init(&code, &a);
	exit = parse(&r, argc, argv);
	if (exit == EXIT_OK && r.help)
		return cli_write(prog, usage, sizeof(usage) - 1);
	if (exit == EXIT_OK && argv[optind] && r.shell)
		exit = cli_usage(prog, "option '-s' goes without a command");
	if (exit == EXIT_OK && argv[optind])
		return run_command(argv + optind, env, &a, &d);
	err = emit_choose(&e, r.shell, &d);
	if (exit != EXIT_OK)
		return emit_failure(&e, exit);
	if (err == -EINVAL)
		return emit_failure(&e, cli_usage(prog, "%s", buf_str(&d.text)));
	if (err == 0 && (!active || !*active))
		err = diag_set(&d, -ENOENT, "no environment is active: "
		               "VIRTUAL_ENV is not set");
	if (err == 0)
		err = deactivation_render(e.shell, &code, &d);
	if (err < 0)
		return emit_failure(&e, cli_report(prog, &d));
	return emit_code(&e, &code, argv);
}

const struct applet deactivate_applet = {
	.name = "deactivate",
	.summary = "leave an environment, or run a command outside of it",
	.usage = usage,
	.main = run,
};
