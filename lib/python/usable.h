#pragma once
/*
 * usable: inspect an interpreter that an environment is to start.
 */
struct arena;
struct diag;
struct python;
struct walk;

/*
 * Inspect EXE as python_inspect() does, and refuse with -EACCES a Python, or a
 * program that starts it, without an execute bit: an environment of it would
 * start nothing.
 */
int python_inspect_usable(const struct walk *w, struct arena *a,
                          const char *const *env, const char *exe,
                          struct python *py, struct diag *d);
