#include "venv/check.h"

#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "format/pathname.h"
#include "os/ctx.h"
#include "publish/publish.h"
#include "python/layout.h"
#include "python/winpath.h"
#include "resolve/unmet.h"
#include "shell/activators.h"
#include "shell/runnable.h"
#include "venv/packages.h"
#include "wheel/distribution.h"
#include "wheel/record.h"
#include "wheel/scripts.h"

enum { MAX_ACTIVATOR = 64 * 1024 };

/* The state that all checks of an environment share. */
struct checker {
	struct check *check;
	const struct ctx *ctx;
	const char *const *env;
	const char *env_dir;
	struct layout layout; /* of its Python, if CHECK has one, or its kind */
	const char *recorded; /* ENV_DIR where it is used; NULL: unknown */
	size_t room; /* for problems */
	bool broken; /* a name of the interpreter does not start it */
	bool whole;
	bool noexec; /* nothing in it can be executed, which is reported */
};

static void
report(struct checker *k, const char *code, const char *text)
{
	struct check *c = k->check;

	c->problems = arena_more(k->ctx->arena, c->problems, c->count, &k->room,
	                         sizeof(*c->problems));
	c->problems[c->count++] = (struct problem){ code, text };
}

static char *
inside(struct checker *k, const char *path)
{
	return arena_fmt(k->ctx->arena, "%s/%s", k->env_dir, path);
}

/* Check a name in bin that ought to start the Python. */
static void
check_name(struct checker *k, const char *name)
{
	char *path = arena_fmt(k->ctx->arena, "%s/bin/%s", k->env_dir, name);
	const char *fault = runnable_fault(k->ctx, path);

	if (!fault)
		return;
	k->broken = true;
	report(k, "python-dangling",
	       arena_fmt(k->ctx->arena, "'bin/%s' %s", name, fault));
}

/* Return whether NAME is "python", "python3.12", "pypy3": not a name that only one
 * machine has. */
static bool
is_python_name(const char *name)
{
	static const struct layout none;

	return layout_is_stale_name(&none, name);
}

/* Check the names that are there: all must lead to a program. */
static void
check_present_names(struct checker *k)
{
	const struct entries *bin = &k->check->state.bin;

	for (size_t i = 0; i < bin->count; i++) {
		if (is_python_name(bin->names[i]))
			check_name(k, bin->names[i]);
	}
}

/* Check the names that this Python's own venv makes whatever the base is called: a
 * copy does not tell under which name it was asked for. */
static void
check_expected_names(struct checker *k, const struct layout *l)
{
	for (size_t i = l->odd_first; i < l->name_count; i++)
		check_name(k, l->names[i]);
}

/* Return whether KEY, a version, is of another minor version than PY. */
static bool
is_other_version(const char *key, const struct python *py, struct arena *a)
{
	char *minor = arena_fmt(a, "%d.%d", py->major, py->minor);
	size_t n = strlen(minor);

	return strncmp(key, minor, n) != 0 || (key[n] != '.' && key[n] != '\0');
}

/* A copy that looks for its library beside itself does not start without it:
 * CPython's own venv leaves it there. */
static void
check_copied_library(struct checker *k)
{
	const struct check *c = k->check;
	const char *place;

	if (!c->state.copies || !c->base.libpython || !c->base.libpython_origin)
		return;
	place = pathname_absolute(k->ctx->arena, "/bin", c->base.libpython_origin);
	if (!walk_is_file(k->ctx->walk, inside(k, place + 1)))
		report(k, "library-missing",
		       arena_fmt(k->ctx->arena, "'%s' is missing: the copy in "
		                 "'bin/python' needs it", place + 1));
}

/* Learn the base of the environment from PROGRAM, a path in it. Return false if that
 * fails, which is reported. */
static bool
learn_base(struct checker *k, const char *program)
{
	struct check *c = k->check;
	const struct config *cfg = &c->state.config;

	if (python_inspect(k->ctx->walk, k->ctx->arena, k->env,
	                   inside(k, program), &c->base, k->ctx->diag) < 0) {
		report(k, "base-unusable", buf_str(&k->ctx->diag->text));
		return false;
	}
	c->has_base = true;
	layout_init(&k->layout, &c->base, k->ctx->arena);
	if (cfg->version &&
	    is_other_version(cfg->version, &c->base, k->ctx->arena))
		report(k, "base-version",
		       arena_fmt(k->ctx->arena, "pyvenv.cfg says Python %s, %s "
		                 "is %s", cfg->version, program,
		                 layout_version(&c->base, k->ctx->arena)));
	return true;
}

