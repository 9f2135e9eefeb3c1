/*
 * remove: whatever is in a private directory goes, and nothing else.
 */
#include "publish/work.h"

#include <errno.h>
#include <sys/wait.h>

#include "tests/unit/files.h"

/* Empty the directory "top" but for "keep": the number of entries that stay. */
static size_t
empty_top(void)
{
	int fd = files_open("top");
	size_t left = remove_entries(fd, "keep");

	close(fd);
	return left;
}

static void
test_all_kinds_of_entries(void **state)
{
	(void)state;
	files_dir("top");
	files_dir("out");
	files_put("out/file", "precious");
	files_put("top/file", "");
	files_dir("top/empty");
	files_dir("top/dir");
	files_put("top/dir/.hidden", "");
	files_put("top/dir/two", "");
	assert_int_equal(link("out/file", "top/dir/hard"), 0);
	files_link("../out", "top/link");
	files_link("../../out", "top/dir/link");
	files_link("nowhere", "top/dangling");
	assert_int_equal(mkfifo("top/dir/fifo", 0600), 0);
	assert_int_equal(empty_top(), 0);
	assert_int_equal(files_count("top"), 0);
	assert_true(files_exist("out/file"));
	/* and nothing at all */
	assert_int_equal(empty_top(), 0);
}

static void
test_only_the_top_keeps_an_entry(void **state)
{
	(void)state;
	files_dir("top");
	files_dir("top/a");
	files_dir("top/a/keep");
	files_put("top/a/keep/file", "");
	files_link("x", "top/keep");
	assert_int_equal(empty_top(), 0);
	assert_int_equal(files_count("top"), 1);
	assert_true(files_exist("top/keep"));
}

static void
test_a_deep_tree_with_two_descriptors(void **state)
{
	struct rlimit old;
	size_t left;
	int fd;

	(void)state;
	files_dir("top");
	assert_int_equal(chdir("top"), 0);
	for (int i = 0; i < 5000; i++) {
		files_dir("d");
		if (i % 7 == 0)
			files_put("f", "");
		assert_int_equal(chdir("d"), 0);
	}
	assert_int_equal(chdir(files_top), 0);
	fd = files_open("top");
	old = files_limit(1);
	left = remove_entries(fd, "");
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	close(fd);
	assert_int_equal(left, 0);
	assert_int_equal(files_count("top"), 0);
}

static void
test_many_entries(void **state)
{
	char path[64];

	(void)state;
	files_dir("top");
	for (int i = 0; i < 300; i++) {
		snprintf(path, sizeof(path), "top/dir-%d", i);
		files_dir(path);
		for (int j = 0; j < i % 30; j++) {
			snprintf(path, sizeof(path), "top/dir-%d/%d", i, j);
			files_put(path, "");
		}
	}
	assert_int_equal(empty_top(), 0);
	assert_int_equal(files_count("top"), 0);
}

/* The names under which directories are moved up may be taken. */
static void
test_names_of_moved_directories_that_are_taken(void **state)
{
	char path[64];

	(void)state;
	files_dir("top");
	for (int i = 0; i < 40; i++) {
		snprintf(path, sizeof(path), "top/d%x", i);
		if (i % 3 == 0) {
			files_put(path, "");
			continue;
		}
		files_dir(path);
		strcat(path, "/sub");
		files_dir(path);
		strcat(path, "/file");
		files_put(path, "");
	}
	assert_int_equal(empty_top(), 0);
	assert_int_equal(files_count("top"), 0);
}

/* Run by a user whom modes keep out. */
static int
remove_as_nobody(void)
{
	int fd;

	if (geteuid() == 0 && (setgid(FILES_NOBODY) != 0 ||
	                       setuid(FILES_NOBODY) != 0))
		return 2;
	fd = open("top", O_RDONLY | O_DIRECTORY);
	return fd < 0 ? 3 : remove_entries(fd, "keep") == 0 ? 0 : 1;
}

static void
test_directories_that_cannot_be_written_or_read(void **state)
{
	static const mode_t modes[] = { 0, 0100, 0300, 0400, 0500, 0555 };
	char path[64];
	pid_t pid;
	int how;

	(void)state;
	files_dir("top");
	for (size_t i = 0; i < COUNT(modes); i++) {
		snprintf(path, sizeof(path), "top/%zu", i);
		files_dir(path);
		strcat(path, "/sub");
		files_dir(path);
		strcat(path, "/file");
		files_put(path, "");
		*strrchr(path, '/') = '\0';
		assert_int_equal(chmod(path, modes[i]), 0);
		*strrchr(path, '/') = '\0';
		assert_int_equal(chmod(path, modes[i]), 0);
	}
	assert_int_equal(chmod(".", 0755), 0);
	if (geteuid() == 0)
		assert_int_equal(system("chown -R 65534:65534 top"), 0);
	assert_int_equal(chmod("top", 0500), 0);
	pid = fork();
	if (pid == 0)
		_exit(remove_as_nobody());
	assert_int_equal(waitpid(pid, &how, 0), pid);
	assert_true(WIFEXITED(how));
	assert_int_equal(WEXITSTATUS(how), 0);
	assert_int_equal(files_count("top"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) \
	cmocka_unit_test_setup_teardown(f, files_set_up, files_tear_down)
		T(test_all_kinds_of_entries),
		T(test_only_the_top_keeps_an_entry),
		T(test_a_deep_tree_with_two_descriptors),
		T(test_many_entries),
		T(test_names_of_moved_directories_that_are_taken),
		T(test_directories_that_cannot_be_written_or_read),
	};

	return RUN(tests);
}
