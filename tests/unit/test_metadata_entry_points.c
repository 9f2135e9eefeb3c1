/* metadata: scripts in order, odd files that are read, and what could be
 * read in two ways. */
#include "wheel/metadata.h"

#include <errno.h>

#include "base/diag.h"
#include "tests/unit/unit.h"

/* The scripts of the N bytes at TEXT, "name=module:attribute" with blanks
 * between; or what the diag says. */
static const char *
read_bytes(struct arena *a, const char *text, size_t n)
{
	struct entry_points e;
	struct diag d;
	struct buf b;
	char *copy = unit_exact(text, n);

	diag_init(&d, a);
	buf_init(&b, a);
	if (metadata_entry_points(&e, copy, n, a, &d) < 0) {
		free(copy);
		assert_int_equal(d.code, -EINVAL);
		return buf_str(&d.text);
	}
	free(copy);
	for (size_t i = 0; i < e.count; i++)
		buf_fmt(&b, "%s%s=%s:%s", i ? " " : "", e.list[i].name,
		        e.list[i].module, e.list[i].attribute);
	return buf_str(&b);
}

static const char *
read_text(struct arena *a, const char *text)
{
	return read_bytes(a, text, strlen(text));
}

static void
test_read(void **state)
{
	static const char *const cases[][2] = {
		{ "", "" },
		{ "\n# nothing\n", "" },
		{ "[console_scripts]\nb = m:f\na=m.n:f.g\n",
		  "a=m.n:f.g b=m:f" },
		{ "[console_scripts]\r\na = m:f\r\n", "a=m:f" },
		{ "[console_scripts]\na = m:f", "a=m:f" },
		{ "[console_scripts]\na = m : f [x,y]\n", "a=m:f" },
		{ "[console_scripts]\na = m:f[x]\nb = m:f []\n",
		  "a=m:f b=m:f" },
		{ "[console_scripts]\n# c\n; c\n\na = m:f\n\t# c\n", "a=m:f" },
		{ "\n   [console_scripts]\n   a = m:f\n   b = m:g\n",
		  "a=m:f b=m:g" },
		{ "[console_scripts]\n   a = m:f\n  b = m:g\n", "a=m:f b=m:g" },
		{ "[gui_scripts]\na = g:f\n[console_scripts]\na = c:f\nb = c:f",
		  "a=g:f b=c:f" },
		{ "[console_scripts]\nA = m:f\na = m:g\n", "A=m:f a=m:g" },
		{ "[console_scripts]\ng++ = m:f\nx-3.1_y = m:f\n... = m:f\n",
		  "...=m:f g++=m:f x-3.1_y=m:f" },
		{ "[console_scripts]\n\xc3\xbc = m:\xc3\xa9\n",
		  "\xc3\xbc=m:\xc3\xa9" },
		{ "[console_scripts]\na = class:_f019\n", "a=class:_f019" },
		{ "[Console_Scripts]\na = m\n[console_scripts ]\nb\n", "" },
		/* another section may hold what it likes */
		{ "[x]\nno equals\na = 1\na = 2\n  more\n[x]\n= 3\n"
		  "[console_scripts]\na = m:f\n", "a=m:f" },
	};
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(read_text(&a, cases[i][0]), cases[i][1]);
	arena_free(&a);
}

static void
test_scripts_refused(void **state)
{
	static const char *const lines[] = {
		"a", "a = ", "= m:f", "a = m", "a = m:", "a = :f", "a = m:f:g",
		"a = m:f g", "a = m:f # comment", "a = m:f [x", "a = m:f x]",
		"a = m:f [x] y", "a = m.:f", "a = .m:f", "a = m..n:f",
		"a = m:f.", "a = 0m:f", "a = m:9f", "a = m-n:f", "a = m:f()",
		"a = os:system('id')#:x", "a = m:f;g", "a = m n:f",
		"../a = m:f", "/a = m:f", "a/b = m:f", ". = m:f", ".. = m:f",
	};
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	for (size_t i = 0; i < COUNT(lines); i++) {
		char text[128];
		const char *said;

		snprintf(text, sizeof(text), "[console_scripts]\n%s\n",
		         lines[i]);
		said = read_text(&a, text);
		if (strncmp(said, "line 2: ", 8) != 0)
			fail_msg("'%s': %s", lines[i], said);
		snprintf(text, sizeof(text), "[other]\n%s\n", lines[i]);
		assert_string_equal(read_text(&a, text), "");
	}
	arena_free(&a);
}

static void
test_refused(void **state)
{
	static const char *const cases[][2] = {
		{ "a = m:f\n", "line 1: it is in no section" },
		{ "\xef\xbb\xbf[console_scripts]\n",
		  "line 1: it is in no section" },
		{ "[x]\n[console_scripts\n", "line 2: it is not a [SECTION]" },
		{ "[x] y\n", "line 1: it is not a [SECTION]" },
		{ "[]\n", "line 1: it is not a [SECTION]" },
		{ "[\n", "line 1: it is not a [SECTION]" },
		{ "[a]b]\n", "line 1: it is not a [SECTION]" },
		{ "[console_scripts]\n[x]\n[console_scripts]\n",
		  "line 3: the section is there twice" },
		{ "[console_scripts]\na = m:f\nb = m:f\na = m:f\n",
		  "line 4: the script is there twice" },
		{ "[console_scripts]\na = m:f\n  b = m:f\n",
		  "line 3: it belongs to the line before" },
		{ "[console_scripts]\na = m:f\n\n  # c\n  b = m:f\n",
		  "line 5: it belongs to the line before" },
		{ "[x]\na = b\n [console_scripts]\n",
		  "line 3: it belongs to the line before" },
		{ "[x]\na = \xff\n", "line 2: it is not UTF-8" },
		{ "[x]\n# \x0b[console_scripts]\n",
		  "line 2: it holds a control character" },
		{ "[x]\r[y]\n", "line 1: it holds a control character" },
		{ "[x]\n\r", "line 2: it holds a control character" },
		{ "[x]\n\n# \xc2\x85",
		  "line 3: it holds a control character" },
		{ "# \xe2\x80\xa8", "line 1: it holds a control character" },
		{ "# \xe2\x80\xa9", "line 1: it holds a control character" },
		{ "# \x1c", "line 1: it holds a control character" },
	};
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(read_text(&a, cases[i][0]), cases[i][1]);
	assert_string_equal(read_bytes(&a, "[x]\n\0", 5),
	                    "line 2: it holds a control character");
	arena_free(&a);
}

/* More scripts than there is room for at first, in any order. */
static void
test_many(void **state)
{
	struct entry_points e;
	struct arena a;
	struct diag d;
	struct buf b;

	(void)state;
	arena_init(&a, NULL, 0);
	diag_init(&d, &a);
	buf_init(&b, &a);
	buf_puts(&b, "[console_scripts]\n");
	for (unsigned i = 0; i < 1000; i++)
		buf_fmt(&b, "s%u = m%u:f\n", 1000 + i * 7 % 1000, i);
	assert_int_equal(metadata_entry_points(&e, b.data, b.len, &a, &d), 0);
	assert_int_equal(e.count, 1000);
	for (unsigned i = 0; i < 1000; i++)
		assert_int_equal(atoi(e.list[i].name + 1), 1000 + i);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_scripts_refused),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_many),
	};

	return RUN(tests);
}
