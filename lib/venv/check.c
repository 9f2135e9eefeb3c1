#include "venv/check.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "format/pathname.h"
#include "os/walk.h"
#include "publish/publish.h"
#include "python/layout.h"
#include "shell/runnable.h"
#include "venv/activators.h"
#include "venv/scripts.h"
#include "wheel/distribution.h"

enum { MAX_ACTIVATOR = 64 * 1024 };

/* What the looks at one environment have in common. */
struct checker {
	struct check *check;
	const struct walk *walk;
	struct arena *arena;
	const char *const *env;
	const char *env_dir;
	bool broken; /* a name of the interpreter does not start it */
	bool whole;
	bool noexec; /* nothing in it can be executed, which is reported */
	struct diag *diag;
};

static int
report(struct checker *k, const char *code, const char *text)
{
	struct check *c = k->check;

	if (!text)
		return diag_oom(k->diag);
	/* a power of two is full */
	if ((c->count & (c->count - 1)) == 0) {
		size_t size = c->count * sizeof(*c->problems);

		c->problems = arena_grow(k->arena, c->problems, size,
		                         size ? 2 * size
		                              : sizeof(*c->problems));
	}
	if (!c->problems)
		return diag_oom(k->diag);
	c->problems[c->count++] = (struct problem){ code, text };
	return 0;
}

static char *
inside(struct checker *k, const char *path)
{
	return arena_fmt(k->arena, "%s/%s", k->env_dir, path);
}

/* A name in bin that ought to start the Python. */
static int
check_name(struct checker *k, const char *name)
{
	char *path = arena_fmt(k->arena, "%s/bin/%s", k->env_dir, name);
	const char *fault;

	if (!path)
		return diag_oom(k->diag);
	fault = runnable_fault(k->walk, k->arena, path);
	if (!fault)
		return 0;
	k->broken = true;
	return report(k, "python-dangling",
	              arena_fmt(k->arena, "'bin/%s' %s", name, fault));
}

/* "python", "python3.12", "pypy3": not a name that only one machine has. */
static bool
is_python_name(const char *name)
{
	static const struct layout none;

	return layout_is_stale_name(&none, name);
}

/* The names that are there: all must lead to a program. */
static int
check_present_names(struct checker *k)
{
	const struct entries *bin = &k->check->state.bin;
	int err = 0;

	for (size_t i = 0; err == 0 && i < bin->count; i++) {
		if (is_python_name(bin->names[i]))
			err = check_name(k, bin->names[i]);
	}
	return err;
}

/* Check the names that this Python's own venv makes whatever the base is called:
 * a copy does not tell under which name it was asked for. */
static int
check_expected_names(struct checker *k, const struct layout *l)
{
	int err = 0;

	for (size_t i = l->odd_first; err == 0 && i < l->name_count; i++)
		err = check_name(k, l->names[i]);
	return err;
}

/* The version key names another minor version than the base has. */
static bool
is_other_version(const char *key, const struct python *py, struct arena *a)
{
	char *minor = arena_fmt(a, "%d.%d", py->major, py->minor);
	size_t n = minor ? strlen(minor) : 0;

	return !minor || strncmp(key, minor, n) != 0 ||
	       (key[n] != '.' && key[n] != '\0');
}

/* A copy that looks for its library beside itself does not start without it:
 * CPython's own venv leaves it behind. */
static int
check_copied_library(struct checker *k)
{
	const struct check *c = k->check;
	const char *place;

	if (!c->state.copies || !c->base.libpython || !c->base.libpython_origin)
		return 0;
	place = pathname_absolute(k->arena, "/bin", c->base.libpython_origin);
	if (!place)
		return diag_oom(k->diag);
	if (walk_is_file(k->walk, inside(k, place + 1)))
		return 0;
	return report(k, "library-missing",
	              arena_fmt(k->arena, "'%s' is missing: the copy in "
	                        "'bin/python' needs it", place + 1));
}

static int
check_base(struct checker *k)
{
	struct check *c = k->check;
	const struct config *cfg = &c->state.config;
	char *python = inside(k, "bin/python");
	struct layout l;
	int err;

	if (!python)
		return diag_oom(k->diag);
	if (!walk_is_dir(k->walk, cfg->home))
		return report(k, "home-missing",
		              arena_fmt(k->arena, "home '%s' is gone",
		                        cfg->home));
	err = python_inspect(k->walk, k->arena, k->env, python, &c->base,
	                     k->diag);
	if (err == -ENOMEM)
		return err;
	if (err < 0)
		return report(k, "base-unusable", buf_str(&k->diag->text));
	c->has_base = true;
	if (c->base.wrapper &&
	    report(k, "wrapper", arena_fmt(k->arena, "'bin/python' starts '%s' by "
	                                   "its own path, through '%s': programs "
	                                   "run outside the environment",
	                                   c->base.real, c->base.wrapper)) < 0)
		return k->diag->code;
	if (cfg->version && is_other_version(cfg->version, &c->base, k->arena))
		err = report(k, "base-version",
		             arena_fmt(k->arena, "pyvenv.cfg says Python %s, "
		                       "bin/python is %s", cfg->version,
		                       layout_version(&c->base, k->arena)));
	else
		err = 0;
	if (err < 0)
		return diag_oom(k->diag);
	layout_init(&l, &c->base, k->arena);
	if (cfg->minimal)
		layout_minimize(&l, &c->base);
	err = check_expected_names(k, &l);
	if (err == 0)
		err = check_copied_library(k);
	/* PyPy 3.7 and older leave site-packages itself to the installer */
	if (err == 0 && strchr(l.site_packages, '/') &&
	    !walk_is_dir(k->walk, inside(k, l.site_packages)))
		err = report(k, "site-packages-missing",
		             arena_fmt(k->arena, "'%s' is missing",
		                       l.site_packages));
	return err;
}

