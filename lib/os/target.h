#pragma once
/*
 * target: what stands at the path where an environment is to be.
 */
#include <stdbool.h>
#include <sys/stat.h>

struct arena;
struct diag;
struct walk;

enum target_kind {
	TARGET_ABSENT,
	TARGET_DIRECTORY,
	TARGET_OTHER, /* a file, a device, a dangling link, ... */
};

struct target {
	const char *path;      /* as given, absolute */
	const char *directory; /* PATH with all its links resolved, if it is
	                          a directory; else PATH */
	enum target_kind kind;
	const char *what;      /* for TARGET_OTHER: "a file", ... */
	struct stat st;        /* of the directory */
};

/*
 * Look at the absolute PATH. -ENOTDIR below a file, -ENAMETOOLONG, -EACCES,
 * -ELOOP: nothing can be made there, and D says why.
 */
int target_look(const struct walk *w, struct arena *a, const char *path,
                struct target *t, struct diag *d);
