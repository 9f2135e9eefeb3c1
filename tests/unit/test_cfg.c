/* cfg: as getpath.py and site.py read pyvenv.cfg. */
#include "format/cfg.h"

#include "base/buf.h"
#include "tests/unit/unit.h"

/* The value of KEY in TEXT as a string; "(none)" if it is not there. */
static const char *
get(const char *text, const char *key, bool last)
{
	static char out[128];
	size_t len = strlen(text), n = 0;
	char *exact = malloc(len ? len : 1); /* no NUL after it */
	const char *value = NULL;
	bool found;

	memcpy(exact, text, len);
	found = cfg_get(exact, len, key, last, &value, &n);
	if (found) {
		assert_true(value >= exact && value + n <= exact + len);
		assert_true(n < sizeof(out));
		memcpy(out, value, n);
		out[n] = '\0';
	} else {
		strcpy(out, "(none)");
	}
	free(exact);
	return out;
}

static void
test_lines(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "home = /usr/bin\n", "/usr/bin" },
		{ "home=/usr/bin", "/usr/bin" },
		{ "  home\t =  /a b/c  \r\n", "/a b/c" },
		{ "HOME = /x\n", "/x" },
		{ "Home = /x\nhome = /y\n", "/x" },
		{ "# home = /x\n", "(none)" },
		{ "#c\n\n\nversion = 3\nhome = /x", "/x" },
		{ "home = a=b=c\n", "a=b=c" },
		{ "home =\n", "" },
		{ "home\n= /x\n", "(none)" },
		{ "home\n", "(none)" },
		{ "homer = /x\nhom = /y\n", "(none)" },
		{ "", "(none)" },
		{ "=\n", "(none)" },
		{ "home = \"q\"\n", "\"q\"" },
		{ "home = /x # y\n", "/x # y" },
		{ "home = \xff\xfe\n", "\xff\xfe" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(get(cases[i].text, "home", false),
		                    cases[i].want);
}

static void
test_first_and_last(void **state)
{
	const char *text = "k = 1\nother = 2\nK = 3\nk\n";

	(void)state;
	assert_string_equal(get(text, "k", false), "1");
	assert_string_equal(get(text, "k", true), "3");
	assert_string_equal(get(text, "other", true), "2");
}

static void
test_nul_is_a_byte(void **state)
{
	const char text[] = "k = a\0b\nhome = x";
	const char *value;
	size_t n;

	(void)state;
	assert_true(cfg_get(text, sizeof(text) - 1, "k", false, &value, &n));
	assert_int_equal(n, 3);
	assert_true(cfg_get(text, sizeof(text) - 1, "home", false, &value, &n));
	assert_int_equal(n, 1);
	assert_false(cfg_get(NULL, 0, "k", false, &value, &n));
}

static void
test_can_hold(void **state)
{
	static const char *const good[] = {
		"", "x", "/usr/bin", "a b", "caf\xc3\xa9", "$(x) `y` 'z' \"",
		"a=b", "#", "\xf0\x9f\x90\x8d",
	};
	static const char *const bad[] = {
		" x", "x ", "\tx", "x\n", "a\nb", "a\rb", "a\tb", "\x1b[0m",
		"a\x7f" "b", "\xff", "a\xc3", "a\xc2\x85" "b",
		"a\xe2\x80\xa8" "b", "a\xe2\x80\xa9" "b", "\v", "\x01",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(cfg_can_hold(good[i]));
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (cfg_can_hold(bad[i]))
			fail_msg("case %zu is taken", i);
	}
}

static void
test_put_and_get(void **state)
{
	struct arena a;
	struct buf b;

	(void)state;
	arena_init(&a, NULL, 0);
	buf_init(&b, &a);
	cfg_put(&b, "home", "/a = b");
	cfg_put(&b, "prompt", "'x'");
	assert_string_equal(buf_str(&b), "home = /a = b\nprompt = 'x'\n");
	assert_string_equal(get(buf_str(&b), "home", false), "/a = b");
	assert_string_equal(get(buf_str(&b), "prompt", true), "'x'");
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_first_and_last),
		cmocka_unit_test(test_nul_is_a_byte),
		cmocka_unit_test(test_can_hold),
		cmocka_unit_test(test_put_and_get),
	};

	return RUN(tests);
}
