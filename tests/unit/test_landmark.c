/* landmark: the tree above a program; path: what stays of its links. */
#include "python/landmark.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "os/walk.h"
#include "python/path.h"
#include "python/python.h"
#include "tests/unit/unit.h"

static const char *top;

/* Make the empty file PATH below the temporary directory, and what it is in. */
static void
make(const char *path)
{
	char command[256];

	snprintf(command, sizeof(command),
	         "mkdir -p '%s/%s' && rmdir '%s/%s' && : >'%s/%s'", top, path,
	         top, path, top, path);
	assert_int_equal(system(command), 0);
}

static void
make_link(const char *target, const char *path)
{
	char full[256];

	snprintf(full, sizeof(full), "%s/%s", top, path);
	assert_int_equal(symlink(target, full), 0);
}

/* Return what is found from DIR, as "PREFIX PLATLIBDIR STDLIB" below the
 * top. */
static const char *
found(struct arena *a, const char *dir, const struct python *py)
{
	struct landmark lm;
	struct buf looked;
	int err;

	buf_init(&looked, a);
	err = landmark_search(&walk_host, a, arena_fmt(a, "%s/%s", top, dir),
	                      py, &lm, &looked);
	if (err < 0) {
		assert_int_equal(err, -ENOENT);
		assert_non_null(strstr(buf_str(&looked), top));
		return "none";
	}
	assert_true(strncmp(lm.prefix, top, strlen(top)) == 0);
	return arena_fmt(a, "%s %s %s", lm.prefix + strlen(top), lm.platlibdir,
	                 lm.stdlib + strlen(top));
}

static void
test_search(void **state)
{
	struct python py = { PYTHON_CPYTHON, 3, 12, .is_64bit = true };
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	top = unit_tmpdir();
	make("p/bin/python3");
	make("p/lib/python3.11/os.py");
	make("p/lib/python3.12t/os.py");
	make("p/lib/python3.12/site-packages/x");
	assert_string_equal(found(&a, "p/bin", &py), "none");
	make("p/lib/python3.12/os.pyc");
	assert_string_equal(found(&a, "p/bin", &py),
	                    "/p lib /p/lib/python3.12");
	assert_string_equal(found(&a, "p/bin/deeper/still", &py),
	                    "/p lib /p/lib/python3.12");
	make("p/bin/lib/python312.zip");
	assert_string_equal(found(&a, "p/bin", &py),
	                    "/p/bin lib /p/bin/lib/python312.zip");
	py.free_threaded = true;
	assert_string_equal(found(&a, "p/bin", &py),
	                    "/p lib /p/lib/python3.12t");
	unit_rmdir(top);
	arena_free(&a);
}

static void
test_platlibdir(void **state)
{
	struct python py = { PYTHON_CPYTHON, 3, 12, .is_64bit = true };
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	top = unit_tmpdir();
	make("p/lib64/python3.12/os.py");
	assert_string_equal(found(&a, "p", &py),
	                    "/p lib64 /p/lib64/python3.12");
	make_link("lib64", "p/lib");
	assert_string_equal(found(&a, "p", &py), "/p lib /p/lib/python3.12");
	make("q/lib64/python3.12/os.py");
	make("q/lib/python3.12/os.py");
	assert_string_equal(found(&a, "q", &py),
	                    "/q lib64 /q/lib64/python3.12");
	py.is_64bit = false;
	assert_string_equal(found(&a, "q", &py), "/q lib /q/lib/python3.12");
	unit_rmdir(top);
	arena_free(&a);
}

static void
test_pypy(void **state)
{
	struct python py = { PYTHON_PYPY, 3, 9, .is_64bit = true };
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	top = unit_tmpdir();
	make("p/lib/python3.9/os.py");
	make("p/lib/pypy39.zip");
	assert_string_equal(found(&a, "p/bin", &py), "none");
	make("p/lib-python/3/os.py");
	assert_string_equal(found(&a, "p/bin", &py), "/p lib /p/lib-python/3");
	make("p/lib/pypy3.9/os.py");
	assert_string_equal(found(&a, "p/bin", &py), "/p lib /p/lib/pypy3.9");
	assert_string_equal(landmark_name(&a, &py), "lib/pypy3.9/os.py");
	unit_rmdir(top);
	arena_free(&a);
}

