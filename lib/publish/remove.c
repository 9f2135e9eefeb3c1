#include "publish/work.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "os/signals.h"
#include "os/sys.h"

enum {
	BLOCK = 4096,
	/* directories that the file system does not rename are entered one in
	 * the other, with a descriptor and a BLOCK for each */
	MAX_DEPTH = 100,
	SIGNAL_STEP = 64,
};

struct remover {
	int top;
	const char *keep;
	unsigned serial;  /* of the last directory that was moved up */
	size_t done;      /* entries removed or moved in this pass */
	size_t left;      /* entries that stay after it */
	bool interrupted;
};

static int
open_dir(int dfd, const char *name)
{
	return sys_open(dfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
}

/* Move the directory NAME of FD to the top, under a number. */
static int
move_up(struct remover *r, int fd, const char *name)
{
	int err;

	do {
		char up[12];
		size_t n = sizeof(up);

		up[--n] = '\0';
		for (unsigned i = ++r->serial; i > 0; i >>= 4)
			up[--n] = "0123456789abcdef"[i & 15];
		up[--n] = 'd';
		err = sys_rename(fd, name, r->top, up + n, 0);
	} while (err == -ENOTEMPTY || err == -EEXIST || err == -ENOTDIR);
	return err;
}

static void remove_all(struct remover *r, int fd, int depth);

/* Empty the directory NAME of FD from where it is, and remove it. */
static int
enter(struct remover *r, int fd, const char *name, int depth)
{
	int child = open_dir(fd, name);

	if (child == -EACCES && sys_chmod(fd, name, 0700) == 0)
		child = open_dir(fd, name);
	if (child < 0)
		return child;
	remove_all(r, child, depth + 1);
	sys_drop(&child);
	return sys_rmdir(fd, name);
}

/* NAME of FD is a directory, is not empty, and nothing is mounted on it. */
static int
remove_full(struct remover *r, int fd, const char *name, int depth)
{
	int err = -EXDEV;

	if (fd != r->top) {
		err = move_up(r, fd, name);
		/* to move a directory, one must be able to write to it */
		if (err == -EACCES && sys_chmod(fd, name, 0700) == 0)
			err = move_up(r, fd, name);
	}
	/* EXDEV: the lower layer of an overlay; EMLINK: ext2; ENOSPC */
	if (err < 0 && err != -ENOENT && depth < MAX_DEPTH)
		err = enter(r, fd, name, depth);
	return err;
}

static int
remove_one(struct remover *r, int fd, const char *name, int depth)
{
	int err = sys_unlink(fd, name);

	if (err == -EISDIR || err == -EPERM) {
		int why = err;

		err = sys_rmdir(fd, name);
		if (err == -ENOTEMPTY || err == -EEXIST)
			err = remove_full(r, fd, name, depth);
		else if (err == -ENOTDIR)
			err = why;
	}
	return err == -ENOENT ? 0 : err;
}

/* Remove all entries of FD that its listing gives: while entries are removed, it
 * may leave some out. A top that cannot be listed counts as an entry. */
static void
remove_all(struct remover *r, int fd, int depth)
{
	_Alignas(struct dirent) char block[BLOCK];
	bool writable = false;
	ssize_t n;

	n = sys_rewind(fd);
	while (n >= 0 && !r->interrupted &&
	       (n = sys_getdents(fd, block, sizeof(block))) > 0) {
		for (ssize_t at = 0; at < n && !r->interrupted;) {
			const struct dirent *de = (void *)(block + at);
			const char *name = de->d_name;
			int err;

			at += de->d_reclen;
			if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
			    (fd == r->top && strcmp(name, r->keep) == 0))
				continue;
			err = remove_one(r, fd, name, depth);
			if (err == -EACCES && !writable) {
				writable = sys_fchmod(fd, 0700) == 0;
				err = remove_one(r, fd, name, depth);
			}
			if (err == 0)
				r->done++;
			else
				r->left++;
			if ((r->done + r->left) % SIGNAL_STEP == 0)
				r->interrupted = signals_insist();
		}
	}
	/* that of another directory is still there for its parent to count */
	if (n < 0 && fd == r->top)
		r->left++;
}

size_t
remove_entries(int top, const char *keep)
{
	struct remover r = { .top = top, .keep = keep };

	/* what fails for a moment is tried once more */
	for (int idle = 0; idle < 2 && !r.interrupted;) {
		r.done = r.left = 0;
		remove_all(&r, top, 0);
		if (r.done == 0 && r.left == 0)
			return 0;
		idle = r.done > 0 ? 0 : idle + 1;
	}
	return r.left > 0 ? r.left : 1;
}
