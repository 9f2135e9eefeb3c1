#include "resolve/lock.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "format/pep440.h"

/* Return "OF VERSION ON" in A, with a version in its normal form. */
static const char *
key_of(const char *of, const char *version, const char *on, struct arena *a)
{
	struct buf b;

	buf_init(&b, a);
	buf_fmt(&b, "%s ", of ? of : "*");
	if (version)
		pep440_put(&b, version, strlen(version));
	buf_fmt(&b, " %s", on ? on : "*");
	return buf_str(&b);
}

void
lock_except(struct lock *l, const char *of, const char *version, const char *on)
{
	const char *key = key_of(of, version, on, l->exceptions.arena);

	strset_add(&l->exceptions, key, strlen(key));
}

static bool
has(const struct lock *l, const char *of, const char *version, const char *on,
    struct arena *a)
{
	const char *key = key_of(of, version, on, a);

	return strset_has(&l->exceptions, key, strlen(key));
}

bool
lock_is_excepted(const struct lock *l, const char *of, const char *version,
                 const char *on, struct arena *a)
{
	return l->exceptions.count > 0 &&
	       (has(l, NULL, NULL, on, a) || has(l, of, NULL, on, a) ||
	        has(l, of, version, on, a) || has(l, of, NULL, NULL, a) ||
	        has(l, of, version, NULL, a));
}
