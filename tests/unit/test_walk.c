/*
 * walk: a path inside a root is resolved as the kernel would after a chroot.
 * The kernel itself is the judge: openat2 with RESOLVE_IN_ROOT for a root,
 * realpath for the host's own tree.
 */
#include "os/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/syscall.h>

#include "base/arena.h"
#include "tests/unit/unit.h"

static struct arena arena;
static const char *dir; /* the root of the tests, from unit_tmpdir() */
static struct walk rooted;

static int
setup(void **state)
{
	(void)state;
	umask(022);
	arena_init(&arena, NULL, 0);
	dir = unit_tmpdir();
	assert_int_equal(walk_enter(&rooted, &arena, dir), 0);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	walk_leave(&rooted);
	unit_rmdir(dir);
	arena_free(&arena);
	return 0;
}

static void
make_dir(const char *path)
{
	assert_int_equal(mkdirat(rooted.rootfd, path, 0755), 0);
}

static void
make_file(const char *path, const char *text, mode_t mode)
{
	int fd = openat(rooted.rootfd, path, O_CREAT | O_EXCL | O_WRONLY, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void
make_link(const char *target, const char *path)
{
	assert_int_equal(symlinkat(target, rooted.rootfd, path), 0);
}

/* Return what the kernel says of PATH inside the root: 0 or -errno. */
static int
kernel_stat(const char *path, struct stat *st)
{
	/* struct open_how of linux/openat2.h; 0x10: RESOLVE_IN_ROOT */
	const uint64_t how[3] = { O_PATH | O_CLOEXEC, 0, 0x10 };
	int fd;

	/* EAGAIN: something was renamed on this machine while ".." was walked */
	do
		fd = (int)syscall(SYS_openat2, rooted.rootfd, path, how,
		                  sizeof(how));
	while (fd < 0 && errno == EAGAIN);
	if (fd < 0 && errno == ENOSYS) {
		print_message("# skip: no openat2 (Linux 5.6; qemu 7.2)\n");
		skip();
	}
	if (fd < 0)
		return -errno;
	assert_int_equal(fstat(fd, st), 0);
	return close(fd);
}

static void
resolves_to(const char *path, const char *want)
{
	char *got = NULL;
	int err = walk_resolve(&rooted, &arena, path, &got);

	if (err != 0)
		fail_msg("%s: %s", path, strerror(-err));
	assert_string_equal(got, want);
}

static void
fails_with(const char *path, int want)
{
	struct stat st;
	char *got = NULL;

	assert_int_equal(walk_resolve(&rooted, &arena, path, &got), want);
	assert_int_equal(walk_stat(&rooted, path, &st), want);
	assert_int_equal(walk_open_file(&rooted, path, &st), want);
	assert_int_equal(walk_open_dir(&rooted, path, false), want);
}

static void
test_plain_paths(void **state)
{
	(void)state;
	make_dir("a");
	make_dir("a/b");
	make_file("a/b/f", "x", 0644);
	resolves_to("/", "/");
	resolves_to("//", "/");
	resolves_to("/a", "/a");
	resolves_to("//a///b/", "/a/b");
	resolves_to("/a/./b/../b/f", "/a/b/f");
	fails_with("/a/none", -ENOENT);
	fails_with("/a/none/x", -ENOENT);
	fails_with("/a/b/f/x", -ENOTDIR);
	fails_with("/a/b/f/", -ENOTDIR);
	fails_with("/a/b/f/.", -ENOTDIR);
	fails_with("/a/b/f/..", -ENOTDIR);
}

static void
test_nothing_leaves_the_root(void **state)
{
	(void)state;
	make_dir("etc");
	make_file("etc/passwd", "inside", 0644);
	make_link("/etc", "abs");
	make_link("../../../../../../etc", "up");
	make_link("/../../etc/passwd", "both");
	make_link("/", "top");
	resolves_to("/../../etc/passwd", "/etc/passwd");
	resolves_to("/abs/passwd", "/etc/passwd");
	resolves_to("/up/passwd", "/etc/passwd");
	resolves_to("/both", "/etc/passwd");
	resolves_to("/top/top/top/etc", "/etc");
	resolves_to("/abs/..", "/");
	/* on the host, but not in here */
	fails_with("/proc/self/exe", -ENOENT);
	make_link("/proc/self/root", "p");
	fails_with("/p", -ENOENT);
	make_link("/usr/bin/env", "env");
	fails_with("/env", -ENOENT);
}

static void
test_links_that_end_nowhere(void **state)
{
	char name[16], target[16];

	(void)state;
	make_link("self", "self");
	make_link("b", "a");
	make_link("a", "b");
	make_link("none", "dangling");
	make_link("dangling", "to-dangling");
	fails_with("/self", -ELOOP);
	fails_with("/a", -ELOOP);
	fails_with("/a/x", -ELOOP);
	fails_with("/dangling", -ENOENT);
	fails_with("/to-dangling", -ENOENT);
	/* 40 links are followed, 41 are not: as the kernel counts */
	make_file("l0", "", 0644);
	for (int i = 1; i <= 41; i++) {
		snprintf(name, sizeof(name), "l%d", i);
		snprintf(target, sizeof(target), "/l%d", i - 1);
		make_link(target, name);
	}
	resolves_to("/l40", "/l0");
	fails_with("/l41", -ELOOP);
}

static void
test_too_long(void **state)
{
	char component[300], *path = malloc(3 * PATH_MAX);
	char up[PATH_MAX] = "";

	(void)state;
	component[0] = '/';
	memset(component + 1, 'x', 298);
	component[299] = '\0';
	fails_with(component, -ENAMETOOLONG);

	path[0] = '\0';
	while (strlen(path) < PATH_MAX)
		strcat(path, "/.");
	fails_with(path, -ENAMETOOLONG);

	/* a link of 4000 bytes that is put before a rest of 200 */
	while (strlen(up) < 4000)
		strcat(up, "../");
	make_link(up, "up");
	make_dir("d");
	resolves_to("/up/d", "/d");
	strcpy(path, "/up");
	while (strlen(path) < 200)
		strcat(path, "/.");
	fails_with(path, -ENAMETOOLONG);
	free(path);
}

static void
test_link_targets_are_read_not_followed(void **state)
{
	char *out;

	(void)state;
	make_dir("d");
	make_link("/d", "to-d");
	make_link("over there", "d/l");
	make_file("d/f", "", 0644);
	assert_int_equal(walk_readlink(&rooted, &arena, "/to-d/l", &out), 0);
	assert_string_equal(out, "over there");
	assert_int_equal(walk_readlink(&rooted, &arena, "/to-d", &out), 0);
	assert_string_equal(out, "/d");
	assert_int_equal(walk_readlink(&rooted, &arena, "/d/f", &out), -EINVAL);
	assert_int_equal(walk_readlink(&rooted, &arena, "/d", &out), -EINVAL);
	assert_int_equal(walk_readlink(&rooted, &arena, "/x/y", &out), -ENOENT);
	assert_int_equal(walk_readlink(&rooted, &arena, "/d/f/y", &out),
	                 -ENOTDIR);
}

/* The last component is looked at as it is, but even so stays inside. */
static void
test_last_component_stays_inside(void **state)
{
	static const struct {
		const char *path, *is;
	} rows[] = {
		{ "/..", "/" }, { "/.", "/" }, { "/", "/" }, { "//", "/" },
		{ "/d/..", "/" }, { "/d/../..", "/" }, { "/out/..", "/" },
		{ "/out/.", "/d" }, { "/out/", "/d" }, { "/d/e/..", "/d" },
		{ "/up/..", "/" }, { "/up/", "/" }, { "/up/.", "/" },
	};
	struct stat st, want;
	char *target;

	(void)state;
	make_dir("d");
	make_dir("d/e");
	make_link("/d", "out");
	make_link("../..", "up");
	make_file("f", "", 0644);
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(kernel_stat(rows[i].is, &want), 0);
		assert_int_equal(walk_lstat(&rooted, &arena, rows[i].path, &st),
		                 0);
		if (st.st_dev != want.st_dev || st.st_ino != want.st_ino)
			fail_msg("%s is not %s", rows[i].path, rows[i].is);
		assert_int_equal(walk_readlink(&rooted, &arena, rows[i].path,
		                               &target), -EINVAL);
	}
	assert_int_equal(walk_lstat(&rooted, &arena, "/f/", &st), -ENOTDIR);
	assert_int_equal(walk_lstat(&rooted, &arena, "/f/..", &st), -ENOTDIR);
	assert_int_equal(walk_lstat(&rooted, &arena, "/x/..", &st), -ENOENT);
}

static void
test_kinds(void **state)
{
	(void)state;
	make_dir("d");
	make_file("f", "", 0644);
	make_file("p", "", 0755);
	make_link("/p", "l");
	make_link("none", "n");
	assert_int_equal(mkfifoat(rooted.rootfd, "fifo", 0755), 0);
	assert_true(walk_is_dir(&rooted, "/d"));
	assert_false(walk_is_dir(&rooted, "/f"));
	assert_true(walk_is_file(&rooted, "/f"));
	assert_false(walk_is_file(&rooted, "/d"));
	assert_false(walk_is_file(&rooted, "/n"));
	assert_false(walk_is_file(&rooted, "/fifo"));
	assert_true(walk_is_program(&rooted, "/l"));
	assert_false(walk_is_program(&rooted, "/f"));
	assert_false(walk_is_program(&rooted, "/d"));
	assert_false(walk_is_program(&rooted, "/fifo"));
}

static void
test_read(void **state)
{
	size_t len;
	char *out;

	(void)state;
	make_dir("d");
	make_file("f", "0123456789", 0644);
	make_file("empty", "", 0644);
	make_link("/f", "l");
	assert_int_equal(mkfifoat(rooted.rootfd, "fifo", 0644), 0);
	assert_int_equal(walk_read(&rooted, &arena, "/l", 100, &out, &len), 0);
	assert_int_equal(len, 10);
	assert_string_equal(out, "0123456789");
	assert_int_equal(walk_read(&rooted, &arena, "/l", 4, &out, &len), 0);
	assert_int_equal(len, 4);
	assert_string_equal(out, "0123");
	assert_int_equal(walk_read(&rooted, &arena, "/empty", 9, &out, &len), 0);
	assert_int_equal(len, 0);
	assert_string_equal(out, "");
	assert_int_equal(walk_read(&rooted, &arena, "/d", 9, &out, &len),
	                 -EINVAL);
	/* does not wait for a writer */
	assert_int_equal(walk_read(&rooted, &arena, "/fifo", 9, &out, &len),
	                 -EINVAL);
	assert_int_equal(walk_read(&rooted, &arena, "/none", 9, &out, &len),
	                 -ENOENT);
}

struct names {
	char all[8192];
	int count, stop_at;
};

static int
add_name(void *ctx, const char *name)
{
	struct names *n = ctx;

	strcat(n->all, name);
	strcat(n->all, " ");
	return ++n->count == n->stop_at ? 7 : 0;
}

static void
test_list(void **state)
{
	struct names names = { .stop_at = -1 };
	char path[32];

	(void)state;
	make_dir("d");
	make_link("/d", "l");
	assert_int_equal(walk_list(&rooted, "/l", add_name, &names), 0);
	assert_int_equal(names.count, 0);
	make_file("d/f", "", 0644);
	assert_int_equal(walk_list(&rooted, "/l", add_name, &names), 0);
	assert_string_equal(names.all, "f ");
	for (int i = 0; i < 500; i++) {
		snprintf(path, sizeof(path), "d/some-name-%d", i);
		make_file(path, "", 0644);
	}
	memset(&names, 0, sizeof(names));
	assert_int_equal(walk_list(&rooted, "/l", add_name, &names), 0);
	assert_int_equal(names.count, 501);
	assert_non_null(strstr(names.all, "some-name-499 "));
	names = (struct names){ .stop_at = 3 };
	assert_int_equal(walk_list(&rooted, "/l", add_name, &names), 7);
	assert_int_equal(names.count, 3);
	assert_int_equal(walk_list(&rooted, "/d/f", add_name, &names),
	                 -ENOTDIR);
	assert_int_equal(walk_list(&rooted, "/none", add_name, &names),
	                 -ENOENT);
}

static uint32_t seed;

static uint32_t
pick(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 10) % n;
}

