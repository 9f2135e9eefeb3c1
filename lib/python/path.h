#pragma once
/*
 * path: absolute paths that keep their links.
 */
struct arena;
struct walk;

/*
 * PATH, taken from directory CWD if it is relative, without "//", "." and
 * "..": links are kept, except before a "..", where only the file system
 * knows what is meant. From the arena; NULL if memory is out.
 */
char *path_absolute(const struct walk *w, struct arena *a, const char *cwd,
                    const char *path);
