/*
 * The input is three texts, with a NUL between. As versions they have one
 * order, and the operators agree with it; the first one is a set of specifiers
 * too, and the name of a wheel.
 */
#include "format/pep440.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "wheel/name.h"
#include "tests/fuzz/fuzz.h"

struct text {
	const char *s;
	size_t n;
};

static int
compare(struct text a, struct text b)
{
	int order = pep440_compare(a.s, a.n, b.s, b.n);

	return (order > 0) - (order < 0);
}

/* Return what "OPERATOR A" says about B. */
static int
fits(struct arena *a, const char *operator, struct text version,
     struct text candidate)
{
	struct buf b;

	buf_init(&b, a);
	buf_puts(&b, operator);
	buf_add(&b, version.s, version.n);
	return pep440_fits(b.data, b.len, candidate.s, candidate.n);
}

static void
check_operators(struct arena *a, struct text v, struct text w)
{
	int order = compare(w, v), equal = fits(a, "==", v, w);

	if (!pep440_is_version(v.s, v.n) || !pep440_is_version(w.s, w.n))
		return;
	/* a version may hold no comma: it is one specifier */
	check(equal >= 0 && equal + fits(a, "!=", v, w) == 1);
	check(order != 0 || equal == 1);
	if (memchr(v.s, '+', v.n))
		return;
	check(fits(a, ">=", v, w) == (order >= 0));
	check(fits(a, "<=", v, w) == (order < 0 || equal));
	check(fits(a, ">", v, w) <= (order > 0 && !equal));
	check(fits(a, "<", v, w) <= (order < 0));
	if (fits(a, "~=", v, w) == 1)
		check(order >= 0);
}

static void
check_name(struct arena *a, struct text t)
{
	char *file = arena_dup(a, t.s, t.n);
	struct wheel_name w;
	struct diag d;
	struct buf b;

	diag_init(&d, a);
	if (wheel_name_parse(&w, file, a, &d) == 0) {
		check(pep440_is_version(w.version, strlen(w.version)));
		check(!strchr(file, '/') && *w.python && *w.abi && *w.platform);
	} else {
		check(d.code == -EINVAL && d.text.len > 0);
	}
	buf_init(&b, a);
	wheel_name_normalize(&b, t.s, t.n);
	check(wheel_name_same(t.s, t.n, buf_str(&b), b.len));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = size ? (const char *)data : "", *end = s + size;
	struct text t[3];
	struct arena a;

	arena_init(&a, NULL, 0);
	for (int i = 0; i < 3; i++) {
		const char *nul = memchr(s, '\0', (size_t)(end - s));

		t[i].s = s;
		t[i].n = (size_t)((nul && i < 2 ? nul : end) - s);
		s = nul && i < 2 ? nul + 1 : end;
	}
	for (int i = 0; i < 3; i++) {
		check(compare(t[i], t[i]) == 0);
		check(compare(t[i], t[(i + 1) % 3]) ==
		      -compare(t[(i + 1) % 3], t[i]));
		check_operators(&a, t[i], t[(i + 1) % 3]);
	}
	if (compare(t[0], t[1]) <= 0 && compare(t[1], t[2]) <= 0)
		check(compare(t[0], t[2]) <= 0);
	(void)pep440_fits(t[0].s, t[0].n, t[1].s, t[1].n);
	(void)pep440_is_prerelease(t[0].s, t[0].n);
	check_name(&a, t[0]);
	arena_free(&a);
	return 0;
}
