#pragma once
/*
 * find: choose the base interpreter.
 *
 * Order without a request: the installation the command was run from, then
 * PATH. Shims of pyenv, asdf and mise are read, never run; a version that their
 * user has pinned and that is not installed ends the search. With a request (see
 * request.h) only an interpreter that fits it is taken, for a range the newest
 * one, and pins do not end the search.
 */
#include <stdbool.h>

struct arena;
struct diag;
struct python;
struct walk;

struct python_search {
	const struct walk *walk;
	const char *const *env; /* NAME=VALUE strings, ended by NULL; the only
	                           environment that is consulted */
	const char *cwd;        /* absolute; relative requests start here */
	const char *argv0;      /* how the command was called; NULL: unknown */
	const char *request;    /* NULL: whatever is found first */
	bool explain;           /* note a pin that decides nothing, for -v */
};

/*
 * Find and inspect a Python. -ENOENT if there is none: the notes of D list the
 * candidates and why each was refused. After a success they list those refused
 * before, for -v.
 */
int python_find(const struct python_search *s, struct arena *a,
                struct python *py, struct diag *d);

/*
 * Fill PY with the own Python of ENV_DIR (absolute), an environment that exists.
 *
 * An environment keeps the interpreter path that it was made from, whatever is
 * there now, and whatever PATH, a pin or a variable would choose. If there is
 * something that is no Python to use, that is an error; another one is taken only
 * if nothing is there. A copy keeps its X.Y (see venv_base.c).
 *
 * ENV are the environment variables that the dynamic linker would see. Return 1;
 * 0 if ENV_DIR is no environment, or its Python is gone: then PY->gone is where it
 * was, and the notes of D list the paths tried; -EINVAL with a diag if its Python
 * is there and cannot be used, or is a copy that must not become another version;
 * the error of a read of pyvenv.cfg, with a diag.
 */
int own_python_find(struct python *py, const struct walk *w, struct arena *a,
                    const char *const *env, const char *env_dir,
                    struct diag *d);
