#include "os/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

enum { OVERLAYFS_MAGIC = 0x794c7630, COPY_STEP = 1 << 30 };

/* Of linux/openat2.h, which musl does not show. */
enum { RESOLVE_NO_SYMLINKS = 4 };

/* The result of a call that sets errno, as 0 or more, or -errno. */
#define RESULT(call) ((call) < 0 ? -errno : 0)

int
sys_open(int dfd, const char *path, int flags, mode_t mode)
{
	int fd;

	do
		fd = openat(dfd, path, flags | O_CLOEXEC, mode);
	while (fd < 0 && errno == EINTR);
	return fd < 0 ? -errno : fd;
}

int
sys_open_plain(int dfd, const char *path, int flags)
{
	const struct {
		uint64_t flags, mode, resolve;
	} how = {
		.flags = (uint64_t)(flags | O_CLOEXEC | O_NOFOLLOW),
		.resolve = RESOLVE_NO_SYMLINKS,
	};
	long fd;

	do
		fd = syscall(SYS_openat2, dfd, path, &how, sizeof(how));
	while (fd < 0 && errno == EINTR);
	/* a filter of system calls may know nothing of this one: EPERM */
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		return sys_open(dfd, path, flags | O_NOFOLLOW, 0);
	return fd < 0 ? -errno : (int)fd;
}

int
sys_close(int fd)
{
	/* Linux has released the fd even when close() says EINTR */
	return close(fd) < 0 && errno != EINTR ? -errno : 0;
}

void
sys_drop(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

ssize_t
sys_pread(int fd, void *p, size_t n, uint64_t off)
{
	size_t got = 0;

	if (off > (uint64_t)INT64_MAX - n)
		return -EOVERFLOW;
	while (got < n) {
		ssize_t r = pread(fd, (char *)p + got, n - got,
		                  (off_t)(off + got));

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -errno;
		if (r == 0)
			break;
		got += (size_t)r;
	}
	return (ssize_t)got;
}

ssize_t
sys_read(int fd, void *p, size_t n)
{
	ssize_t r;

	do
		r = read(fd, p, n);
	while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : r;
}

int
sys_write_all(int fd, const void *p, size_t n)
{
	const char *s = p;

	while (n > 0) {
		ssize_t r = write(fd, s, n);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -errno;
		if (r == 0)
			return -EIO;
		s += r;
		n -= (size_t)r;
	}
	return 0;
}

static int
copy_by_hand(int in, int out)
{
	char block[16 * 1024];

	for (;;) {
		ssize_t n = sys_read(in, block, sizeof(block));
		int err;

		if (n <= 0)
			return (int)n;
		err = sys_write_all(out, block, (size_t)n);
		if (err < 0)
			return err;
	}
}

int
sys_copy(int in, int out)
{
	bool any = false;

	for (;;) {
		long n = syscall(SYS_copy_file_range, in, NULL, out, NULL,
		                 (size_t)COPY_STEP, 0u);

		if (n < 0 && errno == EINTR)
			continue;
		if (n > 0) {
			any = true;
			continue;
		}
		/*
		 * Old kernels give 0 for files of /proc, and other errors
		 * across file systems: a plain copy settles both.
		 */
		if (n < 0 && (errno == ENOSPC || errno == EIO ||
		              errno == EDQUOT || errno == EFBIG))
			return -errno;
		return n == 0 && any ? 0 : copy_by_hand(in, out);
	}
}

int
sys_stat(int dfd, const char *path, bool follow, struct stat *st)
{
	return RESULT(fstatat(dfd, path, st, follow ? 0 : AT_SYMLINK_NOFOLLOW));
}

int
sys_fstat(int fd, struct stat *st)
{
	return RESULT(fstat(fd, st));
}

ssize_t
sys_readlink(int dfd, const char *path, char *buf, size_t n)
{
	ssize_t len = readlinkat(dfd, path, buf, n);

	if (len < 0)
		return -errno;
	if ((size_t)len >= n)
		return -ENAMETOOLONG;
	buf[len] = '\0';
	return len;
}

int
sys_mkdir(int dfd, const char *path, mode_t mode)
{
	return RESULT(mkdirat(dfd, path, mode));
}

int
sys_symlink(const char *target, int dfd, const char *path)
{
	return RESULT(symlinkat(target, dfd, path));
}

int
sys_link(int odfd, const char *old, int ndfd, const char *new)
{
	return RESULT(linkat(odfd, old, ndfd, new, 0));
}

int
sys_unlink(int dfd, const char *path)
{
	return RESULT(unlinkat(dfd, path, 0));
}

int
sys_rmdir(int dfd, const char *path)
{
	return RESULT(unlinkat(dfd, path, AT_REMOVEDIR));
}

int
sys_fchmod(int fd, mode_t mode)
{
	return RESULT(fchmod(fd, mode));
}

int
sys_fchown(int fd, uid_t uid, gid_t gid)
{
	return RESULT(fchown(fd, uid, gid));
}

int
sys_utime(int dfd, const char *path, const struct timespec times[2])
{
	return RESULT(utimensat(dfd, path, times, AT_SYMLINK_NOFOLLOW));
}

int
sys_rename(int odfd, const char *old, int ndfd, const char *new, unsigned flags)
{
	if (flags == 0)
		return RESULT(renameat(odfd, old, ndfd, new));
	return RESULT(syscall(SYS_renameat2, odfd, old, ndfd, new, flags));
}

int
sys_lock(int fd)
{
	int err;

	do
		err = RESULT(flock(fd, LOCK_EX | LOCK_NB));
	while (err == -EINTR);
	return err;
}

ssize_t
sys_getdents(int fd, void *buf, size_t n)
{
	long r = syscall(SYS_getdents64, fd, buf, n);

	return r < 0 ? -errno : r;
}

void
sys_pause(unsigned n)
{
	const struct timespec t = { n / 1000, (long)(n % 1000) * 1000000 };

	(void)nanosleep(&t, NULL);
}

bool
sys_is_trusted(int dfd, int fd)
{
	struct stat dir, st;

	return fstat(dfd, &dir) == 0 && fstat(fd, &st) == 0 &&
	       (st.st_uid == dir.st_uid || st.st_uid == geteuid());
}

int
sys_rewind(int fd)
{
	return RESULT(lseek(fd, 0, SEEK_SET));
}

int
sys_getcwd(char *buf, size_t n)
{
	return getcwd(buf, n) ? 0 : -errno;
}

bool
sys_is_overlay(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && (long)fs.f_type == OVERLAYFS_MAGIC;
}
