/* utf8: every code point there is, and all that only looks like one. */
#include "base/str.h"

#include "tests/unit/unit.h"

static size_t
encode(uint32_t c, char *s)
{
	if (c < 0x80) {
		s[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		s[0] = (char)(0xc0 | c >> 6);
		s[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		s[0] = (char)(0xe0 | c >> 12);
		s[1] = (char)(0x80 | (c >> 6 & 0x3f));
		s[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	s[0] = (char)(0xf0 | c >> 18);
	s[1] = (char)(0x80 | (c >> 12 & 0x3f));
	s[2] = (char)(0x80 | (c >> 6 & 0x3f));
	s[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static void
test_every_code_point(void **state)
{
	(void)state;
	for (uint32_t c = 0; c < 0x1fffff; c++) {
		int valid = c < 0xd800 || (c >= 0xe000 && c <= 0x10ffff);
		char s[4];
		size_t n = encode(c, s);
		uint32_t cp = 0xffffffff;
		size_t got = utf8_decode(s, n, &cp);

		/* assert_*() is slow: two million of them */
		if (got != (valid ? n : 0) || (valid && cp != c))
			fail_msg("U+%x: %zu bytes, U+%x", c, got, cp);
	}
}

static void
test_cut_short(void **state)
{
	const uint32_t points[] = { 0x80, 0x7ff, 0x800, 0xffff, 0x10000,
	                            0x10ffff };

	(void)state;
	for (size_t i = 0; i < COUNT(points); i++) {
		char s[4];
		size_t n = encode(points[i], s);

		for (size_t cut = 1; cut < n; cut++) {
			char *exact = malloc(cut);
			uint32_t cp;

			/* a block as long as it is said to be: ASan looks */
			memcpy(exact, s, cut);
			assert_int_equal(utf8_decode(exact, cut, &cp), 0);
			free(exact);
		}
	}
}

static void
test_not_utf8(void **state)
{
	static const char *const bad[] = {
		"\x80", "\xbf", "\xfe", "\xff", "\xf8\x88\x80\x80\x80",
		"\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf",
		"\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
		"\xed\xa0\x80", "\xed\xbf\xbf", "\xc3(", "\xe2(\x80",
		"\xe2\x82(", "\xf0\x9f(\x80", "\xf0\x9f\x98(", "\xc3\xc3",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		uint32_t cp;

		if (utf8_decode(bad[i], strlen(bad[i]), &cp) != 0)
			fail_msg("case %zu is taken", i);
	}
}

static void
test_stops_after_the_first(void **state)
{
	uint32_t cp;

	(void)state;
	assert_int_equal(utf8_decode("\xc3\xa9x", 3, &cp), 2);
	assert_int_equal(cp, 0xe9);
	assert_int_equal(utf8_decode("\0x", 2, &cp), 1);
	assert_int_equal(cp, 0);
}

static void
test_is_valid(void **state)
{
	(void)state;
	assert_true(utf8_is_valid("", 0));
	assert_true(utf8_is_valid("a\xc3\xa9", 3));
	assert_false(utf8_is_valid("a\xc3\xa9", 2));
	assert_false(utf8_is_valid("a\xff" "b", 3));
}

/* Words of eight bytes are looked at: each byte, at each place, among letters. */
static void
test_each_byte_of_a_word(void **state)
{
	(void)state;
	for (unsigned byte = 0; byte < 256; byte++) {
		bool control = (byte < 0x20 && byte != '\t') || byte == 0x7f;

		for (size_t at = 0; at < 20; at++) {
			char s[20];
			const char *flaw;

			memset(s, 'z', sizeof(s));
			s[at] = (char)byte;
			flaw = line_flaw(s, sizeof(s));
			if (utf8_is_valid(s, sizeof(s)) != (byte < 0x80) ||
			    !flaw != (byte < 0x80 && !control))
				fail_msg("byte %u at %zu", byte, at);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_code_point),
		cmocka_unit_test(test_cut_short),
		cmocka_unit_test(test_each_byte_of_a_word),
		cmocka_unit_test(test_not_utf8),
		cmocka_unit_test(test_stops_after_the_first),
		cmocka_unit_test(test_is_valid),
	};

	return RUN(tests);
}
