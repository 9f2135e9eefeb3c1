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
 * Find and inspect a Python. -ENOENT if none fits: the notes of D say what
 * was looked at and why each was refused. Refusals on the way to a success
 * are left in the notes too, for -v.
 */
int python_find(const struct python_search *s, struct arena *a,
                struct python *py, struct diag *d);
