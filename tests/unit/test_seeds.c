/* seeds: the wheels that ensurepip of a Python would take. */
#include "resolve/seeds.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "format/elf.h"
#include "os/ctx.h"
#include "python/python.h"
#include "tests/unit/unit.h"

#define STDLIB "/usr/lib/python3.11"
#define BUNDLE STDLIB "/ensurepip/_bundled"
#define SYSTEM "/usr/share/python-wheels"

static const char *top;
static struct walk walk;
static struct arena arena;

static void
put(const char *file, const char *text)
{
	unit_put(top, file, text, strlen(text));
}

static void
drop(const char *file)
{
	char path[256];

	snprintf(path, sizeof(path), "%s%s", top, file);
	assert_int_equal(unlink(path), 0);
}

/* The path of the wheel of PROJECT; or "none", and each note after a '|'. */
static const char *
find_for(int minor, const char *project)
{
	const struct python py = {
		.major = 3, .minor = minor, .micro = 2, .is_64bit = true,
		.machine = ELF_X86_64, .executable = "/usr/bin/python3",
		.real = "/usr/bin/python3.11", .stdlib = STDLIB,
	};
	struct buf b;
	struct diag d;
	const char *path;

	diag_init(&d, &arena);
	buf_init(&b, &arena);
	path = seeds_find(&(struct ctx){ &walk, &arena, &d }, &py, project);
	if (path)
		return path;
	assert_int_equal(d.code, -ENOENT);
	assert_string_equal(buf_str(&d.text), arena_fmt(&arena, "no wheel of "
	                    "%s was found for '/usr/bin/python3'", project));
	buf_puts(&b, "none");
	for (size_t i = 0; i < d.notes.len; i += strlen(d.notes.data + i) + 1)
		buf_fmt(&b, "|%s", d.notes.data + i);
	return buf_str(&b);
}

static const char *
find(const char *project)
{
	return find_for(9, project);
}

static int
begin(void **state)
{
	(void)state;
	arena_init(&arena, NULL, 0);
	top = unit_tmpdir();
	walk.root = top;
	walk.rootfd = open(top, O_PATH | O_DIRECTORY);
	return walk.rootfd < 0;
}

static int
end(void **state)
{
	(void)state;
	close(walk.rootfd);
	unit_rmdir(top);
	arena_free(&arena);
	return 0;
}

static void
test_nothing(void **state)
{
	(void)state;
	assert_string_equal(find("pip"), "none|" BUNDLE ": there is no such "
	                    "directory|" SYSTEM ": No such file or directory");
	put(BUNDLE "/setuptools-1-py3-none-any.whl", "");
	put(SYSTEM "/README", "");
	assert_string_equal(find("pip"), "none|" BUNDLE ": no wheel of pip for "
	                    "this Python is there|" SYSTEM ": no wheel of pip "
	                    "for this Python is there");
}

/* The one that ensurepip names, not the newest or the last one. */
static void
test_bundled(void **state)
{
	(void)state;
	put(BUNDLE "/pip-22.0.4-py3-none-any.whl", "");
	put(BUNDLE "/pip-23.0.1-py3-none-any.whl", "");
	put(BUNDLE "/pip-9.0-py2.py3-none-any.whl", "");
	put(BUNDLE "/setuptools-56.0-py3-none-any.whl", "");
	put(BUNDLE "/setuptools-57.0-py3-none-any.whl", "");
	assert_string_equal(find("pip"), BUNDLE "/pip-23.0.1-py3-none-any.whl");
	put(STDLIB "/ensurepip/__init__.py", "import os\n"
	    "# _PIP_VERSION is below\n_SETUPTOOLS_VERSION = '56.0.0'\n"
	    "_PIP_VERSION = \"22.0.4\"\n_PIP_VERSION = \"9\"\n");
	assert_string_equal(find("pip"), BUNDLE "/pip-22.0.4-py3-none-any.whl");
	assert_string_equal(find("setuptools"),
	                    BUNDLE "/setuptools-56.0-py3-none-any.whl");
	put(STDLIB "/ensurepip/__init__.py", "_PIP_VERSION = \"24.2\"\n");
	put(SYSTEM "/pip-8-py3-none-any.whl", "");
	assert_string_equal(find("pip"), SYSTEM "/pip-8-py3-none-any.whl");
	drop(SYSTEM "/pip-8-py3-none-any.whl");
	assert_string_equal(find("pip"), "none|" BUNDLE ": no wheel of pip "
	                    "24.2 for this Python is there|" SYSTEM ": no "
	                    "wheel of pip for this Python is there");
}

/* A version that is not plainly there is none. */
static void
test_version(void **state)
{
	static const char *const texts[] = {
		"", "_PIP_VERSION =", "_PIP_VERSION = \"9.0",
		"X_PIP_VERSION = \"9.0\"", "_PIP_VERSION = \"9.0\n\"",
		"_PIP_VERSION = version", "_PIP_VERSION + \"9.0\"",
		"_PIP_VERSION = \"../9.0\"", "_PIP_VERSION = ''",
		"_PIP_VERSION == '9.0'",
	};

	(void)state;
	put(BUNDLE "/pip-22.0.4-py3-none-any.whl", "");
	put(BUNDLE "/pip-9.0-py3-none-any.whl", "");
	for (size_t i = 0; i < COUNT(texts); i++) {
		put(STDLIB "/ensurepip/__init__.py", texts[i]);
		if (strcmp(find("pip"), BUNDLE "/pip-22.0.4-py3-none-any.whl"))
			fail_msg("%s", texts[i]);
	}
	put(STDLIB "/ensurepip/__init__.py", "_PIP_VERSION = '9.0' # old");
	assert_string_equal(find("pip"), BUNDLE "/pip-9.0-py3-none-any.whl");
}