/* "/" itself is never a prefix: /bin/python3 finds /usr. */
static void
test_root(void **state)
{
	struct python py = { PYTHON_CPYTHON, 3, 99, .is_64bit = true };
	struct landmark lm;
	struct buf looked;
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	buf_init(&looked, &a);
	assert_int_equal(landmark_search(&walk_host, &a, "/usr/bin", &py, &lm,
	                                 &looked), -ENOENT);
	assert_string_equal(buf_str(&looked), "/usr/bin, /usr");
	assert_int_equal(landmark_search(&walk_host, &a, "/", &py, &lm, NULL),
	                 -ENOENT);
	arena_free(&a);
}

static void
test_path_absolute(void **state)
{
	static const struct {
		const char *cwd, *path, *want;
	} cases[] = {
		{ "/a/b", "c", "/a/b/c" },
		{ "/a/b", "./c//d/.", "/a/b/c/d" },
		{ "/", "c", "/c" },
		{ "/a", "/", "/" },
		{ "/a", "//x/", "/x" },
		{ "/none-such/a", "../b", "/none-such/b" },
		{ "/a", "../../..", "/" },
		{ "/a", "/usr/bin/.././lib", "/usr/lib" },
	};
	struct arena a;
	const char *path;

	(void)state;
	arena_init(&a, NULL, 0);
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(path_absolute(&walk_host, &a, cases[i].cwd,
		                                  cases[i].path),
		                    cases[i].want);
	/* a link is kept, but ".." after it goes up from its target */
	top = unit_tmpdir();
	make("real/deep/x");
	make_link("real/deep", "link");
	path = path_absolute(&walk_host, &a, top, "link/x");
	assert_string_equal(path + strlen(top), "/link/x");
	path = path_absolute(&walk_host, &a, top, "link/../y");
	assert_string_equal(path + strlen(top), "/real/y");
	unit_rmdir(top);
	arena_free(&a);
}

/* The path outside its directory to which PATH leads, below the top. */
static const char *
left(struct arena *a, const char *path)
{
	const char *out;

	if (path_leave_directory(&walk_host, a, arena_fmt(a, "%s/%s", top, path),
	                         &out) < 0)
		return "none";
	return out + strlen(top);
}

static void
test_path_links(void **state)
{
	struct arena a;
	const char *path;
	unsigned count = 0;

	(void)state;
	arena_init(&a, NULL, 0);
	top = unit_tmpdir();
	make("bin/file");
	make_link("python3", "bin/python");
	make_link("../base/bin/python3.12", "bin/python3");
	make_link("file", "bin/inner");
	make_link("b", "bin/a");
	make_link("a", "bin/b");
	path = arena_fmt(&a, "%s/bin/python", top);
	assert_int_equal(path_follow(&walk_host, &a, &path, &count), 0);
	assert_string_equal(path + strlen(top), "/bin/python3");
	assert_int_equal(path_follow(&walk_host, &a, &path, &count), 0);
	assert_string_equal(path + strlen(top), "/base/bin/python3.12");
	assert_int_equal(path_follow(&walk_host, &a, &path, &count), -ENOENT);
	assert_int_equal(count, 3);
	assert_string_equal(left(&a, "bin/python"), "/base/bin/python3.12");
	assert_string_equal(left(&a, "bin/inner"), "none");
	assert_string_equal(left(&a, "bin/file"), "none");
	assert_string_equal(left(&a, "bin/a"), "none"); /* and it ends */
	unit_rmdir(top);
	arena_free(&a);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_platlibdir),
		cmocka_unit_test(test_pypy),
		cmocka_unit_test(test_root),
		cmocka_unit_test(test_path_absolute),
		cmocka_unit_test(test_path_links),
	};

	return RUN(tests);
}
