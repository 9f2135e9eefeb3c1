/*
 * pyvenv: make Python virtual environments, without running Python.
 */
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "applets/applet.h"
#include "applets/cli.h"
#include "applets/pyvenv.h"
#include "applets/pyvenv_report.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/env.h"
#include "format/pathname.h"
#include "os/process.h"
#include "os/walk.h"
#include "python/find.h"
#include "python/python.h"
#include "venv/check.h"
#include "venv/config.h"
#include "venv/create.h"
#include "venv/options.h"
#include "venv/shell.h"

static const char usage[] =
	"usage: pyvenv [-h] [--system-site-packages] [--symlinks | --copies]\n"
	"              [--clear | --upgrade | --exist-ok] [--prompt PROMPT]\n"
	"              [-p PYTHON] [--without-scm-ignore-files]\n"
	"              [--activators LIST] [--check] [-n] [-v | -q] [--json]\n"
	"              ENV_DIR [ENV_DIR ...]\n"
	"\n"
	"Create Python virtual environments in the directories ENV_DIR.\n"
	"\n"
	"  --system-site-packages\n"
	"                       give access to the base Python's packages\n"
	"  --symlinks           link the interpreter (the default)\n"
	"  --copies             copy the interpreter\n"
	"  --clear              delete what is in ENV_DIR first\n"
	"  --upgrade            point an environment at this Python\n"
	"  --exist-ok           leave a healthy environment alone, repair a broken\n"
	"                       one, make one of any other directory\n"
	"  --prompt PROMPT      name shown in the shell's prompt; . is the name of\n"
	"                       the current directory\n"
	"  -p, --python PYTHON  base Python: a path, a version (3, 3.12, 3.13t) or\n"
	"                       a name; default $PYVENV_PYTHON, the Python beside\n"
	"                       this command, the first one in PATH\n"
	"  --without-pip        accepted and of no effect: pip is not installed\n"
	"  --without-scm-ignore-files\n"
	"                       do not write .gitignore\n"
	"  --activators LIST    which activation scripts to write: all, none or\n"
	"                       names separated by commas (default: those that\n"
	"                       Python's venv writes: sh,csh,fish,powershell)\n"
	"  --check              say what is wrong with environments; change nothing\n"
	"  -n, --dry-run        print what would be done; change nothing\n"
	"  -v, --verbose        say which Python was chosen and why\n"
	"  -q, --quiet          print no warnings\n"
	"  --json               print what was made or found as JSON\n"
	"  -h, --help           print this text\n";

enum {
	OPT_SYSTEM_SITE = 256,
	OPT_SYMLINKS,
	OPT_COPIES,
	OPT_CLEAR,
	OPT_UPGRADE,
	OPT_EXIST_OK,
	OPT_PROMPT,
	OPT_WITHOUT_PIP,
	OPT_WITHOUT_IGNORE,
	OPT_ACTIVATORS,
	OPT_CHECK,
	OPT_JSON,
};

static const char shorts[] = ":hp:nvq";

