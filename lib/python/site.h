#pragma once
/*
 * site: where a base Python looks for packages, as its site.py and the changes of
 * distributions to it have it.
 */
#include <stddef.h>

struct arena;
struct python;
struct walk;

enum { SITE_MAX = 6 };

struct site {
	const char *paths[SITE_MAX]; /* absolute, in the order of sys.path */
	size_t count;
};

/*
 * Set S to the directories of packages of PY, whether they are there or not; not to
 * those of a user. Debian's Pythons have dist-packages, those of Fedora and openSUSE
 * a second place in /usr/local.
 */
void site_find(struct site *s, const struct python *py, const struct walk *w,
               struct arena *a);

/* Set S to the directories in which PyPy has packages that come with it: every
 * environment sees them. CPython has none. */
void site_find_bundled(struct site *s, const struct python *py, struct arena *a);
