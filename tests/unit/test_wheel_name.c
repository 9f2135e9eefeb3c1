/* wheel_name: names of wheels, new and old, and those that are none. */
#include "wheel/name.h"

#include <errno.h>

#include "base/diag.h"
#include "tests/unit/unit.h"

static void
test_parts(void **state)
{
	static const struct {
		const char *file, *project, *version, *build;
		const char *python, *abi, *platform;
	} cases[] = {
		{ "pip-24.2-py3-none-any.whl", "pip", "24.2", "", "py3",
		  "none", "any" },
		{ "9zZ-9-9-py9-none-az.whl", "9zZ", "9", "9", "py9", "none",
		  "az" },
		{ "a-1-1_x.y-py2.py3-none-any.whl", "a", "1", "1_x.y",
		  "py2.py3", "none", "any" },
		{ "Zope.Interface-1.0.DEV1-cp36-cp36m.abi3-manylinux1_x86_64."
		  "manylinux_2_5_x86_64.whl", "Zope.Interface", "1.0.DEV1", "",
		  "cp36", "cp36m.abi3",
		  "manylinux1_x86_64.manylinux_2_5_x86_64" },
		{ "my_pkg-1!2.0+cu118.x_1-py3-none-any.whl", "my_pkg",
		  "1!2.0+cu118.x-1", "", "py3", "none", "any" },
		{ "old-1.0_1-PY3-None-ANY.whl", "old", "1.0-1", "", "py3",
		  "none", "any" },
		{ "a__b-1-py3-none-any.whl", "a__b", "1", "", "py3", "none",
		  "any" },
	};
	struct wheel_name w;
	struct arena a;
	struct diag d;

	(void)state;
	arena_init(&a, NULL, 0);
	diag_init(&d, &a);
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(wheel_name_parse(&w, cases[i].file, &a, &d),
		                 0);
		assert_string_equal(w.project, cases[i].project);
		assert_string_equal(w.version, cases[i].version);
		assert_string_equal(w.build, cases[i].build);
		assert_string_equal(w.python, cases[i].python);
		assert_string_equal(w.abi, cases[i].abi);
		assert_string_equal(w.platform, cases[i].platform);
	}
	arena_free(&a);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *file, *reason;
	} cases[] = {
		{ "", ".whl" },
		{ "whl", ".whl" },
		{ "a-1-py3-none-any.WHL", ".whl" },
		{ "a-1-py3-none-any.zip", ".whl" },
		{ ".whl", "NAME-VERSION" },
		{ "a-1-py3-none.whl", "NAME-VERSION" },
		{ "a-1-1-py3-none-any-x.whl", "NAME-VERSION" },
		{ "a-1--py3-none-any.whl", "NAME-VERSION" },
		{ "-1-py3-none-any.whl", "NAME-VERSION" },
		{ "a-1-py3-none-.whl", "NAME-VERSION" },
		{ "_a-1-py3-none-any.whl", "first part" },
		{ "a.-1-py3-none-any.whl", "first part" },
		{ "a b-1-py3-none-any.whl", "first part" },
		{ "\xc3\xa4-1-py3-none-any.whl", "first part" },
		{ "..-1-py3-none-any.whl", "first part" },
		{ "a/b-1-py3-none-any.whl", "first part" },
		{ "a-one-py3-none-any.whl", "second part" },
		{ "a-1+-py3-none-any.whl", "second part" },
		{ "a-1/2-py3-none-any.whl", "second part" },
		{ "a-1-b1-py3-none-any.whl", "build number" },
		{ "a-1-1/b-py3-none-any.whl", "build number" },
		{ "a-1-1\n-py3-none-any.whl", "build number" },
		{ "a-1-py3..py2-none-any.whl", "tags" },
		{ "a-1-py3-.none-any.whl", "tags" },
		{ "a-1-py3-none-any..whl", "tags" },
		{ "a-1-py3-none-any .whl", "tags" },
		{ "a-1-py3-*-any.whl", "tags" },
	};
	struct wheel_name w;
	struct arena a;
	struct diag d;

	(void)state;
	arena_init(&a, NULL, 0);
	diag_init(&d, &a);
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (wheel_name_parse(&w, cases[i].file, &a, &d) != -EINVAL ||
		    !strstr(buf_str(&d.text), cases[i].reason))
			fail_msg("'%s': %s", cases[i].file,
			         buf_str(&d.text));
	}
	arena_free(&a);
}

static void
test_normalize(void **state)
{
	static const char *const cases[][2] = {
		{ "pip", "pip" }, { "Zope.Interface", "zope-interface" },
		{ "a-_.b", "a-b" }, { "A__B..c", "a-b-c" }, { "-a-", "-a-" },
		{ "", "" }, { "..", "-" }, { "x86_64", "x86-64" },
	};
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *s = cases[i][0], *want = cases[i][1];
		struct buf b;

		buf_init(&b, &a);
		wheel_name_normalize(&b, s, strlen(s));
		assert_string_equal(buf_str(&b), want);
		assert_true(wheel_name_same(s, strlen(s), want, strlen(want)));
		assert_false(wheel_name_same(s, strlen(s), "a-b-", 4));
		assert_false(wheel_name_same("a-", 2, s, strlen(s)));
	}
	assert_true(wheel_name_same("A.b", 3, "a---b", 5));
	assert_false(wheel_name_same("ab", 2, "a-b", 3));
	assert_false(wheel_name_same("ab", 2, "abc", 3));
	assert_true(wheel_name_same("abx", 2, "aby", 2));
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_normalize),
	};

	return RUN(tests);
}
