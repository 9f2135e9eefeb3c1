/* layout: which names each Python's own venv uses. */
#include "python/layout.h"

#include "base/arena.h"
#include "python/python.h"
#include "tests/unit/unit.h"

static struct python
cpython(int minor)
{
	return (struct python){
		.implementation = PYTHON_CPYTHON,
		.major = 3,
		.minor = minor,
		.micro = 1,
		.is_64bit = true,
		.executable = "/usr/bin/python3",
		.platlibdir = "lib",
	};
}

/* The names of L in one string. */
static const char *
names(const struct layout *l)
{
	static char out[256];

	out[0] = '\0';
	for (size_t i = 0; i < l->name_count; i++) {
		strcat(out, l->names[i]);
		strcat(out, " ");
	}
	return out;
}

static void
test_by_version(void **state)
{
	static const struct {
		int minor;
		const char *site, *include, *names;
		bool lib64, command;
	} want[] = {
		{ 3, "lib/python3.3/site-packages", "include", "python3 python ",
		  true, false },
		{ 7, "lib/python3.7/site-packages", "include", "python3 python ",
		  true, false },
		{ 8, "lib/python3.8/site-packages", "include", "python3 python ",
		  true, false },
		{ 9, "lib/python3.9/site-packages", "include",
		  "python3 python python3.9 ", true, false },
		{ 11, "lib/python3.11/site-packages", "include/python3.11",
		  "python3 python python3.11 ", true, true },
		{ 13, "lib/python3.13/site-packages", "include/python3.13",
		  "python3 python python3.13 ", true, true },
		{ 14, "lib/python3.14/site-packages", "include",
		  "python3 python python3.14 ", true, true },
		{ 15, "lib/python3.15/site-packages", "include",
		  "python3 python python3.15 ", false, true },
	};
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	for (size_t i = 0; i < COUNT(want); i++) {
		struct python py = cpython(want[i].minor);
		struct layout l;

		layout_init(&l, &py, &a);
		assert_string_equal(l.site_packages, want[i].site);
		assert_string_equal(l.include, want[i].include);
		assert_string_equal(names(&l), want[i].names);
		assert_int_equal(l.lib64_link, want[i].lib64);
		assert_int_equal(l.has_command_keys, want[i].command);
		assert_null(l.platlib);
	}
	arena_free(&a);
}

static void
test_variants(void **state)
{
	struct python py = cpython(13);
	struct arena a;
	struct layout l;

	(void)state;
	arena_init(&a, NULL, 0);
	py.free_threaded = true;
	py.debug = true;
	py.executable = "/opt/py/bin/python3.13t";
	layout_init(&l, &py, &a);
	assert_string_equal(l.site_packages, "lib/python3.13t/site-packages");
	assert_string_equal(l.include, "include/python3.13td");
	assert_string_equal(names(&l), "python3.13t python python3 python3.13 ");

	py = cpython(15);
	py.platlibdir = "lib64";
	layout_init(&l, &py, &a);
	assert_string_equal(l.platlib, "lib64/python3.15/site-packages");

	py = cpython(12);
	py.is_64bit = false;
	layout_init(&l, &py, &a);
	assert_false(l.lib64_link);

	py = cpython(9);
	py.implementation = PYTHON_PYPY;
	py.executable = "/usr/bin/pypy3";
	layout_init(&l, &py, &a);
	assert_string_equal(l.site_packages, "lib/pypy3.9/site-packages");
	assert_string_equal(names(&l), "pypy3 python python3 python3.9 pypy ");
	arena_free(&a);
}

static void
test_minimal(void **state)
{
	struct python py = cpython(12);
	struct arena a;
	struct layout l;

	(void)state;
	arena_init(&a, NULL, 0);
	py.executable = "/opt/py/bin/python3.12";
	layout_init(&l, &py, &a);
	layout_minimize(&l, &py);
	assert_string_equal(names(&l), "python3 python ");
	assert_null(l.include);
	assert_false(l.lib64_link);
	assert_false(layout_is_stale_name(&l, "python3.12"));
	assert_true(layout_is_stale_name(&l, "python3.11"));

	/* its packages for the platform are looked for in lib64 */
	py.platlibdir = "lib64";
	layout_init(&l, &py, &a);
	layout_minimize(&l, &py);
	assert_true(l.lib64_link);

	py = cpython(9);
	py.implementation = PYTHON_PYPY;
	py.executable = "/usr/bin/pypy3";
	layout_init(&l, &py, &a);
	layout_minimize(&l, &py);
	assert_string_equal(names(&l), "python3 python ");
	arena_free(&a);
}

static void
test_stale_names(void **state)
{
	static const struct {
		const char *name;
		bool stale;
	} cases[] = {
		{ "python3.11", true },    { "python3.13t", true },
		{ "python3.11d", true },   { "pypy3", true },
		{ "python", false },       { "python3", false },
		{ "python3.12", false },   { "python-config", false },
		{ "python3-config", false }, { "pip3.11", false },
		{ "pythonw", false },      { "ipython3.11", false },
	};
	struct python py = cpython(12);
	struct arena a;
	struct layout l;

	(void)state;
	arena_init(&a, NULL, 0);
	layout_init(&l, &py, &a);
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(layout_is_stale_name(&l, cases[i].name),
		                 cases[i].stale);
	arena_free(&a);
}

static void
test_version(void **state)
{
	struct python py = cpython(12);
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	assert_string_equal(layout_version(&py, &a), "3.12.1");
	py.micro = 0;
	assert_string_equal(layout_version(&py, &a), "3.12.0");
	py.micro = -1; /* never an invented ".0" */
	assert_string_equal(layout_version(&py, &a), "3.12");
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_version),
		cmocka_unit_test(test_variants),
		cmocka_unit_test(test_minimal),
		cmocka_unit_test(test_stale_names),
		cmocka_unit_test(test_version),
	};

	return RUN(tests);
}
