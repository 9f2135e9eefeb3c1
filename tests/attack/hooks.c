/* The system calls of the program, shown and bent where ptrace(2) is missing.
 * Linked into the product with -Wl,--wrap=NAME for each function below, it does
 * what the tests use of strace(1), and is controlled by two variables:
 * HOOKS_TRACE: the file to which each call is written, as strace -f -y would.
 * HOOKS: faults, separated by spaces, in the words of strace's option
 * --inject: NAME:error=ERRNO, NAME:signal=SIGNAL, and :when=N, N..M or N+.
 * After SIGSTOP, the line "PID --- stopped by SIGSTOP ---" comes before it. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { MAX_NAMES = 64, MAX_LINE = 4000 };

struct call {
	const char *name;
	unsigned number; /* among those of its name, from 1 */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct call calls[MAX_NAMES];

static const struct {
	const char *name;
	int number;
} numbers[] = {
	{ "EINVAL", EINVAL },   { "EIO", EIO },         { "ENOSPC", ENOSPC },
	{ "ENOSYS", ENOSYS },   { "EPERM", EPERM },     { "EACCES", EACCES },
	{ "EXDEV", EXDEV },     { "SIGKILL", SIGKILL }, { "SIGSTOP", SIGSTOP },
	{ "SIGTERM", SIGTERM }, { "SIGINT", SIGINT },
};

static void __attribute__((noreturn))
give_up(const char *why, const char *what)
{
	fprintf(stderr, "hooks: %s: %s\n", why, what);
	abort();
}

static int
number_of(const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (strlen(numbers[i].name) == n &&
		    memcmp(numbers[i].name, name, n) == 0)
			return numbers[i].number;
	give_up("unknown name", name);
}

/* Return the number that the fault SPEC gives this call after KEY, or 0. */
static int
fault_in(const char *spec, const struct call *c, const char *key)
{
	size_t n = strlen(c->name), end = strcspn(spec, " ");
	const char *what = spec + n + 1, *when = strstr(spec, ":when=");
	unsigned long first, last;
	char *p;

	if (n >= end || memcmp(spec, c->name, n) != 0 || spec[n] != ':' ||
	    strncmp(what, key, strlen(key)) != 0)
		return 0;
	what += strlen(key);
	if (when && when < spec + end) {
		first = last = strtoul(when + 6, &p, 10);
		if (*p == '+')
			last = -1UL;
		else if (strncmp(p, "..", 2) == 0)
			last = strtoul(p + 2, NULL, 10);
		if (c->number < first || c->number > last)
			return 0;
	}
	return number_of(what, strcspn(what, ": "));
}

static int
fault(const struct call *c, const char *key)
{
	const char *spec = getenv("HOOKS");
	int number = 0;

	while (number == 0 && spec && *spec) {
		number = fault_in(spec, c, key);
		spec += strcspn(spec, " ");
		spec += strspn(spec, " ");
	}
	return number;
}

/* Count a call of NAME. Return false, with errno, if it is not to be made. */
static bool
enter(struct call *c, const char *name)
{
	size_t i = 0;
	int err;

	pthread_mutex_lock(&lock);
	while (i < MAX_NAMES && calls[i].name && strcmp(calls[i].name, name) != 0)
		i++;
	if (i == MAX_NAMES)
		give_up("too many names", name);
	calls[i].name = name;
	calls[i].number++;
	*c = calls[i];
	pthread_mutex_unlock(&lock);
	if (fault(c, "signal=") == SIGKILL)
		raise(SIGKILL);
	err = fault(c, "error=");
	errno = err ? err : errno;
	return err == 0;
}

__attribute__((format(printf, 3, 4))) static size_t
add(char *line, size_t n, const char *fmt, ...)
{
	va_list ap;
	int more;

	va_start(ap, fmt);
	more = vsnprintf(line + n, MAX_LINE - n, fmt, ap);
	va_end(ap);
	return more < 0 || (size_t)more >= MAX_LINE - n ? MAX_LINE - 1
	                                               : n + (size_t)more;
}