/* A path of up to 5 components out of few names, so that many exist. */
static void
random_path(char *out, const char *prefix)
{
	static const char *const names[] = { "a", "b", "c", "d", "..", "." };
	uint32_t n = 1 + pick(5);

	strcpy(out, prefix);
	for (uint32_t i = 0; i < n; i++) {
		strcat(out, names[pick(COUNT(names))]);
		if (i + 1 < n || pick(6) == 0)
			strcat(out, pick(8) == 0 ? "//" : "/");
	}
}

static void
random_tree(void)
{
	char path[64], target[64];

	for (int i = 0; i < 40; i++) {
		struct stat st;
		int fd;

		random_path(path, "");
		if (path[0] == '.' || strstr(path, "..") ||
		    fstatat(rooted.rootfd, path, &st, AT_SYMLINK_NOFOLLOW) == 0)
			continue;
		switch (pick(4)) {
		case 0:
		case 1:
			mkdirat(rooted.rootfd, path, 0755);
			break;
		case 2:
			random_path(target, pick(3) ? "" : "/");
			symlinkat(target, rooted.rootfd, path);
			break;
		default:
			fd = openat(rooted.rootfd, path,
			            O_CREAT | O_EXCL | O_NOFOLLOW, 0644);
			if (fd >= 0)
				close(fd);
		}
	}
}

