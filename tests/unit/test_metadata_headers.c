/* metadata: what email.parser of Python makes of WHEEL and METADATA. */
#include "wheel/metadata.h"

#include "tests/unit/unit.h"

static const char text[] =
	"Metadata-Version: 2.1\n"
	"name:demo\r\n"
	"VERSION :\t 1.0 \n"
	"Version: 1.0\t \n"
	"Tag: one\n"
	"X-Empty:\n"
	"tag: two\r"
	"Description: first\n"
	"        | second: line\n"
	"\tthird\n"
	"TAG:  three:3\n"
	":nameless\n"
	"Last: after\n"
	"\n"
	"Body: no\n";

/* Number INDEX of NAME in the N bytes at S; "(none)" if there is none. */
static const char *
get(const char *s, size_t n, const char *name, size_t index)
{
	static char value[128];
	char *copy = unit_exact(s, n);
	const char *p;
	size_t len;
	size_t at = 0;
	bool found = true;

	strcpy(value, "(none)");
	for (size_t i = 0; found && i <= index; i++)
		found = metadata_next(copy, n, &at, name, &p, &len);
	if (found) {
		assert_true(p >= copy && p + len <= copy + n);
		assert_true(len < sizeof(value));
		memcpy(value, p, len);
		value[len] = '\0';
	}
	free(copy);
	return value;
}

static void
test_fields(void **state)
{
	static const struct {
		const char *name;
		size_t index;
		const char *want;
	} cases[] = {
		{ "Metadata-Version", 0, "2.1" },
		{ "Name", 0, "demo" },
		{ "NAME", 0, "demo" },
		{ "Name", 1, "(none)" },
		{ "Nam", 0, "(none)" },
		{ "Names", 0, "(none)" },
		{ "", 0, "(none)" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(get(text, sizeof(text) - 1, cases[i].name,
		                        cases[i].index), cases[i].want);
}

/* A name with a blank in it is none: the headers end there. */
static void
test_end(void **state)
{
	const char *rest = strstr(text, "Version: 1.0\t");
	size_t n = strlen(rest);

	(void)state;
	assert_string_equal(get(text, sizeof(text) - 1, "Version", 0),
	                    "(none)");
	assert_string_equal(get(rest, n, "Version", 0), "1.0");
	assert_string_equal(get(rest, n, "Tag", 0), "one");
	assert_string_equal(get(rest, n, "Tag", 1), "two");
	assert_string_equal(get(rest, n, "Tag", 2), "three:3");
	assert_string_equal(get(rest, n, "Tag", 3), "(none)");
	assert_string_equal(get(rest, n, "X-Empty", 0), "");
	assert_string_equal(get(rest, n, "Description", 0),
	                    "first\n        | second: line\n\tthird");
	assert_string_equal(get(rest, n, "", 0), "nameless");
	assert_string_equal(get(rest, n, "Last", 0), "after");
	assert_string_equal(get(rest, n, "Body", 0), "(none)");
	assert_string_equal(get(rest, n, "| second", 0), "(none)");
}

static void
test_odd(void **state)
{
	static const struct {
		const char *text, *name, *want;
	} cases[] = {
		{ "", "A", "(none)" },
		{ "A", "A", "(none)" },
		{ "A:", "A", "" },
		{ "A:\n", "A", "" },
		{ "A:\n b", "A", "b" },
		{ "A: b\n \nB: c", "A", "b" },
		{ "A: b\n \nB: c", "B", "c" },
		{ " A: b\nA: c\n", "A", "c" },
		{ "\nA: b\n", "A", "(none)" },
		{ "\r\nA: b\n", "A", "(none)" },
		{ "\rA: b\n", "A", "(none)" },
		{ "no header\nA: b\n", "A", "(none)" },
		{ "X\xc3\xa4: 1\nA: b\n", "A", "(none)" },
		{ "A: \xc3\xa4 \n", "A", "\xc3\xa4" },
		{ "B: 1\r\rA: 2", "A", "(none)" },
		{ "B: 1\rA: 2", "A", "2" },
		{ "A: 1\r\n 2\r\n", "A", "1\r\n 2" },
		{ "Zz: 1", "zZ", "1" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(get(cases[i].text, strlen(cases[i].text),
		                        cases[i].name, 0), cases[i].want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_odd),
	};

	return RUN(tests);
}
