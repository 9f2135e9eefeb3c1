#pragma once
/*
 * python: the facts of a base interpreter, found without running it.
 *
 * Every path is absolute and virtual (seen from inside the root of the walk).
 * Strings live in the arena the facts were made with.
 */
#include <stdbool.h>

struct arena;
struct diag;
struct walk;

enum python_implementation { PYTHON_CPYTHON, PYTHON_PYPY };

struct python {
	enum python_implementation implementation;
	int major, minor;
	int micro;        /* -1: not known (then only X.Y is written) */
	char level;       /* release level: 'a', 'b', 'c' or 'f' (final) */
	int serial;       /* of the release level */
	bool free_threaded;
	bool debug;
	bool windows;     /* it runs on Windows */
	bool is_64bit;    /* ELF class: decides lib64 */
	int machine;      /* ELF e_machine, on Windows too */
	bool big_endian;

	const char *executable; /* base executable as to be linked to; its
	                           directory is HOME, links in it are kept */
	const char *home;       /* the `home` key: directory of EXECUTABLE */
	const char *real;       /* EXECUTABLE with all links resolved */
	const char *prefix;     /* directory that holds PLATLIBDIR/pythonX.Y */
	const char *platlibdir; /* "lib" or "lib64" */
	const char *stdlib;     /* directory (or zip) of the landmark found */
	const char *libpython;  /* resolved shared libpython or libpypy that the
	                           dynamic linker will load; NULL if linked in */
	const char *missing_library; /* name of the one that is not found */
	const char *library_path; /* directory of LIBPYTHON, if LD_LIBRARY_PATH
	                           alone leads there */
	const char *libpython_origin; /* where a copy of EXECUTABLE in a bin
	                           directory D/bin looks for LIBPYTHON by $ORIGIN:
	                           path relative to D/bin, such as
	                           "../lib/libpython3.12.so.1.0"; NULL if it is
	                           found by an absolute path or a system one */

	const char *launcher;     /* on Windows: the base's files that are copied */
	const char *gui_launcher; /* to Scripts\\python.exe and pythonw.exe;
	                             GUI_LAUNCHER: NULL if there is none */
	const char *other_launcher; /* the same for the other build, debug or not, */
	const char *other_gui_launcher; /* if it is installed beside; or NULL */
	const char *activate_ps1; /* its Activate.ps1; NULL: it has none that
	                             can be copied */

	const char *wrapper;    /* program that started EXECUTABLE by its own
	                           path, so that no environment can be linked
	                           to it; NULL: none */

	bool is_unclear;        /* no Python: a script or wrapper of which only a
	                           shell could tell what it starts */

	const char *gone;       /* interpreter that the environment was made
	                           from, and instead of which EXECUTABLE was
	                           found; NULL: none */

	const char *requested;  /* where the search started, for -v */
	const char *why;        /* why this one was chosen, one phrase for -v */
	const char *version_source; /* how the version was learnt, for -v */
};

/* Return the name of the implementation: "cpython" or "pypy". */
const char *python_implementation_name(const struct python *py);

/*
 * Learn all facts of the interpreter at the absolute path EXE from its files.
 * Scripts that only start another program and virtual environments are followed
 * to their base. Fill all of *PY but requested and why. -ENOENT: nothing is there,
 * or a link to nothing; -EACCES; -ENOEXEC: not a Python that can have
 * environments. The diag says "cannot use 'EXE': reason" and what to do. Of ENV,
 * which may be NULL, only LD_LIBRARY_PATH counts.
 */
int python_inspect(const struct walk *w, struct arena *a,
                   const char *const *env, const char *exe, struct python *py,
                   struct diag *d);

/*
 * Inspect EXE as python_inspect() does, and refuse with -EACCES a Python, or a
 * program that starts it, without an execute bit: an environment of it would
 * start nothing.
 */
int python_inspect_usable(const struct walk *w, struct arena *a,
                          const char *const *env, const char *exe,
                          struct python *py, struct diag *d);

/* Return 0 if PATH is a program for Windows and nothing of it is missing, -ENOEXEC if
 * not, or the error of a read. */
int python_windows_program(const struct walk *w, const char *path);

/*
 * Make the absolute PATH the one that links to PY lead to, and its directory
 * the home, for use where the interpreter has another path; nothing has to be
 * there. All other facts stay those of the file that was found. PATH is one of
 * Windows if PY is. -EINVAL: PATH cannot be that of this Python.
 */
int python_retarget(struct python *py, const char *path, struct arena *a,
                    struct diag *d);

/*
 * Give PY the path that it has where its environments are used: PATH, as
 * python_retarget() does, or if that is NULL, for a Python of Windows the one that
 * Windows programs see there (winpath.h; ENV as there). -EINVAL if that is not known.
 */
int python_settle(struct python *py, const char *path, const struct walk *w,
                  const char *const *env, struct arena *a, struct diag *d);

/* Whether a Python is one that specifiers accept. */
enum python_fit { PYTHON_REFUSED, PYTHON_ACCEPTED, PYTHON_IN_DOUBT };

/*
 * Return the enum python_fit of PY and SPECIFIERS (PEP 440; of Requires-Python), which
 * is in doubt if the unknown last number of PY's version decides; -EINVAL if they
 * cannot be parsed. A pre-release counts as its release, as for pip.
 */
int python_judge(const struct python *py, const char *specifiers,
                 struct arena *a);
