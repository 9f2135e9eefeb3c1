#pragma once
/*
 * lock_fit: whether a lock, or a package in one, is for this Python and this
 * environment.
 */
#include <stdbool.h>

#include "resolve/marker.h"

struct arena;
struct diag;
struct lock_request;
struct lock_table;
struct toml;

struct lock_fit {
	const struct lock_request *request;
	struct marker_facts facts; /* for the markers of environments */
	bool warned; /* about an unknown version of the Python */
	struct arena *arena;
	struct diag *diag;
};

/*
 * Check the member requires-python of T, the document or a package of it.
 * Return 0, or -EINVAL with a diag if it does not accept this Python. Warn, the
 * first time only, if that depends on the last number of the Python's version,
 * which is unknown.
 */
int lock_fit_python(struct lock_fit *f, const struct lock_table *t);

/*
 * Check that one of the markers in the member KEY of the document T holds.
 * Return 0 if so, or if there is no such member; 1 if none holds, with the
 * first marker in *LISTED (NULL: the list is empty); or -EINVAL with a diag if
 * a marker cannot be parsed, or depends on an unknown fact.
 */
int lock_fit_environment(const struct lock_fit *f, const struct lock_table *t,
                         const char *key, const struct toml **listed);
