#pragma once
/*
 * uvlock_package: one [[package]] table of a uv.lock, and where its files are.
 */
#include <stdbool.h>

#include "resolve/lock.h"

struct arena;
struct lock_table;
struct toml;

/* Return the member of SOURCE, a table or NULL, that names its kind if that
 * is a directory: editable, virtual or directory; else NULL. */
const struct toml *uvlock_directory(const struct toml *source);

/* Return whether SOURCE, a table or NULL, is the directory of the lock. */
bool uvlock_is_here(const struct toml *source);

/* Return whether SOURCE, a table or NULL, is that of a project that is not a
 * package, of which only the dependencies are installed. */
bool uvlock_is_virtual(const struct toml *source);

/*
 * Read the table T into P; paths start at the absolute directory DIR. What P
 * points to is in A. Return 0, or -EINVAL with a diag
 * "package[0].wheels[0].hash: REASON" if uv would not write it.
 */
int uvlock_package_read(struct lock_package *p, const struct lock_table *t,
                        const char *dir, struct arena *a);