/* A library that only this shell's LD_LIBRARY_PATH leads to is not found in
 * another one. */
static int
check_library(struct checker *k)
{
	const struct python *py = &k->check->base;

	if (!k->check->has_base)
		return 0;
	if (py->missing_library)
		return report(k, "library-missing",
		              arena_fmt(k->arena, "the base Python needs %s, "
		                        "which is not found: it does not start",
		                        py->missing_library));
	if (!py->library_path)
		return 0;
	return report(k, "library-path",
	              arena_fmt(k->arena, "the library of the base Python is "
	                        "found by LD_LIBRARY_PATH only: %s",
	                        py->library_path));
}

/* Return the directory that the activation file PATH, called FILE, enters, if it is
 * not this environment; NULL if it is, or the file is not there, or finds that out
 * when it is read. */
static const char *
entered(struct checker *k, const char *file, const char *path)
{
	const char *dir;
	char *text;
	size_t len;

	if (walk_read(k->walk, k->arena, path, MAX_ACTIVATOR, &text, &len) < 0)
		return NULL;
	dir = activators_recorded(file, text, len, k->arena);
	if (!dir || strcmp(dir, k->env_dir) == 0)
		return NULL;
	return walk_is_same(k->walk, dir, k->env_dir) ? NULL : dir;
}

/* They are mostly written together, so one stands for all. */
static int
check_activators(struct checker *k)
{
	const char *file;

	for (size_t i = 0; (file = activators_file(i)); i++) {
		char *path = arena_fmt(k->arena, "%s/bin/%s", k->env_dir, file);
		const char *dir = path ? entered(k, file, path) : NULL;

		/* one that is to find itself says so when it cannot */
		if (dir && !k->check->state.config.relocatable)
			return report(k, "activator-stale",
			              arena_fmt(k->arena, "'bin/%s' enters '%s'",
			                        file, dir));
	}
	return 0;
}

/* A run that was killed leaves its work directory, one in progress has locked
 * it. */
static int
check_traces(struct checker *k)
{
	char *real;

	if (walk_resolve(k->walk, k->arena, k->env_dir, &real) < 0)
		return 0;
	switch (publish_look(k->walk, k->arena, real)) {
	case WORK_INTERRUPTED:
		return report(k, "interrupted", "an earlier run was "
		              "interrupted: give its command again");
	case WORK_RUNNING:
		return report(k, "running", "a run is in progress");
	default:
		return 0;
	}
}

/* Return whether PATH of a RECORD is that of a script: in bin itself, and a program
 * by its first bytes. */
static bool
is_script(struct checker *k, const char *path, struct arena *a)
{
	char *full;

	if (!str_starts(path, "bin/") || strchr(path + 4, '/'))
		return false;
	full = arena_fmt(a, "%s/%s", k->env_dir, path);
	return full && scripts_is_program(k->walk, a, full);
}

/* The scripts of FILES, which the project called NAME of LEN bytes has: they can
 * be executed. */
static int
check_scripts(struct checker *k, const struct distribution_files *files,
              const char *name, size_t len, struct arena *shortly)
{
	int err = 0;

	for (size_t i = 0; err == 0 && i < files->count; i++) {
		const char *path = files->paths[i];
		const char *fault;

		if (!is_script(k, path, shortly))
			continue;
		/* its interpreter is not the project's concern */
		fault = runnable_file_fault(k->walk, k->arena,
		                            inside(k, path));
		if (fault)
			err = report(k, "script-unusable",
			             arena_fmt(k->arena, "%.*s: '%s' %s",
			                       (int)len, name, path, fault));
	}
	return err;
}

/* The files that RECORD of one project lists, except compiled ones, which are
 * made again. */
