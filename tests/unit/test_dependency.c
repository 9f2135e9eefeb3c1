/* dependency: the parts of specifiers, which of them packaging 26 refuses, and how it
 * writes the others. tests/markers compares more with that library. */
#include "resolve/dependency.h"

#include <errno.h>

#include "base/buf.h"
#include "tests/unit/fixture.h"

static struct dependency got; /* by parse(); its parts are in TEXT */

static int
parse(struct fixture *f, const char *text)
{
	char *copy = unit_exact(text, strlen(text));
	int rc = dependency_parse(&got, copy, strlen(text), &f->arena, &f->diag);
	int again = dependency_parse(&got, text, strlen(text), &f->arena,
	                             &f->diag);

	assert_int_equal(rc, again);
	free(copy);
	return rc;
}

static void
assert_part(struct slice part, const char *want)
{
	assert_int_equal(part.n, strlen(want));
	assert_memory_equal(part.s ? part.s : "", want, part.n);
}

static void
test_parts(void **state)
{
	static const struct {
		const char *text, *name, *extras, *specifiers, *url, *marker;
	} cases[] = {
		{ "a", "a", "", "", "", "" },
		{ " A.b-c_ ", "A.b-c_", "", "", "", "" },
		{ "a[x]", "a", "x", "", "", "" },
		{ "a [ x , Y.z ]>1", "a", "x , Y.z", ">1", "", "" },
		{ "a[]<2,\t!=1", "a", "", "<2,\t!=1", "", "" },
		{ "a (>=1,<2,) ;os_name=='x' ", "a", "", ">=1,<2,", "",
		  "os_name=='x'" },
		{ "a ()", "a", "", "", "", "" },
		{ "a@u;v", "a", "", "", "u;v", "" },
		{ "a[x] @ file:///a%20b ; os_name=='x'", "a", "x", "",
		  "file:///a%20b", "os_name=='x'" },
		{ "a @ u ", "a", "", "", "u", "" },
		{ "a===x(y", "a", "", "===x(y", "", "" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		if (parse(f, cases[i].text) != 0)
			fail_msg("%s: %s", cases[i].text,
			         buf_str(&f->diag.text));
		assert_part(got.name, cases[i].name);
		assert_part(got.extras, cases[i].extras);
		assert_part(got.specifiers, cases[i].specifiers);
		assert_part(got.url, cases[i].url);
		assert_part(got.marker, cases[i].marker);
	}
}

/* Return whether FIRST, N times MORE, and LAST are accepted as one. */
static bool
takes(struct fixture *f, const char *first, const char *more, size_t n,
      const char *last)
{
	struct buf b;

	buf_init(&b, &f->arena);
	buf_puts(&b, first);
	for (size_t i = 0; i < n; i++)
		buf_puts(&b, more);
	buf_puts(&b, last);
	diag_clear(&f->diag);
	return parse(f, buf_str(&b)) == 0;
}

static void
test_lengths(void **state)
{
	struct fixture *f = *state;

	assert_true(takes(f, "", "a", 255, ">1"));
	assert_false(takes(f, "", "a", 256, ">1"));
	assert_true(takes(f, "a>", "1", 8191, ""));
	assert_false(takes(f, "a>", "1", 8192, ""));
	assert_false(takes(f, "a", ">1,", 100000, ""));
	assert_true(takes(f, "a[x", ",x", 4095, "]"));
	assert_false(takes(f, "a[x", ",x", 4096, "]"));
	assert_int_equal(parse(f, "a"), 0);
}

static void
test_refused(void **state)
{
	static const char *const cases[] = {
		"", " ", "-a", "a-", "a.", ".a", "_a", "a b", "a 1.0", "a (1.0)",
		"a=1", "a<>1", "a,>1", "a>1 <2", "a>=1,,<2", "a(>1", "a>1)",
		"a(>1))", "(a>1)", "a>=1.*", "a~=1", "a>=1+l", "a===", "a>x",
		"a[x,]", "a[,x]", "a[x y]", "a[x", "a[x-]", "a]", "a[[x]]",
		"a @", "a @ ", "a@u v", "a;", "a==1.0; ", "a; x=='1'",
		"a @ u ; ", "a\nb", "a>1\r", "a;os_name=='x' and", "\"a\"",
		"a>1#c", "\xc3\xa9", "a>\xff",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		diag_clear(&f->diag);
		if (parse(f, cases[i]) != -EINVAL)
			fail_msg("%s is taken", cases[i]);
		assert_true(f->diag.text.len > 0);
	}
	assert_int_equal(parse(f, "a >1 <2"), -EINVAL);
	assert_string_equal(buf_str(&f->diag.text), "'a >1 <2', character 3: it "
	                    "is not a valid version specifier");
}

static void
test_accepted(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(parse(f, "a>=1,!=2,<3"), 0);
	assert_true(dependency_accepts(&got, "1.0"));
	assert_true(dependency_accepts(&got, "2.5a1"));
	assert_false(dependency_accepts(&got, "2.0"));
	assert_false(dependency_accepts(&got, "3.0a1"));
	assert_false(dependency_accepts(&got, "no version"));
	assert_int_equal(parse(f, "a"), 0);
	assert_true(dependency_accepts(&got, "1.0a1"));
	assert_true(dependency_accepts(&got, ""));
}

static void
test_written(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "A_b", "A_b" },
		{ "a[y, x ,y]", "a[x,y]" },
		{ "a > 1 ,< 2,>1, ===  x", "a<2,===x,>1" },
		{ "a (==1.*)", "a==1.*" },
		{ "a@u", "a @ u" },
		{ "a @ u ;os_name=='x'", "a @ u ; os_name == \"x\"" },
		{ "a;os.name=='x'", "a; os_name == \"x\"" },
		{ "a;\"x\"not   in python_implementation",
		  "a; \"x\" not in platform_python_implementation" },
		{ "a; ((os_name=='x'))", "a; os_name == \"x\"" },
		{ "a;(os_name=='x' or os_name=='y')",
		  "a; os_name == \"x\" or os_name == \"y\"" },
		{ "a;(os_name=='x')and((os_name=='y'or(os_name=='z')))",
		  "a; os_name == \"x\" and (os_name == \"y\" or "
		  "os_name == \"z\")" },
		{ "a;((os_name=='x')and os_name=='y'or os_name=='z')",
		  "a; os_name == \"x\" and os_name == \"y\" or "
		  "os_name == \"z\"" },
		{ "a; extra=='X.y' or 'Y_z'!=extra",
		  "a; extra == \"x-y\" or \"y-z\" != extra" },
		{ "a; os_name=='\"'", "a; os_name == '\"'" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf b;

		assert_int_equal(parse(f, cases[i].text), 0);
		buf_init(&b, &f->arena);
		dependency_put(&b, &got);
		assert_string_equal(buf_str(&b), cases[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_parts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_lengths, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_accepted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_written, set_up, tear_down),
	};

	return RUN(tests);
}
