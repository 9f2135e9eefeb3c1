#pragma once
/*
 * target: the thing at the path where an environment is to be.
 */
#include <stdbool.h>
#include <sys/stat.h>

struct ctx;

enum target_kind {
	TARGET_ABSENT,
	TARGET_DIRECTORY,
	TARGET_OTHER, /* a file, a device, a dangling link, ... */
};

struct target {
	const char *path;      /* as given, absolute */
	const char *directory; /* canonical path: of the directory that PATH
	                          leads to, or of its deepest parent that exists */
	const char *missing;   /* components of PATH after that; "": none */
	enum target_kind kind;
	const char *what;      /* for TARGET_OTHER: "a file", ... */
	struct stat st;        /* of the directory */
};

/*
 * Look at the absolute PATH, in which there is no "." or "..". -EPERM for a
 * symlink on the way that another user made (see walk_reach()), -ENOTDIR below a
 * file, -ENAMETOOLONG, -EACCES, -ELOOP, -ENOENT below a link that leads to
 * nothing: D has the reason.
 */
int target_look(const struct ctx *x, const char *path, struct target *t);
