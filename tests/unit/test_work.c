/*
 * work: the private directory of a run, and what is removed of killed ones.
 */
#include "publish/work.h"

#include <errno.h>
#include <sys/file.h>

#include "tests/unit/files.h"

static int parent;

static int
set_up(void **state)
{
	int err = files_set_up(state);

	files_dir("parent");
	parent = files_open("parent");
	return err;
}

static int
tear_down(void **state)
{
	close(parent);
	return files_tear_down(state);
}

/* Path of ENTRY in the work directory W; "": of W. */
static const char *
in(const struct work *w, const char *entry)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "parent/%s/%s", w->name, entry);
	return path;
}

static struct work
make(const char *name)
{
	struct work w;

	assert_int_equal(work_make(&w, parent, name), 0);
	return w;
}

/* Leave W as a killed run does, with a tree in it. */
static void
kill_run(const struct work *w)
{
	files_dir(in(w, "new"));
	files_dir(in(w, "new/a"));
	files_put(in(w, "new/a/file"), "");
	files_link("/", in(w, "new/root"));
	close(w->fd);
}

/* Sweep as the next run does. */
static enum work_traces
sweep(const char *name)
{
	int fd = files_open("parent");
	enum work_traces found = work_sweep(fd, name);

	close(fd);
	return found;
}

static enum work_traces
look(const char *name, uid_t owner)
{
	int fd = files_open("parent");
	enum work_traces found = work_look(fd, name, owner);

	close(fd);
	return found;
}

