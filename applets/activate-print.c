/*
 * activate-print: print what a shell has to evaluate to enter an environment.
 */
#include <getopt.h>

#include "applets/applet.h"
#include "applets/cli.h"
#include "applets/emit.h"
#include "os/ctx.h"
#include "shell/activation.h"
#include "shell/enter.h"
#include "shell/shell.h"

enum { OPT_PROMPT = 256 };

struct request {
	const char *prompt;
	const char *env_dir;
};

static const char prog[] = "activate-print";

static const char usage[] =
	"usage: activate-print [-h] [-V] [-s SHELL] [--prompt PROMPT] [ENV_DIR]\n"
	"\n"
	"Print what a shell has to evaluate to enter the Python environment\n"
	"ENV_DIR (default: the nearest .venv, here or above).\n"
	"\n"
	"  -s, --shell SHELL  the shell: one of those below, or the name of a\n"
	"                     program that is such a shell (bash, zsh, tcsh,\n"
	"                     pwsh); default: the shell that calls, or $SHELL\n"
	"      --prompt PROMPT\n"
	"                     name in the prompt (default: the environment's own)\n"
	"  -V, --version      print the version and exit\n"
	"  -h, --help         print a summary of the options and exit\n";

static const char shorts[] = ":hVs:";
static const struct option longs[] = {
	{ "help", no_argument, NULL, 'h' },
	{ "prompt", required_argument, NULL, OPT_PROMPT },
	{ "shell", required_argument, NULL, 's' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static int
parse(struct emit *e, struct request *r, int argc, char **argv)
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
		case OPT_PROMPT:
			r->prompt = optarg;
			break;
		default:
			return cli_bad_option(prog, argv, c, shorts, longs);
		}
	}
	if (argc - optind > 1)
		return cli_usage(prog, "one ENV_DIR, and not '%s' too",
		                 argv[optind + 1]);
	r->env_dir = argv[optind];
	return EXIT_OK;
}

static int
make(const struct emit *e, const void *request, struct buf *code,
     struct diag *d)
{
	const struct request *r = request;
	struct activation v = { .env = e->env, .walk = &walk_host };
	int err = enter_look(&(struct ctx){ &walk_host, e->arena, d }, &v,
	                     r->env_dir, r->prompt);

	/* the calling shell runs here; a named one may run on Windows */
	v.on_windows = e->shell_name && e->shell->of_windows && v.windows_dir;
	return err < 0 ? err : activation_render(e->shell, ACTIVATION_EVAL, &v,
	                                         code, d);
}

static int
run(int argc, char **argv, const char *const *env)
{
	static char memory[48 * 1024];
	struct request r = { NULL, NULL };
	struct arena a;
	struct emit e = {
		.prog = prog,
		.usage = usage,
		.operand = " ENV_DIR",
		.argv = argv,
		.env = env,
		.arena = &a,
		.make = make,
		.request = &r,
	};

	arena_init(&a, memory, sizeof(memory));
	return emit_run(&e, parse(&e, &r, argc, argv));
}

const struct applet activate_print_applet = {
	.name = prog,
	.summary = "print what a shell evaluates to enter an environment",
	.main = run,
};
