/*
 * walk: whose links are followed to ENV_DIR, and what is opened of all that may be
 * at a path.
 */
#include "os/walk.h"

#include <errno.h>
#include <sys/sysmacros.h>

#include "base/arena.h"
#include "tests/unit/files.h"

static struct arena arena;
static struct walk rooted;

static int
set_up(void **state)
{
	int err = files_set_up(state);

	arena_init(&arena, NULL, 0);
	assert_int_equal(walk_enter(&rooted, &arena, files_top), 0);
	return err;
}

static int
tear_down(void **state)
{
	walk_leave(&rooted);
	arena_free(&arena);
	return files_tear_down(state);
}

/* PATH below the root is OUT as far as it exists, and REST. */
static void
reaches(const char *path, const char *want, const char *want_rest)
{
	char *out = NULL, *rest = NULL, *link = NULL;
	int err = walk_reach(&rooted, &arena, path, &out, &rest, &link);

	if (err != 0)
		fail_msg("%s: %s", path, strerror(-err));
	assert_string_equal(out, want);
	assert_string_equal(rest, want_rest);
	assert_null(link);
}

static void
fails_with(const char *path, int want, const char *want_link)
{
	char *out, *rest, *link = NULL;

	assert_int_equal(walk_reach(&rooted, &arena, path, &out, &rest, &link),
	                 want);
	if (want_link)
		assert_string_equal(link, want_link);
	else
		assert_null(link);
}

static void
test_as_far_as_it_exists(void **state)
{
	(void)state;
	files_dir("a");
	files_dir("a/b");
	files_put("a/file", "");
	files_link("/a", "link");
	reaches("/", "/", "");
	reaches("/a/b", "/a/b", "");
	reaches("/link/b", "/a/b", "");
	reaches("/a/file", "/a/file", "");
	reaches("/a/x", "/a", "x");
	reaches("/link/x/y/z", "/a", "x/y/z");
	reaches("/x", "/", "x");
	fails_with("/a/file/x", -ENOTDIR, NULL);
}

static void
test_links_that_lead_nowhere(void **state)
{
	(void)state;
	files_dir("a");
	files_link("none", "dangling");
	files_link("dangling", "second");
	files_link("../none/x", "a/deep");
	files_link("loop", "loop");
	fails_with("/dangling", -ENOENT, "/dangling");
	fails_with("/dangling/x", -ENOENT, "/dangling");
	/* the first of several */
	fails_with("/second", -ENOENT, "/second");
	fails_with("/a/deep/y", -ENOENT, "/a/deep");
	fails_with("/loop", -ELOOP, NULL);
}

/* Give PATH itself away. */
static void
give(const char *path)
{
	assert_int_equal(lchown(path, FILES_NOBODY, FILES_NOBODY), 0);
}

static void
test_links_of_other_users(void **state)
{
	(void)state;
	files_need_root();
	files_dir("mine");
	files_dir("mine/sub");
	files_dir("theirs");
	files_dir("theirs/sub");
	files_link("mine", "to-mine");
	files_link("theirs", "to-theirs");
	files_link("theirs", "root-to-theirs");
	files_link("theirs/sub", "to-sub");
	files_link("to-mine", "root-chain");
	files_link("root-to-theirs", "chain");
	files_link("../mine", "theirs/out");
	give("theirs");
	give("to-mine");
	give("to-theirs");
	give("to-sub");
	give("chain");
	give("theirs/out");
	reaches("/root-to-theirs", "/theirs", "");
	reaches("/to-theirs", "/theirs", "");
	reaches("/to-theirs/x", "/theirs", "x");
	reaches("/chain", "/theirs", "");
	fails_with("/to-mine", -EPERM, "/to-mine");
	fails_with("/to-mine/sub", -EPERM, "/to-mine");
	fails_with("/to-mine/x/y", -EPERM, "/to-mine");
	/* what it ends at counts: root made sub */
	fails_with("/to-sub", -EPERM, "/to-sub");
	fails_with("/root-chain", -EPERM, "/root-chain");
	fails_with("/theirs/out", -EPERM, "/theirs/out");
	fails_with("/to-theirs/out", -EPERM, "/theirs/out");
	/* ".." is judged where the link ended */
	fails_with("/to-mine/../mine", -EPERM, "/to-mine");
}

