/*
 * deactivate: print what a shell has to evaluate to leave the active
 * environment, or run a command outside it.
 */
#include <errno.h>
#include <getopt.h>

#include "applets/applet.h"
#include "applets/cli.h"
#include "applets/emit.h"
#include "base/diag.h"
#include "base/str.h"
#include "os/walk.h"
#include "shell/activation.h"
#include "shell/environ.h"

static const char prog[] = "deactivate";

static const char usage[] =
	"usage: deactivate [-h] [-V] [-s SHELL]\n"
	"       deactivate COMMAND [ARG ...]\n"
	"\n"
	"Print what a shell has to evaluate to leave the active Python\n"
	"environment, or run COMMAND outside it.\n"
	"\n"
	"  -s, --shell SHELL  the shell: one of those below, or the name of a\n"
	"                     program that is such a shell (bash, zsh, tcsh,\n"
	"                     pwsh); default: the shell that calls, or $SHELL\n"
	"  -V, --version      print the version and exit\n"
	"  -h, --help         print a summary of the options and exit\n";

static const char shorts[] = "+:hVs:";
static const struct option longs[] = {
	{ "help", no_argument, NULL, 'h' },
	{ "shell", required_argument, NULL, 's' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static int
parse(struct emit *e, int argc, char **argv)
{
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		switch (c) {
		case 'h':
			e->help = true;
			break;
		case 'V':
			e->version = true;
			break;
		case 's':
			e->shell_name = optarg;
			break;
		default:
			return cli_bad_option(prog, argv, c, shorts, longs);
		}
	}
	if (argv[optind] && e->shell_name && !e->help && !e->version)
		return cli_usage(prog, "-s cannot be used with a command");
	return EXIT_OK;
}

/* Return the environments that only PATH knows of, and warn that they are left. */
static const char *const *
find_inherited(struct arena *a, const char *const *env, struct diag *d)
{
	const char *const *dirs = environ_inherited(a, &walk_host, env);

	for (const char *const *dir = dirs; *dir; dir++)
		diag_warn(d, "VIRTUAL_ENV is not set; leaving '%s', whose %s "
		          "is in PATH", *dir, environ_scripts(env, *dir));
	return dirs;
}

static int
make(const struct emit *e, const void *request, struct buf *code,
     struct diag *d)
{
	const char *active = env_get(e->env, "VIRTUAL_ENV");
	const char *const *dirs = find_inherited(e->arena, e->env, d);

	(void)request;
	if ((!active || !*active) && !*dirs)
		return diag_set(d, -ENOENT, "no environment is active: "
		                "VIRTUAL_ENV is not set, or empty, and no entry "
		                "of PATH is the bin of an environment");
	return deactivation_render(e->shell, e->shell_name != NULL, &walk_host,
	                           e->env, dirs, code, d);
}

/* Become the command ARGV outside every environment. */
static int
become(char **argv, const char *const *env, struct arena *a)
{
	const char *const *dirs;
	struct diag d;

	diag_init(&d, a);
	dirs = find_inherited(a, env, &d);
	cli_report(prog, &d);
	return cli_exec(prog, argv, environ_leave_all(a, &walk_host, env, dirs),
	                a);
}

static int
run(int argc, char **argv, const char *const *env)
{
	static char memory[48 * 1024];
	struct arena a;
	struct emit e = {
		.prog = prog,
		.usage = usage,
		.operand = "",
		.leaves = true,
		.argv = argv,
		.env = env,
		.arena = &a,
		.make = make,
	};
	int exit = parse(&e, argc, argv);

	arena_init(&a, memory, sizeof(memory));
	if (exit == EXIT_OK && !e.help && !e.version && argv[optind])
		return become(argv + optind, env, &a);
	return emit_run(&e, exit);
}

const struct applet deactivate_applet = {
	.name = prog,
	.summary = "leave an environment, or run a command outside it",
	.main = run,
};
