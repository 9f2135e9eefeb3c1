#include "python/find.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "format/pathname.h"
#include "os/walk.h"
#include "python/config.h"
#include "python/layout.h"
#include "python/path.h"
#include "python/python.h"
#include "python/version.h"
#include "python/winpath.h"

struct own_search {
	struct python *py;
	const struct walk *walk;
	struct arena *arena;
	const char *const *env;
	const char *env_dir;
	struct diag *diag;
	struct config config;
	struct version version; /* of CONFIG; -1: not there */
	bool has_copy;        /* a name in bin is a copy whose base was not found */
	const char *gone;     /* a link in bin leads here, where nothing is */
	const char *dangling; /* that link */
	bool is_unusable;     /* one leads to what is there and cannot be used: */
	struct diag refusal;  /* the reason */
};

/* Return whether ERR, of a look at a path, is not that nothing of the kind is
 * there. */
static bool
is_failure(int err)
{
	return err < 0 && err != -ENOENT && err != -ENOTDIR && err != -EINVAL &&
	       err != -EISDIR;
}

/* Read pyvenv.cfg. Return 1, 0 if there is none, or the error of a read. */
static int
read_config(struct own_search *s)
{
	int err = config_read(&s->config, s->walk, s->arena, s->env_dir);

	if (is_failure(err))
		return diag_sys(s->diag, err, "read",
		                pathname_join(s->arena, s->env_dir,
		                              "pyvenv.cfg"));
	if (err == 0)
		config_python_version(&s->config, &s->version);
	return err == 0;
}

/* Return whether there is nothing at PATH, or only a link to nothing. */
static bool
is_gone(const struct own_search *s, const char *path)
{
	struct stat st;
	int err = walk_stat(s->walk, path, &st);

	return err == -ENOENT || err == -ENOTDIR;
}

/* Return whether the inspection, which returned ERR, of a path to which NAME leads
 * found the environment's Python. A whole Python in ENV_DIR is none. */
static bool
judge(struct own_search *s, int err, const char *name)
{
	size_t n = strlen(s->env_dir);

	if (err < 0 || (*s->py->home &&
	                strncmp(s->py->executable, s->env_dir, n) == 0 &&
	                s->py->executable[n] == '/'))
		return false;
	s->py->requested = name;
	s->py->why = s->py->gone ? "in the environment's home"
	                         : "the environment's own";
	return true;
}

/* Keep the first reason why a path that is there is no Python to use. */
static void
keep_refusal(struct own_search *s, const struct diag *d)
{
	if (!s->is_unusable)
		s->refusal = *d;
	s->is_unusable = true;
}

/* Keep the error ERR of a look at PATH as such a reason. */
static void
keep_error(struct own_search *s, int err, const char *path)
{
	struct diag d;

	diag_init(&d, s->arena);
	diag_sys(&d, err, "read", path);
	keep_refusal(s, &d);
}

/* The try_ functions return true if they have found the environment's Python. */

/* Try PATH, to which NAME leads and where there is something: if it is no Python
 * to use, that is the reason of an error. */
static bool
try_path(struct own_search *s, const char *path, const char *name)
{
	struct diag d;
	int err;

	diag_init(&d, s->arena);
	err = python_inspect_usable(s->walk, s->arena, s->env, path, s->py, &d);
	if (err < 0)
		keep_refusal(s, &d);
	return judge(s, err, name);
}

/* Try the regular file NAME in bin, a copy. */
static bool
try_copy(struct own_search *s, const char *name)
{
	struct diag d;
	int err;

	diag_init(&d, s->arena);
	err = python_inspect(s->walk, s->arena, s->env, name, s->py, &d);
	if (err < 0) {
		diag_note(s->diag, "%s", buf_str(&d.text));
		s->has_copy = true;
	}
	return judge(s, err, name);
}

/* Try the name NAME in bin. */
static bool
try_name(struct own_search *s, const char *name)
{
	char *path = arena_fmt(s->arena, "%s/bin/%s", s->env_dir, name);
	const char *end;
	struct stat st;
	int err = path_leave_directory(s->walk, s->arena, path, &end);

	if (is_failure(err)) {
		keep_error(s, err, path);
		return false;
	}
	if (!end)
		return walk_lstat(s->walk, s->arena, path, &st) == 0 &&
		       S_ISREG(st.st_mode) && try_copy(s, path);
	if (!is_gone(s, end))
		return try_path(s, end, path);
	diag_note(s->diag, "%s: it leads to '%s', which is gone", path, end);
	if (!s->gone) {
		s->gone = end;
		s->dangling = path;
	}
	return false;
}

