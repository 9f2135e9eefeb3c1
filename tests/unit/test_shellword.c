/* shellword: one literal word of shell code, as XCU 2.2 quotes it. */
#include "format/quote.h"

#include <errno.h>

#include "base/buf.h"
#include "tests/unit/unit.h"

static int
read_word(const char *text, char *out, size_t room)
{
	struct arena a;
	struct buf b;
	int err;

	arena_init(&a, NULL, 0);
	buf_init(&b, &a);
	err = shellword_read(&b, text, strlen(text));
	assert_true(b.len < room);
	if (b.len > 0)
		memcpy(out, b.data, b.len);
	out[b.len] = '\0';
	arena_free(&a);
	return err;
}

static void
test_literals(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "/opt/venv\n", "/opt/venv" },
		{ "'/opt/a b'; export X", "/opt/a b" },
		{ "'it'\\''s'", "it's" },
		{ "'it'\"'\"'s' rest", "it's" },
		{ "\"a \\\" \\$ \\` \\\\ \\n\"", "a \" $ ` \\ \\n" },
		{ "a\\ b", "a b" },
		{ "'new\nline'", "new\nline" },
		{ "'$(no)'", "$(no)" },
		{ "", "" },
	};
	char out[64];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(read_word(cases[i].text, out, sizeof(out)), 0);
		assert_string_equal(out, cases[i].want);
	}
}

static void
test_not_literal(void **state)
{
	static const char *const cases[] = {
		"$HOME", "a$(b)", "`b`", "\"$x\"", "\"`b`\"", "'open", "\"open",
	};
	char out[64];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(read_word(cases[i], out, sizeof(out)),
		                 -EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_literals),
		cmocka_unit_test(test_not_literal),
	};

	return RUN(tests);
}
