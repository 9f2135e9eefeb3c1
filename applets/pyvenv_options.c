#include "applets/pyvenv.h"

#include <getopt.h>
#include <string.h>

#include "applets/applet.h"
#include "applets/cli.h"
#include "applets/pyvenv_wheels.h"
#include "os/process.h"
#include "publish/archive_sink.h"
#include "shell/shell.h"

static const char usage[] =
	"usage: pyvenv [-h] [-V] [--system-site-packages] [--symlinks | --copies]\n"
	"              [--clear | --upgrade | --exist-ok] [--prompt PROMPT]\n"
	"              [-p PYTHON] [--without-scm-ignore-files]\n"
	"              [--activators LIST] [--with-pip | --without-pip]\n"
	"              [--with-setuptools] [--wheel FILE|DIR]...\n"
	"              [--find-links DIR]... [-r FILE]... [-c FILE]...\n"
	"              [--lock FILE] [--extra NAME]... [--group NAME]...\n"
	"              [--no-default-groups] [--install REQUIREMENT]...\n"
	"              [--require-hashes] [--no-deps] [--sync]\n"
	"              [--root DIR] [--archive cpio|tar] [--relocatable]\n"
	"              [--python-target PATH] [--env-target PATH] [--minimal]\n"
	"              [--fsync] [--check] [-n] [-v | -q] [--json]\n"
	"              ENV_DIR [ENV_DIR ...]\n"
	"\n"
	"Create Python virtual environments in the directories ENV_DIR.\n"
	"\n"
	"  --system-site-packages\n"
	"                       give access to the base Python's packages\n"
	"  --symlinks           link the interpreter (the default)\n"
	"  --copies             copy the interpreter\n"
	"  --clear              delete what is in ENV_DIR first\n"
	"  --upgrade            point an environment at its Python, upgraded in\n"
	"                       place, or at the one that -p names\n"
	"  --exist-ok           leave a healthy environment alone, repair a broken\n"
	"                       one, and make one of any other directory\n"
	"  --prompt PROMPT      name shown in the shell's prompt; . is the name of\n"
	"                       the current directory\n"
	"  -p, --python PYTHON  base Python: a path, a version (3, 3.12, 3.13t,\n"
	"                       pypy3.11), a range (>=3.11, 3.x: the newest) or a\n"
	"                       name; default $PYVENV_PYTHON, the Python beside\n"
	"                       this command, the first one in PATH\n"
	"  --root DIR           ENV_DIR, PYTHON and all that is written are inside\n"
	"                       DIR, which may hold another architecture's system\n"
	"  --archive cpio|tar   write the environments to standard output\n"
	"  --relocatable        make scripts find the environment they are in, which\n"
	"                       can then be moved, renamed and copied\n"
	"  --python-target PATH\n"
	"                       the interpreter's path where the environment will be\n"
	"                       used, if it is not the path it has here\n"
	"  --env-target PATH    the path of ENV_DIR where the environment will be\n"
	"                       used, if it is not the path it has here\n"
	"  --minimal            make only pyvenv.cfg, links and site-packages\n"
	"  --fsync              write everything to the disk, so that a power failure\n"
	"                       leaves the old environment or the new one\n"
	"  --without-scm-ignore-files\n"
	"                       do not write .gitignore\n"
	"  --activators LIST    activation scripts to write: all, none, or names\n"
	"                       separated by commas out of sh (also called bash,\n"
	"                       zsh, dash, ksh), csh (tcsh), fish, powershell\n"
	"                       (pwsh), cmd (only for Windows), nu and xonsh;\n"
	"                       default: those that Python's venv writes\n"
	"  --check              report what is wrong with environments; change nothing\n"
	"  -n, --dry-run        print what would be done; change nothing\n"
	"  -v, --verbose        report which Python was chosen and why\n"
	"  -q, --quiet          print no warnings, except about files that could not\n"
	"                       be removed or put back\n"
	"  --json               print what was made or found as JSON\n"
	"  -V, --version        print the version and exit\n"
	"  -h, --help           print a summary of the options and exit\n"
	"\n"
	"Packages:\n"
	"\n";

