/* crc32: the same as zlib's, by the processor's instructions and without. */
#include "format/crc32.h"

#include <zlib.h>

#include "tests/unit/unit.h"

static unsigned char bytes[70000];

static void
test_same(const struct crc32 *c)
{
	/* any length about a step, at any alignment, begun anew or not */
	for (size_t n = 0; n < 300; n++) {
		size_t at = n % 17;
		uint32_t before = crc32_add(c, 0, bytes, at);

		assert_int_equal(before, crc32(0, bytes, (unsigned)at));
		assert_int_equal(crc32_add(c, before, bytes + at, n),
		                 crc32(0, bytes, (unsigned)(at + n)));
	}
	assert_int_equal(crc32_add(c, 0, bytes, sizeof(bytes)),
	                 crc32(0, bytes, sizeof(bytes)));
}

static void
test_both(void **state)
{
	struct crc32 c;
	unsigned x = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		x = x * 1103515245 + 12345;
		bytes[i] = (unsigned char)(x >> 16);
	}
	crc32_init(&c);
	if (!c.folds)
		print_message("# this processor cannot fold: not tested\n");
	test_same(&c);
	c.folds = false;
	test_same(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both),
	};

	return RUN(tests);
}
