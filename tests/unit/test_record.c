/* record: the CSV that Python's csv module writes and reads, and what only
 * some readers would take. */
#include "wheel/record.h"

#include <errno.h>

#include "base/buf.h"
#include "tests/unit/fixture.h"

#define HASH "sha256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"

/* Rows that were read, copied. */
static struct {
	struct record_row rows[16];
	size_t count;
} got;

static int
keep(void *ctx, const struct record_row *row)
{
	struct arena *a = ctx;

	assert_true(got.count < COUNT(got.rows));
	got.rows[got.count++] = (struct record_row){
		arena_str(a, row->path),
		arena_str(a, row->hash),
		arena_str(a, row->size),
	};
	return 0;
}

/* Read the N bytes at TEXT in pieces of PIECE bytes. */
static int
read_pieces(struct fixture *f, bool strict, const char *text, size_t n,
            size_t piece)
{
	struct record_reader r;
	int rc = 0;

	got.count = 0;
	diag_clear(&f->diag);
	record_reader_init(&r, strict, keep, &f->arena, &f->arena);
	for (size_t at = 0; rc == 0 && at < n; at += piece) {
		size_t len = n - at < piece ? n - at : piece;
		char *copy = unit_exact(text + at, len);

		rc = record_read(&r, copy, len, &f->diag);
		free(copy);
	}
	return rc == 0 ? record_read_end(&r, &f->diag) : rc;
}

/* Read it in pieces of every size, which must make no difference. */
static int
parse_as(struct fixture *f, bool strict, const char *text, size_t n)
{
	int rc = read_pieces(f, strict, text, n, n + 1);
	char *said = arena_str(&f->arena, buf_str(&f->diag.text));
	size_t count = got.count;

	for (size_t piece = 1; piece <= n; piece++) {
		assert_int_equal(read_pieces(f, strict, text, n, piece), rc);
		assert_string_equal(buf_str(&f->diag.text), said);
		assert_int_equal(got.count, count);
	}
	return rc;
}

static int
parse(struct fixture *f, const char *text, size_t n)
{
	return parse_as(f, true, text, n);
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
	/* the shortest rows there are */
	assert_int_equal(parse(f, ",,\n,,", 5), 0);
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
test_long_lines(void **state)
{
	enum { N = RECORD_MAX_LINE };
	struct fixture *f = *state;
	char *text = arena_alloc(&f->arena, N + 4);

	memset(text, 'a', N + 4);
	memcpy(text + N - 2, ",,\n", 3);
	assert_int_equal(read_pieces(f, true, text, N + 1, 4096), 0);
	assert_int_equal(got.count, 1);
	memcpy(text + N - 2, "a,,\n", 4);
	assert_int_equal(read_pieces(f, true, text, N + 2, 4096), -EINVAL);
	assert_string_equal(buf_str(&f->diag.text),
	                    "line 1: longer than 65536 bytes");
}

static int
stop(void *ctx, const struct record_row *row)
{
	(void)row;
	++*(int *)ctx;
	return -EBUSY;
}

static void
test_a_result_below_0_ends_it(void **state)
{
	struct fixture *f = *state;
	struct record_reader r;
	int rows = 0;

	record_reader_init(&r, true, stop, &rows, &f->arena);
	assert_int_equal(record_read(&r, "a,,\nb,,\n", 8, &f->diag), -EBUSY);
	assert_int_equal(rows, 1);
}

static void
test_installed(void **state)
{
	static const char text[] = "\xef\xbb\xbf" "a\r\n\nb,c\rd,e,1,f,g\n\"h\"";
	static const char bad[] = "a,,\n\"b,,\n";
	struct fixture *f = *state;

	assert_int_equal(parse_as(f, false, text, sizeof(text) - 1), 0);
	assert_int_equal(got.count, 4);
	assert_row(0, "a", "", "");
	assert_row(1, "b", "c", "");
	assert_row(2, "d", "e", "1");
	assert_row(3, "h", "", "");
	assert_int_equal(parse_as(f, false, bad, sizeof(bad) - 1), -EINVAL);
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
		cmocka_unit_test_setup_teardown(test_long_lines, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_a_result_below_0_ends_it,
		                                set_up, tear_down),
	};

	return RUN(tests);
}
