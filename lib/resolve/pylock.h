#pragma once
/*
 * pylock: the lock files of PEP 751, and which of their packages an environment
 * gets (spec/locks.md 6).
 */
#include <stddef.h>

#include "resolve/lock.h"

struct arena;
struct diag;

/*
 * Read the lock of N bytes at TEXT, and select the packages that R asks for
 * into L. What L points to is in A. Return 0; or -EINVAL with a diag that
 * starts with the place, such as "packages[0].wheels[0].hashes: REASON" or
 * "line 3: REASON": if PEP 751 does not allow the document, if it is not for
 * this Python or environment, if it does not declare an extra or group, if a
 * marker depends on an unknown fact, or if a project is selected twice. Warn
 * about a newer minor version, and if requires-python depends on the last
 * number of the Python's version, which is unknown.
 */
int pylock_read(struct lock *l, const char *text, size_t n,
                const struct lock_request *r, struct arena *a, struct diag *d);
