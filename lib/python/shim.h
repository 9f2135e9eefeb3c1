#pragma once
/*
 * shim: programs by which pyenv, asdf and mise choose a Python when they are
 * run. Here they are read, and the choice is made as their tool makes it.
 */
#include <stdbool.h>

struct arena;
struct python_search;

/* True if a PATH directory is one of shims, by its name. */
bool shim_is_dir(const char *dir);

/*
 * 1 if PATH is a shim: *TARGET is the program it starts and *WHY says by whose
 * choice. 0 if it is none. -ENOENT if it is one that starts no Python: *WHY is
 * the reason. -ENOMEM.
 */
int shim_resolve(const struct python_search *s, struct arena *a,
                 const char *path, const char **target, const char **why);
