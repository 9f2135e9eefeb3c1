/* strset: what was added is there, nothing else, over several growths. */
#include "base/strset.h"

#include "base/arena.h"
#include "tests/unit/unit.h"

static void
finds_what_was_added(void **state)
{
	struct arena a;
	struct strset s;
	char text[32];

	(void)state;
	arena_init(&a, NULL, 0);
	strset_init(&s, &a);
	assert_false(strset_has(&s, "0", 1));
	for (int i = 0; i < 5000; i++) {
		int n = snprintf(text, sizeof(text), "%d", i);

		assert_int_equal(strset_add(&s, text, (size_t)n), 1);
	}
	for (int i = 0; i < 10000; i++) {
		int n = snprintf(text, sizeof(text), "%d", i);

		assert_int_equal(strset_has(&s, text, (size_t)n), i < 5000);
	}
	assert_int_equal(s.count, 5000);
	arena_free(&a);
}

static void
counts_length_and_every_byte(void **state)
{
	struct arena a;
	struct strset s;

	(void)state;
	arena_init(&a, NULL, 0);
	strset_init(&s, &a);
	assert_int_equal(strset_add(&s, "a/b", 2), 1);
	assert_int_equal(strset_add(&s, "a/b", 3), 1);
	assert_int_equal(strset_add(&s, "a/b", 2), 0);
	assert_int_equal(strset_add(&s, "", 0), 1);
	assert_int_equal(strset_add(&s, "", 0), 0);
	assert_int_equal(strset_add(&s, "a\0b", 3), 1);
	assert_int_equal(strset_add(&s, "a\0c", 3), 1);
	assert_int_equal(s.count, 5);
	assert_false(strset_has(&s, "a", 1));
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_was_added),
		cmocka_unit_test(counts_length_and_every_byte),
	};

	return RUN(tests);
}
