#pragma once
/*
 * files: small trees on disk, below one temporary directory that is the current
 * one while a test runs.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "tests/unit/unit.h"

enum { FILES_NOBODY = 65534 };

static const char *files_top;

static inline int
files_set_up(void **state)
{
	(void)state;
	umask(022);
	files_top = unit_tmpdir();
	return chdir(files_top);
}

static inline int
files_tear_down(void **state)
{
	(void)state;
	assert_int_equal(chdir("/"), 0);
	unit_rmdir(files_top);
	return 0;
}

static inline void
files_dir(const char *path)
{
	assert_int_equal(mkdir(path, 0755), 0);
}

static inline void
files_put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static inline void
files_link(const char *target, const char *path)
{
	assert_int_equal(symlink(target, path), 0);
}

/* Open a directory for reading. */
static inline int
files_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static inline int
files_exist(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* Number of entries in a directory. */
static inline int
files_count(const char *path)
{
	DIR *d = opendir(path);
	int n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

/* Let the process open N more files, and no more: its old limit is returned. */
static inline struct rlimit
files_limit(int n)
{
	struct rlimit old, new;
	int next = open("/", O_PATH);

	assert_true(next >= 0);
	close(next);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	new = old;
	new.rlim_cur = (rlim_t)(next + n);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &new), 0);
	return old;
}

/* Skip a test that only root can make. */
static inline void
files_need_root(void)
{
	if (geteuid() != 0) {
		print_message("# skip: not root\n");
		skip();
	}
}
