/*
 * venvbox: one program with several names. It acts by the name that it is
 * called by; called "venvbox" its first argument is that name.
 */
#include <string.h>

#include "applets/applet.h"
#include "applets/cli.h"
#include "base/diag.h"
#include "base/strset.h"
#include "os/process.h"
#include "publish/links.h"

extern const struct applet pyvenv_applet;
extern const struct applet activate_print_applet;
extern const struct applet activate_run_applet;
extern const struct applet deactivate_applet;

/* The table of applets. */
static const struct applet *const applets[] = {
	&activate_print_applet,
	&activate_run_applet,
	&deactivate_applet,
	&pyvenv_applet,
};
static const size_t applet_count = sizeof(applets) / sizeof(applets[0]);

const char *applet_called_as = "";

static const char usage[] =
	"usage: venvbox APPLET [ARG ...]\n"
	"       venvbox --list\n"
	"       venvbox --install [-s] [DIR]\n"
	"       venvbox --version | --help\n"
	"\n"
	"Make and use Python virtual environments without running Python.\n"
	"A link to venvbox that has the name of an applet is that applet.\n"
	"\n"
	"  --list              print the names of the applets, one per line\n"
	"  --install [-s] [DIR]\n"
	"                      link every applet into DIR (default: where venvbox\n"
	"                      is); -s makes symlinks\n"
	"  -V, --version       print the version and exit\n"
	"  -h, --help          print a summary of the options and exit\n"
	"\n"
	"applets:\n";

static const struct applet *
find_applet(const char *name)
{
	for (size_t i = 0; i < applet_count; i++) {
		if (strcmp(applets[i]->name, name) == 0)
			return applets[i];
	}
	/* pyvenv-3.12, as CPython installed it, asks for that version */
	if (strncmp(name, "pyvenv-", 7) == 0 && name[7] >= '0' &&
	    name[7] <= '9')
		return &pyvenv_applet;
	return NULL;
}

static const struct applet *running; /* NULL: venvbox itself */

/* Memory is out. */
static void
end(void)
{
	cli_exhausted(running ? running->name : "venvbox");
	process_end(running && running->failed ? running->failed : EXIT_FAILED);
}

static int
run_applet(const struct applet *applet, int argc, char **argv,
           const char *const *env)
{
	running = applet;
	return applet->main(argc, argv, env);
}

static int
print_help(struct arena *a)
{
	struct buf out;

	buf_init(&out, a);
	buf_puts(&out, usage);
	for (size_t i = 0; i < applet_count; i++)
		buf_fmt(&out, "  %s: %s\n", applets[i]->name,
		        applets[i]->summary);
	return cli_write("venvbox", out.data, out.len);
}

static int
print_list(struct arena *a)
{
	struct buf out;

	buf_init(&out, a);
	for (size_t i = 0; i < applet_count; i++)
		buf_fmt(&out, "%s\n", applets[i]->name);
	return cli_write("venvbox", out.data, out.len);
}

static int
install(int argc, char **argv, struct arena *a)
{
	bool symlinks = argc > 0 && strcmp(argv[0], "-s") == 0;
	const char *dir;
	struct diag d;

	argc -= symlinks;
	argv += symlinks;
	if (argc > 1 || (argc == 1 && argv[0][0] == '-'))
		return cli_usage("venvbox", "--install takes [-s] [DIR]");
	dir = argc == 1 ? argv[0] : NULL;
	diag_init(&d, a);
	for (size_t i = 0; i < applet_count && d.code == 0; i++)
		links_install(dir, applets[i]->name, symlinks, a, &d);
	return cli_report("venvbox", &d);
}

static int
run_venvbox(int argc, char **argv, const char *const *env)
{
	static char memory[4096];
	const struct applet *applet;
	struct arena a;

	arena_init(&a, memory, sizeof(memory));
	if (argc < 2)
		return cli_usage("venvbox", "the name of an applet is missing");
	if (strcmp(argv[1], "--list") == 0)
		return print_list(&a);
	if (strcmp(argv[1], "--install") == 0)
		return install(argc - 2, argv + 2, &a);
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
		return cli_version("venvbox");
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return print_help(&a);
	if (argv[1][0] == '-')
		return cli_usage("venvbox", "unknown option '%s'", argv[1]);
	applet = find_applet(argv[1]);
	if (applet)
		return run_applet(applet, argc - 1, argv + 1, env);
	cli_usage("venvbox", "'%s' is not an applet", argv[1]);
	return EXIT_NOT_FOUND;
}

int
main(int argc, char **argv, char **envp)
{
	const char *const *env = (const char *const *)envp;
	const struct applet *applet;
	const char *name;

	strset_seed = process_seed();
	arena_end = end;
	/* execve() may be called without even a name */
	if (argc < 1)
		return run_venvbox(0, argv, env);
	applet_called_as = argv[0];
	name = strrchr(argv[0], '/');
	name = name ? name + 1 : argv[0];
	applet = find_applet(*name == '-' ? name + 1 : name);
	return applet ? run_applet(applet, argc, argv, env)
	              : run_venvbox(argc, argv, env);
}