static size_t
add_fd(char *line, size_t n, int fd)
{
	char link[64], path[PATH_MAX];
	ssize_t len;

	if (fd == AT_FDCWD)
		return add(line, n, "AT_FDCWD");
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, sizeof(path));
	return len < 0 ? add(line, n, "%d", fd)
	               : add(line, n, "%d<%.*s>", fd, (int)len, path);
}

ssize_t __real_write(int fd, const void *p, size_t n);
int __real_openat(int dfd, const char *path, int flags, ...);

static void
show(const char *line, size_t n)
{
	static int fd = -1;
	const char *path = getenv("HOOKS_TRACE");

	if (fd < 0 && path)
		fd = __real_openat(AT_FDCWD, path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || __real_write(fd, line, n) != (ssize_t)n)
		give_up("cannot write", path ? path : "no HOOKS_TRACE");
}

/* Show a call with RESULT, and send the signals that are to follow. FORMAT has
 * a letter for each argument: f: descriptor, s: text; r: the result is one. */
static void
leave(const struct call *c, long result, const char *format, ...)
{
	int saved = errno, sig = fault(c, "signal=");
	char line[MAX_LINE];
	size_t n = add(line, 0, "%d %s(", (int)getpid(), c->name);
	const char *comma = "";
	va_list ap;

	va_start(ap, format);
	for (const char *p = format; *p && *p != 'r'; p++) {
		n = add(line, n, "%s", comma);
		comma = ", ";
		if (*p == 'f')
			n = add_fd(line, n, va_arg(ap, int));
		else
			n = add(line, n, "\"%.1000s\"", va_arg(ap, const char *));
	}
	va_end(ap);
	n = add(line, n, ") = ");
	if (result >= 0 && strchr(format, 'r'))
		n = add_fd(line, n, (int)result);
	else if (result < 0)
		n = add(line, n, "-1 (%s)", strerror(saved));
	else
		n = add(line, n, "%ld", result);
	n = add(line, n, "\n");
	show(line, n);
	if (sig == SIGSTOP) {
		n = add(line, 0, "%d --- stopped by SIGSTOP ---\n", (int)getpid());
		show(line, n);
	}
	if (sig)
		raise(sig);
	errno = saved;
}

#define HOOK(TYPE, NAME, KERNEL, PARAMETERS, ARGUMENTS, ...)                   \
	TYPE __real_##NAME PARAMETERS;                                         \
	TYPE __wrap_##NAME PARAMETERS;                                         \
	TYPE __wrap_##NAME PARAMETERS                                          \
	{                                                                      \
		struct call c;                                                 \
		TYPE r = (TYPE)-1;                                             \
                                                                               \
		if (enter(&c, KERNEL))                                         \
			r = __real_##NAME ARGUMENTS;                           \
		leave(&c, (long)r, __VA_ARGS__);                               \
		return r;                                                      \
	}

HOOK(int, close, "close", (int fd), (fd), "")
HOOK(ssize_t, read, "read", (int fd, void *p, size_t n), (fd, p, n), "f", fd)
HOOK(ssize_t, pread, "pread64", (int fd, void *p, size_t n, off_t at),
     (fd, p, n, at), "f", fd)
HOOK(ssize_t, write, "write", (int fd, const void *p, size_t n), (fd, p, n),
     "f", fd)
HOOK(off_t, lseek, "lseek", (int fd, off_t at, int how), (fd, at, how), "f", fd)
HOOK(int, fstat, "fstat", (int fd, struct stat *st), (fd, st), "f", fd)
HOOK(int, fstatfs, "fstatfs", (int fd, struct statfs *st), (fd, st), "f", fd)
HOOK(int, statfs, "statfs", (const char *path, struct statfs *st), (path, st),
     "s", path)
HOOK(int, faccessat, "faccessat",
     (int dfd, const char *path, int mode, int flags), (dfd, path, mode, flags),
     "fs", dfd, path)
HOOK(ssize_t, readlinkat, "readlinkat",
     (int dfd, const char *path, char *p, size_t n), (dfd, path, p, n), "fs",
     dfd, path)
HOOK(int, mkdirat, "mkdirat", (int dfd, const char *path, mode_t mode),
     (dfd, path, mode), "fs", dfd, path)
HOOK(int, symlinkat, "symlinkat", (const char *to, int dfd, const char *path),
     (to, dfd, path), "sfs", to, dfd, path)
