#include "resolve/lock.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "format/pep440.h"

/* Append VERSION in its normal form, without zeros at the end of its release.
 */
static void
put_version(struct buf *out, const char *version)
{
	struct buf b;
	const char *s;
	size_t n;

	buf_init(&b, out->arena);
	pep440_put(&b, version, strlen(version));
	s = buf_str(&b);
	n = strspn(s, "0123456789!.");
	if (n > 0 && s[n] && s[n - 1] == '.')
		n--;
	buf_puts(out, s + n);
	while (n > 2 && s[n - 1] == '0' && s[n - 2] == '.')
		n -= 2;
	buf_fmt(out, " %.*s", (int)n, s);
}

/* Return "OF VERSION ON" in A; equal versions give the same. */
static const char *
key_of(const char *of, const char *version, const char *on, struct arena *a)
{
	struct buf b;

	buf_init(&b, a);
	buf_fmt(&b, "%s ", of ? of : "*");
	if (version)
		put_version(&b, version);
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

bool
lock_is_normalized(const char *name)
{
	char last = '-';

	for (; *name; last = *name++) {
		if (*name == '-' ? last == '-' : !ascii_is_alnum(*name) ||
		    ascii_lower(*name) != *name)
			return false;
	}
	return last != '-';
}