static void
check_site_packages(struct checker *k, const struct layout *l)
{
	/* PyPy 3.7 and older leave site-packages itself to the installer */
	if (strchr(l->site_packages, '/') &&
	    !walk_is_dir(k->ctx->walk, inside(k, l->site_packages)))
		report(k, "site-packages-missing",
		       arena_fmt(k->ctx->arena, "'%s' is missing",
		                 l->site_packages));
}

static void
check_base(struct checker *k)
{
	struct check *c = k->check;
	const struct config *cfg = &c->state.config;
	struct layout l;

	if (!walk_is_dir(k->ctx->walk, cfg->home)) {
		report(k, "home-missing",
		       arena_fmt(k->ctx->arena, "home '%s' is gone", cfg->home));
		return;
	}
	if (!learn_base(k, "bin/python"))
		return;
	if (c->base.wrapper)
		report(k, "wrapper",
		       arena_fmt(k->ctx->arena, "'bin/python' starts '%s' by its own "
		                 "path, through '%s': programs run outside the "
		                 "environment", c->base.real, c->base.wrapper));
	l = k->layout;
	if (cfg->minimal)
		layout_minimize(&l, &c->base);
	check_expected_names(k, &l);
	check_copied_library(k);
	check_site_packages(k, &l);
}

/* Check the launcher PATH of an environment for Windows, which may be that of any venv,
 * virtualenv or uv. */
static void
check_launcher(struct checker *k, const char *path)
{
	int err = python_windows_program(k->ctx->walk, inside(k, path));
	const char *fault = err == -ENOENT    ? "is missing"
	                    : err == -ENOEXEC ? "is no whole program for Windows"
	                                      : diag_reason(err);

	if (err < 0)
		report(k, "python-dangling",
		       arena_fmt(k->ctx->arena, err == -ENOENT || err == -ENOEXEC
		                 ? "'%s' %s" : "'%s' cannot be read: %s",
		                 path, fault));
}

/* Check the names in an environment for Windows: no file there needs an execute bit,
 * and a launcher starts the Python of any version. */
static void
check_launchers(struct checker *k)
{
	struct arena *a = k->ctx->arena;

	const char *program = config_windows_program(k->ctx->walk, a, k->env_dir);

	if (!program) {
		report(k, "python-dangling",
		       "'Scripts/python.exe' is missing");
		return;
	}
	if (!learn_base(k, program))
		return;
	for (size_t i = 0; i < k->layout.name_count; i++)
		check_launcher(k, arena_fmt(a, "%s/%s", k->layout.scripts,
		                            k->layout.names[i]));
	check_site_packages(k, &k->layout);
}

/* A library that only this shell's LD_LIBRARY_PATH leads to is not found in
 * another one. */
static void
check_library(struct checker *k)
{
	const struct python *py = &k->check->base;

	if (!k->check->has_base)
		return;
	if (py->missing_library)
		report(k, "library-missing",
		       arena_fmt(k->ctx->arena, "the base Python needs %s, which is "
		                 "not found: it does not start",
		                 py->missing_library));
	else if (py->library_path)
		report(k, "library-path",
		       arena_fmt(k->ctx->arena, "the library of the base Python is "
		                 "found by LD_LIBRARY_PATH only: %s",
		                 py->library_path));
}

/* They are mostly written together, so one stands for all. */
static void
check_activators(struct checker *k)
{
	const struct config *cfg = &k->check->state.config;
	const struct activators_place place = {
		.layout = &k->layout,
		.env_dir = k->env_dir,
		.recorded = k->recorded,
		.prompt = k->layout.other_paths ? cfg->prompt : NULL,
		.env = k->env,
	};
	const char *file;

	/* one that is to find itself says so when it cannot */
	for (size_t i = 0; !cfg->relocatable && (file = activators_file(i)); i++) {
		char *path = arena_fmt(k->ctx->arena, "%s/%s", k->layout.scripts,
		                       file);
		const char *fault;
		char *text;
		size_t len;

		if (walk_read(k->ctx->walk, k->ctx->arena, inside(k, path),
		              MAX_ACTIVATOR, &text, &len) < 0)
			continue;
		fault = activators_fault(k->ctx, &place, file, text, len);
		if (!fault)
			continue;
		report(k, "activator-stale",
		       arena_fmt(k->ctx->arena, "'%s' %s", path, fault));
		return;
	}
}

