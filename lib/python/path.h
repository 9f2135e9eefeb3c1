#pragma once
/*
 * path: absolute paths that keep their links.
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

/* Return true if the error CODE of a look at a path says something about that
 * path (it is not there, no directory, not allowed), not about the disk or the
 * process. */
bool path_is_refusal(int code);
