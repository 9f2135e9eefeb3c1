/* requirement_text: encodings, continued lines, comments and variables, as pip has
 * them. tests/requirements compares more with pip. */
#include "resolve/requirement_text.h"

#include <errno.h>

#include "tests/unit/fixture.h"

static const char *const env[] = { "A=aa", "EMPTY=", "TWICE=${A}", "BELL=\a",
                                   "AB=x", NULL };

/* Return the logical lines of the N bytes at S, each as "NUMBER:LINE|", up to the
 * error, if any. */
static const char *
lines_n(struct fixture *f, const char *s, size_t n)
{
	char *copy = unit_exact(s, n);
	struct requirement_text t;
	struct slice line;
	struct buf b;
	int rc;

	diag_clear(&f->diag);
	buf_init(&b, &f->arena);
	rc = requirement_text_open(&t, copy, n, env, &f->arena, &f->diag);
	while (rc == 0 && (rc = requirement_text_next(&t, &line)) > 0) {
		buf_fmt(&b, "%zu:%.*s|", t.line, (int)line.n, line.s);
		rc = 0;
		if (t.rest.n == 0 && line.n == 0)
			break;
	}
	if (f->diag.code)
		buf_fmt(&b, "%zu: %s", t.line, buf_str(&f->diag.text));
	free(copy);
	return buf_str(&b);
}

static void
assert_lines(struct fixture *f, const char *text, const char *want)
{
	assert_string_equal(lines_n(f, text, strlen(text)), want);
}

static void
test_lines(void **state)
{
	struct fixture *f = *state;

	assert_lines(f, "", "");
	assert_lines(f, "\n\r\n\r", "");
	assert_lines(f, "a\nb\r\nc\rd", "1:a|2:b|3:c|4:d|");
	assert_lines(f, "\ta \n", "1:a|");
	assert_lines(f, "\xc3\xa9\n", "1:\xc3\xa9|");
}

static void
test_comments(void **state)
{
	struct fixture *f = *state;

	assert_lines(f, "# a\n  # b\nc # d\ne\t#f\ng#h\n'i #j'", "3:c|4:e|5:g#h|6:'i|");
	assert_lines(f, "# a \\\nb\n", "2:b|");
	assert_lines(f, "a # b \\\nc", "1:a|");
	assert_lines(f, "a \\\n# b\nc", "1:a|3:c|");
	assert_lines(f, "a\\\n#b\n", "1:a|");
}

static void
test_continued(void **state)
{
	struct fixture *f = *state;

	assert_lines(f, "aa\\\n==1\nb", "1:aa==1|3:b|");
	assert_lines(f, "a \\\r\n  b \\\r\n  c", "1:a   b   c|");
	assert_lines(f, "a\\ \nb", "1:a\\|2:b|");
	assert_lines(f, "a\\\\\\\nb", "1:ab|");
	assert_lines(f, "\\a\\\n\\b\\\n\\c", "1:ab\\c|");
	assert_lines(f, "a\\", "1:a|");
	assert_lines(f, "a\\\n", "1:a|");
	assert_lines(f, "\\\n\\\n\nb", "4:b|");
	assert_lines(f, "a\\\n\nb", "1:a|3:b|");
}

static void
test_variables(void **state)
{
	struct fixture *f = *state;

	assert_lines(f, "${A}==${A}${AB}", "1:aa==aax|");
	assert_lines(f, "${EMPTY}${UNSET}${a}$A${}${A", "1:${EMPTY}${UNSET}${a}$A${}${A|");
	assert_lines(f, "${TWICE} ${A}", "1:${A} aa|");
	assert_lines(f, "# ${BELL}\na\\\n${BELL}", "2: the value of the variable "
	             "BELL: a control character");
}

static void
test_encodings(void **state)
{
	static const char little[] = "\xff\xfe" "a\0\xe9\0\n\0=\xd8\x0a\xde";
	static const char big[] = "\xfe\xff\0a\0\n\0b";
	struct fixture *f = *state;

	assert_lines(f, "\xef\xbb\xbf" "a", "1:a|");
	assert_string_equal(lines_n(f, little, sizeof(little) - 1),
	                    "1:a\xc3\xa9|2:\xf0\x9f\x98\x8a|");
	assert_string_equal(lines_n(f, big, sizeof(big) - 1), "1:a|2:b|");
	assert_string_equal(lines_n(f, "\xff\xfe", 2), "");
	assert_string_equal(lines_n(f, "\xff\xfe" "a", 3),
	                    "0: it is not valid UTF-16");
	assert_string_equal(lines_n(f, "\xff\xfe" "a\0=\xd8", 6),
	                    "0: it is not valid UTF-16");
	assert_string_equal(lines_n(f, "\xff\xfe\x0a\xde" "a\0", 6),
	                    "0: it is not valid UTF-16");
	assert_string_equal(lines_n(f, "\xff\xfe=\xd8" "a\0", 6),
	                    "0: it is not valid UTF-16");
	assert_string_equal(lines_n(f, "\xff\xfe\0\0a\0\0\0", 8),
	                    "0: it is UTF-32, not UTF-8");
	assert_lines(f, "a\nb\xe9\n", "1:a|2: not UTF-8");
}

static void
test_flaws(void **state)
{
	struct fixture *f = *state;

	assert_lines(f, "a\n\\\n# \x0c", "1:a|3: a control character");
	assert_lines(f, "a\xe2\x80\xa8", "1: a line separator");
	assert_lines(f, "# \xc2\xa0\na\xc2\xa0", "2: a blank that is not ASCII");
	assert_lines(f, "a\xe3\x80\x80# b", "1: a blank that is not ASCII");
	assert_string_equal(lines_n(f, "a\0b", 3), "1: a control character");
}

static void
test_limits(void **state)
{
	struct fixture *f = *state;
	size_t n = REQUIREMENT_TEXT_MAX + 1;
	char *text = malloc(n), *value = malloc(n);
	const char *const large[] = { value, NULL };
	struct requirement_text t;
	struct slice line;

	assert_non_null(text);
	assert_non_null(value);
	memset(text, 'a', n);
	assert_int_equal(requirement_text_open(&t, text, n, env, &f->arena,
	                                       &f->diag), -EINVAL);
	memset(value, 'a', n);
	memcpy(value, "A=", 2);
	value[n / 2] = '\0';
	assert_int_equal(requirement_text_open(&t, "${A}\n${A}${A}", 13, large,
	                                       &f->arena, &f->diag), 0);
	assert_int_equal(requirement_text_next(&t, &line), 1);
	assert_int_equal(requirement_text_next(&t, &line), -EINVAL);
	assert_string_equal(buf_str(&f->diag.text),
	                    "the values of variables are too long");
	free(text);
	free(value);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_comments, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_continued, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_variables, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_encodings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_flaws, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
	};

	return RUN(tests);
}
