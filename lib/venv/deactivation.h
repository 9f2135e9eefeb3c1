#pragma once
/*
 * deactivation: an environment list without the active virtual environment.
 */
struct arena;

/*
 * ENV (NAME=VALUE strings, ended by NULL) without VIRTUAL_ENV, its directory in
 * PATH and what activation scripts save in exported variables (fish's of
 * CPython do), with the PYTHONHOME they saved. A PATH that had nothing else
 * goes too: an empty one means the current directory. NULL: out of memory.
 */
const char *const *deactivation_env(struct arena *a, const char *const *env);