enum {
	OPT_SYSTEM_SITE = 256,
	OPT_SYMLINKS,
	OPT_COPIES,
	OPT_CLEAR,
	OPT_UPGRADE,
	OPT_EXIST_OK,
	OPT_PROMPT,
	OPT_WITH_PIP,
	OPT_WITH_SETUPTOOLS,
	OPT_WITHOUT_PIP,
	OPT_ROOT,
	OPT_ARCHIVE,
	OPT_RELOCATABLE,
	OPT_PYTHON_TARGET,
	OPT_ENV_TARGET,
	OPT_MINIMAL,
	OPT_FSYNC,
	OPT_WITHOUT_IGNORE,
	OPT_ACTIVATORS,
	OPT_CHECK,
	OPT_JSON,
};

static const char shorts[] = ":hVp:r:c:nvq";

static const struct option longs[] = {
	{ "system-site-packages", no_argument, NULL, OPT_SYSTEM_SITE },
	{ "symlinks", no_argument, NULL, OPT_SYMLINKS },
	{ "copies", no_argument, NULL, OPT_COPIES },
	{ "clear", no_argument, NULL, OPT_CLEAR },
	{ "upgrade", no_argument, NULL, OPT_UPGRADE },
	{ "exist-ok", no_argument, NULL, OPT_EXIST_OK },
	{ "prompt", required_argument, NULL, OPT_PROMPT },
	{ "python", required_argument, NULL, 'p' },
	{ "with-pip", no_argument, NULL, OPT_WITH_PIP },
	{ "with-setuptools", no_argument, NULL, OPT_WITH_SETUPTOOLS },
	{ "without-pip", no_argument, NULL, OPT_WITHOUT_PIP },
	{ "wheel", required_argument, NULL, OPT_WHEEL },
	{ "find-links", required_argument, NULL, OPT_FIND_LINKS },
	{ "requirement", required_argument, NULL, 'r' },
	{ "constraint", required_argument, NULL, 'c' },
	{ "lock", required_argument, NULL, OPT_LOCK },
	{ "extra", required_argument, NULL, OPT_EXTRA },
	{ "group", required_argument, NULL, OPT_GROUP },
	{ "no-default-groups", no_argument, NULL, OPT_NO_DEFAULT_GROUPS },
	{ "install", required_argument, NULL, OPT_INSTALL },
	{ "require-hashes", no_argument, NULL, OPT_REQUIRE_HASHES },
	{ "no-deps", no_argument, NULL, OPT_NO_DEPS },
	{ "sync", no_argument, NULL, OPT_SYNC },
	{ "root", required_argument, NULL, OPT_ROOT },
	{ "archive", required_argument, NULL, OPT_ARCHIVE },
	{ "relocatable", no_argument, NULL, OPT_RELOCATABLE },
	{ "python-target", required_argument, NULL, OPT_PYTHON_TARGET },
	{ "env-target", required_argument, NULL, OPT_ENV_TARGET },
	{ "minimal", no_argument, NULL, OPT_MINIMAL },
	{ "fsync", no_argument, NULL, OPT_FSYNC },
	{ "without-scm-ignore-files", no_argument, NULL, OPT_WITHOUT_IGNORE },
	{ "activators", required_argument, NULL, OPT_ACTIVATORS },
	{ "check", no_argument, NULL, OPT_CHECK },
	{ "dry-run", no_argument, NULL, 'n' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

int
pyvenv_help(const struct run *r)
{
	int code = cli_write(r->prog, usage, strlen(usage));

	return code != EXIT_OK ? code
	                       : cli_write(r->prog, pyvenv_wheels_usage,
	                                   strlen(pyvenv_wheels_usage));
}

int
pyvenv_set_text(struct run *r, const char *option, const char **text)
{
	if (!*optarg)
		return cli_usage(r->prog, "option '%s' needs an argument that "
		                 "is not empty", option);
	*text = optarg;
	return EXIT_OK;
}

static int
set_mode(struct run *r, enum venv_mode mode)
{
	if (r->call.options.mode != VENV_NEW && r->call.options.mode != mode)
		return cli_usage(r->prog, "--clear, --upgrade and --exist-ok "
		                 "exclude each other");
	r->call.options.mode = mode;
	return EXIT_OK;
}

static int
set_copies(struct run *r, int copies)
{
	if (r->call.options.copies >= 0 && r->call.options.copies != copies)
		return cli_usage(r->prog,
		                 "--symlinks and --copies exclude each other");
	r->call.options.copies = copies;
	return EXIT_OK;
}

/* Add the shell whose name is the N bytes at NAME, a word of --activators, to the
 * set. */
static int
add_activator(struct run *r, const char *name, size_t n, bool *none)
{
	unsigned *set = &r->call.options.activators;
	char *word = arena_dup(&r->arena, name, n);
	const struct shell *sh = shell_find(word);

	if (strcmp(word, "none") == 0) {
		*none = true;
		return EXIT_OK;
	}
	if (strcmp(word, "all") == 0) {
		*set = shell_set_all();
		return EXIT_OK;
	}
	if (sh && !shell_set_of(sh))
		return cli_usage(r->prog, "--activators: %s has no activation "
		                 "script; use activate-print -s %s",
		                 sh->name, sh->name);
	if (!sh)
		return cli_usage(r->prog, "--activators: '%s' is not all, none "
		                 "or one of sh (bash, zsh, dash, ksh), csh "
		                 "(tcsh), fish, powershell (pwsh), cmd, nu, "
		                 "xonsh",
		                 word);
	*set |= shell_set_of(sh);
	return EXIT_OK;
}

/* Read LIST of --activators: all, none, or names of shells. */
static int
set_activators(struct run *r, const char *list)
{
	bool none = false;
	int code = EXIT_OK;

	r->call.options.activators = SHELL_SET_NONE;
	r->call.options.activators_given = true;
	while (code == EXIT_OK && *list) {
		size_t n = strcspn(list, ",");

		code = add_activator(r, list, n, &none);
		list += n + (list[n] == ',');
	}
	if (code == EXIT_OK && none &&
	    r->call.options.activators != SHELL_SET_NONE)
		return cli_usage(r->prog, "--activators: none and the name of a "
		                 "shell exclude each other");
	r->call.options.activators_chosen = r->call.options.activators;
	return code;
}

static int
set_pip(struct run *r, bool with)
{
	if (with ? r->without_pip : r->wheels.with_pip)
		return cli_usage(r->prog, "--with-pip and --without-pip exclude "
		                 "each other");
	r->without_pip |= !with;
	r->wheels.with_pip |= with;
	return EXIT_OK;
}

static int
parse_option(struct run *r, int c)
{
	switch (c) {
	case OPT_SYSTEM_SITE:
		r->call.options.system_site = 1;
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
		r->call.options.prompt = optarg;
		return EXIT_OK;
	case OPT_WITH_PIP:
	case OPT_WITHOUT_PIP:
		return set_pip(r, c == OPT_WITH_PIP);
	case OPT_WITH_SETUPTOOLS:
		r->wheels.with_setuptools = true;
		return EXIT_OK;
	case OPT_ROOT:
		return pyvenv_set_text(r, "--root", &r->root);
	case OPT_ARCHIVE:
		r->archive = optarg;
		return EXIT_OK;
	case OPT_RELOCATABLE:
		r->call.options.relocatable = true;
		return EXIT_OK;
	case OPT_PYTHON_TARGET:
		r->call.options.python_target = optarg;
		return EXIT_OK;
	case OPT_ENV_TARGET:
		return pyvenv_set_text(r, "--env-target",
		                       &r->call.options.env_target);
	case OPT_MINIMAL:
		r->call.options.minimal = true;
		return EXIT_OK;
	case OPT_FSYNC:
		r->call.options.fsync = true;
		return EXIT_OK;
	case OPT_WITHOUT_IGNORE:
		r->call.options.ignore_files = false;
		return EXIT_OK;
	case OPT_ACTIVATORS:
		return set_activators(r, optarg);
	case OPT_CHECK:
		r->check = true;
		return EXIT_OK;
	case OPT_JSON:
		r->json = true;
		return EXIT_OK;
	case 'p':
		return pyvenv_set_text(r, "--python", &r->python);
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
	case 'V':
		r->version = true;
		return EXIT_OK;
	default:
		return pyvenv_wheels_option(r, c);
	}
}

/* Standard output is taken, and nothing on the disk is looked at. */
static int
check_archive(const struct run *r)
{
	if (!archive_format_find(r->archive))
		return cli_usage(r->prog, "--archive: '%s' is not cpio or tar",
		                 r->archive);
	if (r->check || r->dry_run || r->json || r->call.options.fsync ||
	    r->call.options.mode != VENV_NEW)
		return cli_usage(r->prog, "--archive cannot be used with "
		                 "--clear, --upgrade, --exist-ok, --check, -n, "
		                 "--fsync, --json");
	if (process_is_terminal(1))
		return cli_usage(r->prog, "--archive does not write to a "
		                 "terminal: redirect standard output");
	return EXIT_OK;
}

/* Return whether an option asks for a property of the environment. */
static bool
asks_for_more(const struct run *r)
{
	const struct venv_options *o = &r->call.options;

	return r->python || o->system_site >= 0 || o->copies >= 0 ||
	       o->prompt || o->activators_given || o->relocatable ||
	       o->minimal || o->python_target || o->env_target || o->fsync ||
	        !o->ignore_files ||
	       r->without_pip;
}

int
pyvenv_parse_options(struct run *r, int argc, char **argv)
{
	int c, code;

	opterr = 0;
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		code = parse_option(r, c);

		if (code < 0)
			return cli_bad_option(r->prog, argv, c, shorts, longs);
		if (code != EXIT_OK || r->help || r->version)
			return code;
	}
	r->env_dirs = argv + optind;
	r->env_dir_count = argc - optind;
	if (r->env_dir_count == 0)
		return cli_usage(r->prog, "ENV_DIR is missing");
	for (int i = 0; r->root && i < r->env_dir_count; i++) {
		if (r->env_dirs[i][0] != '/')
			return cli_usage(r->prog, "with --root, ENV_DIR has to be "
			                 "absolute, and '%s' is not",
			                 r->env_dirs[i]);
	}
	if (r->call.options.minimal && r->call.options.activators_given &&
	    r->call.options.activators != SHELL_SET_NONE)
		return cli_usage(r->prog, "--minimal and --activators exclude "
		                 "each other");
	if (r->call.options.env_target && (r->root || r->env_dir_count > 1))
		return cli_usage(r->prog, "--env-target is for one ENV_DIR, and "
		                 "cannot be used with --root");
	if (r->verbose && r->quiet)
		return cli_usage(r->prog, "-v and -q exclude each other");
	if (r->check && (r->dry_run || r->call.options.mode != VENV_NEW))
		return cli_usage(r->prog, "--check changes nothing: it cannot "
		                 "be used with -n, --clear, --upgrade or "
		                 "--exist-ok");
	if (r->check && !r->archive && asks_for_more(r))
		return cli_usage(r->prog, "--check looks at environments as "
		                 "they are: it can only be used with -v, -q, "
		                 "--json and --root");
	code = pyvenv_wheels_check(r);
	if (code != EXIT_OK)
		return code;
	return r->archive ? check_archive(r) : EXIT_OK;
}
