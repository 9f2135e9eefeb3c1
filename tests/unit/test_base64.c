/* base64: what Python's urlsafe_b64encode() writes, without its '='. */
#include "format/base64.h"

#include "base/buf.h"
#include "tests/unit/unit.h"

static const unsigned char bytes[] = { 0xfb, 0xff, 0xfe, 0, 1, 2, 0xff };
static const char *const texts[] = {
	"", "-w", "-_8", "-__-", "-__-AA", "-__-AAE", "-__-AAEC", "-__-AAEC_w",
};

static void
test_round_trip(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	for (size_t n = 0; n < COUNT(texts); n++) {
		unsigned char got[sizeof(bytes)];
		size_t len = strlen(texts[n]);
		struct buf b;

		buf_init(&b, &a);
		base64url_put(&b, bytes, n);
		assert_string_equal(buf_str(&b), texts[n]);
		assert_true(base64url_get(texts[n], len, got, n));
		assert_memory_equal(got, bytes, n);
		assert_false(base64url_get(texts[n], len, got, n + 1));
		assert_false(n > 0 && base64url_get(texts[n], len, got, n - 1));
	}
	arena_free(&a);
}

static void
test_digits(void **state)
{
	unsigned char got[3];
	int known = 0;

	(void)state;
	for (int c = 0; c < 256; c++) {
		char text[4] = { 'A', 'A', 'A', (char)c };

		if (!base64url_get(text, 4, got, 3))
			continue;
		known++;
		assert_non_null(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl"
		                       "mnopqrstuvwxyz0123456789-_", c));
	}
	assert_int_equal(known, 64);
	/* bits that stand for no byte */
	assert_false(base64url_get("-x", 2, got, 1));
	assert_false(base64url_get("-_9", 3, got, 2));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_digits),
	};

	return RUN(tests);
}
