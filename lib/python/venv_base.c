/*
 * venv_base: from a program in a virtual environment to the Python it was made
 * from.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "base/str.h"
#include "format/pathname.h"
#include "os/walk.h"
#include "python/config.h"
#include "python/inspection.h"
#include "python/path.h"
#include "python/python.h"
#include "python/version.h"

/* Read the pyvenv.cfg in directory DIR: 1, 0 if there is none or it has no home,
 * -ENOEXEC if that is relative: nothing says to what. */
static int
read_config(struct inspection *in, const char *dir, struct config *c)
{
	if (config_read(c, in->walk, in->arena, dir) < 0 || !c->home)
		return 0;
	if (*c->home == '/' ||
	    config_is_of_windows(c, in->walk, in->arena, dir))
		return 1;
	return inspection_refuse(in, -ENOEXEC, "the home '%s' in %s is not an "
	                         "absolute path", c->home,
	                         pathname_join(in->arena, dir, "pyvenv.cfg"));
}

/* A search for the base of the environment whose program EXE is. */
struct base_search {
	struct inspection *in;
	const char *exe;
	struct python want;    /* what the base has to be; major 0: anything */
	bool is_copy;          /* WANT is from EXE itself, with its kind of build */
	const char *best;      /* the newest one of the same X.Y so far */
	struct python best_py;
};

/* Return whether PY is of the kind that is wanted. */
static bool
fits(const struct base_search *s, const struct python *py)
{
	const struct python *want = &s->want;

	return want->major == 0 ||
	       (py->implementation == want->implementation &&
	        py->major == want->major && py->minor == want->minor &&
	        py->free_threaded == want->free_threaded &&
	        (!s->is_copy || py->debug == want->debug));
}

static bool
has_same_micro(const struct base_search *s, const struct python *py)
{
	return s->want.major == 0 || s->want.micro < 0 || py->micro < 0 ||
	       (py->micro == s->want.micro && py->level == s->want.level &&
	        py->serial == s->want.serial);
}

/* Try the interpreter PATH, if there is one. Return whether it is the base. */
static bool
try_path(struct base_search *s, const char *path)
{
	struct inspection *in = s->in;
	struct python *py = arena_alloc(in->arena, sizeof(*py));
	struct diag d;

	if (strcmp(path, s->exe) == 0 || !walk_is_file(in->walk, path))
		return false;
	diag_init(&d, in->arena);
	if (inspection_of(in, path, py, &d) < 0 || !fits(s, py))
		return false;
	if (has_same_micro(s, py)) {
		s->best = path;
		return true;
	}
	if (!s->best || py->micro > s->best_py.micro) {
		s->best = path;
		s->best_py = *py;
	}
	return false;
}

/* Return whether the environment of the search has NAME in its bin. */
static bool
has_name(const struct base_search *s, const char *name)
{
	struct arena *a = s->in->arena;
	char *path = pathname_join(a, pathname_dir(a, s->exe), name);
	struct stat st;

	return walk_lstat(s->in->walk, a, path, &st) == 0;
}

/* Try the names under which an interpreter can be in `home`. Those that the
 * environment has too come first: from another, it would get one name more.
 * Return whether one is the base. */
static bool
try_names(struct base_search *s, const char *home)
{
	struct inspection *in = s->in;
	const struct python *w = &s->want;
	bool pypy = w->implementation == PYTHON_PYPY;
	const char *names[] = {
		w->major ? arena_fmt(in->arena, "%s%d.%d%s%s",
		                     pypy ? "pypy" : "python", w->major,
		                     w->minor, w->free_threaded ? "t" : "",
		                     w->debug ? "d" : "")
		         : "python3",
		pypy ? "pypy3" : "python3",
		pypy ? "pypy" : "python",
		pathname_base(s->exe),
		pypy ? "pypy3-c" : "platform-python",
	};
	const size_t count = sizeof(names) / sizeof(names[0]);

	for (size_t i = 0; i < 2 * count; i++) {
		const char *name = names[i % count];

		if (has_name(s, name) == (i < count) &&
		    try_path(s, pathname_join(in->arena, home, name)))
			return true;
	}
	return false;
}

/* Learn what the copy EXE is, or else what pyvenv.cfg says of its version. Return
 * false if it is no interpreter. */
static bool
learn_wanted(struct base_search *s, const struct config *c)
{
	struct inspection *in = s->in;
	struct inspection own = *in;
	struct version v;
	struct diag ignored;

	diag_init(&ignored, in->arena);
	own.py = &s->want;
	own.diag = &ignored;
	if (!inspection_identify(&own, s->exe))
		return false;
	s->is_copy = true;
	if (s->want.major == 0) {
		config_python_version(c, &v);
		s->want = (struct python){
			.major = v.minor >= 0 ? v.major : 0,
			.minor = v.minor,
			.micro = v.micro,
			.level = 'f',
			.debug = s->want.debug,
		};
	}
	return true;
}

