#pragma once
/*
 * search_path: the directories of PATH.
 */
struct arena;
struct names;

/*
 * Split the PATH of ENV (the usual directories if it has none) into *DIRS,
 * each once and without a slash at its end. Entries that depend on the current
 * directory are left out: what is found by them is no base for anything.
 */
void search_path_split(const char *const *env, struct arena *a,
                       struct names *dirs);
