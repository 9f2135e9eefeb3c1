/*
 * The first line of the input is the key; the rest is a pyvenv.cfg. Whatever
 * is found lies inside the text, and what cfg_can_hold() takes comes back.
 */
#include "format/cfg.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "tests/fuzz/fuzz.h"

static void
round_trip(struct arena *a, const char *value)
{
	const char *got;
	struct buf b;
	size_t n;

	if (!cfg_can_hold(value))
		return;
	buf_init(&b, a);
	cfg_put(&b, "key", value);
	check(cfg_get(b.data, b.len, "key", false, &got, &n));
	check(n == strlen(value) && memcmp(got, value, n) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *value, *nl;
	struct arena a;
	size_t n;
	char *key;

	arena_init(&a, NULL, 0);
	nl = size ? memchr(text, '\n', size) : NULL;
	if (nl) {
		key = arena_dup(&a, text, (size_t)(nl - text));
		size -= (size_t)(nl + 1 - text);
		text = nl + 1;
		for (int last = 0; last < 2; last++) {
			if (cfg_get(text, size, key, last, &value, &n))
				check(value >= text && n <= size &&
				      value + n <= text + size);
		}
		round_trip(&a, key);
	}
	arena_free(&a);
	return 0;
}
