/* request: the grammar of --python, and which Python fits it; version: the
 * numbers themselves. */
#include "python/request.h"

#include "base/buf.h"
#include "python/python.h"
#include "tests/unit/unit.h"

static void
test_version_parse(void **state)
{
	static const struct {
		const char *text;
		size_t read;
		struct version want;
	} cases[] = {
		{ "3", 1, { 3, -1, -1, 'f', 0 } },
		{ "3.12", 4, { 3, 12, -1, 'f', 0 } },
		{ "3.12.1", 6, { 3, 12, 1, 'f', 0 } },
		{ "3.12.1+", 6, { 3, 12, 1, 'f', 0 } },
		{ "3.13.0rc2", 9, { 3, 13, 0, 'c', 2 } },
		{ "3.13.0c2", 8, { 3, 13, 0, 'c', 2 } },
		{ "3.13.0a1", 8, { 3, 13, 0, 'a', 1 } },
		{ "3.13.0b11", 9, { 3, 13, 0, 'b', 11 } },
		{ "3.13.0r1", 6, { 3, 13, 0, 'f', 0 } },
		{ "3.13.0a", 6, { 3, 13, 0, 'f', 0 } },
		{ "3.13.0r", 6, { 3, 13, 0, 'f', 0 } },
		{ "3.", 1, { 3, -1, -1, 'f', 0 } },
		{ "3.x", 1, { 3, -1, -1, 'f', 0 } },
		{ "3.1.2.3", 5, { 3, 1, 2, 'f', 0 } },
		{ "", 0, { -1, -1, -1, 'f', 0 } },
		{ "x", 0, { -1, -1, -1, 'f', 0 } },
		{ "99999999999999999999", 0, { -1, -1, -1, 'f', 0 } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct version *want = &cases[i].want;
		struct version v;

		assert_int_equal(version_parse(cases[i].text,
		                               strlen(cases[i].text), &v),
		                 cases[i].read);
		assert_int_equal(v.major, want->major);
		assert_int_equal(v.minor, want->minor);
		assert_int_equal(v.micro, want->micro);
		assert_int_equal(v.level, want->level);
		assert_int_equal(v.serial, want->serial);
	}
}

static void
test_version_from_hex(void **state)
{
	static const uint64_t bad[] = {
		0x020712f0, 0x040000f0, 0x036400f0, 0x030c0190, 0x030c01d0,
		0x1030c01f0, 0, UINT64_MAX,
	};
	struct version v;

	(void)state;
	assert_true(version_from_hex(0x030c01f0, &v));
	assert_int_equal(v.minor, 12);
	assert_int_equal(v.micro, 1);
	assert_int_equal(v.level, 'f');
	assert_true(version_from_hex(0x030f00a3, &v));
	assert_int_equal(v.level, 'a');
	assert_int_equal(v.serial, 3);
	assert_true(version_from_hex(0x030f00b3, &v));
	assert_int_equal(v.level, 'b');
	assert_true(version_from_hex(0x030f00c3, &v));
	assert_int_equal(v.level, 'c');
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(version_from_hex(bad[i], &v));
}

static void
test_version_compare(void **state)
{
	static const char *const order[] = {
		"2.7.18", "3.9.9", "3.9.18", "3.10.0a1", "3.10.0a2",
		"3.10.0b1", "3.10.0rc1", "3.10.0", "3.10.1", "4.0.0",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(order); i++) {
		for (size_t k = 0; k < COUNT(order); k++) {
			struct version a, b;
			int c;

			version_parse(order[i], strlen(order[i]), &a);
			version_parse(order[k], strlen(order[k]), &b);
			c = version_compare(&a, &b);
			assert_int_equal((c > 0) - (c < 0),
			                 (i > k) - (i < k));
		}
	}
}

/* Return the result of a request, as text. */
static const char *
describe(struct arena *a, const char *text)
{
	static const char *const kinds[] = { "any", "version", "range",
		                             "path", "name", "foreign",
		                             "unclear" };
	struct request r;
	struct buf b;

	request_parse(text, &r);
	buf_init(&b, a);
	buf_fmt(&b, "%s: ", kinds[r.kind]);
	request_describe(&r, &b);
	return buf_str(&b);
}

/* A request and its result. */
static const struct {
	const char *text, *want;
} parsed[] = {
	{ NULL, "any: Python 3" },
	{ "3", "version: Python 3" },
	{ "3.12", "version: Python 3.12" },
	{ "3.12.1", "version: Python 3.12.1" },
	{ "3.13t", "version: Python 3.13t" },
	{ "3t", "version: Python 3t" },
	{ "3.13.0rc2", "version: Python 3.13.0rc2" },
	{ "3.13.0b1t", "version: Python 3.13.0b1t" },
	{ "312", "version: Python 3.12" },
	{ "39", "version: Python 3.9" },
	{ "313t", "version: Python 3.13t" },
	{ "2", "version: Python 2" },
	{ "27", "version: Python 2.7" },
	{ "26", "version: Python 2.6" },
	{ "py27", "version: Python 2.7" },
	{ "270", "version: Python 270" },
	{ "4", "version: Python 4" },
	{ "2.7", "version: Python 2.7" },
	{ "python3.12", "version: Python 3.12" },
	{ "python3", "version: Python 3" },
	{ "cpython3.12", "version: CPython 3.12" },
	{ "cpython", "version: CPython 3" },
	{ "pypy", "version: PyPy 3" },
	{ "pypy3", "version: PyPy 3" },
	{ "pypy3.9", "version: PyPy 3.9" },
	{ "pypy39", "version: PyPy 3.9" },
	{ "python", "name: Python called python" },
	{ "python3.11d", "name: Python called python3.11d" },
	{ "python3-dbg", "name: Python called python3-dbg" },
	{ "py312", "version: Python 3.12" },
	{ "py3.12", "version: Python 3.12" },
	{ "py3", "version: Python 3" },
	{ "cp313t", "version: CPython 3.13t" },
	{ "v3.12", "version: Python 3.12" },
	{ "v3.12.1", "version: Python 3.12.1" },
	{ "cpython@3.12", "version: CPython 3.12" },
	{ "CPython3.12", "version: CPython 3.12" },
	{ "PyPy3.11", "version: PyPy 3.11" },
	{ "python@3.12", "version: Python 3.12" },
	{ "pypy@3.11", "version: PyPy 3.11" },
	{ "python-3.12.1", "version: Python 3.12.1" },
	{ "3.13+freethreaded", "version: Python 3.13t" },
	{ "cpython-3.12.3-linux-x86_64-gnu",
	  "version: CPython 3.12.3 for x86_64" },
	{ "cpython-3.13.0+freethreaded-linux-aarch64-musl",
	  "version: CPython 3.13.0t for aarch64" },
	{ "pypy-3.11.11-linux-x86_64-gnu", "version: PyPy 3.11.11 for x86_64" },
	{ "cpython-3.12.3-macos-aarch64-none",
	  "foreign: CPython 3.12.3 for macOS on aarch64" },
	{ "pypy-3.11.11-windows-x86_64-none",
	  "foreign: PyPy 3.11.11 for Windows on x86_64" },
	{ "cpython-3.12-plan9-x86_64-none",
	  "name: Python called cpython-3.12-plan9-x86_64-none" },
	{ ">=3.11", "range: Python >=3.11" },
	{ ">=3.10,<3.13", "range: Python >=3.10,<3.13" },
	{ "~=3.11", "range: Python ~=3.11" },
	{ "!=3.12", "range: Python !=3.12" },
	{ "==3.12.*", "range: Python ==3.12.*" },
	{ "<4", "range: Python <4" },
	{ "cpython>=3.11", "range: CPython >=3.11" },
	{ "pypy @ 3", "unclear: Python called pypy @ 3" },
	{ "python >= 3.11", "range: Python >= 3.11" },
	{ "3.x", "range: Python ==3.*" },
	{ "3.X", "range: Python ==3.*" },
	{ "3.12.*", "range: Python ==3.12.*" },
	{ "pypy3.x", "range: PyPy ==3.*" },
	{ "=3.12", "unclear: Python called =3.12" },
	{ ">=", "unclear: Python called >=" },
	{ ">=3.11t", "unclear: Python called >=3.11t" },
	{ "^3.11", "name: Python called ^3.11" },
	{ "3.12foo", "unclear: Python called 3.12foo" },
	{ "3.1111111111.x", "unclear: Python called 3.1111111111.x" },
	{ "3.12.1.2", "unclear: Python called 3.12.1.2" },
	{ "py", "name: Python called py" },
	{ "v", "name: Python called v" },
	{ "", "name: Python called " },
	{ "graalpy", "name: Python called graalpy" },
	{ "./3.12", "path: Python 3" },
	{ "/usr/bin/python3", "path: Python 3" },
	{ ".", "path: Python 3" },
	{ "..", "path: Python 3" },
};

static void
test_parse(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	for (size_t i = 0; i < COUNT(parsed); i++)
		assert_string_equal(describe(&a, parsed[i].text),
		                    parsed[i].want);
	arena_free(&a);
}

static void
test_fits(void **state)
{
	const struct python py = { PYTHON_CPYTHON, 3, 12, 1, 'f', 0,
		                   .debug = false };
	const struct python candidate = { PYTHON_CPYTHON, 3, 13, 0, 'c', 2,
		                          .debug = false };
	const struct python free_threaded = { PYTHON_CPYTHON, 3, 13, 0, 'f', 0,
		                              .free_threaded = true };
	const struct python pypy = { PYTHON_PYPY, 3, 9, -1, 'f', 0,
		                     .debug = false };
	const struct python x86 = { PYTHON_CPYTHON, 3, 12, 1, 'f', 0,
		                    .is_64bit = true, .machine = 62 };
	const struct python ppc = { PYTHON_CPYTHON, 3, 9, 18, 'f', 0,
		                    .is_64bit = true, .machine = 21 };
	const struct {
		const char *text;
		const struct python *py;
		bool fits;
	} cases[] = {
		{ NULL, &py, true },
		{ NULL, &free_threaded, true },
		{ "3", &py, true },
		{ "3", &free_threaded, true },
		{ "3.12", &py, true },
		{ "3.12.1", &py, true },
		{ "3.12.2", &py, false },
		{ "3.11", &py, false },
		{ "3.12t", &py, false },
		{ "3.13", &free_threaded, false },
		{ "3.13t", &free_threaded, true },
		{ "3t", &free_threaded, true },
		{ "3t", &py, false },
		{ "3.13.0", &candidate, false },
		{ "3.13", &candidate, true },
		{ "3.13.0rc2", &candidate, true },
		{ "3.13.0rc1", &candidate, false },
		{ "3.13.0b2", &candidate, false },
		{ "pypy", &pypy, true },
		{ "pypy3.9", &pypy, true },
		{ "pypy3.10", &pypy, false },
		{ "3.9", &pypy, true },
		{ "3.9.16", &pypy, false },
		{ "cpython3.9", &pypy, false },
		{ "pypy", &py, false },
		{ "cpython", &py, true },
		{ "some-name", &pypy, true },
		{ ">=3.11", &py, true },
		{ ">=3.12.2", &py, false },
		{ "~=3.11", &py, true },
		{ "3.x", &py, true },
		{ ">=3.13", &candidate, false },
		{ ">=3.13rc1", &candidate, true },
		{ "pypy>=3.8", &pypy, true },
		{ "pypy>=3.8", &py, false },
		/* its micro version is not known: only what is certain */
		{ ">=3.9", &pypy, true },
		{ ">=3.9.5", &pypy, false },
		{ "!=3.9.5", &pypy, true },
		{ "cpython-3.12.1-linux-x86_64-gnu", &x86, true },
		{ "cpython-3.12.1-linux-aarch64-gnu", &x86, false },
		{ "cpython-3.9.18-linux-powerpc64le-gnu", &ppc, true },
		{ "cpython-3.9.18-linux-ppc64le-gnu", &ppc, true },
		{ "cpython-3.9.18-linux-powerpc64-gnu", &ppc, false },
		{ "cpython-3.9.18-linux-powerpc-gnu", &ppc, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct request r;

		request_parse(cases[i].text, &r);
		assert_int_equal(request_fits(&r, cases[i].py),
		                 cases[i].fits);
	}
}

static void
test_commas(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ ">=3.10 <3.13", ">=3.10,<3.13" },
		{ ">=3.10  !=3.11.*   <3.13", ">=3.10,!=3.11.*,<3.13" },
		{ ">= 3.10 < 3.13", ">= 3.10,< 3.13" },
		{ "python>=3.10 <4", "python>=3.10,<4" },
		{ ">=3.10 3.13", NULL },
		{ ">=3.10 <", NULL },
		{ " <", NULL },
		{ "3 .12", NULL },
		{ "", NULL },
	};
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *range = request_with_commas(cases[i].text, &a);

		if (cases[i].want)
			assert_string_equal(range, cases[i].want);
		else
			assert_null(range);
	}
	arena_free(&a);
}

static void
test_names(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ NULL, "python3 python " },
		{ "3", "python3 python " },
		{ "3.12.1", "python3.12 python3 python " },
		{ "3.13t", "python3.13t python3.13 python3 python " },
		{ "pypy", "pypy3 pypy " },
		{ "pypy3.9", "pypy3.9 pypy3 pypy " },
		{ "my-python", "my-python " },
	};
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *names[REQUEST_NAMES];
		struct request r;
		struct buf b;
		size_t n;

		request_parse(cases[i].text, &r);
		n = request_names(&r, &a, names);
		assert_in_range(n, 1, REQUEST_NAMES);
		buf_init(&b, &a);
		for (size_t k = 0; k < n; k++)
			buf_fmt(&b, "%s ", names[k]);
		assert_string_equal(buf_str(&b), cases[i].want);
	}
	arena_free(&a);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_version_parse),
		cmocka_unit_test(test_version_from_hex),
		cmocka_unit_test(test_version_compare),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_fits),
		cmocka_unit_test(test_commas),
		cmocka_unit_test(test_names),
	};

	return RUN(tests);
}
