/* pathname: as posixpath of Python 3.13 has it. */
#include "format/pathname.h"

#include "base/arena.h"
#include "tests/unit/unit.h"

static void
test_absolute(void **state)
{
	static const char *const rows[][3] = {
		{ "/c/d", "", "/c/d" },
		{ "/c/d", ".", "/c/d" },
		{ "/c/d", "e", "/c/d/e" },
		{ "/c/d", "e/", "/c/d/e" },
		{ "/c/d", "..", "/c" },
		{ "/c/d", "../../..", "/" },
		{ "/c/d", "../../../x", "/x" },
		{ "/", "x", "/x" },
		{ "/c/d", "./e//f/./g/../h", "/c/d/e/f/h" },
		{ "/c/d", "/", "/" },
		{ "/c/d", "//", "//" },
		{ "/c/d", "///", "/" },
		{ "/c/d", "//a/../..", "//" },
		{ "/c/d", "//a//b", "//a/b" },
		{ "/c/d", "////a", "/a" },
		{ "/c/d", "/a/...", "/a/..." },
		{ "/c/d", "/.a/..b", "/.a/..b" },
		{ "//c", "d", "//c/d" },
		{ "/c//./d/", "e", "/c/d/e" },
	};
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(pathname_absolute(&a, rows[i][0],
		                                      rows[i][1]), rows[i][2]);
	arena_free(&a);
}

static void
test_parts(void **state)
{
	static const char *const rows[][3] = {
		{ "", "", "" },      { "a", "", "a" },     { "/", "/", "" },
		{ "/a", "/", "a" },  { "a/b", "a", "b" },  { "a/", "a", "" },
		{ "//", "//", "" },  { "//a", "//", "a" }, { "a//b", "a", "b" },
		{ "/a/b", "/a", "b" },
	};
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_string_equal(pathname_dir(&a, rows[i][0]), rows[i][1]);
		assert_string_equal(pathname_base(rows[i][0]), rows[i][2]);
	}
	assert_string_equal(pathname_join(&a, "/a", "b"), "/a/b");
	assert_string_equal(pathname_join(&a, "/a/", "b"), "/a/b");
	assert_string_equal(pathname_join(&a, "/", "b"), "/b");
	assert_string_equal(pathname_join(&a, "", "b"), "b");
	assert_string_equal(pathname_join(&a, "/a", "/b"), "/b");
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_absolute),
		cmocka_unit_test(test_parts),
	};

	return RUN(tests);
}
