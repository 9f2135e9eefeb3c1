/*
 * dir_at: directories are reached component by component, without links, and with
 * few descriptors.
 */
#include "publish/dir_at.h"

#include <errno.h>

#include "tests/unit/files.h"

static struct dir_at dirs;
static int top;

static int
set_up(void **state)
{
	int err = files_set_up(state);

	top = files_open(".");
	dir_at_init(&dirs, top);
	return err;
}

static int
tear_down(void **state)
{
	dir_at_close(&dirs);
	assert_int_equal(dirs.count, 0);
	close(top);
	return files_tear_down(state);
}

/* PATH is entry NAME of the directory DIR. */
static int
leads_to(const char *path, const char *dir, const char *name)
{
	const char *got = NULL;
	struct stat st, want;
	int fd = dir_at(&dirs, path, &got);

	if (fd < 0)
		fail_msg("%s: %s", path, strerror(-fd));
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(stat(dir, &want), 0);
	assert_int_equal(st.st_ino, want.st_ino);
	assert_string_equal(got, name);
	return fd;
}

static void
fails_with(const char *path, int want)
{
	const char *name;

	assert_int_equal(dir_at(&dirs, path, &name), want);
}

static void
test_the_way_to_a_near_path_is_kept(void **state)
{
	int fd;

	(void)state;
	files_dir("a");
	files_dir("a/b");
	files_dir("a/b/c");
	files_dir("a/bb");
	fd = leads_to("a/b/file", "a/b", "file");
	assert_int_equal(leads_to("a/b/other", "a/b", "other"), fd);
	assert_int_equal(dirs.count, 2);
	leads_to("a/b/c/file", "a/b/c", "file");
	assert_int_equal(dirs.count, 3);
	assert_int_equal(leads_to("a/b/again", "a/b", "again"), fd);
	/* what begins alike is another one */
	leads_to("a/bb/file", "a/bb", "file");
	leads_to("a/b/file", "a/b", "file");
	assert_int_equal(leads_to("file", ".", "file"), top);
	assert_int_equal(dirs.count, 0);
}

static void
test_links_and_files_are_not_entered(void **state)
{
	(void)state;
	files_dir("a");
	files_dir("a/b");
	files_put("a/file", "");
	files_link("b", "a/link");
	files_link(".", "self");
	files_link("/", "root");
	fails_with("a/link/x", -ENOTDIR);
	fails_with("self/a/x", -ENOTDIR);
	fails_with("root/x", -ENOTDIR);
	fails_with("a/file/x", -ENOTDIR);
	fails_with("a/none/x", -ENOENT);
	fails_with("none/b/x", -ENOENT);
	/* a link as the last component is not looked at */
	leads_to("a/link", "a", "link");
}

static void
test_a_directory_that_becomes_a_link(void **state)
{
	struct stat st, want;
	const char *name;
	int fd;

	(void)state;
	files_dir("a");
	files_dir("a/b");
	files_dir("victim");
	files_dir("victim/b");
	leads_to("a/b/x", "a/b", "x");
	assert_int_equal(rename("a", "was"), 0);
	files_link("victim", "a");
	/* an open directory is the one that it was */
	fd = dir_at(&dirs, "a/b/y", &name);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(stat("was/b", &want), 0);
	assert_int_equal(st.st_ino, want.st_ino);
	dir_at_close(&dirs);
	fails_with("a/b/x", -ENOTDIR);
}

/* "d/d/d/...", N directories, and a name. */
static const char *
deep(int n)
{
	static char path[PATH_MAX];

	path[0] = '\0';
	while (n-- > 0)
		strcat(path, "d/");
	strcat(path, "x");
	return path;
}

static void
make_deep(int n)
{
	char path[PATH_MAX] = "";

	while (n-- > 0) {
		strcat(path, path[0] ? "/d" : "d");
		files_dir(path);
	}
}

static void
reach_deep(int n)
{
	char dir[PATH_MAX];

	strcpy(dir, deep(n));
	dir[strlen(dir) - 1] = '.';
	leads_to(deep(n), dir, "x");
}

static void
test_deeper_than_descriptors_are_kept(void **state)
{
	(void)state;
	make_deep(3 * DIR_AT_DEPTH);
	reach_deep(3 * DIR_AT_DEPTH);
	assert_int_equal(dirs.count, DIR_AT_DEPTH);
	reach_deep(3 * DIR_AT_DEPTH - 1);
	/* the way to here has been forgotten */
	reach_deep(2);
	reach_deep(DIR_AT_DEPTH);
	reach_deep(DIR_AT_DEPTH + 1);
	reach_deep(1);
}

static void
test_few_descriptors(void **state)
{
	struct rlimit old;

	(void)state;
	make_deep(10);
	for (int n = 2; n < 12; n++) {
		old = files_limit(n);
		reach_deep(10);
		reach_deep(3);
		reach_deep(7);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
		dir_at_close(&dirs);
	}
	for (int n = 0; n < 2; n++) {
		old = files_limit(n);
		fails_with("d/d/x", -EMFILE);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
		dir_at_close(&dirs);
	}
}

static void
test_a_path_that_is_too_long(void **state)
{
	char path[PATH_MAX + 10];

	(void)state;
	memset(path, 'x', sizeof(path));
	path[PATH_MAX] = '/';
	path[PATH_MAX + 2] = '\0';
	fails_with(path, -ENAMETOOLONG);
	path[300] = '/';
	path[302] = '\0';
	fails_with(path, -ENAMETOOLONG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		T(test_the_way_to_a_near_path_is_kept),
		T(test_links_and_files_are_not_entered),
		T(test_a_directory_that_becomes_a_link),
		T(test_deeper_than_descriptors_are_kept),
		T(test_few_descriptors),
		T(test_a_path_that_is_too_long),
	};

	return RUN(tests);
}
