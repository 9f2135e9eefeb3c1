/*
 * The input is a byte that chooses what is asked for, and a pylock.toml. The
 * selected packages are sorted and complete, and the text's format is found.
 */
#include "resolve/pylock.h"

#include "base/diag.h"
#include "resolve/lock_format.h"
#include "tests/fuzz/lock.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *names[] = { "x", "dev" };
	unsigned choice = size ? *data : 0;
	const char *text = size ? (const char *)data + 1 : "";
	size_t n = size ? size - 1 : 0;
	struct marker_facts facts;
	struct lock_request r = { .path = "/d/pylock.toml", .extras = names,
		                  .groups = names + 1 };
	struct lock l;
	struct arena a;
	struct diag d;

	arena_init(&a, NULL, 0);
	diag_init(&d, &a);
	r.extra_count = choice & 1;
	r.group_count = choice >> 1 & 1;
	r.no_default_groups = choice & 4;
	lock_set_python(&r, &facts, choice & 8);
	if (pylock_read(&l, text, n, &r, &a, &d) == 0) {
		lock_check(&l, "packages[", 1, DIGEST_KINDS, &a, &d);
		check(lock_format_find(text, n) == LOCK_PYLOCK);
	} else {
		check(d.code < 0 && d.text.len > 0);
		lock_format_find(text, n);
	}
	arena_free(&a);
	return 0;
}