/* Ask us and the kernel about one path. */
static void
compare(const char *path, int *found)
{
	struct stat ours, theirs;
	int want = kernel_stat(path, &theirs);
	int got = walk_stat(&rooted, path, &ours);
	char *canonical = NULL;
	int resolved = walk_resolve(&rooted, &arena, path, &canonical);

	if (got != want || resolved != want)
		fail_msg("%s in %s: we say %s, %s; the kernel %s", path, dir,
		         strerror(-got), strerror(-resolved), strerror(-want));
	if (want != 0)
		return;
	if (ours.st_ino != theirs.st_ino || ours.st_dev != theirs.st_dev)
		fail_msg("%s in %s: another file", path, dir);
	/* and the canonical path has no link left in it */
	assert_int_equal(kernel_stat(canonical, &ours), 0);
	assert_int_equal(ours.st_ino, theirs.st_ino);
	(*found)++;
}

static void
compare_with_realpath(const char *path)
{
	char *ours = NULL, *theirs = realpath(path, NULL);
	int want = theirs ? 0 : -errno;
	int got = walk_resolve(&walk_host, &arena, path, &ours);

	if (got != want)
		fail_msg("%s: we say %s; realpath %s", path, strerror(-got),
		         strerror(-want));
	if (theirs)
		assert_string_equal(ours, theirs);
	free(theirs);
}

static void
test_as_the_kernel(void **state)
{
	char path[64], full[160], clean[128];
	int found = 0;

	(void)state;
	for (uint32_t round = 0; round < 60; round++) {
		seed = round;
		random_tree();
		for (int i = 0; i < 150; i++) {
			random_path(path, "/");
			compare(path, &found);
			snprintf(full, sizeof(full), "%s%s", dir, path);
			compare_with_realpath(full);
		}
		snprintf(clean, sizeof(clean), "rm -rf %s/*", dir);
		assert_int_equal(system(clean), 0);
	}
	/* else the tree is too poor to prove anything */
	assert_true(found > 1000);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_plain_paths),
		CASE(test_nothing_leaves_the_root),
		CASE(test_links_that_end_nowhere),
		CASE(test_too_long),
		CASE(test_link_targets_are_read_not_followed),
		CASE(test_last_component_stays_inside),
		CASE(test_kinds),
		CASE(test_read),
		CASE(test_list),
		CASE(test_as_the_kernel),
	};

	return RUN(tests);
}
