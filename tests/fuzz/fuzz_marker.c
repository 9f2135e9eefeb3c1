/*
 * The input is a marker. What is refused has a reason; what is not is the same
 * within parentheses, and decided alike by whatever becomes known.
 */
#include "resolve/marker.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "tests/fuzz/fuzz.h"

static const char *const names[] = { "x", "y" };
static const struct marker_set set = { names, 2 };

static int
evaluate(const char *s, size_t n, const struct marker_facts *f,
         struct arena *a)
{
	enum marker_variable unknown = MARKER_VARIABLES;
	struct diag d;
	int rc;

	diag_init(&d, a);
	rc = marker_evaluate(s, n, f, a, &unknown, &d);
	check((rc < 0) == (d.code < 0) && (rc < 0) == (d.text.len > 0));
	check(rc != MARKER_UNKNOWN || unknown < MARKER_FACTS);
	return rc;
}

static void
in_parentheses(const char *s, size_t n, const struct marker_facts *f, int rc,
               struct arena *a)
{
	size_t open = 0;
	struct buf b;

	for (size_t i = 0; i < n; i++)
		open += s[i] == '(';
	buf_init(&b, a);
	buf_puts(&b, "(");
	buf_add(&b, s, n);
	buf_puts(&b, ")");
	/* it may be too long or too deep now */
	check(evaluate(b.data, b.len, f, a) == rc ||
	      n > MARKER_MAX - 2 || open >= MARKER_MAX_DEPTH);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct marker_facts nothing = {
		.extra = "x", .extras = &set, .dependency_groups = &set,
	};
	static const struct marker_fact micro = { "3.13.0a0", "3.13.99999" };
	static const char *const values[] = { "", "x", "3.13.0", "3.13.7rc1" };
	const char *s = (const char *)data;
	struct marker_facts f = nothing;
	struct arena a;
	struct diag d;
	int rc, before, range;

	arena_init(&a, NULL, 0);
	diag_init(&d, &a);
	before = evaluate(s, size, &nothing, &a);
	check((marker_check(s, size, &a, &d) < 0) == (before < 0));
	if (before >= 0)
		in_parentheses(s, size, &nothing, before, &a);
	f.fact[MARKER_PYTHON_FULL_VERSION] = micro;
	f.fact[MARKER_IMPLEMENTATION_VERSION] = micro;
	range = evaluate(s, size, &f, &a);
	for (size_t v = 0; v < 4; v++) {
		for (int i = 0; i < MARKER_FACTS; i++)
			f.fact[i] = (struct marker_fact){ values[v], NULL };
		rc = evaluate(s, size, &f, &a);
		check(rc != MARKER_UNKNOWN);
		/* "3" ~= VARIABLE makes sense for some values only */
		if (rc < 0)
			continue;
		check(before == MARKER_UNKNOWN || before == rc);
		check(v < 2 || range == MARKER_UNKNOWN || range == rc);
	}
	arena_free(&a);
	return 0;
}