/* Open PATH below the root, and on the host. */
static void
opens_as(const char *path, int want)
{
	char *outside = arena_fmt(&arena, "%s%s", files_top, path);
	struct stat st;
	int fd = walk_open_file(&rooted, path, &st);

	if (fd >= 0) {
		assert_true(S_ISREG(st.st_mode));
		walk_close(fd);
	}
	assert_int_equal(fd < 0 ? fd : 0, want);
	fd = walk_open_file(&walk_host, outside, &st);
	if (fd >= 0)
		walk_close(fd);
	assert_int_equal(fd < 0 ? fd : 0, want);
}

static void
test_only_regular_files_are_opened(void **state)
{
	(void)state;
	files_dir("dir");
	files_put("dir/file", "x");
	files_link("dir/file", "link");
	files_link("dir", "dirs");
	files_link("link", "second");
	files_link("none", "dangling");
	files_link("loop", "loop");
	assert_int_equal(mkfifo("fifo", 0600), 0);
	files_link("fifo", "to-fifo");
	opens_as("/dir/file", 0);
	opens_as("/link", 0);
	opens_as("/second", 0);
	opens_as("/dirs/file", 0);
	opens_as("/dir", -EISDIR);
	opens_as("/dirs", -EISDIR);
	opens_as("/fifo", -EINVAL);
	opens_as("/to-fifo", -EINVAL);
	opens_as("/dangling", -ENOENT);
	opens_as("/none", -ENOENT);
	opens_as("/loop", -ELOOP);
	opens_as("/dir/file/x", -ENOTDIR);
	opens_as("/dir/file/", -ENOTDIR);
}

/* To open a device that nobody drives is ENXIO; it is not even tried. */
static void
test_no_device_is_opened(void **state)
{
	(void)state;
	files_need_root();
	if (mknod("device", S_IFCHR | 0600, makedev(240, 77)) != 0 ||
	    mknod("disk", S_IFBLK | 0600, makedev(240, 77)) != 0) {
		print_message("# skip: no devices can be made\n");
		skip();
	}
	files_link("device", "link");
	opens_as("/device", -EINVAL);
	opens_as("/disk", -EINVAL);
	opens_as("/link", -EINVAL);
}

static void
opens_dir(const char *path, bool plain, int want)
{
	char *outside = arena_fmt(&arena, "%s%s", files_top, path);
	int fd = walk_open_dir(&rooted, path, plain);

	walk_close(fd);
	assert_int_equal(fd < 0 ? fd : 0, want);
	fd = walk_open_dir(&walk_host, outside, plain);
	walk_close(fd);
	assert_int_equal(fd < 0 ? fd : 0, want);
}

static void
test_directories(void **state)
{
	int fd;

	(void)state;
	files_dir("dir");
	files_dir("dir/sub");
	files_put("file", "");
	files_link("dir", "link");
	for (int plain = 0; plain < 2; plain++) {
		opens_dir("/dir/sub", plain, 0);
		opens_dir("/none", plain, -ENOENT);
		opens_dir("/file", plain, -ENOTDIR);
	}
	opens_dir("/link", false, 0);
	opens_dir("/link/sub", false, 0);
	fd = walk_open_dir(&rooted, "/link", true);
	assert_true(fd == -ELOOP || fd == -ENOTDIR);
	fd = walk_open_dir(&rooted, "/link/sub", true);
	assert_true(fd == -ELOOP || fd == -ENOTDIR);
	fd = walk_open_search(&rooted, "/link/sub");
	assert_true(fd == -ELOOP || fd == -ENOTDIR);
	fd = walk_open_search(&rooted, "/dir/sub");
	assert_true(fd >= 0);
	walk_close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		T(test_as_far_as_it_exists),
		T(test_links_that_lead_nowhere),
		T(test_links_of_other_users),
		T(test_only_regular_files_are_opened),
		T(test_no_device_is_opened),
		T(test_directories),
	};

	return RUN(tests);
}
