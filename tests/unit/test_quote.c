/* quote: literals; what shells make of them is tested in tests/shells. */
#include "format/quote.h"

#include <errno.h>
#include <stdbool.h>

#include "base/buf.h"
#include "tests/unit/unit.h"

typedef int quote_fn(struct buf *out, const char *s, size_t n);

struct row {
	const char *text;
	const char *want; /* NULL: -EINVAL */
};

static void
check_rows(quote_fn *quote, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *s = rows[i].text;
		struct arena a;
		struct buf out;
		int err;

		arena_init(&a, NULL, 0);
		buf_init(&out, &a);
		err = quote(&out, s, strlen(s));
		assert_int_equal(err, rows[i].want ? 0 : -EINVAL);
		if (rows[i].want)
			assert_string_equal(buf_str(&out), rows[i].want);
		arena_free(&a);
	}
}

static void
test_posix(void **state)
{
	static const struct row rows[] = {
		{ "", "''" },
		{ "a b$(x)`\\\n\xff", "'a b$(x)`\\\n\xff'" },
		{ "it's", "'it'\\''s'" },
		{ "'", "''\\'''" },
	};

	(void)state;
	check_rows(quote_posix, rows, COUNT(rows));
}

static void
test_csh(void **state)
{
	static const struct row rows[] = {
		{ "", "\"\"" },
		{ "/a-b_c.d:e", "/a-b_c.d:e" },
		{ "a b!*'\"$`\\~", "a\\ b\\!\\*\\'\\\"\\$\\`\\\\\\~" },
		{ "\xc3\xa9\xff", "\xc3\xa9\xff" },
	};
	static const struct row file[] = {
		{ "\t{}", "\\\t\\{\\}" },
		{ "\n", "\"\\\n\"" },
	};
	static const struct row eval[] = {
		{ "\t{}", "\"`echo z | paste - - | tr -d z`\""
		          "\"`echo z | tr a-z b-~`\""
		          "\"`echo z | tr a-z d-~`\"" },
	};

	(void)state;
	check_rows(quote_csh, rows, COUNT(rows));
	check_rows(quote_csh, file, COUNT(file));
	check_rows(quote_csh_eval, rows, COUNT(rows));
	check_rows(quote_csh_eval, eval, COUNT(eval));
}

static void
test_fish(void **state)
{
	static const struct row rows[] = {
		{ "", "''" },
		{ "$x(y)\n\"", "'$x(y)\n\"'" },
		{ "a\\'b\\", "'a\\\\\\'b\\\\'" },
	};

	(void)state;
	check_rows(quote_fish, rows, COUNT(rows));
}

static void
test_powershell(void **state)
{
	static const struct row rows[] = {
		{ "", "''" },
		{ "\r$`\xe2\x80\x9d\"'", "\"`r`$``\xe2\x80\x9d\xe2\x80\x9d"
		                        "\"\"'\"" },
		{ "$x \"`\n", "'$x \"`\n'" },
		{ "it's", "'it''s'" },
		{ "\xe2\x80\x98\xe2\x80\x99", "'\xe2\x80\x98\xe2\x80\x98"
		                              "\xe2\x80\x99\xe2\x80\x99'" },
		{ "\xe2\x80\x9a\xe2\x80\x9b", "'\xe2\x80\x9a\xe2\x80\x9a"
		                              "\xe2\x80\x9b\xe2\x80\x9b'" },
		{ "\xe2\x80\x97\xe2\x80\x9c", "'\xe2\x80\x97\xe2\x80\x9c'" },
		{ "\xff", NULL },
		{ "a\xc3", NULL },
	};

	(void)state;
	check_rows(quote_powershell, rows, COUNT(rows));
}

static void
test_nu(void **state)
{
	static const struct row rows[] = {
		{ "", "\"\"" },
		{ "a b$(x)`'#{}~", "\"a b$(x)`'#{}~\"" },
		{ "say \"hi\"\\", "\"say \\\"hi\\\"\\\\\"" },
		{ "\n\r\t\x1b[0m\x7f", "\"\\u{a}\\u{d}\\u{9}\\u{1b}[0m\\u{7f}\"" },
		{ "\xc3\xa9\xf0\x9f\x9a\x92", "\"\xc3\xa9\xf0\x9f\x9a\x92\"" },
		{ "\xff", NULL },
		{ "a\xc3", NULL },
	};

	(void)state;
	check_rows(quote_nu, rows, COUNT(rows));
}

