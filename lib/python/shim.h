#pragma once
/*
 * shim: programs by which pyenv, asdf and mise choose a Python when they are
 * run. Here they are read, and the choice is made as their tool makes it.
 */
#include <stdbool.h>

#include "base/buf.h"

struct arena;
struct python_search;

struct shim_choice {
	const char *target; /* the program that the shim starts */
	const char *why;    /* whose choice it was; or why it starts no Python */
	const char *tool;   /* "pyenv", "asdf" or "mise" */
	const char *store;  /* directory of its Pythons, or NULL */
	bool is_pinned;     /* somebody chose a version that cannot be had */
	struct buf installed; /* then: what can, lines ended by NUL */
	struct buf notes;   /* files that were passed over; the same */
};

/* The kinds of programs that may be shims. */
enum shim_start {
	SHIM_NONE,    /* it is no shim */
	SHIM_STARTS,  /* a Python: the choice's target */
	SHIM_REFUSES, /* no Python; the choice's WHY is the reason */
};

/* Return whether DIR, of PATH, is a directory of shims, by its name. */
bool shim_is_dir(const char *dir);

/* Fill *C with what PATH starts if it is a shim. */
enum shim_start shim_resolve(const struct python_search *s, struct arena *a,
                             const char *path, struct shim_choice *c);
