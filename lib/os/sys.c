#include "os/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

enum { COPY_STEP = 1 << 30 };

/* Copied from linux/openat2.h, limits.h and magic.h, which musl lacks. */
enum { RESOLVE_NO_SYMLINKS = 4, MAX_XATTR = 64 * 1024 };
enum { PROC_SUPER_MAGIC = 0x9fa0 };

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

/* Do as openat2() does, one component after the other. */
static int
open_by_steps(int dfd, const char *path, int flags)
{
	int at = dfd;

	if (*path == '/')
		at = sys_open(dfd, "/", O_PATH | O_DIRECTORY, 0);
	path += strspn(path, "/");
	if (!*path)
		path = ".";
	while (at >= 0 || at == AT_FDCWD) {
		size_t n = strcspn(path, "/");
		const char *rest = path + n + strspn(path + n, "/");
		int next;

		if (n > NAME_MAX) {
			next = -ENAMETOOLONG;
		} else {
			char name[NAME_MAX + 1];

			memcpy(name, path, n);
			name[n] = '\0';
			next = sys_open(at, name, O_NOFOLLOW | (*rest
			                ? O_PATH | O_DIRECTORY : flags), 0);
		}
		if (at != dfd)
			close(at);
		if (!*rest)
			return next;
		at = next;
		path = rest;
	}
	return at;
}

/* Android's filter of system calls kills a process that makes one it does not
 * know. */
static bool
may_try_new_calls(void)
{
	return !getenv("ANDROID_ROOT");
}