HOOK(int, linkat, "linkat",
     (int odfd, const char *old, int dfd, const char *new, int flags),
     (odfd, old, dfd, new, flags), "fsfs", odfd, old, dfd, new)
HOOK(int, unlinkat, "unlinkat", (int dfd, const char *path, int flags),
     (dfd, path, flags), "fs", dfd, path)
HOOK(int, renameat, "renameat",
     (int odfd, const char *old, int dfd, const char *new),
     (odfd, old, dfd, new), "fsfs", odfd, old, dfd, new)
HOOK(int, fchmod, "fchmod", (int fd, mode_t mode), (fd, mode), "f", fd)
HOOK(int, fchmodat, "fchmodat",
     (int dfd, const char *path, mode_t mode, int flags),
     (dfd, path, mode, flags), "fs", dfd, path)
HOOK(int, fchown, "fchown", (int fd, uid_t uid, gid_t gid), (fd, uid, gid), "f",
     fd)
HOOK(int, utimensat, "utimensat",
     (int dfd, const char *path, const struct timespec t[2], int flags),
     (dfd, path, t, flags), "fs", dfd, path)
HOOK(int, flock, "flock", (int fd, int how), (fd, how), "f", fd)
HOOK(int, syncfs, "syncfs", (int fd), (fd), "f", fd)
HOOK(ssize_t, fgetxattr, "fgetxattr",
     (int fd, const char *name, void *p, size_t n), (fd, name, p, n), "fs", fd,
     name)
HOOK(int, fsetxattr, "fsetxattr",
     (int fd, const char *name, const void *p, size_t n, int flags),
     (fd, name, p, n, flags), "fs", fd, name)
HOOK(ssize_t, flistxattr, "flistxattr", (int fd, char *p, size_t n), (fd, p, n),
     "f", fd)
HOOK(int, munmap, "munmap", (void *p, size_t n), (p, n), "")
HOOK(int, sigprocmask, "rt_sigprocmask",
     (int how, const sigset_t *set, sigset_t *old), (how, set, old), "")

int __real_fstatat(int dfd, const char *path, struct stat *st, int flags);
int __wrap_fstatat(int dfd, const char *path, struct stat *st, int flags);
int
__wrap_fstatat(int dfd, const char *path, struct stat *st, int flags)
{
	struct call c;
	int r = -1;

	/* musl's fstat(), which has a hook of its own */
	if (!*path)
		return __real_fstatat(dfd, path, st, flags);
	if (enter(&c, "newfstatat"))
		r = __real_fstatat(dfd, path, st, flags);
	leave(&c, r, "fs", dfd, path);
	return r;
}

int __wrap_openat(int dfd, const char *path, int flags, ...);
int
__wrap_openat(int dfd, const char *path, int flags, ...)
{
	struct call c;
	va_list ap;
	mode_t mode;
	int r = -1;

	va_start(ap, flags);
	mode = va_arg(ap, mode_t);
	va_end(ap);
	if (enter(&c, "openat"))
		r = __real_openat(dfd, path, flags, mode);
	leave(&c, r, "fsr", dfd, path);
	return r;
}

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
long
__wrap_syscall(long number, ...)
{
	struct call c;
	long a[6], r = -1;
	const char *name = number == SYS_openat2           ? "openat2"
	                   : number == SYS_renameat2       ? "renameat2"
	                   : number == SYS_getdents64      ? "getdents64"
	                   : number == SYS_copy_file_range ? "copy_file_range"
	                   : number == SYS_getrandom       ? "getrandom"
	                   : number == SYS_statx           ? "statx"
	                                                   : NULL;
	va_list ap;

	if (!name)
		give_up("unknown system call", "");
	va_start(ap, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	if (enter(&c, name))
		r = __real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	if (number == SYS_openat2 || number == SYS_statx)
		leave(&c, r, number == SYS_openat2 ? "fsr" : "fs", (int)a[0],
		      (const char *)a[1]);
	else if (number == SYS_renameat2)
		leave(&c, r, "fsfs", (int)a[0], (const char *)a[1], (int)a[2],
		      (const char *)a[3]);
	else
		leave(&c, r, "");
	return r;
}
