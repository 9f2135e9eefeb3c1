/* record: the CSV that Python's csv module writes and reads, and what only
 * some readers would take. */
#include "wheel/record.h"

#include <errno.h>

#include "base/buf.h"
#include "tests/unit/fixture.h"

#define HASH "sha256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"

static struct record got; /* by parse() */

static int
parse(struct fixture *f, const char *text, size_t n)
{
	char *copy = unit_exact(text, n);
	int rc;

	rc = record_parse(&got, copy, n, &f->arena, &f->diag);
	free(copy);
	return rc;
}

static void
assert_row(size_t i, const char *path, const char *hash, const char *size)
{
	assert_true(i < got.count);
	assert_string_equal(got.rows[i].path, path);
	assert_string_equal(got.rows[i].hash, hash);
	assert_string_equal(got.rows[i].size, size);
}

static void
test_rows(void **state)
{
	static const char text[] =
		"demo/__init__.py," HASH ",12\n"
		"demo/\xc3\xa9\t b.py,,\r\n"
		"\"demo/a,b.py\",\"" HASH "\",\"3\"\n"
		"\"demo/a\"\"b.py\",\"\",\"\"\n"
		"\"\"\"\",,\n"
		",,\n"
		"demo-1.0.dist-info/RECORD,,";
	struct fixture *f = *state;

	assert_int_equal(parse(f, text, strlen(text)), 0);
	assert_int_equal(got.count, 7);
	assert_row(0, "demo/__init__.py", HASH, "12");
	assert_row(1, "demo/\xc3\xa9\t b.py", "", "");
	assert_row(2, "demo/a,b.py", HASH, "3");
	assert_row(3, "demo/a\"b.py", "", "");
	assert_row(4, "\"", "", "");
	assert_row(5, "", "", "");
	assert_row(6, "demo-1.0.dist-info/RECORD", "", "");
	/* the shortest rows there are: their memory is their own */
	assert_int_equal(parse(f, ",,\n,,", 5), 0);
	assert_non_null(arena_zero(&f->arena, 64, 1));
	assert_int_equal(got.count, 2);
	assert_row(1, "", "", "");
}

static void
test_ends(void **state)
{
	static const char *const one[] = {
		"a,b,1", "a,b,1\n", "a,b,1\r\n", "a,b,1\n\n\n", "a,b,1\n\r\n",
		"a,b,1\r", "a,b,\"1\"", "a,b,\"1\"\r\n",
	};
	static const char *const none[] = { "", "\n", "\r\n\r\n" };
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(one); i++) {
		assert_int_equal(parse(f, one[i], strlen(one[i])), 0);
		assert_int_equal(got.count, 1);
		assert_row(0, "a", "b", "1");
	}
	for (size_t i = 0; i < COUNT(none); i++) {
		assert_int_equal(parse(f, none[i], strlen(none[i])), 0);
		assert_int_equal(got.count, 0);
	}
	assert_int_equal(record_parse(&got, NULL, 0, &f->arena,
	                              &f->diag), 0);
	assert_int_equal(got.count, 0);
	record_sort(&got);
}

