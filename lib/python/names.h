#pragma once
/*
 * names: the entries of a directory, sorted; the directories of PATH.
 */
#include <stdbool.h>
#include <stddef.h>

#include "os/entries.h"

struct arena;
struct walk;

/* List the names in directory PATH that start with PREFIX and end with SUFFIX,
 * in byte order. Return 0 or the errno of the listing; then N is empty. */
int names_list(const struct walk *w, struct arena *a, const char *path,
               const char *prefix, const char *suffix, struct entries *n);

/* Return whether A has to come before B. */
typedef bool names_before(const char *a, const char *b);

/* Sort N by BEFORE; names that are equal by it, or all if it is NULL, by their
 * bytes. */
void names_sort(struct entries *n, names_before *before);

/*
 * Split the PATH of ENV (the usual directories if it has none) into *DIRS,
 * each once and without a slash at its end. Entries that depend on the current
 * directory are left out: what is found by them is no base for anything.
 */
void names_split_path(const char *const *env, struct arena *a,
                      struct entries *dirs);
