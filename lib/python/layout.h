#pragma once
/*
 * layout: the names inside an environment, which depend on the Python.
 *
 * They are what that Python's own venv uses: Lib/venv/__init__.py and the
 * sysconfig scheme "venv" of CPython 3.3 to 3.15, lib_pypy of PyPy.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct diag;
struct python;

enum { LAYOUT_MAX_NAMES = 8 };

struct layout {
	const char *stdlib_name;   /* "python3.12", "python3.13t", "pypy3.9" */
	const char *scripts;       /* "bin"; "Scripts" */
	const char *libs;          /* "lib"; "Lib" */
	const char *lib;           /* "lib/python3.12"; "Lib" */
	const char *site_packages; /* "lib/python3.12/site-packages" */
	const char *unused_lib;    /* made by this Python's own venv, though it
	                              looks for no packages there; or NULL */
	const char *platlib;       /* a second one, "lib64/...", or NULL */
	const char *include;       /* "include", or one in it; NULL: none */
	bool lib64_link;           /* lib64 -> lib */
	bool has_command_keys;     /* pyvenv.cfg: `executable`, `command` */
	const char *script_suffix; /* of scripts that start an entry point */
	const char *headers;       /* what those of wheels are below */
	bool exe_scripts;          /* scripts of entry points are programs, and
	                              no file needs an execute bit */
	bool copies_only;          /* no link is made: it could not be followed */
	bool other_paths;          /* paths there are not those that are seen here */
	bool one_case;             /* names that differ only in case are one file */
	size_t path_max;           /* characters of a file's whole path; 0: the
	                              system decides */
	char separator;            /* of recorded paths */
	char list_separator;       /* of PATH where its Python runs */
	const char *line_end;      /* of pyvenv.cfg and .gitignore */
	/* File names, each with a blank around it, of the activation scripts
	 * that an environment of this kind can have; NULL: those of POSIX */
	const char *activators;
	/* Names in the scripts directory: the first one leads to the base interpreter, the
	 * others to the first one. After them, up to KNOWN_COUNT, come names
	 * that are this Python's as well but are not made. */
	const char *names[LAYOUT_MAX_NAMES];
	size_t name_count;
	size_t known_count;
	/* The files of the base that the names are copies of; NULL: links. */
	const char *sources[LAYOUT_MAX_NAMES];
	bool odd_first; /* the first name is only that of the base */
};

/* Return the directory for packages of one platform: the second site-packages,
 * or the first. */
const char *layout_platlib(const struct layout *l);

/* Return the layout of all environments for Windows, or for POSIX, without what
 * depends on the Python: on POSIX that is lib and what is in it, and the names. */
const struct layout *layout_of(bool windows);

/* Fill L for PY. */
void layout_init(struct layout *l, const struct python *py, struct arena *a);

/*
 * Reduce L, the layout of PY, to what programs need to find an environment: two
 * names, no include, lib64 only if packages go there.
 */
void layout_minimize(struct layout *l, const struct python *py);

/*
 * Return whether NAME, an entry of bin, is a name that only a Python of another
 * version than L's may have ("python3.11" where L is 3.12).
 */
bool layout_is_stale_name(const struct layout *l, const char *name);

/*
 * Return 0 if a file PATH, relative to an environment with the recorded path ENV_DIR
 * and layout L, can have a path of that length where it is used; -ENAMETOOLONG with a
 * diag that begins with WHO ("cannot create 'env'").
 */
int layout_check_length(const struct layout *l, const char *env_dir,
                        const char *path, const char *who, struct diag *d);

/* Return whether NAME, an entry of lib, is the directory of another Python
 * version: "python3.11" where L is 3.12. */
bool layout_is_other_stdlib(const struct layout *l, const char *name);

/* Return "X.Y", as it is in the names of scripts. */
char *layout_major_minor(const struct layout *l, struct arena *a);

/* Return "X.Y.Z", or "X.Y" if the last part is not known. */
char *layout_version(const struct python *py, struct arena *a);
