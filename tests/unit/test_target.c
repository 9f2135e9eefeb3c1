/*
 * target: what is at the path of ENV_DIR.
 */
#include "publish/target.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include "os/ctx.h"
#include "tests/unit/files.h"

static struct arena arena;
static struct diag diag;

static int
set_up(void **state)
{
	arena_init(&arena, NULL, 0);
	diag_init(&diag, &arena);
	return files_set_up(state);
}

static int
tear_down(void **state)
{
	arena_free(&arena);
	return files_tear_down(state);
}

static const char *
absolute(const char *path)
{
	return arena_fmt(&arena, "%s%s%s", files_top, *path ? "/" : "", path);
}

/* PATH, in the directory of the test, is of KIND; DIRECTORY and MISSING. */
static struct target
is(const char *path, enum target_kind kind, const char *directory,
   const char *missing)
{
	struct target t;
	int err = target_look(&(struct ctx){ &walk_host, &arena, &diag },
	                      absolute(path), &t);

	if (err != 0)
		fail_msg("%s: %s", path, buf_str(&diag.text));
	assert_int_equal(t.kind, kind);
	assert_string_equal(t.path, absolute(path));
	assert_string_equal(t.directory, absolute(directory));
	assert_string_equal(t.missing, missing);
	return t;
}

static void
is_other(const char *path, const char *what)
{
	struct target t;

	assert_int_equal(target_look(&(struct ctx){ &walk_host, &arena, &diag },
	                             absolute(path), &t), 0);
	assert_int_equal(t.kind, TARGET_OTHER);
	assert_string_equal(t.what, what);
}

static void
fails_with(const char *path, int want, const char *words)
{
	struct target t;

	diag_init(&diag, &arena);
	assert_int_equal(target_look(&(struct ctx){ &walk_host, &arena, &diag },
	                             absolute(path), &t), want);
	assert_int_equal(diag.code, want);
	if (!strstr(buf_str(&diag.text), words))
		fail_msg("%s: %s", path, buf_str(&diag.text));
}

static void
test_directories(void **state)
{
	struct target t;
	struct stat st;

	(void)state;
	files_dir("a");
	files_dir("a/b");
	files_link("a", "link");
	t = is("a/b", TARGET_DIRECTORY, "a/b", "");
	assert_int_equal(stat("a/b", &st), 0);
	assert_int_equal(t.st.st_ino, st.st_ino);
	t = is("link/b", TARGET_DIRECTORY, "a/b", "");
	assert_int_equal(t.st.st_ino, st.st_ino);
	is("link", TARGET_DIRECTORY, "a", "");
}

static void
test_what_is_missing(void **state)
{
	(void)state;
	files_dir("a");
	files_link("a", "link");
	is("env", TARGET_ABSENT, "", "env");
	is("a/env", TARGET_ABSENT, "a", "env");
	is("link/x/y/env", TARGET_ABSENT, "a", "x/y/env");
}

static void
test_other_things(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)state;
	files_put("file", "");
	files_link("file", "link");
	files_link("nowhere", "dangling");
	assert_int_equal(mkfifo("fifo", 0600), 0);
	strcpy(address.sun_path, "socket");
	assert_int_equal(bind(fd, (void *)&address, sizeof(address)), 0);
	close(fd);
	is_other("file", "a file");
	is_other("link", "a file");
	is_other("fifo", "a named pipe");
	is_other("socket", "a socket");
	is_other("dangling", "a symlink to nothing");
	if (geteuid() == 0 &&
	    mknod("device", S_IFCHR | 0600, makedev(240, 77)) == 0)
		is_other("device", "a device");
}

static void
test_ways_that_lead_nowhere(void **state)
{
	char name[300];

	(void)state;
	files_put("file", "");
	files_link("nowhere", "dangling");
	files_link("loop", "loop");
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	fails_with("file/env", -ENOTDIR, "Not a directory");
	fails_with("dangling/env", -ENOENT, "dangling' is a symlink to nothing");
	fails_with("loop", -ELOOP, "cannot create");
	fails_with("loop/env", -ELOOP, "cannot create");
	fails_with(name, -ENAMETOOLONG, "too long");
}

static void
test_a_link_of_another_user(void **state)
{
	(void)state;
	files_need_root();
	files_dir("mine");
	files_dir("theirs");
	files_link("mine", "link");
	files_link("theirs", "own");
	assert_int_equal(chown("theirs", FILES_NOBODY, FILES_NOBODY), 0);
	assert_int_equal(lchown("link", FILES_NOBODY, FILES_NOBODY), 0);
	assert_int_equal(lchown("own", FILES_NOBODY, FILES_NOBODY), 0);
	fails_with("link", -EPERM, "link' is a symlink that another user has "
	                           "made");
	assert_string_equal(buf_str(&diag.hint),
	                    "name the directory that it leads to");
	fails_with("link/env", -EPERM, "another user");
	is("own", TARGET_DIRECTORY, "theirs", "");
	is("own/env", TARGET_ABSENT, "theirs", "env");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		T(test_directories),
		T(test_what_is_missing),
		T(test_other_things),
		T(test_ways_that_lead_nowhere),
		T(test_a_link_of_another_user),
	};

	return RUN(tests);
}