static void
test_elvish(void **state)
{
	static const struct row rows[] = {
		{ "", "\"\"" },
		{ "a b$(x)`'#{}~", "\"a b$(x)`'#{}~\"" },
		{ "say \"hi\"\\", "\"say \\\"hi\\\"\\\\\"" },
		{ "\n\t\x1b[0m\x7f", "\"\\x0a\\x09\\x1b[0m\\x7f\"" },
		{ "\xc3\xa9\xf0\x9f\x9a\x92", "\"\xc3\xa9\xf0\x9f\x9a\x92\"" },
		{ "\xff" "a\xc3", "\"\\xffa\\xc3\"" },
		{ "\xed\xa0\x80", "\"\\xed\\xa0\\x80\"" },
	};

	(void)state;
	check_rows(quote_elvish, rows, COUNT(rows));
}

static const struct row reprs[] = {
	{ "", "''" },
	{ "venv", "'venv'" },
	{ "it's", "\"it's\"" },
	{ "say \"hi\"", "'say \"hi\"'" },
	{ "both'\"", "'both\\'\"'" },
	{ "\\", "'\\\\'" },
	{ "\n\r\t\x01\x1f\x7f", "'\\n\\r\\t\\x01\\x1f\\x7f'" },
	{ "\xc2\x80\xc2\xa0\xc2\xa1\xc2\xad", "'\\x80\\xa0\xc2\xa1\\xad'" },
	{ "\xc3\xa9\xe4\xb8\xad\xf0\x9f\x9a\x92",
	  "'\xc3\xa9\xe4\xb8\xad\xf0\x9f\x9a\x92'" },
	{ "\xe2\x80\x8b\xe3\x80\x80\xef\xbb\xbf", "'\\u200b\\u3000\\ufeff'" },
	{ "\xee\x80\x80\xef\xbf\xbf", "'\\ue000\\uffff'" },
	{ "\xf3\xa0\x80\x81\xf4\x8f\xbf\xbf", "'\\U000e0001\\U0010ffff'" },
	{ "\xf3\xa0\x84\x80", "'\xf3\xa0\x84\x80'" },
	{ "\xff\x80\xc3", "'\\udcff\\udc80\\udcc3'" },
};

static void
test_repr(void **state)
{
	(void)state;
	check_rows(quote_python_repr, reprs, COUNT(reprs));
}

static void
test_unquote(void **state)
{
	static const struct row rows[] = {
		{ "'\\x41\\u00E9\\U0001f692'", "A\xc3\xa9\xf0\x9f\x9a\x92" },
		{ "\"a'b\"", "a'b" },
		{ "'a\\\"b'", "a\"b" },
		{ "''", "" },
		{ "", NULL },
		{ "'", NULL },
		{ "venv", NULL },
		{ "'venv", NULL },
		{ "'venv\"", NULL },
		{ "'a'b'", NULL },
		{ "'\\'", NULL },
		{ "'\\q'", NULL },
		{ "'\\x4'", NULL },
		{ "'\\x4g'", NULL },
		{ "'\\x00'", NULL },
		{ "'\\u41'", NULL },
		{ "'\\ud800'", NULL },
		{ "'\\udc41'", NULL },
		{ "'\\U00110000'", NULL },
		{ "'\\Uffffffff'", NULL },
		{ "'\\\r'", NULL },
		{ "'\\\x02'", NULL },
	};
	struct row back[COUNT(reprs)];

	(void)state;
	check_rows(unquote_python_repr, rows, COUNT(rows));
	for (size_t i = 0; i < COUNT(reprs); i++) {
		back[i].text = reprs[i].want;
		back[i].want = reprs[i].text;
	}
	check_rows(unquote_python_repr, back, COUNT(reprs));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_posix),
		cmocka_unit_test(test_csh),
		cmocka_unit_test(test_fish),
		cmocka_unit_test(test_powershell),
		cmocka_unit_test(test_nu),
		cmocka_unit_test(test_elvish),
		cmocka_unit_test(test_repr),
		cmocka_unit_test(test_unquote),
	};

	return RUN(tests);
}
