#include "os/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "os/entries.h"
#include "os/sys.h"

enum { OPEN_DIR = O_RDONLY | O_DIRECTORY | O_NOFOLLOW };

/*
 * Trees are walked by recursion, one fd and one small frame a level; a path
 * cannot be deeper than the file system allows, but a hostile tree can be, so
 * there is a bound that no environment comes near.
 */
enum { MAX_DEPTH = 512 };

static int remove_entries(int fd, bool force, int depth);

static int
remove_entry(int dfd, const char *name, bool force, int depth)
{
	int fd;
	int err = sys_unlink(dfd, name);

	if (err == 0 || err == -ENOENT)
		return 0;
	if (err != -EISDIR && err != -EPERM)
		return err;
	fd = sys_open(dfd, name, OPEN_DIR, 0);
	if (fd == -ENOTDIR || fd == -ELOOP)
		return err; /* not a directory: unlink had its reason */
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	err = remove_entries(fd, force, depth + 1);
	sys_drop(&fd);
	if (err < 0)
		return err;
	err = sys_rmdir(dfd, name);
	return err == -ENOENT ? 0 : err;
}

/* FORCE: also out of directories that their owner made read-only. */
static int
remove_entries(int fd, bool force, int depth)
{
	struct arena a;
	struct entries e;
	int err;

	if (depth > MAX_DEPTH)
		return -ELOOP;
	arena_init(&a, NULL, 0);
	err = entries_read(&e, &a, fd);
	if (force)
		(void)sys_fchmod(fd, 0700);
	for (size_t i = 0; err == 0 && i < e.count; i++)
		err = remove_entry(fd, e.names[i], force, depth);
	arena_free(&a);
	return err;
}

int
tree_remove(int dfd, const char *name)
{
	int err = remove_entry(dfd, name, false, 0);

	return err < 0 ? remove_entry(dfd, name, true, 0) : 0;
}

int
tree_like(int src, int dst)
{
	struct stat from = { 0 }, to = { 0 };
	int err = sys_fstat(src, &from);

	if (err == 0)
		err = sys_fstat(dst, &to);
	if (err < 0)
		return err;
	/* another owner is given by root only; for others the mode matters */
	if (from.st_uid != to.st_uid || from.st_gid != to.st_gid)
		(void)sys_fchown(dst, from.st_uid, from.st_gid);
	if ((from.st_mode & 07777) != (to.st_mode & 07777))
		err = sys_fchmod(dst, from.st_mode & 07777);
	return err;
}

static int share_entries(int src, int dst, const char *skip, int depth);

static int
share_dir(int src, int dst, const char *name, int depth)
{
	int to = -1;
	int err;
	int from = sys_open(src, name, OPEN_DIR, 0);

	if (from < 0)
		return from;
	/* writable for us until tree_like() gives it its own mode */
	err = sys_mkdir(dst, name, 0700);
	if (err < 0)
		goto out;
	to = sys_open(dst, name, OPEN_DIR, 0);
	if (to < 0) {
		err = to;
		goto out;
	}
	err = share_entries(from, to, NULL, depth + 1);
	if (err == 0)
		err = tree_like(from, to);
out:
	sys_drop(&to);
	sys_drop(&from);
	return err;
}

static int
share_entry(int src, int dst, const char *name, int depth)
{
	struct stat st;
	int err = sys_stat(src, name, false, &st);

	if (err < 0)
		return err;
	if (S_ISDIR(st.st_mode))
		return share_dir(src, dst, name, depth);
	return sys_link(src, name, dst, name);
}

static int
share_entries(int src, int dst, const char *skip, int depth)
{
	struct arena a;
	struct entries e;
	int err;

	if (depth > MAX_DEPTH)
		return -ELOOP;
	arena_init(&a, NULL, 0);
	err = entries_read(&e, &a, src);
	for (size_t i = 0; err == 0 && i < e.count; i++) {
		if (!skip || strncmp(e.names[i], skip, strlen(skip)) != 0)
			err = share_entry(src, dst, e.names[i], depth);
	}
	arena_free(&a);
	return err;
}

int
tree_share(int src, int dst, const char *skip)
{
	int err = share_entries(src, dst, skip, 0);

	return err < 0 ? err : tree_like(src, dst);
}
