/* config: pyvenv.cfg as other tools wrote it, and words of a command line. */
#include "python/config.h"

#include "base/buf.h"
#include "python/version.h"
#include "tests/unit/unit.h"

static void
test_parse(void **state)
{
	static const char text[] =
		"home = /usr/bin\n"
		"include-system-site-packages = False\n"
		"version = 3.12.1\n"
		"prompt = 'it\\'s'\n"
		"Include-System-Site-Packages = TRUE\n";
	struct arena a;
	struct config c;

	(void)state;
	arena_init(&a, NULL, 0);
	config_parse(&c, text, sizeof(text) - 1, &a);
	assert_string_equal(c.home, "/usr/bin");
	assert_string_equal(c.version, "3.12.1");
	assert_string_equal(c.prompt, "it's");
	assert_true(c.system_site); /* site.py takes the last line */
	assert_null(c.executable);
	assert_null(c.command);
	arena_free(&a);
}

static void
test_switch(void **state)
{
	static const struct {
		const char *text;
		bool on;
	} cases[] = {
		{ "home = /x\n", true }, /* as site.py has it */
		{ "include-system-site-packages = false\n", false },
		{ "include-system-site-packages = true\n", true },
		{ "include-system-site-packages = yes\n", false },
		{ "include-system-site-packages = 1\n", false },
		{ "include-system-site-packages =\n", false },
	};
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct config c;

		config_parse(&c, cases[i].text, strlen(cases[i].text), &a);
		assert_int_equal(c.system_site, cases[i].on);
	}
	arena_free(&a);
}

/* uv writes the prompt as it is. */
static void
test_bare_prompt(void **state)
{
	struct arena a;
	struct config c;

	(void)state;
	arena_init(&a, NULL, 0);
	config_parse(&c, "prompt = my env\n", 16, &a);
	assert_string_equal(c.prompt, "my env");
	arena_free(&a);
}

static void
test_python_version(void **state)
{
	static const struct {
		const char *text;
		int minor, micro;
	} cases[] = {
		{ "version = 3.12.1\n", 12, 1 },
		{ "version_info = 3.11.2.final.0\n", 11, 2 }, /* virtualenv */
		{ "version_info = 3.11.2\nversion = 3.12\n", 12, -1 },
		{ "home = /x\n", -1, -1 },
		{ "version =\nversion_info = 3.11\n", -1, -1 },
	};
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct config c;
		struct version v;

		config_parse(&c, cases[i].text, strlen(cases[i].text), &a);
		config_python_version(&c, &v);
		assert_int_equal(v.minor, cases[i].minor);
		assert_int_equal(v.micro, cases[i].micro);
	}
	arena_free(&a);
}

static void
test_words(void **state)
{
	static const struct {
		const char *word, *want;
	} cases[] = {
		{ "/opt/venv-1.0", "/opt/venv-1.0" },
		{ "a b", "'a b'" },
		{ "", "''" },
		{ "$(x)", "'$(x)'" },
		{ " lead", "$' lead'" },
		{ "new\nline'\\", "$'new\\x0aline\\'\\\\'" },
		{ "\xff", "$'\\xff'" },
		{ "caf\xc3\xa9", "'caf\xc3\xa9'" },
	};
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf b;

		buf_init(&b, &a);
		config_put_word(&b, cases[i].word);
		assert_string_equal(buf_str(&b), cases[i].want);
		assert_int_equal(config_word_length(buf_str(&b)), b.len);
		buf_puts(&b, " 'more' ");
		assert_int_equal(config_word_length(buf_str(&b)),
		                 strlen(cases[i].want));
	}
	assert_int_equal(config_word_length(""), 0);
	assert_int_equal(config_word_length("a' b"), 4);
	assert_int_equal(config_word_length("a\\ b\\"), 5);
	assert_int_equal(config_word_length("$'\\"), 3);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_switch),
		cmocka_unit_test(test_bare_prompt),
		cmocka_unit_test(test_python_version),
		cmocka_unit_test(test_words),
	};

	return RUN(tests);
}
