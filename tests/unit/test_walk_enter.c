/*
 * walk: entering a root, and the names that a path has on both sides of it.
 */
#include "os/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "base/arena.h"
#include "tests/unit/unit.h"

static struct arena arena;
static const char *dir;

static int
setup(void **state)
{
	(void)state;
	arena_init(&arena, NULL, 0);
	dir = unit_tmpdir();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	unit_rmdir(dir);
	arena_free(&arena);
	return 0;
}

/* A file of MODE, or a directory for 0. */
static void
make(const char *name, mode_t mode)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(mode ? mknod(path, mode, 0) : mkdir(path, 0755), 0);
}

static void
test_enter_and_leave(void **state)
{
	struct walk w;
	char path[PATH_MAX];

	(void)state;
	make("real", 0);
	make("real/in", 0);
	make("file", S_IFREG | 0644);
	snprintf(path, sizeof(path), "%s/link", dir);
	assert_int_equal(symlink("real", path), 0);
	snprintf(path, sizeof(path), "%s/link/", dir);
	assert_int_equal(walk_enter(&w, &arena, path), 0);
	snprintf(path, sizeof(path), "%s/real", dir);
	assert_string_equal(w.root, path);
	assert_true(walk_is_dir(&w, "/in"));
	assert_string_equal(walk_inside(&w, path), "/");
	assert_string_equal(walk_outside(&w, &arena, "/in"),
	                    arena_fmt(&arena, "%s/in", path));
	assert_string_equal(walk_inside(&w, arena_fmt(&arena, "%s/in", path)),
	                    "/in");
	assert_null(walk_inside(&w, arena_fmt(&arena, "%sly", path)));
	assert_null(walk_inside(&w, dir));
	assert_null(walk_inside(&w, "real"));
	walk_leave(&w);
	assert_int_equal(w.rootfd, -1);
	snprintf(path, sizeof(path), "%s/file", dir);
	assert_int_equal(walk_enter(&w, &arena, path), -ENOTDIR);
	snprintf(path, sizeof(path), "%s/none", dir);
	assert_int_equal(walk_enter(&w, &arena, path), -ENOENT);
}

static void
test_devices_are_not_opened(void **state)
{
	struct walk w;
	struct stat st;
	int fd;

	(void)state;
	make("fifo", S_IFIFO | 0644);
	make("file", S_IFREG | 0644);
	assert_int_equal(walk_enter(&w, &arena, dir), 0);
	assert_int_equal(walk_open_file(&w, "/fifo", &st), -EINVAL);
	fd = walk_open_file(&w, "/file", &st);
	assert_true(fd >= 0);
	walk_close(fd);
	walk_leave(&w);
}

static void
test_the_host_as_a_root(void **state)
{
	struct walk w;

	(void)state;
	assert_int_equal(walk_enter(&w, &arena, "/"), 0);
	assert_true(walk_is_dir(&w, dir));
	assert_string_equal(walk_inside(&w, dir), dir);
	assert_string_equal(walk_outside(&w, &arena, dir), dir);
	walk_leave(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_enter_and_leave, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(test_devices_are_not_opened,
		                                setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_host_as_a_root, setup,
		                                teardown),
	};

	return RUN(tests);
}
