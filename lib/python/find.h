#pragma once
/*
 * find: choose the base interpreter.
 *
 * Order without a request: the installation the command was run from, then
 * PATH. Shims of pyenv, asdf and mise are read, never run. With a request (a
 * path, a directory, 3, 3.12, 3.12.1, 3.13t, python3.12, pypy3.9, or a name on
 * PATH) only an interpreter that fits it is taken.
 */
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
};

/*
 * Find and inspect a Python. -ENOENT if none fits: the notes of D say what
 * was looked at and why each was refused. Refusals on the way to a success
 * are left in the notes too, for -v.
 */
int python_find(const struct python_search *s, struct arena *a,
                struct python *py, struct diag *d);
