/*
 * The input is a dependency specifier. What is refused has a reason; the parts of
 * what is not are in the input; and as it is written again, it reads alike.
 */
#include "resolve/dependency.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "resolve/marker.h"
#include "tests/fuzz/fuzz.h"

static const char *const versions[] = { "1.0", "2.0a1", "0.dev1", "1.0+l", "x" };

static void
is_part(struct slice part, const char *s, size_t n)
{
	check(part.n == 0 || (part.s >= s && part.s + part.n <= s + n));
}

static void
same_marker(struct slice one, struct slice other, struct arena *a)
{
	static const struct marker_facts facts = {
		.fact = { [MARKER_SYS_PLATFORM] = { "linux", NULL },
		          [MARKER_PYTHON_VERSION] = { "3.13", NULL } },
		.extra = "",
	};
	enum marker_variable unknown;
	struct diag d;

	diag_init(&d, a);
	check((one.n > 0) == (other.n > 0));
	if (one.n > 0)
		check(marker_evaluate(one.s, one.n, &facts, a, &unknown, &d) ==
		      marker_evaluate(other.s, other.n, &facts, a, &unknown,
		                      &d));
}

static void
round_trip(const struct dependency *d, struct arena *a, struct diag *diag)
{
	struct dependency again;
	struct buf b, c;

	buf_init(&b, a);
	dependency_put(&b, d);
	/* blanks are added around operators */
	if (d->marker.n > MARKER_MAX / 3)
		return;
	check(dependency_parse(&again, b.data, b.len, a, diag) == 0);
	check(again.name.n == d->name.n &&
	      memcmp(again.name.s, d->name.s, d->name.n) == 0);
	check(again.url.n == d->url.n);
	for (size_t i = 0; i < sizeof(versions) / sizeof(*versions); i++)
		check(dependency_accepts(d, versions[i]) ==
		      dependency_accepts(&again, versions[i]));
	same_marker(d->marker, again.marker, a);
	buf_init(&c, a);
	dependency_put(&c, &again);
	check(b.len == c.len && memcmp(b.data, c.data, b.len) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data;
	struct dependency d;
	struct arena a;
	struct diag diag;

	arena_init(&a, NULL, 0);
	diag_init(&diag, &a);
	if (dependency_parse(&d, s, size, &a, &diag) != 0) {
		check(diag.code < 0 && diag.text.len > 0);
	} else {
		check(d.name.n > 0);
		check(d.url.n == 0 || d.specifiers.n == 0);
		is_part(d.name, s, size);
		is_part(d.extras, s, size);
		is_part(d.specifiers, s, size);
		is_part(d.url, s, size);
		is_part(d.marker, s, size);
		round_trip(&d, &a, &diag);
	}
	arena_free(&a);
	return 0;
}