/* The newest by its version, that this Python can use. */
static void
test_system(void **state)
{
	(void)state;
	put(SYSTEM "/pip-9.0.3-py3-none-any.whl", "");
	put(SYSTEM "/pip-24.2-py3-none-any.whl", "");
	put(SYSTEM "/pip-24.10-py3-none-any.whl", "");
	put(SYSTEM "/pip-25.0rc1-py312-none-any.whl", "");
	put(SYSTEM "/pip-26-py2-none-any.whl", "");
	put(SYSTEM "/pip-27-py3-none-win_amd64.whl", "");
	put(SYSTEM "/pip-99.whl", "");
	put(SYSTEM "/pip-none-py3-none-any.whl", "");
	put(SYSTEM "/pip_x-99-py3-none-any.whl", "");
	put(SYSTEM "/pip-99-py3-none-any.whl.part", "");
	assert_string_equal(find("pip"), SYSTEM "/pip-24.10-py3-none-any.whl");
}

/* The directory that the build names goes before ensurepip's own wheels. */
static void
test_wheel_dir(void **state)
{
	static const char config[] = STDLIB "/_sysconfigdata__linux.py";

	(void)state;
	put("/opt/wheels/pip-1.0-py3-none-any.whl", "");
	put(BUNDLE "/pip-2.0-py3-none-any.whl", "");
	put(STDLIB "/_sysconfigdata__a.py", "no dictionary");
	put(STDLIB "/_sysconfigdata__b.py/x", ""); /* no file */
	put(config, "build_time_vars = {'A': '1',\n"
	    " 'WHEEL_PKG_DIR': '/opt/wheels/',\n 'Z': 1}\n");
	assert_string_equal(find("pip"),
	                    "/opt/wheels/pip-1.0-py3-none-any.whl");
	put(config, "build_time_vars = {\n    'WHEEL_PKG_DIR': '',\n}\n");
	assert_string_equal(find("pip"), BUNDLE "/pip-2.0-py3-none-any.whl");
	put(config, "{'MY_WHEEL_PKG_DIR': 1, "
	    "'_'WHEEL_PKG_DIR': '/opt/wheels'}");
	assert_string_equal(find("pip"), BUNDLE "/pip-2.0-py3-none-any.whl");
	put(config, "{'WHEEL_PKG_DIR': 'opt/wheels'}");
	assert_string_equal(find("pip"), BUNDLE "/pip-2.0-py3-none-any.whl");
	put(config, "{'WHEEL_PKG_DIR': '/opt/whee\n");
	assert_string_equal(find("pip"), BUNDLE "/pip-2.0-py3-none-any.whl");
	put(config, "{'WHEEL_PKG_DIR': '" SYSTEM "/'}");
	drop(BUNDLE "/pip-2.0-py3-none-any.whl");
	assert_string_equal(find("pip"), "none|" SYSTEM ": No such file or "
	                    "directory|" BUNDLE ": no wheel of pip for this "
	                    "Python is there");
}

/* Wheels that are there, but could not run. */
static void
test_too_old(void **state)
{
	static const struct {
		int minor;
		const char *project, *old, *first;
	} cases[] = {
		{ 12, "pip", "23.1.1", "23.1.2" },
		{ 14, "pip", "23.0.1", "23.1.2" },
		{ 10, "pip", "18.1", "19.2" },
		{ 11, "pip", "19.1.1", "19.2" },
		{ 12, "setuptools", "65.5.0", "66.1.0" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *project = cases[i].project;
		char *old = arena_fmt(&arena, SYSTEM "/%s-%s-py3-none-any.whl",
		                      project, cases[i].old);
		char *first = arena_fmt(&arena, SYSTEM "/%s-%s-py3-none-any"
		                        ".whl", project, cases[i].first);

		put(old, "");
		assert_string_equal(find_for(9, project), old);
		assert_string_equal(find_for(cases[i].minor, project),
		                    arena_fmt(&arena, "none|" BUNDLE ": there "
		                              "is no such directory|%s: too "
		                              "old for Python 3.%d, which "
		                              "needs %s %s", old,
		                              cases[i].minor, project,
		                              cases[i].first));
		put(first, "");
		assert_string_equal(find_for(cases[i].minor, project), first);
		drop(old);
		drop(first);
	}
	/* the bundle is looked at in any case */
	put("/opt/wheels/pip-23.0.1-py3-none-any.whl", "");
	put(STDLIB "/_sysconfigdata__linux.py",
	    "build_time_vars = { 'WHEEL_PKG_DIR': '/opt/wheels'}\n");
	put(BUNDLE "/pip-24.2-py3-none-any.whl", "");
	assert_string_equal(find_for(13, "pip"),
	                    BUNDLE "/pip-24.2-py3-none-any.whl");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing, begin, end),
		cmocka_unit_test_setup_teardown(test_bundled, begin, end),
		cmocka_unit_test_setup_teardown(test_version, begin, end),
		cmocka_unit_test_setup_teardown(test_system, begin, end),
		cmocka_unit_test_setup_teardown(test_wheel_dir, begin, end),
		cmocka_unit_test_setup_teardown(test_too_old, begin, end),
	};

	return RUN(tests);
}