static void
test_a_work_directory_is_private_locked_and_marked(void **state)
{
	struct work w = make("env");
	char mark[64] = "", want[64];
	struct stat st;
	int fd;

	(void)state;
	assert_int_equal(strlen(w.name), WORK_NAME_SIZE - 1);
	assert_int_equal(strncmp(w.name, work_prefix, strlen(work_prefix)), 0);
	assert_int_equal(strspn(w.name + strlen(work_prefix),
	                        "0123456789abcdef"), 16);
	assert_int_equal(lstat(in(&w, ""), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(st.st_uid, geteuid());
	assert_true(readlink(in(&w, "of"), mark, sizeof(mark) - 1) > 0);
	snprintf(want, sizeof(want), "%llx:%llx",
	         (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	assert_string_equal(mark, want);
	fd = files_open(in(&w, ""));
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), -1);
	close(fd);
	assert_int_equal(work_remove(&w), 0);
	assert_int_equal(w.fd, -1);
	assert_int_equal(files_count("parent"), 0);
}

static void
test_names_cannot_be_foreseen(void **state)
{
	struct work one = make("env"), two = make("env"), other = make("other");

	(void)state;
	assert_string_not_equal(one.name, two.name);
	/* the first half tells whose they are */
	assert_memory_equal(one.name, two.name, 17);
	assert_int_not_equal(memcmp(one.name, other.name, 17), 0);
	assert_int_equal(work_remove(&one), 0);
	assert_int_equal(work_remove(&two), 0);
	assert_int_equal(work_remove(&other), 0);
	assert_int_equal(files_count("parent"), 0);
}

static void
test_everything_in_it_is_deleted(void **state)
{
	struct work w = make("env");

	(void)state;
	files_dir(in(&w, "new"));
	files_dir(in(&w, "new/a"));
	files_put(in(&w, "new/a/file"), "");
	files_dir(in(&w, "old"));
	assert_int_equal(work_remove(&w), 0);
	assert_int_equal(files_count("parent"), 0);
	/* there is none any more */
	assert_int_equal(work_remove(&w), 0);
}

static void
test_what_a_killed_run_left_is_removed(void **state)
{
	struct work w = make("env");

	(void)state;
	kill_run(&w);
	assert_int_equal(look("env", 0), WORK_INTERRUPTED);
	assert_int_equal(look("other", 0), WORK_NONE);
	assert_int_equal(sweep("other"), WORK_NONE);
	assert_int_equal(files_count("parent"), 1);
	assert_int_equal(sweep("env"), WORK_INTERRUPTED);
	assert_int_equal(files_count("parent"), 0);
	assert_int_equal(sweep("env"), WORK_NONE);
	for (int i = 0; i < 3; i++) {
		w = make("one");
		kill_run(&w);
		w = make("two");
		kill_run(&w);
	}
	assert_int_equal(sweep(NULL), WORK_INTERRUPTED);
	assert_int_equal(files_count("parent"), 0);
}

static void
test_a_run_in_progress_is_left_alone(void **state)
{
	struct work w = make("env");

	(void)state;
	assert_int_equal(look("env", 0), WORK_RUNNING);
	assert_int_equal(sweep("env"), WORK_RUNNING);
	assert_int_equal(sweep(NULL), WORK_RUNNING);
	assert_int_equal(sweep("other"), WORK_NONE);
	assert_true(files_exist(in(&w, "of")));
	assert_int_equal(work_remove(&w), 0);
}

static void
test_a_directory_that_was_killed_before_its_mark(void **state)
{
	(void)state;
	files_dir("parent/.venvbox-788e8bb400000000");
	assert_int_equal(sweep("env"), WORK_NONE);
	/* others could enter it */
	assert_int_equal(files_count("parent"), 1);
	assert_int_equal(chmod("parent/.venvbox-788e8bb400000000", 0700), 0);
	assert_int_equal(look("env", 0), WORK_NONE);
	assert_int_equal(files_count("parent"), 1);
	assert_int_equal(sweep("env"), WORK_NONE);
	assert_int_equal(files_count("parent"), 0);
}

/* Sweep, and find everything as it was. */
static void
is_left_alone(const struct work *w)
{
	assert_int_equal(sweep("env"), WORK_NONE);
	assert_int_equal(sweep(NULL), WORK_NONE);
	assert_true(files_exist(in(w, "new/a/file")));
}

static void
test_without_its_own_mark_nothing_is_removed(void **state)
{
	struct work w = make("env"), other = make("env");
	char mark[64] = "";

	(void)state;
	assert_true(readlink(in(&other, "of"), mark, sizeof(mark) - 1) > 0);
	assert_int_equal(work_remove(&other), 0);
	kill_run(&w);
	assert_int_equal(unlink(in(&w, "of")), 0);
	is_left_alone(&w);
	/* that of another directory, as in a copy */
	files_link(mark, in(&w, "of"));
	is_left_alone(&w);
	assert_int_equal(unlink(in(&w, "of")), 0);
	files_put(in(&w, "of"), mark);
	is_left_alone(&w);
}

static void
test_a_directory_that_others_can_enter_is_left_alone(void **state)
{
	static const mode_t modes[] = { 0755, 0701, 0710, 0500, 01700, 04700 };
	struct work w = make("env");

	(void)state;
	kill_run(&w);
	for (size_t i = 0; i < COUNT(modes); i++) {
		assert_int_equal(chmod(in(&w, ""), modes[i]), 0);
		is_left_alone(&w);
	}
	/* a directory inherits setgid */
	assert_int_equal(chmod(in(&w, ""), 02700), 0);
	assert_int_equal(sweep("env"), WORK_INTERRUPTED);
}

static void
test_a_directory_of_another_user_is_left_alone(void **state)
{
	struct work w = make("env");

	(void)state;
	files_need_root();
	kill_run(&w);
	assert_int_equal(chown(in(&w, ""), FILES_NOBODY, FILES_NOBODY), 0);
	is_left_alone(&w);
	assert_int_equal(look("env", 0), WORK_NONE);
	/* its mark must be that user's, too */
	assert_int_equal(look("env", FILES_NOBODY), WORK_NONE);
	assert_int_equal(lchown(in(&w, "of"), FILES_NOBODY, FILES_NOBODY), 0);
	assert_int_equal(look("env", FILES_NOBODY), WORK_INTERRUPTED);
	is_left_alone(&w);
	/* nor a mark that another user made */
	assert_int_equal(chown(in(&w, ""), 0, 0), 0);
	is_left_alone(&w);
	assert_int_equal(lchown(in(&w, "of"), 0, 0), 0);
	assert_int_equal(sweep("env"), WORK_INTERRUPTED);
}

static void
test_other_names_are_left_alone(void **state)
{
	static const char *const names[] = {
		".venvbox-", ".venvbox-788e8bb4", ".venvbox-788e8bb40000000",
		".venvbox-788e8bb4000000000", ".venvbox-788e8bb40000000g",
		".venvbox-788E8BB400000000", "venvbox-788e8bb400000000",
		".venvbox_788e8bb400000000",
	};
	struct work w = make("env");
	char path[PATH_MAX];

	(void)state;
	kill_run(&w);
	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(path, sizeof(path), "parent/%s", names[i]);
		assert_int_equal(rename(in(&w, ""), path), 0);
		strcpy(w.name, "");
		assert_int_equal(sweep(NULL), WORK_NONE);
		assert_true(files_exist(path));
		strcpy(w.name, names[i]);
	}
	/* no directory, or not itself */
	files_link(names[0], "parent/.venvbox-788e8bb411111111");
	files_put("parent/.venvbox-788e8bb422222222", "");
	assert_int_equal(mkfifo("parent/.venvbox-788e8bb433333333", 0600), 0);
	assert_int_equal(sweep(NULL), WORK_NONE);
	assert_int_equal(files_count("parent"), 4);
}

static void
test_what_could_not_be_put_back_stays_for_ever(void **state)
{
	struct work w = make("env");

	(void)state;
	files_dir(in(&w, "old"));
	files_put(in(&w, "old/1"), "precious");
	work_abandon(&w);
	assert_int_equal(w.fd, -1);
	assert_int_equal(sweep("env"), WORK_NONE);
	assert_int_equal(look("env", 0), WORK_NONE);
	assert_true(files_exist(in(&w, "old/1")));
}

static void
test_a_parent_that_gives_its_group(void **state)
{
	struct work w;

	(void)state;
	assert_int_equal(chmod("parent", 02775), 0);
	w = make("env");
	kill_run(&w);
	assert_int_equal(sweep("env"), WORK_INTERRUPTED);
	assert_int_equal(files_count("parent"), 0);
}

static void
test_a_parent_that_is_gone(void **state)
{
	struct work w;

	(void)state;
	assert_int_equal(rmdir("parent"), 0);
	assert_int_equal(work_make(&w, parent, "env"), -ENOENT);
	assert_int_equal(w.fd, -1);
	assert_int_equal(work_remove(&w), 0);
	files_dir("parent");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		T(test_a_work_directory_is_private_locked_and_marked),
		T(test_names_cannot_be_foreseen),
		T(test_everything_in_it_is_deleted),
		T(test_what_a_killed_run_left_is_removed),
		T(test_a_run_in_progress_is_left_alone),
		T(test_a_directory_that_was_killed_before_its_mark),
		T(test_without_its_own_mark_nothing_is_removed),
		T(test_a_directory_that_others_can_enter_is_left_alone),
		T(test_a_directory_of_another_user_is_left_alone),
		T(test_other_names_are_left_alone),
		T(test_what_could_not_be_put_back_stays_for_ever),
		T(test_a_parent_that_gives_its_group),
		T(test_a_parent_that_is_gone),
	};

	return RUN(tests);
}