/* Find the interpreter that the copy EXE was made from. Return as venv_base(), 0
 * if it is no copy. */
static int
find_for_copy(struct inspection *in, const char *exe, const struct config *c,
              const char **base)
{
	struct base_search s = { .in = in, .exe = exe };
	const struct python *want = &s.want;
	const char *executable = c->executable ? c->executable
	                                       : c->base_executable;

	if (!learn_wanted(&s, c))
		return 0;
	if (!(executable && *executable == '/' && try_path(&s, executable)))
		try_names(&s, c->home);
	*base = s.best;
	if (s.best)
		return 1;
	if (want->major == 0)
		return inspection_refuse(in, -ENOEXEC, "a copy of an "
		                         "interpreter that is no longer in %s "
		                         "(pyvenv.cfg home)", c->home);
	return inspection_refuse(in, -ENOEXEC, "a copy of %s %d.%d, which is no "
	                         "longer in %s (pyvenv.cfg home)",
	                         want->implementation == PYTHON_PYPY
	                                 ? "PyPy" : "Python",
	                         want->major, want->minor, c->home);
}

/* Find a Python that `home` still has, for a link that leads nowhere or is not
 * there: one of the version that pyvenv.cfg names, or any. */
static bool
find_in_home(struct inspection *in, const char *exe, const struct config *c,
             const char **base)
{
	struct base_search s = { .in = in, .exe = exe };
	struct version v;
	bool pypy = strncmp(pathname_base(exe), "pypy", 4) == 0;
	bool found = false;

	config_python_version(c, &v);
	if (v.minor >= 0) {
		s.want = (struct python){
			.major = v.major, .minor = v.minor, .micro = -1,
		};
		for (int i = 0; i < 2 && !found; i++) {
			s.want.implementation = pypy == (i == 0) ? PYTHON_PYPY
			                                         : PYTHON_CPYTHON;
			found = try_names(&s, c->home);
		}
	}
	s.want = (struct python){
		.implementation = pypy ? PYTHON_PYPY : PYTHON_CPYTHON,
	};
	if (!found)
		try_names(&s, c->home);
	*base = s.best;
	return s.best != NULL;
}

/* Return whether EXE, which leads to no file, stands for an interpreter: a link with
 * the name of one, or the name that every environment has. */
static bool
is_lost(struct inspection *in, const char *exe)
{
	const char *name = pathname_base(exe), *rest;
	struct stat st;

	if (walk_lstat(in->walk, in->arena, exe, &st) < 0)
		return strcmp(name, "python") == 0;
	rest = name + (strncmp(name, "python", 6) == 0 ? 6 :
	               strncmp(name, "pypy", 4) == 0 ? 4 : 0);
	return S_ISLNK(st.st_mode) && rest > name &&
	       rest[strspn(rest, "0123456789.td")] == '\0';
}

int
venv_base(struct inspection *in, const char *exe, const char **base)
{
	char *bin = pathname_dir(in->arena, exe);
	const char *dir = pathname_dir(in->arena, bin), *gone;
	struct config c;
	int found = read_config(in, dir, &c);

	if (found == 0)
		found = read_config(in, dir = bin, &c);
	if (found != 1)
		return found;
	if (ascii_ends(exe, strlen(exe), ".exe") &&
	    config_is_of_windows(&c, in->walk, in->arena, dir))
		return windows_base(in, exe, &c, base);
	(void)path_leave_directory(in->walk, in->arena, exe, &gone);
	if (gone && walk_is_file(in->walk, gone)) {
		*base = gone;
		return 1;
	}
	if (!gone && walk_is_file(in->walk, exe))
		return find_for_copy(in, exe, &c, base);
	if (!is_lost(in, exe))
		return 0;
	if (!find_in_home(in, exe, &c, base))
		return inspection_refuse(in, -ENOEXEC,
		                         "a virtual environment whose base %s "
		                         "(pyvenv.cfg home) no longer has a "
		                         "Python", c.home);
	in->py->gone = gone;
	return 1;
}

int
venv_base_of_links(struct inspection *in, const char *exe, const char *real,
                   const char **base)
{
	char *asked = pathname_dir(in->arena, exe);
	char *end = pathname_dir(in->arena, real);
	unsigned links = 0;

	if (strcmp(asked, end) == 0)
		return 0;
	while (path_follow(in->walk, in->arena, &exe, &links) == 0) {
		char *dir = pathname_dir(in->arena, exe);
		int found = 0;

		if (strcmp(dir, asked) != 0)
			found = venv_base(in, exe, base);
		if (found != 0)
			return found;
		asked = dir;
	}
	/* a link to its directory may have hidden it */
	return strcmp(asked, end) == 0 ? 0 : venv_base(in, real, base);
}
