/* arena: alignment, growth in place, and every allocation that can fail. */
#include "base/arena.h"

#include "base/buf.h"
#include "tests/unit/failing_malloc.h"
#include "tests/unit/unit.h"

static void
test_aligned_and_separate(void **state)
{
	struct arena a;
	char *last = NULL;

	(void)state;
	arena_init(&a, NULL, 0);
	for (size_t n = 0; n < 300; n++) {
		char *p = arena_alloc(&a, n);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		assert_true(n < 2 || p != last);
		memset(p, (int)n, n);
		last = p;
	}
	arena_free(&a);
	assert_null(a.chunks);
}

static void
test_large_and_small(void **state)
{
	struct arena a;
	char *big, *small;

	(void)state;
	arena_init(&a, NULL, 0);
	small = arena_str(&a, "small");
	big = arena_alloc(&a, 1 << 20);
	assert_non_null(big);
	memset(big, 'x', 1 << 20);
	assert_string_equal(small, "small");
	assert_string_equal(arena_str(&a, "after"), "after");
	arena_free(&a);
}

static void
test_first_memory_is_used(void **state)
{
	_Alignas(16) char mem[256];
	struct arena a;
	char *p;

	(void)state;
	arena_init(&a, mem, sizeof(mem));
	mallocs_left = 0;
	p = arena_alloc(&a, 100);
	assert_true(p >= mem && p + 100 <= mem + sizeof(mem));
	p = arena_alloc(&a, 100);
	assert_true(p >= mem && p + 100 <= mem + sizeof(mem));
	assert_null(arena_alloc(&a, 100));
	mallocs_left = -1;
	p = arena_alloc(&a, 100);
	assert_non_null(p);
	assert_false(p >= mem && p < mem + sizeof(mem));
	arena_free(&a);
}

static void
test_unaligned_first_memory(void **state)
{
	struct arena a;

	(void)state;
	for (size_t shift = 0; shift < 16; shift++) {
		char *mem = malloc(shift + 3);

		arena_init(&a, mem + shift, 3);
		/* never a byte behind the three, which ASan guards */
		memset(arena_alloc(&a, 3), 'x', 3);
		arena_free(&a);
		free(mem);
	}
}

static void
test_zero(void **state)
{
	struct arena a;
	unsigned char *p;

	(void)state;
	arena_init(&a, NULL, 0);
	memset(arena_alloc(&a, 100), 0xff, 100);
	p = arena_zero(&a, 10, 10);
	for (int i = 0; i < 100; i++)
		assert_int_equal(p[i], 0);
	assert_non_null(arena_zero(&a, 0, 10));
	assert_non_null(arena_zero(&a, 10, 0));
	assert_null(arena_zero(&a, SIZE_MAX, 2));
	assert_null(arena_zero(&a, SIZE_MAX / 2 + 2, 2));
	arena_free(&a);
}

static void
test_sizes_that_wrap(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	for (size_t less = 0; less < 64; less++)
		assert_null(arena_alloc(&a, SIZE_MAX - less));
	assert_null(arena_dup(&a, "", SIZE_MAX));
	arena_free(&a);
}

static void
test_grow(void **state)
{
	struct arena a;
	char *p, *q;

	(void)state;
	arena_init(&a, NULL, 0);
	p = arena_alloc(&a, 10);
	memcpy(p, "0123456789", 10);
	q = arena_grow(&a, p, 10, 20);
	assert_ptr_equal(p, q); /* it was the last: in place */
	arena_alloc(&a, 1);
	q = arena_grow(&a, p, 20, 40);
	assert_ptr_not_equal(p, q);
	assert_memory_equal(q, "0123456789", 10);
	q = arena_grow(&a, q, 40, 1 << 20);
	assert_memory_equal(q, "0123456789", 10);
	q = arena_grow(&a, q, 1 << 20, 4);
	assert_memory_equal(q, "0123", 4);
	assert_non_null(arena_grow(&a, NULL, 0, 16));
	arena_free(&a);
}

static void
test_strings(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	assert_string_equal(arena_dup(&a, "abcdef", 3), "abc");
	assert_string_equal(arena_dup(&a, NULL, 0), "");
	assert_string_equal(arena_str(&a, ""), "");
	assert_string_equal(arena_fmt(&a, "%s%d", "x", -7), "x-7");
	assert_string_equal(arena_fmt(&a, "%s", ""), "");
	arena_free(&a);
}

/* All that allocates, until one malloc after the other has failed. */
static int
use_everything(struct arena *a)
{
	char *p = arena_alloc(a, 70000);

	if (!p)
		return 1;
	p = arena_grow(a, p, 70000, 140000);
	if (!p)
		return 1;
	if (!arena_zero(a, 70000, 2) || !arena_dup(a, p, 70000))
		return 1;
	p = arena_str(a, "fifteen letters");
	if (!p)
		return 1;
	for (int i = 0; i < 9; i++) {
		p = arena_fmt(a, "%s%s%s", p, p, p);
		if (!p)
			return 1;
	}
	return 0;
}

static void
test_out_of_memory_everywhere(void **state)
{
	struct arena a;
	int failures = 0, failed = 1;

	(void)state;
	while (failed) {
		arena_init(&a, NULL, 0);
		mallocs_left = failures;
		failed = use_everything(&a);
		mallocs_left = -1;
		arena_free(&a);
		failures += failed;
		assert_true(failures < 100);
	}
	assert_true(failures > 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_aligned_and_separate),
		cmocka_unit_test(test_large_and_small),
		cmocka_unit_test(test_first_memory_is_used),
		cmocka_unit_test(test_unaligned_first_memory),
		cmocka_unit_test(test_zero),
		cmocka_unit_test(test_sizes_that_wrap),
		cmocka_unit_test(test_grow),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_out_of_memory_everywhere),
	};

	return RUN(tests);
}