/* A run that was killed leaves its work directory, one in progress has locked
 * it. */
static void
check_traces(struct checker *k)
{
	enum work_traces traces;
	char *real;

	if (walk_resolve(k->ctx->walk, k->ctx->arena, k->env_dir, &real) < 0)
		return;
	traces = publish_look(k->ctx, real);
	if (traces == WORK_INTERRUPTED)
		report(k, "interrupted", "an earlier run was interrupted: give "
		       "its command again");
	else if (traces == WORK_RUNNING)
		report(k, "running", "a run is in progress");
}

/* Return whether PATH of a RECORD is that of a script: in bin itself, and a program
 * by its first bytes. */
static bool
is_script(struct checker *k, const char *path)
{
	struct arena shortly;
	bool is;

	if (k->layout.exe_scripts || !str_starts(path, "bin/") ||
	    strchr(path + 4, '/'))
		return false;
	arena_init(&shortly, NULL, 0);
	is = scripts_is_program(
		&(struct ctx){ .walk = k->ctx->walk, .arena = &shortly },
		arena_fmt(&shortly, "%s/%s", k->env_dir, path));
	arena_free(&shortly);
	return is;
}

/* A project whose RECORD is read. */
struct checking {
	struct checker *checker;
	const char *name; /* LEN bytes */
	size_t len;
	const char *first; /* of the files that were lost */
	size_t lost;
};

/* Check that the file of ROW is there and, if it is a script, can be executed. */
static int
check_file(void *checking, const struct record_row *row)
{
	struct checking *c = checking;
	struct checker *k = c->checker;
	const char *path = row->path, *fault;

	if (distribution_lost(k->ctx->walk, k->env_dir, row) && c->lost++ == 0)
		c->first = arena_str(k->ctx->arena, path);
	if (k->noexec || !is_script(k, path))
		return 0;
	/* its interpreter is not the project's concern */
	fault = runnable_file_fault(k->ctx, inside(k, path));
	if (fault)
		report(k, "script-unusable",
		       arena_fmt(k->ctx->arena, "%.*s: '%s' %s", (int)c->len,
		                 c->name, path, fault));
	return 0;
}

/* Check the files that RECORD of one project lists, except compiled ones, which are
 * made again. */
static void
check_record(struct checker *k, const struct distribution_root *root,
             const char *directory)
{
	struct checking c = {
		.checker = k,
		.name = directory,
		.len = strlen(directory) - strlen(".dist-info"),
	};
	struct arena *a = k->ctx->arena;
	struct diag flaw;
	int err;

	diag_init(&flaw, a);
	err = distribution_each(k->ctx->walk, k->env_dir, root->path, directory,
	                        check_file, &c, &flaw);
	if (err < 0 && err != -ENOENT)
		report(k, "record-unreadable",
		       arena_fmt(a, "%.*s: its RECORD cannot be read: %s",
		                 (int)c.len, c.name,
		                 flaw.code ? buf_str(&flaw.text)
		                 : err == -EACCES || err == -EIO
		                         ? diag_reason(err)
		                         : "it is not a regular file, or a "
		                           "link leads to it"));
	if (c.lost == 0)
		return;
	report(k, "files-missing",
	       c.lost == 1
	               ? arena_fmt(a, "%.*s: '%s' is missing or empty", (int)c.len,
	                           c.name, c.first)
	               : arena_fmt(a, "%.*s: %zu files are missing or empty, the "
	                              "first is '%s'", (int)c.len, c.name, c.lost,
	                           c.first));
}

static void
check_root(struct checker *k, const struct distribution_root *root)
{
	struct entries e = { .count = 0 };
	struct arena shortly;

	arena_init(&shortly, NULL, 0);
	if (root->path)
		walk_entries(k->ctx->walk, &shortly, inside(k, root->path), &e);
	for (size_t i = 0; i < e.count; i++) {
		if (str_ends(e.names[i], ".dist-info"))
			check_record(k, root, e.names[i]);
	}
	arena_free(&shortly);
}

static void
check_records(struct checker *k)
{
	struct distribution_roots roots;

	if (!k->layout.site_packages)
		return;
	roots = distribution_roots_of(&k->layout);
	check_root(k, &roots.purelib);
	check_root(k, &roots.platlib);
}