static void
test_refused(void **state)
{
#define TEXT(s) s, sizeof(s) - 1
	static const struct {
		const char *text;
		size_t n;
		const char *want;
	} cases[] = {
		{ TEXT("a,,\nb,\n"), "line 2: not three fields" },
		{ TEXT("a\n"), "line 1: not three fields" },
		{ TEXT("a,,,\n"), "line 1: not three fields" },
		{ TEXT("a,,\n\nb,,\n"), "line 2: not three fields" },
		{ TEXT("\na,,\n"), "line 1: not three fields" },
		{ TEXT("\n\n\n\n\n\n\n\n\n\n\na,,\n"),
		  "line 1: not three fields" },
		{ TEXT("\"a,,\n"), "line 1: a quote is not closed" },
		{ TEXT("a,,\"\n"), "line 1: a quote is not closed" },
		{ TEXT("\"a\nb\",,\n"), "line 1: a quote is not closed" },
		{ TEXT("a,,\"1\n\""), "line 1: a quote is not closed" },
		{ TEXT("\"a\"\"\",,\"\"\""), "line 1: a quote is not closed" },
		{ TEXT("\"a\"b,,\n"), "line 1: text after a quote" },
		{ TEXT("\"a\" ,,\n"), "line 1: text after a quote" },
		{ TEXT("a\"b\",,\n"), "line 1: a quote inside a field" },
		{ TEXT("a, \"b\",\n"), "line 1: a quote inside a field" },
		{ TEXT("a,,1\"\n"), "line 1: a quote inside a field" },
		{ TEXT("a\0b,,\n"), "line 1: a control character" },
		{ TEXT("\0"), "line 1: a control character" },
		{ TEXT("a\bb,,\n"), "line 1: a control character" },
		{ TEXT("a\x7f,,\n"), "line 1: a control character" },
		{ TEXT("a,,\rb,,\n"), "line 1: a control character" },
		{ TEXT("a,,\r\r\nb,,"), "line 1: a control character" },
		{ TEXT("a,,\n\"b\r\n"), "line 2: a quote is not closed" },
		{ TEXT("a\v,,\n"), "line 1: a control character" },
		{ TEXT("a\x1e,,\n"), "line 1: a control character" },
		{ TEXT("a\xc2\x85,,\n"), "line 1: a line separator" },
		{ TEXT("a\xe2\x80\xa8,,\n"), "line 1: a line separator" },
		{ TEXT("a\xe2\x80\xa9,,\n"), "line 1: a line separator" },
		{ TEXT("a\xff,,\n"), "line 1: not UTF-8" },
		{ TEXT("a,,\xc3\n"), "line 1: not UTF-8" },
		{ TEXT("a,,\xc3"), "line 1: not UTF-8" },
		{ TEXT("\xef\xbb\xbf" "a,,\n"),
		  "line 1: a byte order mark" },
		{ TEXT("\"\xef\xbb\xbf\",,\n"),
		  "line 1: a byte order mark" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(parse(f, cases[i].text, cases[i].n), -EINVAL);
		assert_string_equal(buf_str(&f->diag.text), cases[i].want);
	}
}

static void
test_put(void **state)
{
	static const struct {
		struct record_row row;
		const char *want;
	} cases[] = {
		/* as csv.writer of Python 2.7 to 3.13 writes them */
		{ { "a", HASH, "1" }, "a," HASH ",1\r\n" },
		{ { "", "", "" }, ",,\r\n" },
		{ { " a ", "", " " }, " a ,, \r\n" },
		{ { "'a;#\t|", "", "" }, "'a;#\t|,,\r\n" },
		{ { "a,b", "", "" }, "\"a,b\",,\r\n" },
		{ { "\"", "", "" }, "\"\"\"\",,\r\n" },
		{ { "a\"\"b", ",", "\"" },
		  "\"a\"\"\"\"b\",\",\",\"\"\"\"\r\n" },
		{ { "a\nb", "", "" }, "\"a\nb\",,\r\n" },
		{ { "a\rb", "", "" }, "\"a\rb\",,\r\n" },
		{ { "\xe2\x80\xa8\xc3\xa9", "", "" },
		  "\xe2\x80\xa8\xc3\xa9,,\r\n" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf b;

		buf_init(&b, &f->arena);
		record_put(&b, &cases[i].row);
		assert_string_equal(buf_str(&b), cases[i].want);
	}
}

static void
test_sort(void **state)
{
	static const struct record_row want[] = {
		{ "", "", "" },
		{ "", "", "1" },
		{ "", "x", "" },
		{ "../../../bin/pip", "a", "1" },
		{ "A", "", "" },
		{ "a", "", "" },
		{ "a", "sha256=a", "10" },
		{ "a", "sha256=a", "10" },
		{ "a", "sha256=a", "9" },
		{ "a", "sha256=b", "1" },
		{ "a b", "", "" },
		{ "a-b", "", "" },
		{ "a/b", "", "" },
		{ "a/b", "a", "" },
		{ "a/bc", "", "" },
		{ "a_b", "", "" },
		{ "\xc3\xa9", "", "" },
		/* by code points, not by UTF-16 */
		{ "\xef\xbf\xbd", "", "" },
		{ "\xf0\x9f\x98\x80", "", "" },
	};
	struct record_row rows[COUNT(want)];
	struct record r = { rows, COUNT(want) };
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 200; round++) {
		memcpy(rows, want, sizeof(rows));
		for (size_t i = COUNT(rows) - 1; round && i > 0; i--) {
			struct record_row row = rows[i];
			size_t j;

			seed = seed * 1664525 + 1013904223;
			j = (seed >> 8) % (i + 1);
			rows[i] = rows[j];
			rows[j] = row;
		}
		record_sort(&r);
		for (size_t i = 0; i < COUNT(rows); i++) {
			assert_string_equal(rows[i].path, want[i].path);
			assert_string_equal(rows[i].hash, want[i].hash);
			assert_string_equal(rows[i].size, want[i].size);
		}
	}
}

/* Each row a prefix of the one before: much that is alike. */
static void
test_sort_deep(void **state)
{
	enum { N = 5000 };
	struct fixture *f = *state;
	struct record_row *rows = arena_zero(&f->arena, N, sizeof(*rows));
	struct record r = { rows, N };
	char *text = arena_zero(&f->arena, N + 1, 1);

	assert_non_null(rows);
	assert_non_null(text);
	memset(text, 'a', N);
	for (size_t i = 0; i < N; i++) {
		rows[i].path = text + i;
		rows[i].hash = rows[i].size = "";
	}
	record_sort(&r);
	for (size_t i = 0; i < N; i++)
		assert_ptr_equal(rows[i].path, text + N - 1 - i);
}

static void
test_installed(void **state)
{
	static const char text[] = "\xef\xbb\xbf" "a\r\n\nb,c\rd,e,1,f,g\n\"h\"";
	static const char bad[] = "a,,\n\"b,,\n";
	struct fixture *f = *state;

	assert_int_equal(record_parse_installed(&got, text, sizeof(text) - 1,
	                                        &f->arena, &f->diag), 0);
	assert_int_equal(got.count, 4);
	assert_row(0, "a", "", "");
	assert_row(1, "b", "c", "");
	assert_row(2, "d", "e", "1");
	assert_row(3, "h", "", "");
	assert_int_equal(record_parse_installed(&got, bad, sizeof(bad) - 1,
	                                        &f->arena, &f->diag), -EINVAL);
	assert_string_equal(buf_str(&f->diag.text),
	                    "line 2: a quote is not closed");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_rows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ends, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_installed, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_put, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sort, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sort_deep, set_up,
		                                tear_down),
	};

	return RUN(tests);
}