static const struct option longs[] = {
	{ "system-site-packages", no_argument, NULL, OPT_SYSTEM_SITE },
	{ "symlinks", no_argument, NULL, OPT_SYMLINKS },
	{ "copies", no_argument, NULL, OPT_COPIES },
	{ "clear", no_argument, NULL, OPT_CLEAR },
	{ "upgrade", no_argument, NULL, OPT_UPGRADE },
	{ "exist-ok", no_argument, NULL, OPT_EXIST_OK },
	{ "prompt", required_argument, NULL, OPT_PROMPT },
	{ "python", required_argument, NULL, 'p' },
	{ "without-pip", no_argument, NULL, OPT_WITHOUT_PIP },
	{ "without-scm-ignore-files", no_argument, NULL, OPT_WITHOUT_IGNORE },
	{ "activators", required_argument, NULL, OPT_ACTIVATORS },
	{ "check", no_argument, NULL, OPT_CHECK },
	{ "dry-run", no_argument, NULL, 'n' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int
set_mode(struct run *r, enum venv_mode mode)
{
	if (r->options.mode != VENV_NEW && r->options.mode != mode)
		return cli_usage(r->prog, "--clear, --upgrade and --exist-ok "
		                 "exclude each other");
	r->options.mode = mode;
	return EXIT_OK;
}

static int
set_copies(struct run *r, int copies)
{
	if (r->options.copies >= 0 && r->options.copies != copies)
		return cli_usage(r->prog,
		                 "--symlinks and --copies exclude each other");
	r->options.copies = copies;
	return EXIT_OK;
}

/* LIST of --activators: all, none, or names of the table. */
static int
check_activators(const struct run *r, const char *list)
{
	while (*list) {
		size_t n = strcspn(list, ",");
		bool known = (n == 3 && strncmp(list, "all", n) == 0) ||
		             (n == 4 && strncmp(list, "none", n) == 0);

		for (size_t i = 0; i < shell_count() && !known; i++) {
			const char *name = shell_name(shell_at(i));

			known = shell_file(shell_at(i)) && strlen(name) == n &&
			        strncmp(list, name, n) == 0;
		}
		if (!known)
			return cli_usage(r->prog, "--activators: '%.*s' is not "
			                 "all, none or the name of a shell",
			                 (int)n, list);
		list += n + (list[n] == ',');
	}
	return EXIT_OK;
}

static int
parse_option(struct run *r, int c)
{
	switch (c) {
	case OPT_SYSTEM_SITE:
		r->options.system_site = 1;
		return EXIT_OK;
	case OPT_SYMLINKS:
		return set_copies(r, 0);
	case OPT_COPIES:
		return set_copies(r, 1);
	case OPT_CLEAR:
		return set_mode(r, VENV_CLEAR);
	case OPT_UPGRADE:
		return set_mode(r, VENV_UPGRADE);
	case OPT_EXIST_OK:
		return set_mode(r, VENV_EXIST_OK);
	case OPT_PROMPT:
		r->options.prompt = optarg;
		return EXIT_OK;
	case OPT_WITHOUT_PIP:
		return EXIT_OK;
	case OPT_WITHOUT_IGNORE:
		r->options.ignore_files = false;
		return EXIT_OK;
	case OPT_ACTIVATORS:
		r->options.activators = optarg;
		return check_activators(r, optarg);
	case OPT_CHECK:
		r->check = true;
		return EXIT_OK;
	case OPT_JSON:
		r->json = true;
		return EXIT_OK;
	case 'p':
		if (!*optarg)
			return cli_usage(r->prog, "option '--python' needs an "
			                 "argument that is not empty");
		r->python = optarg;
		return EXIT_OK;
	case 'n':
		r->dry_run = true;
		return EXIT_OK;
	case 'v':
		r->verbose = true;
		return EXIT_OK;
	case 'q':
		r->quiet = true;
		return EXIT_OK;
	case 'h':
		r->help = true;
		return EXIT_OK;
	default:
		return -1;
	}
}

static int
parse_options(struct run *r, int argc, char **argv)
{
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		int code = parse_option(r, c);

		if (code < 0)
			return cli_bad_option(r->prog, argv, c, shorts, longs);
		if (code != EXIT_OK || r->help)
			return code;
	}
	r->env_dirs = argv + optind;
	r->env_dir_count = argc - optind;
	if (r->env_dir_count == 0)
		return cli_usage(r->prog, "ENV_DIR is missing");
	if (r->verbose && r->quiet)
		return cli_usage(r->prog, "-v and -q exclude each other");
	if (r->check && (r->dry_run || r->options.mode != VENV_NEW))
		return cli_usage(r->prog, "--check changes nothing: it goes "
		                 "with neither -n nor --clear, --upgrade, "
		                 "--exist-ok");
	return EXIT_OK;
}

/* "3.12" of pyvenv-3.12, the name under which CPython installed this command
 * for one version; NULL for other names. */
static const char *
version_in_name(const char *argv0)
{
	const char *name = pathname_base(argv0);

	name += *name == '-'; /* a login shell */
	return strncmp(name, "pyvenv-", 7) == 0 ? name + 7 : NULL;
}

static int
find_python(struct run *r, struct python *py)
{
	struct python_search search = {
		.walk = &walk_host,
		.env = r->options.env,
		.cwd = r->options.cwd,
		.argv0 = applet_called_as,
		.request = r->python,
	};
	int err;

	if (!search.request)
		search.request = version_in_name(r->argv0);
	if (!search.request)
		search.request = env_get(r->options.env, "PYVENV_PYTHON");
	if (search.request && !*search.request)
		search.request = NULL;
	r->options.python_given = search.request != NULL;
	err = python_find(&search, &r->arena, py, &r->diag);
	if (err == 0 && r->verbose) {
		struct buf facts;

		buf_init(&facts, &r->arena);
		report_python(&facts, r->prog, py, &r->diag.notes,
		              &r->arena);
		(void)process_write(2, facts.data, facts.len);
	}
	return err;
}

static int
report(struct run *r)
{
	if (r->quiet)
		r->diag.warnings.len = 0;
	return cli_report(r->prog, &r->diag);
}

static int
make_one(struct run *r, const struct python *py, const char *env_dir,
         struct arena *a)
{
	struct venv_result result;
	int err = venv_create(&result, &r->options, py, env_dir, r->dry_run,
	                      &walk_host, a, &r->diag);

	if (err == 0 && r->json) {
		buf_puts(&r->out, "{");
		report_result_json(&r->out, &result);
		buf_puts(&r->out, "}");
	} else if (err == 0 && r->dry_run) {
		report_plan(&r->out, &result);
	}
	return report(r);
}

static int
check_one(struct run *r, const char *env_dir, struct arena *a)
{
	struct check *c = arena_alloc(a, sizeof(*c));
	char *path = pathname_absolute(a, r->options.cwd, env_dir);
	int err;

	if (!c || !path) {
		diag_oom(&r->diag);
		return report(r);
	}
	err = check_environment(c, &walk_host, a, r->options.env, path,
	                        &r->diag);
	if (err < 0)
		return report(r);
	if (r->json) {
		buf_puts(&r->out, "{");
		report_check_json(&r->out, path, c);
		buf_puts(&r->out, "}");
	} else {
		report_check(&r->out, path, c);
	}
	return c->count == 0 ? EXIT_OK : EXIT_FAILED;
}

/* What one ENV_DIR needs is freed before the next: memory does not grow with
 * their number. */
static int
run_one(struct run *r, const struct python *py, const char *env_dir)
{
	static char memory[64 * 1024];
	struct arena a;
	int code;

	arena_init(&a, memory, sizeof(memory));
	diag_init(&r->diag, &a);
	code = r->check ? check_one(r, env_dir, &a)
	                : make_one(r, py, env_dir, &a);
	arena_free(&a);
	diag_init(&r->diag, &r->arena);
	return code;
}

/* Each ENV_DIR is tried; one that fails makes the whole run fail. */
static int
run_all(struct run *r)
{
	struct python py;
	int code = EXIT_OK;

	if (!r->check) {
		if (find_python(r, &py) < 0)
			return report(r);
		diag_clear(&r->diag);
	}
	if (r->json) {
		buf_puts(&r->out, "{");
		if (!r->check) {
			buf_puts(&r->out, "\"python\": {");
			report_python_json(&r->out, &py, &r->arena);
			buf_puts(&r->out, "},\n");
		}
		buf_puts(&r->out, "\"environments\": [");
	}
	for (int i = 0; i < r->env_dir_count; i++) {
		size_t before = r->out.len;

		if (run_one(r, &py, r->env_dirs[i]) != EXIT_OK)
			code = EXIT_FAILED;
		if (r->json && r->out.len > before)
			buf_puts(&r->out, ",\n");
	}
	if (r->json) {
		if (r->out.len > 2 && r->out.data[r->out.len - 2] == ',')
			r->out.len -= 2;
		buf_puts(&r->out, "]}\n");
	}
	return code;
}

static int
pyvenv_main(int argc, char **argv, const char *const *env)
{
	static char memory[64 * 1024];
	static struct run r;
	int code;

	arena_init(&r.arena, memory, sizeof(memory));
	diag_init(&r.diag, &r.arena);
	buf_init(&r.out, &r.arena);
	r.prog = "pyvenv";
	r.argv0 = argv[0];
	r.options = (struct venv_options){
		.system_site = -1,
		.copies = -1,
		.ignore_files = true,
		.env = env,
		.home = env_get(env, "HOME"),
	};
	code = parse_options(&r, argc, argv);
	if (code != EXIT_OK)
		return code;
	if (r.help)
		return cli_write(r.prog, usage, sizeof(usage) - 1);
	if (pyvenv_prepare(&r) < 0)
		return report(&r);
	code = run_all(&r);
	if (r.out.failed) {
		diag_oom(&r.diag);
		return report(&r);
	}
	if (r.out.len > 0 && cli_write(r.prog, r.out.data, r.out.len) != 0)
		code = EXIT_FAILED;
	arena_free(&r.arena);
	return code;
}

const struct applet pyvenv_applet = {
	.name = "pyvenv",
	.summary = "make Python virtual environments",
	.main = pyvenv_main,
};