int
sys_open_plain(int dfd, const char *path, int flags)
{
	static atomic_bool missing;
	const struct {
		uint64_t flags, mode, resolve;
	} how = {
		.flags = (uint64_t)(flags | O_CLOEXEC | O_NOFOLLOW),
		.resolve = RESOLVE_NO_SYMLINKS,
	};

	if (!missing && may_try_new_calls()) {
		long fd;

		do
			fd = syscall(SYS_openat2, dfd, path, &how, sizeof(how));
		while (fd < 0 && errno == EINTR);
		if (fd >= 0)
			return (int)fd;
		/* a filter of system calls may not know this one: EPERM;
		 * EAGAIN: something was renamed on the machine meanwhile */
		if (errno != ENOSYS && errno != EPERM && errno != EINVAL &&
		    errno != EAGAIN)
			return -errno;
		missing = errno == ENOSYS;
	}
	return open_by_steps(dfd, path, flags);
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

bool
sys_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
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
sys_chmod(int dfd, const char *name, mode_t mode)
{
	return RESULT(fchmodat(dfd, name, mode, AT_SYMLINK_NOFOLLOW));
}

static bool
is_acl(const char *name)
{
	static const char prefix[] = "system.posix_acl_";

	return strncmp(name, prefix, sizeof(prefix) - 1) == 0;
}

static int
copy_xattr(int from, int to, const char *name)
{
	static char value[MAX_XATTR];
	ssize_t n;

	if (!is_acl(name) && strncmp(name, "user.", 5) != 0 &&
	    strncmp(name, "trusted.", 8) != 0)
		return 0;
	n = fgetxattr(from, name, value, sizeof(value));
	if (n >= 0 && fsetxattr(to, name, value, (size_t)n, 0) == 0)
		return 0;
	return is_acl(name) && errno != ENODATA ? -errno : 0;
}

int
sys_copy_xattrs(int from, int to)
{
	char names[16 * 1024];
	ssize_t n = flistxattr(from, names, sizeof(names));
	int err = n < 0 && errno == ERANGE ? -E2BIG : 0;

	for (ssize_t i = 0; err == 0 && i < n; i += (ssize_t)strlen(names + i) + 1)
		err = copy_xattr(from, to, names + i);
	return err;
}

bool
sys_has_no_xattrs(int fd)
{
	static const char label[] = "security.selinux";
	char names[64];
	ssize_t n = flistxattr(fd, names, sizeof(names));

	if (n < 0)
		return errno == ENOTSUP;
	return n == 0 || (n == (ssize_t)sizeof(label) &&
	                  memcmp(names, label, sizeof(label)) == 0);
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
sys_rename_new(int odfd, const char *old, int ndfd, const char *new)
{
	struct stat st;
	int err = sys_rename(odfd, old, ndfd, new, SYS_RENAME_NOREPLACE);

	/* EPERM: a filter of system calls that does not know this one */
	if (err != -ENOSYS && err != -EINVAL && err != -EPERM)
		return err;
	err = sys_stat(ndfd, new, false, &st);
	if (err == 0)
		return -EEXIST;
	return err == -ENOENT ? sys_rename(odfd, old, ndfd, new, 0) : err;
}

bool
sys_rename_is_refused(int err)
{
	return err == -ENOSYS || err == -EINVAL || err == -EOPNOTSUPP ||
	       err == -EXDEV || err == -EPERM || err == -EACCES ||
	       err == -EBUSY || err == -EMLINK;
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

uid_t
sys_user(void)
{
	return (uid_t)getauxval(AT_EUID);
}

void
sys_random(void *p, size_t n)
{
	const unsigned char *seed;
	unsigned char *out = p;
	struct timespec now;
	uint64_t mix;

	if (syscall(SYS_getrandom, p, n, 1 /* GRND_NONBLOCK */) == (long)n)
		return;
	seed = (const unsigned char *)(uintptr_t)getauxval(AT_RANDOM);
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	mix = (uint64_t)now.tv_nsec * 0x9e3779b97f4a7c15 + (uint64_t)getpid();
	for (size_t i = 0; i < n; i++) {
		mix = mix * 6364136223846793005 + 1442695040888963407;
		out[i] = (unsigned char)((mix >> 56) ^ (seed ? seed[i % 16] : 0));
	}
}

int
sys_is_mount(int dfd, const char *name)
{
	enum { NO_AUTOMOUNT = 0x800, TYPE = 1, MOUNT_ROOT = 0x2000 };
	/* struct statx of linux/stat.h, which musl 1.2.3 does not show */
	struct {
		uint32_t mask, blksize;
		uint64_t attributes;
		uint32_t nlink, uid, gid;
		uint16_t mode, spare;
		uint64_t ino, size, blocks, attributes_mask;
		uint64_t rest[24];
	} st;

	if (syscall(SYS_statx, dfd, name, AT_SYMLINK_NOFOLLOW | NO_AUTOMOUNT,
	            TYPE, &st) < 0)
		return errno == EPERM || errno == EINVAL ? -ENOSYS : -errno;
	if (!(st.attributes_mask & MOUNT_ROOT))
		return -ENOSYS;
	return (st.attributes & MOUNT_ROOT) != 0;
}

/* Whether the file system of FD is of one of the N KINDS, magic numbers of
 * statfs(2). */
static bool
is_of_kind(int fd, const uint32_t *kinds, size_t n)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		if ((uint32_t)fs.f_type == kinds[i])
			return true;
	}
	return false;
}

/* Whether the file system of FD stores no files. */
static bool
stores_nothing(int fd)
{
	static const uint32_t kinds[] = {
		0x62656572, /* sysfs */
		0x1cd1,     /* devpts */
		0x63677270, /* cgroup2 */
		0x27e0eb,   /* cgroup */
		0x64626720, /* debugfs */
		0x74726163, /* tracefs */
		0x73636673, /* securityfs */
		0xf97cff8c, /* selinuxfs */
		0xcafe4a11, /* bpf */
		0xde5e81e4, /* efivarfs */
		0x6165676c, /* pstore */
		0x62656570, /* configfs */
		0x42494e4d, /* binfmt_misc */
		0x19800202, /* mqueue */
	};

	return is_of_kind(fd, kinds, sizeof(kinds) / sizeof(kinds[0]));
}

int
sys_may_create(int fd)
{
	/* as mkdir(2): proc has no such name before anything else is asked */
	if (sys_is_proc(fd))
		return -ENOENT;
	if (faccessat(fd, ".", W_OK | X_OK, 0) < 0)
		return -errno;
	return stores_nothing(fd) ? -EPERM : 0;
}

bool
sys_is_proc(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && (long)fs.f_type == PROC_SUPER_MAGIC;
}

int
sys_sync(int fd)
{
	return RESULT(syncfs(fd));
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

int
sys_may_run(const char *path)
{
	return faccessat(AT_FDCWD, path, X_OK, 0) < 0 ? -errno : 0;
}

bool
sys_is_noexec(const char *path)
{
	/* as statfs(2) has it; musl's name for it is in sys/statvfs.h alone */
	const unsigned long noexec = 8;
	struct statfs fs;

	return statfs(path, &fs) == 0 && ((unsigned long)fs.f_flags & noexec);
}

bool
sys_forgets_owners(int fd)
{
	static const uint32_t kinds[] = {
		0x4d44,     /* vfat */
		0x2011bab0, /* exfat */
		0x5346544e, /* ntfs */
		0x7366746e, /* ntfs3 */
		0x01021997, /* 9p */
		0xff534d42, /* cifs */
		0xfe534d42, /* smb2 */
		0x65735546, /* fuse */
	};

	return is_of_kind(fd, kinds, sizeof(kinds) / sizeof(kinds[0]));
}
