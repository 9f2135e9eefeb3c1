#pragma once
/*
 * mounts: mount points inside a directory.
 */
struct arena;

/*
 * Find a mount point below the directory FD, whose path is DIR (resolved, on the
 * host): *MOUNT is its path relative to DIR, or NULL. Read /proc/self/mountinfo
 * (proc(5)) or, without it, ask statx(2) of each entry. Where neither tells, none
 * is found: whoever deletes must not enter mount points anyway. -EINTR if a
 * signal waits, or the kernel's -ENOMEM.
 */
int mounts_below(struct arena *a, int fd, const char *dir, const char **mount);
