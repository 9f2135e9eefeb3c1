/* buf: each conversion of buf_fmt, and what ends the program. */
#include "base/buf.h"

#include <limits.h>
#include <signal.h>
#include <sys/wait.h>

#include "tests/unit/unit.h"

static struct arena arena;

static int
setup(void **state)
{
	(void)state;
	arena_init(&arena, NULL, 0);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static void
test_empty(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, &arena);
	buf_add(&b, NULL, 0);
	buf_puts(&b, "");
	assert_int_equal(b.len, 0);
	assert_string_equal(buf_str(&b), "");
}

static void
test_bytes(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, &arena);
	buf_add(&b, "a\0b", 3);
	buf_putc(&b, '\0');
	buf_puts(&b, "c");
	assert_int_equal(b.len, 5);
	assert_memory_equal(buf_str(&b), "a\0b\0c", 6);
	/* buf_str() does not end it */
	buf_putc(&b, 'd');
	assert_int_equal(b.len, 6);
	assert_memory_equal(buf_str(&b), "a\0b\0cd", 7);
}

static void
test_two_bufs_grow(void **state)
{
	struct buf a, b;

	(void)state;
	buf_init(&a, &arena);
	buf_init(&b, &arena);
	for (int i = 0; i < 100000; i++) {
		buf_putc(&a, (char)('a' + i % 26));
		buf_putc(&b, (char)('A' + i % 26));
	}
	for (int i = 0; i < 100000; i++) {
		assert_int_equal(a.data[i], 'a' + i % 26);
		assert_int_equal(b.data[i], 'A' + i % 26);
	}
}

#define FORMATS(expected, ...) do { \
	struct buf b_; \
	buf_init(&b_, &arena); \
	buf_fmt(&b_, __VA_ARGS__); \
	assert_string_equal(buf_str(&b_), expected); \
} while (0)

static void
test_formats(void **state)
{
	char want[128];

	(void)state;
	FORMATS("plain", "plain");
	FORMATS("", "%s", "");
	FORMATS("a-b", "%s-%s", "a", "b");
	FORMATS("100%", "%d%%", 100);
	FORMATS("x", "%c", 'x');
	FORMATS("0", "%d", 0);
	FORMATS("-1", "%d", -1);
	snprintf(want, sizeof(want), "%d %d", INT_MIN, INT_MAX);
	FORMATS(want, "%d %d", INT_MIN, INT_MAX);
	snprintf(want, sizeof(want), "%u", UINT_MAX);
	FORMATS(want, "%u", UINT_MAX);
	snprintf(want, sizeof(want), "%zu", SIZE_MAX);
	FORMATS(want, "%zu", SIZE_MAX);
	snprintf(want, sizeof(want), "%lu", ULONG_MAX);
	FORMATS(want, "%lu", ULONG_MAX);
	snprintf(want, sizeof(want), "%llu", ULLONG_MAX);
	FORMATS(want, "%llu", ULLONG_MAX);
	FORMATS("0 7f deadbeef", "%x %x %x", 0u, 0x7fu, 0xdeadbeefu);
	FORMATS("mixed 1 two 3", "mixed %zu %s %d", (size_t)1, "two", 3);
}

static void
test_prefix(void **state)
{
	char three[3] = { 'a', 'b', 'c' }; /* no NUL: it must not be needed */

	(void)state;
	FORMATS("abc", "%.*s", 3, three);
	FORMATS("ab", "%.*s", 2, three);
	FORMATS("", "%.*s", 0, three);
	FORMATS("ab", "%.*s", 10, "ab");
	FORMATS("<abc>d", "<%.*s>%c", 3, three, 'd');
}

/* Append by FMT in a child process; return its wait status. */
static int
status_of_fmt(const char *volatile fmt)
{
	pid_t child = fork();
	struct buf b;
	int status;

	if (child == 0) {
		signal(SIGILL, SIG_DFL); /* cmocka catches it */
		buf_init(&b, &arena);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		buf_fmt(&b, fmt, "x");
#pragma GCC diagnostic pop
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void
test_unknown_conversions(void **state)
{
	/* not literals: the compiler would refuse them, as it should */
	const char *const bad[] = { "%", "%q", "%5s", "%-s", "%ld", "%l",
	                            "%z", "%.s", "%.*d", "ok %s then %" };

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_not_equal(status_of_fmt(bad[i]), 0);
	assert_int_equal(status_of_fmt("%s"), 0);
}

static jmp_buf end;

static void
jump(void)
{
	longjmp(end, 1);
}

static void
test_too_long(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, &arena);
	buf_puts(&b, "abc");
	arena_end = jump;
	if (setjmp(end) == 0) {
		buf_add(&b, "", SIZE_MAX / 2);
		fail_msg("it is returned");
	}
	arena_end = NULL;
	assert_string_equal(buf_str(&b), "abc");
}

/* The bytes that a buf has drained, in order. */
static char drained[4 * BUF_FULL];
static size_t drained_len;

static void
drain(void *ctx, const char *p, size_t n)
{
	assert_ptr_equal(ctx, drained);
	assert_true(drained_len + n < sizeof(drained));
	memcpy(drained + drained_len, p, n);
	drained_len += n;
}

static void
test_drained(void **state)
{
	struct buf b;
	size_t n = 0;

	(void)state;
	buf_init(&b, &arena);
	b.drain = drain;
	b.ctx = drained;
	for (; n < 2 * BUF_FULL; n += 7) {
		buf_add(&b, "abcdefg", 7);
		assert_true(b.cap <= 2 * BUF_FULL);
		assert_true(b.len >= BUF_KEPT || n < BUF_KEPT);
	}
	assert_true(drained_len > 0);
	drain(drained, b.data, b.len);
	assert_int_equal(drained_len, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(drained[i], "abcdefg"[i % 7]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_two_bufs_grow),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_prefix),
		cmocka_unit_test(test_unknown_conversions),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_drained),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