/* Try the names of interpreters that are in bin, "python" first. */
static bool
try_names(struct own_search *s)
{
	static const struct layout none;
	char *bin = arena_fmt(s->arena, "%s/bin", s->env_dir);
	struct entries e = { .count = 0 };
	int err = walk_entries(s->walk, s->arena, bin, &e);

	if (is_failure(err)) {
		keep_error(s, err, bin);
		return false;
	}
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < e.count; i++) {
			const char *name = e.names[i];

			if (layout_is_stale_name(&none, name) &&
			    (strcmp(name, "python") == 0) == (pass == 0) &&
			    try_name(s, name))
				return true;
		}
	}
	return false;
}

/* Return whether PY may be of the version that pyvenv.cfg names. */
static bool
has_version(const struct own_search *s, const struct python *py)
{
	return s->version.minor < 0 || (s->version.major == py->major &&
	                                s->version.minor == py->minor);
}

/* Return the path of the interpreter that the environment was made from, by
 * pyvenv.cfg. */
static const char *
former_path(const struct own_search *s)
{
	if (s->config.executable)
		return s->config.executable;
	if (s->version.minor >= 0)
		return arena_fmt(s->arena, "%s/python%d.%d", s->config.home,
		                 s->version.major, s->version.minor);
	return arena_fmt(s->arena, "%s/python3", s->config.home);
}

/* Return whether the `executable` of pyvenv.cfg is there. */
static bool
has_executable(const struct own_search *s)
{
	const char *executable = s->config.executable;

	return executable && *executable == '/' && !is_gone(s, executable);
}

/* Try the launcher of an environment for Windows, whose Python is in `home`, or if it is
 * lost the Python that pyvenv.cfg names. */
static bool
try_windows(struct own_search *s)
{
	const char *name = config_windows_program(s->walk, s->arena, s->env_dir);
	const char *home = s->config.home, *executable = s->config.executable;
	const char *path = NULL;

	if (name)
		path = pathname_join(s->arena, s->env_dir, name);
	else if (executable)
		path = winpath_to_host(s->walk, s->arena, s->env, executable);
	if (!path || (!name && is_gone(s, path)))
		path = winpath_to_host(s->walk, s->arena, s->env,
		                       arena_fmt(s->arena, "%s\\python.exe",
		                                 home));
	return path && !is_gone(s, path) && try_path(s, path, path);
}

/*
 * Take the Python that `home` has: no name in bin leads to anything. Without a
 * link, try the `executable` of pyvenv.cfg before another version is taken.
 */
static bool
try_home(struct own_search *s)
{
	char *python = arena_fmt(s->arena, "%s/bin/python", s->env_dir);
	const char *name = s->dangling ? s->dangling : python;
	struct diag d;
	bool found;
	int err;

	diag_init(&d, s->arena);
	err = python_inspect_usable(s->walk, s->arena, s->env, name, s->py, &d);
	if (err == -EACCES)
		keep_refusal(s, &d);
	if (err < 0)
		diag_note(s->diag, "%s", buf_str(&d.text));
	found = judge(s, err, name);
	if (s->is_unusable ||
	    (found && (s->py->gone || has_version(s, s->py))))
		return found;
	if (!s->gone && has_executable(s))
		return try_path(s, s->config.executable, name);
	if (!s->gone)
		s->gone = former_path(s);
	s->py->gone = s->gone;
	return found;
}

/* Report why the environment's Python cannot be used, and that no other is
 * taken. */
static int
refuse(struct own_search *s)
{
	struct diag *d = s->diag;

	/* a base that is there is not gone */
	if (!s->is_unusable && has_executable(s))
		try_path(s, s->config.executable, s->config.executable);
	if (s->is_unusable)
		diag_set(d, -EINVAL, "cannot change '%s': %s", s->env_dir,
		         buf_str(&s->refusal.text));
	else
		diag_set(d, -EINVAL, "cannot change '%s': its Python is a copy, "
		         "and the one it was made from is gone", s->env_dir);
	diag_hint(d, "give a Python with --python");
	return d->code;
}

int
own_python_find(struct python *py, const struct walk *w, struct arena *a,
                const char *const *env, const char *env_dir, struct diag *d)
{
	struct own_search s = { .py = py, .walk = w, .arena = a, .env = env,
		                .env_dir = env_dir, .diag = d };
	int found = read_config(&s);
	const char *home = s.config.home;

	memset(py, 0, sizeof(*py));
	if (found != 1)
		return found;
	if (home && config_is_of_windows(&s.config, w, a, env_dir))
		return try_windows(&s) ? 1 : refuse(&s);
	if (try_names(&s) ||
	    (home && !s.is_unusable && !s.has_copy && try_home(&s)))
		return 1;
	if ((home && s.is_unusable) || s.has_copy)
		return refuse(&s);
	*py = (struct python){ .gone = home ? s.gone : NULL };
	return 0;
}