static int
check_record(struct checker *k, const struct distribution_root *root,
             const char *directory)
{
	const char *first = NULL;
	size_t missing = 0, end = strlen(directory) - strlen(".dist-info");
	struct distribution_files files;
	struct arena shortly;
	int err;

	arena_init(&shortly, NULL, 0);
	err = distribution_read(&files, k->walk, k->env_dir, root->path,
	                        directory, &shortly);
	for (size_t i = 0; err == 0 && i < files.count; i++) {
		if (distribution_lacks(k->walk, k->env_dir, files.paths[i]) &&
		    missing++ == 0)
			first = files.paths[i];
	}
	if (err == 0 && !k->noexec)
		err = check_scripts(k, &files, directory, end, &shortly);
	if (missing > 0)
		err = report(k, "files-missing", missing == 1
		        ? arena_fmt(k->arena, "%.*s: '%s' is missing", (int)end,
		                    directory, first)
		        : arena_fmt(k->arena, "%.*s: %zu files are missing, the "
		                    "first is '%s'", (int)end, directory,
		                    missing, first));
	arena_free(&shortly);
	return err == -ENOMEM ? diag_oom(k->diag) : 0;
}

static int
check_root(struct checker *k, const struct distribution_root *root)
{
	struct entries e;
	char *path = root->path ? inside(k, root->path) : NULL;
	int err = 0;

	if (!path || walk_entries(k->walk, k->arena, path, &e) < 0)
		return 0;
	for (size_t i = 0; err == 0 && i < e.count; i++) {
		if (str_ends(e.names[i], ".dist-info"))
			err = check_record(k, root, e.names[i]);
	}
	return err;
}

static int
check_records(struct checker *k)
{
	struct distribution_roots roots;
	struct layout l;
	int err;

	if (!k->check->has_base)
		return 0;
	layout_init(&l, &k->check->base, k->arena);
	roots = distribution_roots_of(&l);
	err = check_root(k, &roots.purelib);
	return err < 0 ? err : check_root(k, &roots.platlib);
}

/* The scripts in bin start this environment's Python, whoever made them. */
static int
check_interpreters(struct checker *k)
{
	struct stale_scripts s;
	int err = scripts_look(&s, k->walk, k->env_dir, &k->check->state.bin,
	                       k->arena);

	if (err < 0)
		return diag_oom(k->diag);
	k->check->bound = s.bound;
	for (size_t i = 0; err == 0 && i < s.count; i++) {
		if (!k->whole && !s.list[i].mendable) {
			if (k->check->unmendable++ == 0)
				k->check->first_unmendable = s.list[i].name;
			continue;
		}
		err = report(k, "script-stale",
		             arena_fmt(k->arena, "'bin/%s' starts '%s', which "
		                       "is %s", s.list[i].name,
		                       s.list[i].python, s.list[i].missing
		                       ? "missing"
		                       : "not this environment's"));
	}
	return err;
}

/* Programs in bin that nobody can execute; with WHOLE those that this user cannot
 * are reported with the rest of their project. */
static int
check_modes(struct checker *k)
{
	struct entries names = { .count = 0 };
	struct layout l;
	int err = 0;

	if (!k->check->has_base)
		return 0;
	layout_init(&l, &k->check->base, k->arena);
	if (scripts_not_executable(&names, k->walk, k->env_dir,
	                           &k->check->state.bin, &l, k->arena) < 0)
		return diag_oom(k->diag);
	for (size_t i = 0; err == 0 && i < names.count; i++)
		err = report(k, "script-unusable",
		             arena_fmt(k->arena, "'bin/%s' is not executable",
		                       names.names[i]));
	return err;
}

/* A mount that is noexec: links to a Python elsewhere work there, but neither
 * scripts nor extension modules. */
static int
check_mount(struct checker *k)
{
	k->noexec = walk_is_noexec(k->walk, inside(k, "bin"));
	return k->noexec
	               ? report(k, "noexec", "it is on a file system that is "
	                        "mounted noexec: scripts and extension modules "
	                        "in it cannot be executed")
	               : 0;
}

int
check_environment(struct check *c, const struct walk *w, struct arena *a,
                  const char *const *env, const char *env_dir, bool whole,
                  struct diag *d)
{
	struct checker k = {
		.check = c,
		.walk = w,
		.arena = a,
		.env = env,
		.env_dir = env_dir,
		.whole = whole,
		.diag = d,
	};
	int err = 0;

	memset(c, 0, sizeof(*c));
	if (!walk_is_dir(w, env_dir))
		return report(&k, "missing", "there is no such directory");
	if (whole)
		err = check_traces(&k);
	if (err == 0)
		err = state_read(&c->state, w, a, env_dir, d);
	if (err < 0)
		return err;
	if (!c->state.environment)
		return report(&k, "cfg-missing",
		              "'pyvenv.cfg' is missing, unreadable or has no "
		              "home key");
	if (c->state.windows)
		return report(&k, "windows", "it is a Windows environment");
	if (whole)
		err = check_mount(&k);
	if (err == 0)
		err = check_present_names(&k);
	if (err == 0 && !k.broken)
		err = check_base(&k);
	if (err == 0 && whole)
		err = check_library(&k);
	if (err == 0)
		err = check_activators(&k);
	if (err == 0)
		err = check_interpreters(&k);
	if (err == 0)
		err = whole ? check_records(&k) : check_modes(&k);
	if (err == 0)
		diag_clear(d);
	return err;
}
