/* arena: alignment, growth in place, and every allocation that can fail. */

#include "base/buf.h"
#include "tests/unit/failing_malloc.h"
#include "tests/unit/unit.h"

static jmp_buf end;

static void
jump(void)
{
	longjmp(end, 1);
}

/* EXPRESSION, of an allocation, ends the program. */
#define assert_exhausted(expression)               \
	do {                                       \
		if (setjmp(end) == 0) {            \
			(void)(expression);        \
			fail_msg("it is returned"); \
		}                                  \
	} while (0)

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
	assert_exhausted(arena_alloc(&a, 100));
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
		/* never a byte after the three, which ASan guards */
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
	assert_exhausted(arena_zero(&a, SIZE_MAX, 2));
	assert_exhausted(arena_zero(&a, SIZE_MAX / 2 + 2, 2));
	arena_free(&a);
}

static void
test_sizes_that_wrap(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	for (size_t less = 0; less < 64; less++)
		assert_exhausted(arena_alloc(&a, SIZE_MAX - less));
	assert_exhausted(arena_dup(&a, "", SIZE_MAX));
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
test_more(void **state)
{
	struct arena a;
	size_t *list = NULL, room = 0;

	(void)state;
	arena_init(&a, NULL, 0);
	for (size_t i = 0; i < 10000; i++) {
		list = arena_more(&a, list, i, &room, sizeof(*list));
		assert_true(room > i);
		list[i] = i;
	}
	for (size_t i = 0; i < 10000; i++)
		assert_int_equal(list[i], i);
	room = SIZE_MAX / 16 + 1;
	assert_exhausted(arena_more(&a, list, room, &room, 8));
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

static void
test_rewind(void **state)
{
	struct arena_mark mark;
	struct arena a;
	char *kept, *p;

	(void)state;
	arena_init(&a, NULL, 0);
	kept = arena_str(&a, "kept");
	mark = arena_mark(&a);
	p = arena_str(&a, "gone");
	for (int i = 0; i < 3; i++) {
		memset(arena_alloc(&a, 100000), 'x', 100000);
		(void)arena_zero(&a, 1000, 100);
	}
	arena_rewind(&a, &mark);
	assert_string_equal(kept, "kept");
	assert_ptr_equal(arena_str(&a, "new"), p);
	arena_rewind(&a, &(struct arena_mark){ .chunks = NULL });
	assert_null(a.chunks);
	arena_free(&a);
}

static void
use_everything(struct arena *a)
{
	char *p = arena_alloc(a, 70000);

	p = arena_grow(a, p, 70000, 140000);
	(void)arena_zero(a, 70000, 2);
	(void)arena_dup(a, p, 70000);
	p = arena_str(a, "fifteen letters");
	for (int i = 0; i < 9; i++)
		p = arena_fmt(a, "%s%s%s", p, p, p);
}

static void
test_out_of_memory_everywhere(void **state)
{
	volatile int failures = 0;

	(void)state;
	for (;; failures++) {
		struct arena a;

		arena_init(&a, NULL, 0);
		mallocs_left = failures;
		if (setjmp(end) == 0) {
			use_everything(&a);
			mallocs_left = -1;
			arena_free(&a);
			break;
		}
		mallocs_left = -1;
		arena_free(&a);
		assert_true(failures < 100);
	}
	assert_true(failures > 4);
}

static char order[8];

static void
note_first(struct arena_cleanup *c)
{
	(void)c;
	strcat(order, "1");
}

static void
note_second(struct arena_cleanup *c)
{
	struct arena a;

	(void)c;
	strcat(order, "2");
	arena_init(&a, NULL, 0);
	(void)arena_alloc(&a, SIZE_MAX);
	strcat(order, "?");
}

static void
stop_workers(void)
{
	strcat(order, "w");
}

static void
test_cleanups(void **state)
{
	struct arena_cleanup first = { .run = note_first };
	struct arena_cleanup second = { .run = note_second };
	struct arena_cleanup dropped = { .run = note_first };
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	arena_stop_workers = stop_workers;
	arena_cleanup_add(&first);
	arena_cleanup_add(&dropped);
	arena_cleanup_add(&second);
	arena_cleanup_drop(&dropped);
	arena_cleanup_drop(&dropped);
	/* the second one allocates, and the first one still runs */
	assert_exhausted(arena_alloc(&a, SIZE_MAX));
	assert_string_equal(order, "w21");
	/* none is left */
	assert_exhausted(arena_alloc(&a, SIZE_MAX));
	assert_string_equal(order, "w21");
	arena_free(&a);
}

/* Two large lists that grow in turns, with small blocks between. */
static void
test_large_lists(void **state)
{
	enum { N = 200000 };
	uint32_t *lists[2] = { NULL, NULL };
	size_t rooms[2] = { 0, 0 };
	char *last = NULL;
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	for (uint32_t i = 0; i < N; i++) {
		for (uint32_t k = 0; k < 2; k++) {
			lists[k] = arena_more(&a, lists[k], i, &rooms[k],
			                      sizeof(*lists[k]));
			lists[k][i] = 2 * i + k;
		}
		/* right after the list has grown, when it is about to */
		if ((i & (i - 1)) == 0) {
			assert_true(!last || strcmp(last, "x") == 0);
			last = arena_str(&a, "x");
		}
	}
	assert_string_equal(last, "x");
	for (uint32_t i = 0; i < N; i++) {
		for (uint32_t k = 0; k < 2; k++)
			assert_int_equal(lists[k][i], 2 * i + k);
	}
	arena_free(&a);
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
		cmocka_unit_test(test_more),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_rewind),
		cmocka_unit_test(test_out_of_memory_everywhere),
		cmocka_unit_test(test_cleanups),
		cmocka_unit_test(test_large_lists),
	};

	arena_end = jump;
	return RUN(tests);
}
