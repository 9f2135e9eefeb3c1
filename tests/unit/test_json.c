/* json: strings of RFC 8259, and bytes that are no text. */
#include "format/json.h"

#include "base/buf.h"
#include "tests/unit/unit.h"

static void
test_strings(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", "\"\"" },
		{ "a b", "\"a b\"" },
		{ "\"\\/", "\"\\\"\\\\/\"" },
		{ "\n\t\x01\x1f\x7f", "\"\\u000a\\u0009\\u0001\\u001f\x7f\"" },
		{ "\xc3\xa9\xf0\x9f\x98\x80", "\"\xc3\xa9\xf0\x9f\x98\x80\"" },
		{ "a\xff\xc3", "\"a\\udcff\\udcc3\"" },
		{ NULL, "null" },
	};
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf b;

		buf_init(&b, &a);
		json_string(&b, cases[i].text);
		assert_string_equal(buf_str(&b), cases[i].want);
	}
	arena_free(&a);
}

static void
test_members(void **state)
{
	struct arena a;
	struct buf b;

	(void)state;
	arena_init(&a, NULL, 0);
	buf_init(&b, &a);
	buf_putc(&b, '{');
	json_member(&b, "k", "v");
	json_flag(&b, "t", true);
	json_flag(&b, "f", false);
	assert_string_equal(buf_str(&b),
	                    "{\"k\": \"v\", \"t\": true, \"f\": false");
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_members),
	};

	return RUN(tests);
}
