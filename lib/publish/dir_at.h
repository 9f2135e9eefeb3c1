#pragma once
/*
 * dir_at: directories below an open one, reached component by component without
 * following a link, so that every act on an entry is one *at() call with a
 * single component: no exchange of a directory for a link leads it astray.
 */
#include <limits.h>
#include <stddef.h>

enum { DIR_AT_DEPTH = 16 };

struct dir_at {
	int top;      /* not owned */
	struct {
		int fd;
		size_t end; /* of its path in PATH */
	} open[DIR_AT_DEPTH]; /* the last directories on the way, the deepest
	                         one last */
	size_t count;
	char path[PATH_MAX];
};

/* Reach directories below the open directory TOP. */
void dir_at_init(struct dir_at *d, int top);

/*
 * Open the directory that holds PATH ("a/b/c", relative to the top, no "." or
 * ".."): its descriptor, which stays D's and is valid until the next call, and
 * the last component in *NAME. -ENOENT, -ENOTDIR (also for a link),
 * -ENAMETOOLONG or another errno. Descriptors of the way are kept, because the
 * next path is mostly close to this one.
 */
int dir_at(struct dir_at *d, const char *path, const char **name);

/* Close all descriptors. */
void dir_at_close(struct dir_at *d);
