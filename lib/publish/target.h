#pragma once
/*
 * target: the thing at the path where an environment is to be, and what is mounted
 * in it (mounts.c).
 */
#include <stdbool.h>
#include <sys/stat.h>

struct arena;
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
 * nothing: the diag has the reason.
 */
int target_look(const struct ctx *x, const char *path, struct target *t);

/*
 * Find a mount point below the directory FD, whose path is DIR (resolved, on the
 * host): *MOUNT is its path relative to DIR, or NULL. Read /proc/self/mountinfo
 * (proc(5)) or, without it, ask statx(2) of each entry. Where neither tells, none
 * is found: whoever deletes must not enter mount points anyway. -EINTR if a
 * signal waits, or the kernel's -ENOMEM.
 */
int mounts_below(struct arena *a, int fd, const char *dir, const char **mount);