static void
report_unmet(void *checker, const char *code, const char *text)
{
	report(checker, code, text);
}

/* Check what the installed projects require, in the order of sys.path. */
static void
check_requirements(struct checker *k)
{
	const struct python *base = &k->check->base;
	struct packages places;

	if (!k->check->has_base)
		return;
	packages_find(k->ctx, &places, k->env_dir, base, &k->layout,
	              k->check->state.config.system_site);
	unmet_find(k->ctx, base, places.list, places.count, report_unmet, k);
}

/* Check that the scripts in bin start this environment's Python, whoever made
 * them. */
static void
check_interpreters(struct checker *k)
{
	const struct scripts all = {
		.layout = &k->layout,
		.names = &k->check->state.bin,
		.env_dir = k->env_dir,
		.recorded = k->recorded,
		.env = k->env,
	};
	struct stale_scripts s;

	scripts_look(k->ctx, &s, &all);
	k->check->bound = s.bound;
	for (size_t i = 0; i < s.count; i++) {
		if (!k->whole && !s.list[i].mendable) {
			if (k->check->unmendable++ == 0)
				k->check->first_unmendable = s.list[i].name;
			continue;
		}
		report(k, "script-stale",
		       arena_fmt(k->ctx->arena, "'%s/%s' starts '%s', which is %s",
		                 k->layout.scripts, s.list[i].name,
		                 s.list[i].python,
		                 s.list[i].missing ? "missing"
		                                   : "not this environment's"));
	}
}

/* Look for programs in bin that nobody can execute; with WHOLE those that this user
 * cannot are reported with the rest of their project. */
static void
check_modes(struct checker *k)
{
	struct entries names;

	if (!k->check->has_base)
		return;
	scripts_not_executable(k->ctx, &names, k->env_dir,
	                       &k->check->state.bin, &k->layout);
	for (size_t i = 0; i < names.count; i++)
		report(k, "script-unusable",
		       arena_fmt(k->ctx->arena, "'bin/%s' is not executable",
		                 names.names[i]));
}

/* On a mount that is noexec, links to a Python elsewhere work, but neither scripts
 * nor extension modules. */
static void
check_mount(struct checker *k)
{
	k->noexec = walk_is_noexec(k->ctx->walk, inside(k, "bin"));
	if (k->noexec)
		report(k, "noexec", "it is on a file system that is mounted "
		       "noexec: scripts and extension modules in it cannot be "
		       "executed");
}

/* Check an environment, whose kind is known by now. */
static void
check_all(struct checker *k)
{
	bool executes = !k->check->state.kind->exe_scripts; /* by x bits, here */

	k->layout = *k->check->state.kind;
	k->recorded = k->layout.other_paths
	                      ? winpath_from_host(k->ctx->walk, k->ctx->arena,
	                                          k->env, k->env_dir)
	                      : k->env_dir;
	if (executes && k->whole)
		check_mount(k);
	if (executes)
		check_present_names(k);
	else
		check_launchers(k);
	if (executes && !k->broken)
		check_base(k);
	if (executes && k->whole)
		check_library(k);
	check_activators(k);
	check_interpreters(k);
	if (k->whole) {
		check_records(k);
		check_requirements(k);
	} else if (executes) {
		check_modes(k);
	}
}

int
check_environment(const struct ctx *x, struct check *c, const char *const *env,
                  const char *env_dir, bool whole)
{
	struct checker k = {
		.check = c,
		.ctx = x,
		.env = env,
		.env_dir = env_dir,
		.whole = whole,
	};
	struct stat st;
	int err = walk_stat(x->walk, env_dir, &st);

	memset(c, 0, sizeof(*c));
	if (err < 0 && err != -ENOENT && err != -ENOTDIR)
		return diag_sys(x->diag, err, "read", env_dir);
	if (err < 0 || !S_ISDIR(st.st_mode)) {
		report(&k, "missing", "there is no such directory");
		return 0;
	}
	if (whole)
		check_traces(&k);
	err = state_read(x, &c->state, env_dir);
	if (err < 0)
		return err;
	if (!c->state.environment)
		report(&k, "cfg-missing", "'pyvenv.cfg' is missing, unreadable "
		       "or has no home key");
	else
		check_all(&k);
	diag_clear(x->diag);
	return 0;
}
