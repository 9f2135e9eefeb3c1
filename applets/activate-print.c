/*
 * activate-print: print what a shell has to evaluate to enter an environment.
 */
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "applets/applet.h"
#include "applets/cli.h"
#include "applets/emit.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "format/pathname.h"
#include "os/walk.h"
#include "venv/activation.h"
#include "venv/config.h"
#include "venv/locate.h"
#include "venv/shell.h"

enum { MAX_CFG = 64 * 1024, OPT_PROMPT = 256 };

struct request {
	const char *shell;
	const char *prompt;
	const char *env_dir;
	bool help;
};

static const char prog[] = "activate-print";

static const char usage[] =
	"usage: activate-print [-h] [-s SHELL] [--prompt PROMPT] [ENV_DIR]\n"
	"\n"
	"Print what a shell has to evaluate to enter the Python environment\n"
	"ENV_DIR (default: the nearest .venv, here or above).\n"
	"\n"
	"  -s, --shell SHELL  the shell: sh (bash, dash, zsh, ksh, ...), csh, fish,\n"
	"                     powershell; default: the one that calls, or $SHELL\n"
	"      --prompt PROMPT\n"
	"                     name in the prompt (default: the environment's own)\n"
	"  -h, --help         print this text\n"
	"\n"
	"sh:    eval \"$(activate-print /opt/venv)\"\n"
	"csh:   eval `activate-print /opt/venv`\n"
	"fish:  activate-print /opt/venv | source\n";

static const char shorts[] = ":hs:";
static const struct option longs[] = {
	{ "help", no_argument, NULL, 'h' },
	{ "prompt", required_argument, NULL, OPT_PROMPT },
	{ "shell", required_argument, NULL, 's' },
	{ NULL, 0, NULL, 0 },
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

/* Read the settings of the environment V->env_dir. */
static int
read_config(struct config *c, struct arena *a, const struct activation *v,
            struct diag *d)
{
	char *path = pathname_join(a, v->env_dir, "pyvenv.cfg");
	char *text;
	size_t len;
	int err;

	if (!path)
		return diag_oom(d);
	err = walk_read(&walk_host, a, path, MAX_CFG, &text, &len);
	if (err == -ENOENT && walk_is_dir(&walk_host, v->env_dir)) {
		diag_set(d, err, "cannot enter '%s': it has no pyvenv.cfg",
		         v->env_dir);
		diag_hint(d, "pyvenv --exist-ok makes it an environment");
		return err;
	}
	if (err < 0)
		return diag_set(d, err, "cannot enter '%s': %s", v->env_dir,
		                strerror(-err));
	if (config_parse(c, text, len, a) < 0)
		return diag_oom(d);
	if (!c->home)
		return diag_set(d, -EINVAL, "cannot enter '%s': its pyvenv.cfg "
		                "has no home", v->env_dir);
	return 0;
}

/* The absolute path of the environment that is asked for. */
static int
find_env(const char **env_dir, const struct request *r, struct arena *a,
         const char *cwd, struct diag *d)
{
	char *path;

	if (r->env_dir) {
		path = pathname_absolute(a, cwd, r->env_dir);
		if (!path)
			return diag_oom(d);
	} else {
		int err = locate_env(&walk_host, a, cwd, &path, d);

		if (err < 0)
			return err;
	}
	*env_dir = path;
	if (strchr(path, ':'))
		return diag_set(d, -EINVAL, "cannot enter '%s': no entry of "
		                "PATH can have a ':' in it", path);
	return 0;
}

static int
fill(struct activation *v, const struct request *r, struct arena *a,
     struct diag *d)
{
	struct config config = { .prompt = NULL };
	const char *cwd;
	int err = cli_cwd(a, &cwd, d);

	if (err == 0)
		err = find_env(&v->env_dir, r, a, cwd, d);
	if (err == 0)
		err = read_config(&config, a, v, d);
	if (err < 0)
		return err;
	if (r->prompt)
		v->prompt = strcmp(r->prompt, ".") == 0 ? pathname_base(cwd)
		                                        : r->prompt;
	else
		v->prompt = config.prompt ? config.prompt
		                          : pathname_base(v->env_dir);
	return 0;
}

static int
run(int argc, char **argv, const char *const *env)
{
	static char memory[48 * 1024];
	struct request r = { NULL, NULL, NULL, false };
	struct activation v = { .env_dir = "", .prompt = "" };
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
	err = emit_choose(&e, r.shell, &d);
	if (exit != EXIT_OK)
		return emit_failure(&e, exit);
	if (err == -EINVAL)
		return emit_failure(&e, cli_usage(prog, "%s", buf_str(&d.text)));
	if (err == 0)
		err = fill(&v, &r, &a, &d);
	if (err == 0)
		err = activation_render(e.shell, ACTIVATION_EVAL, &v, &code, &d);
	if (err < 0)
		return emit_failure(&e, cli_report(prog, &d));
	return emit_code(&e, &code, argv);
}

const struct applet activate_print_applet = {
	.name = "activate-print",
	.summary = "print what a shell evaluates to enter an environment",
	.usage = usage,
	.main = run,
};
