/* words: names in lists, and programs with versions after their names. */
#include "format/words.h"

#include "tests/unit/unit.h"

static bool
have(const char *list, const char *word)
{
	return words_have(list, word, strlen(word));
}

static void
test_words(void **state)
{
	static const char list[] = " sh bash -L bsd-csh ";

	(void)state;
	assert_true(have(list, "sh"));
	assert_true(have(list, "bash"));
	assert_true(have(list, "-L"));
	assert_true(have(list, "bsd-csh"));
	assert_true(words_have(list, "shoe", 2));
	assert_false(have(list, "ash"));
	assert_false(have(list, "s"));
	assert_false(have(list, "shb"));
	assert_false(have(list, "sh bash"));
	assert_false(have(list, " sh"));
	assert_false(have(list, "sh "));
	assert_false(have(list, " "));
	assert_false(have(list, ""));
	assert_false(have("", ""));
	assert_false(have("", "sh"));
	assert_false(have("  ", ""));
	assert_false(words_have(list, "bsd-csh\0x", 9));
}

static void
test_programs(void **state)
{
	static const char *const in[] = {
		"ksh", "ksh93", "ksh93u+m", "ksh-2020", "ksh.real", "zsh-5.9",
		"bsd-csh", "-", /* as they are */
	};
	static const char *const out[] = {
		"", "k", "mksh", "kshx", "ksh_", "ksh 93", " ksh", "-ksh", ".ksh",
		"bsd", "bsd-csh2", "5", ".", "zsh zsh",
	};
	static const char list[] = " ksh zsh bsd-csh - ";

	(void)state;
	for (size_t i = 0; i < COUNT(in); i++) {
		if (!words_have_program(list, in[i]))
			fail_msg("'%s' is not in the list", in[i]);
	}
	for (size_t i = 0; i < COUNT(out); i++) {
		if (words_have_program(list, out[i]))
			fail_msg("'%s' is in the list", out[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_programs),
	};

	return RUN(tests);
}
