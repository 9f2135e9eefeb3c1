/*
 * The input is a byte that chooses what is asked for, and a uv.lock. What is
 * selected is sorted and complete.
 */
#include "resolve/uvlock.h"

#include "base/diag.h"
#include "resolve/lock_format.h"
#include "tests/fuzz/lock.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *names[] = { "pg", "my", "g1", "prod" };
	unsigned choice = size ? *data : 0;
	const char *text = size ? (const char *)data + 1 : "";
	size_t n = size ? size - 1 : 0;
	struct marker_facts facts;
	struct lock_request r = { .path = "/d/uv.lock", .extras = names,
		                  .groups = names + 2 };
	struct lock l;
	struct arena a;
	struct diag d;

	arena_init(&a, NULL, 0);
	diag_init(&d, &a);
	r.extra_count = choice & 3;
	if (r.extra_count == 3)
		r.extra_count = 0;
	r.group_count = choice >> 2 & 1;
	r.no_default_groups = choice & 8;
	lock_set_python(&r, &facts, choice & 16);
	if (uvlock_read(&l, text, n, &r, &a, &d) == 0)
		lock_check(&l, "package[", 0, 1, &a, &d);
	else
		check(d.code < 0 && d.text.len > 0);
	lock_format_find(text, n);
	arena_free(&a);
	return 0;
}
