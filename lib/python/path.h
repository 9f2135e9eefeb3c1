#pragma once
/*
 * path: absolute paths that keep their links, or follow them one by one.
 */
#include <stdbool.h>

struct arena;
struct walk;

/*
 * Return PATH, taken from directory CWD if it is relative, without "//", "."
 * and "..": links are kept, except before a "..", where only the file system
 * knows what is meant.
 */
char *path_absolute(const struct walk *w, struct arena *a, const char *cwd,
                    const char *path);

enum { PATH_MAX_LINKS = 40 };

/* Replace *PATH by the path that the link there names, and add 1 to *COUNT, the
 * number of links followed so far. Return 0; -EINVAL if it is no link, or one
 * too many; or the error of a read. */
int path_follow(const struct walk *w, struct arena *a, const char **path,
                unsigned *count);

/* Set *OUT to the first path outside PATH's directory to which the links from
 * PATH lead, and return 0; if there is none, set it to NULL and return the error
 * of path_follow() that ended the chain. */
int path_leave_directory(const struct walk *w, struct arena *a,
                         const char *path, const char **out);

/* Return whether the error CODE of a look at a path says something about that
 * path (it is not there, no directory, not allowed), not about the disk or the
 * process. */
bool path_is_refusal(int code);
