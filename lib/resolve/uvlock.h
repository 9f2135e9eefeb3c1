#pragma once
/*
 * uvlock: the lock files of uv, and which of their packages an environment
 * gets. uv has no specification of them; this follows uv 0.13 (spec/locks.md
 * 7).
 */
#include <stddef.h>

#include "resolve/lock.h"

struct arena;
struct diag;

/*
 * Read the lock of N bytes at TEXT, and select into L what the project beside
 * it needs, with the extras and groups that R asks for and the group "dev". If
 * there is no project beside it, but members of a workspace, select what all of
 * them need. A project that is a package is selected itself, as a
 * LOCK_DIRECTORY. What L points to is in A. Remember overrides as exceptions.
 *
 * Return 0; or -EINVAL with a diag that starts with the place, such as
 * "package[0].dependencies[2].marker: REASON" or "line 3: REASON": if uv would
 * not write the document, if it is not for this Python or environment, if no
 * such extra or group is in it, if those that are asked for conflict, if a
 * marker depends on an unknown fact, or if a project is selected twice. Warn if
 * requires-python depends on the last number of the Python's version, which is
 * unknown.
 */
int uvlock_read(struct lock *l, const char *text, size_t n,
                const struct lock_request *r, struct arena *a, struct diag *d);
