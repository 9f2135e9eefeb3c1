#pragma once
/*
 * inspect: learn all facts of one interpreter from its files.
 */
struct arena;
struct diag;
struct python;
struct walk;

/*
 * Inspect the interpreter at the absolute path EXE: scripts that only start
 * another program and virtual environments are followed to their base. Fills
 * all of *PY but requested and why. -ENOENT: nothing there (or a link to
 * nothing), -EACCES, -ENOEXEC: not a Python that can have environments; the
 * diag says "cannot use 'EXE': reason" and what to do. Only
 * LD_LIBRARY_PATH is read from ENV (may be NULL).
 */
int python_inspect(const struct walk *w, struct arena *a,
                   const char *const *env, const char *exe, struct python *py,
                   struct diag *d);

/*
 * Inspect EXE as python_inspect() does, and refuse with -EACCES a Python, or a
 * program that starts it, without an execute bit: an environment of it would
 * start nothing.
 */
int python_inspect_usable(const struct walk *w, struct arena *a,
                          const char *const *env, const char *exe,
                          struct python *py, struct diag *d);
