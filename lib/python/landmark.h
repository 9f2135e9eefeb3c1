#pragma once
/*
 * landmark: where a Python's standard library lies, by the file that CPython's
 * own start-up code looks for (getpath: os.py in the directories above the
 * program).
 */
#include <sys/types.h>

struct arena;
struct buf;
struct python;
struct walk;

struct landmark {
	const char *prefix;     /* directory above PLATLIBDIR */
	const char *platlibdir; /* "lib", "lib64", "lib32", ... */
	const char *stdlib;     /* directory of os.py, or the zip */
	dev_t dev;              /* identity of the file found */
	ino_t ino;
};

/*
 * Search directory DIR and those above it, without "/" itself, for the library
 * of the version, implementation, threading and class that *PY has. -ENOENT if
 * it is nowhere, or the error of a read. The directories searched are appended
 * to LOOKED, separated by ", ", if that is not NULL.
 */
int landmark_search(const struct walk *w, struct arena *a, const char *dir,
                    const struct python *py, struct landmark *lm,
                    struct buf *looked);

/* Search only directory PREFIX in the same way. */
int landmark_in(const struct walk *w, struct arena *a, const char *prefix,
                const struct python *py, struct landmark *lm);

/* Return the landmark's name for messages, such as "lib/python3.12/os.py". */
char *landmark_name(struct arena *a, const struct python *py);
