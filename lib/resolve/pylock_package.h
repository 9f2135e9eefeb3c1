#pragma once
/*
 * pylock_package: one [[packages]] table of a pylock.toml (PEP 751), read and
 * validated.
 */
#include "resolve/pylock.h"

struct arena;
struct lock_table;

/* A package, and the conditions for it; NULL: none. */
struct pylock_package {
	struct lock_package package;
	const char *marker;
	const char *requires_python;
};

/*
 * Read the table T into P; paths start at the absolute directory DIR. What P
 * points to is in A, or in the tree of T. Return 0, or -EINVAL with a diag
 * "packages[0].wheels[0].hashes: REASON" if PEP 751 does not allow it.
 */
int pylock_package_read(struct pylock_package *p, const struct lock_table *t,
                        const char *dir, struct arena *a);

/* Check the value SPECIFIERS, which may be NULL, of the member requires-python
 * of T. Return 0, or -EINVAL as above. */
int pylock_check_python(const struct lock_table *t, const char *specifiers);
