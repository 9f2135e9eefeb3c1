#include "os/claim.h"

#include <errno.h>
#include <fcntl.h>

#include "os/signals.h"
#include "os/sys.h"
#include "os/tree.h"

/* Milliseconds. */
enum { MAX_WAIT = 10 * 1000, PAUSE = 5 };

/* 1: NAME below DFD is the directory that FD is open on, 0: it is not. */
static int
compare(int dfd, const char *name, int fd)
{
	struct stat at = { 0 }, of = { 0 };
	int err = sys_stat(dfd, name, false, &at);

	if (err == -ENOENT)
		return 0;
	if (err == 0)
		err = sys_fstat(fd, &of);
	if (err < 0)
		return err;
	return at.st_dev == of.st_dev && at.st_ino == of.st_ino;
}

bool
claim_is(int dfd, const char *name, int fd)
{
	int is = compare(dfd, name, fd);

	/* asked twice: what fails for a moment must not leave litter */
	if (is < 0)
		is = compare(dfd, name, fd);
	return is > 0;
}

/*
 * The lock, waiting with the interrupt signals let through. Anybody who may
 * read a directory can lock it, for ever: so there is an end to it, -EBUSY.
 */
static int
wait_for_lock(int fd)
{
	int err = sys_lock(fd);

	for (int ms = 0; err == -EWOULDBLOCK && ms < MAX_WAIT; ms += PAUSE) {
		signals_release();
		sys_pause(PAUSE);
		signals_hold();
		err = sys_lock(fd);
	}
	return err == -EWOULDBLOCK ? -EBUSY : err;
}

static bool
says_no_locks(int err)
{
	return err == -ENOLCK || err == -EBADF || err == -EINVAL ||
	       err == -ENOSYS || err == -EOPNOTSUPP;
}

int
claim_lock(int fd)
{
	int err = wait_for_lock(fd);

	return says_no_locks(err) ? 0 : err;
}

static int
open_work(int dfd, const char *name)
{
	return sys_open(dfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
}

int
claim_take(int dfd, const char *name)
{
	for (;;) {
		int fd = open_work(dfd, name);
		int err;

		if (fd < 0)
			return fd;
		/* whose it is comes first: not even a wait for others */
		err = sys_is_trusted(dfd, fd) ? wait_for_lock(fd) : -EPERM;
		if (says_no_locks(err))
			err = -EBUSY; /* nobody can say whose it is */
		if (err == 0 && !claim_is(dfd, name, fd))
			err = -EAGAIN; /* it was published or removed */
		if (err == 0)
			return fd;
		sys_drop(&fd);
		if (err != -EAGAIN)
			return err;
	}
}

/*
 * The lock of the directory just made at NAME. Until it is locked another run
 * can take it for a stale one and remove it, or for its own (when that was
 * removed) and even publish it: -ENOENT if it is no longer there.
 */
static int
lock_own(int dfd, const char *name)
{
	int fd = open_work(dfd, name);
	int err = fd < 0 ? fd : claim_lock(fd);

	if (err == 0 && !claim_is(dfd, name, fd))
		err = -ENOENT;
	if (err == 0)
		return fd;
	sys_drop(&fd);
	if (err != -ENOENT)
		(void)sys_rmdir(dfd, name);
	return err;
}

int
claim_clear(int dfd, const char *name)
{
	int err;
	int fd = claim_take(dfd, name);

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd == -ELOOP ? -ENOTDIR : fd;
	err = tree_remove(dfd, name, fd);
	sys_drop(&fd);
	return err;
}

int
claim_make(int dfd, const char *name, mode_t mode)
{
	for (;;) {
		int fd;
		int err = sys_mkdir(dfd, name, mode);

		if (err == -EEXIST) {
			err = claim_clear(dfd, name);
			if (err < 0)
				return err;
			continue;
		}
		if (err < 0)
			return err;
		fd = lock_own(dfd, name);
		if (fd != -ENOENT)
			return fd;
	}
}
