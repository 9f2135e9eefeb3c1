/* source: no byte outside it is ever read. */
#include "format/source.h"

#include <errno.h>

#include "tests/unit/unit.h"

static void
test_ranges(void **state)
{
	static const struct {
		uint64_t off;
		size_t n;
		int want;
	} cases[] = {
		{ 0, 0, 0 }, { 0, 10, 0 }, { 9, 1, 0 }, { 10, 0, 0 },
		{ 0, 11, -ERANGE }, { 9, 2, -ERANGE }, { 10, 1, -ERANGE },
		{ 11, 0, -ERANGE }, { UINT64_MAX, 0, -ERANGE },
		{ UINT64_MAX, 1, -ERANGE }, { UINT64_MAX - 4, 10, -ERANGE },
		{ 5, SIZE_MAX, -ERANGE }, { 5, SIZE_MAX - 4, -ERANGE },
	};
	char *mem = malloc(10);
	struct source s;

	(void)state;
	memcpy(mem, "0123456789", 10);
	source_mem(&s, mem, 10);
	for (size_t i = 0; i < COUNT(cases); i++) {
		char out[16];

		memset(out, '.', sizeof(out));
		assert_int_equal(source_read(&s, cases[i].off, out, cases[i].n),
		                 cases[i].want);
		if (cases[i].want == 0)
			assert_memory_equal(out, mem + cases[i].off,
			                    cases[i].n);
		else
			assert_int_equal(out[0], '.');
	}
	free(mem);
}

static void
test_empty(void **state)
{
	struct source s;
	char c;

	(void)state;
	source_mem(&s, NULL, 0);
	assert_int_equal(source_read(&s, 0, &c, 0), 0);
	assert_int_equal(source_read(&s, 0, &c, 1), -ERANGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_empty),
	};

	return RUN(tests);
}
