#include "os/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "os/entries.h"
#include "os/sys.h"

enum { OPEN_DIR = O_RDONLY | O_DIRECTORY | O_NOFOLLOW };

/*
 * Trees are walked by recursion, an fd or two and a small frame a level. What
 * lies deeper is not shared; to be removed it is moved up first.
 */
enum { MAX_DEPTH = 100 };

/* One removal. */
struct remover {
	int top;        /* the directory whose entries go */
	dev_t device;   /* what is mounted in it does not */
	bool force;     /* also out of directories made read-only */
	unsigned moved; /* number of directories that were moved up to TOP */
};

/* The directory NAME in FD is too deep: it becomes an entry of the top. */
static int
move_up(struct remover *r, int fd, const char *name)
{
	static const char base[] = ".venvbox-deep-";
	char up[sizeof(base) + 8];
	int err;

	do {
		size_t n = sizeof(base) - 1;

		memcpy(up, base, n);
		for (unsigned i = r->moved++; i > 0; i >>= 4)
			up[n++] = "0123456789abcdef"[i & 15];
		up[n] = '\0';
		err = sys_rename(fd, name, r->top, up, 0);
		/* a removal that was killed may have left one */
	} while (err == -ENOTEMPTY || err == -EEXIST);
	return err;
}

static int remove_entries(struct remover *r, int fd, int depth);

/* The entries of the directory NAME in DFD. */
static int
remove_below(struct remover *r, int dfd, const char *name, int depth)
{
	struct stat st;
	int err;
	int fd = sys_open(dfd, name, OPEN_DIR, 0);

	if (fd < 0)
		return fd;
	err = sys_fstat(fd, &st);
	if (err == 0 && st.st_dev != r->device)
		err = -EBUSY;
	if (err == 0)
		err = remove_entries(r, fd, depth);
	sys_drop(&fd);
	return err;
}

static int
remove_entry(struct remover *r, int dfd, const char *name, int depth)
{
	int err = sys_unlink(dfd, name);
	int reason = err;

	if (err == 0 || err == -ENOENT)
		return 0;
	if (err != -EISDIR && err != -EPERM)
		return err;
	if (depth >= MAX_DEPTH)
		return move_up(r, dfd, name);
	err = remove_below(r, dfd, name, depth + 1);
	if (err == -ENOTDIR || err == -ELOOP)
		return reason; /* it is no directory */
	if (err == 0)
		err = sys_rmdir(dfd, name);
	return err == -ENOENT ? 0 : err;
}

static int
remove_entries(struct remover *r, int fd, int depth)
{
	struct arena a;
	struct entries e;
	int err;

	arena_init(&a, NULL, 0);
	err = entries_read(&e, &a, fd);
	if (r->force)
		(void)sys_fchmod(fd, 0700);
	for (size_t i = 0; err == 0 && i < e.count; i++)
		err = remove_entry(r, fd, e.names[i], depth);
	arena_free(&a);
	return err;
}

/* All entries of FD, round by round, until none was moved up to it. */
static int
empty(int fd, bool force)
{
	struct remover r = { .top = fd, .force = force };
	struct stat st = { 0 };
	int err = sys_fstat(fd, &st);
	unsigned moved;

	r.device = st.st_dev;
	do {
		moved = r.moved;
		if (err == 0)
			err = remove_entries(&r, fd, 0);
	} while (err == 0 && r.moved > moved);
	return err;
}

int
tree_remove(int dfd, const char *name, int fd)
{
	int err = empty(fd, false);

	if (err < 0)
		err = empty(fd, true);
	if (err < 0)
		return err;
	err = sys_rmdir(dfd, name);
	if (err < 0 && err != -ENOENT)
		err = sys_rmdir(dfd, name);
	return err == -ENOENT ? 0 : err;
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
		return -EMLINK;
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
	return share_entries(src, dst, skip, 0);
}
