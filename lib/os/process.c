#include "os/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/str.h"
#include "os/sys.h"

enum { MAX_PROC_FILE = 1024 };

int
process_parent(void)
{
	return (int)getppid();
}

/* Read the start of /proc/PID/NAME into BLOCK, NUL-ended. Return its length, 0
 * if it cannot be read. */
static size_t
read_proc(struct arena *a, int pid, const char *name, char *block)
{
	char *path = arena_fmt(a, "/proc/%d/%s", pid, name);
	int fd = sys_open(AT_FDCWD, path, O_RDONLY, 0);
	ssize_t n = fd < 0 ? 0 : sys_read(fd, block, MAX_PROC_FILE - 1);

	sys_drop(&fd);
	if (n < 0)
		n = 0;
	block[n] = '\0';
	return (size_t)n;
}

char *
process_mounts(struct arena *a)
{
	int fd = sys_open(AT_FDCWD, "/proc/self/mounts",
	                  O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	char block[MAX_PROC_FILE];
	struct buf text;
	ssize_t n = -1;

	if (fd < 0)
		return NULL;
	buf_init(&text, a);
	while (sys_is_proc(fd) && (n = sys_read(fd, block, sizeof(block))) > 0)
		buf_add(&text, block, (size_t)n);
	sys_drop(&fd);
	return n == 0 ? buf_str(&text) : NULL;
}

/* The parent in "PID (NAME) STATE PARENT ..."; NAME may hold anything. */
int
process_parent_of(struct arena *a, int pid)
{
	char block[MAX_PROC_FILE];
	size_t n = read_proc(a, pid, "stat", block);
	const char *p = memrchr(block, ')', n);
	int parent = 0;

	if (!p || strlen(p) < 5)
		return 0;
	for (p += 4; *p >= '0' && *p <= '9'; p++) {
		if (parent > INT_MAX / 10 - 1)
			return 0;
		parent = parent * 10 + (*p - '0');
	}
	return parent;
}

const char *
process_program(struct arena *a, int pid)
{
	static const char gone[] = " (deleted)";
	const size_t tail = sizeof(gone) - 1;
	char *path = arena_fmt(a, "/proc/%d/exe", pid);
	char program[PATH_MAX];
	ssize_t n = sys_readlink(AT_FDCWD, path, program, sizeof(program));

	if (n <= 0)
		return "";
	if ((size_t)n > tail && str_ends_n(program, (size_t)n, gone))
		n -= (ssize_t)tail;
	return arena_dup(a, program, (size_t)n);
}

void
process_arguments(struct arena *a, int pid, struct process_args *args)
{
	char block[MAX_PROC_FILE];
	size_t n = read_proc(a, pid, "cmdline", block);

	/* drop one that does not end in the block */
	if (n == MAX_PROC_FILE - 1) {
		while (n > 0 && block[n - 1] != '\0')
			n--;
		block[n] = '\0';
	}
	args->block = arena_dup(a, block, n);
	args->len = n;
}

const char *
process_name(struct arena *a, int pid)
{
	char block[MAX_PROC_FILE];
	size_t n = read_proc(a, pid, "comm", block);

	return arena_dup(a, block, n ? n - 1 : 0);
}

uint64_t
process_seed(void)
{
	const void *random = (const void *)(uintptr_t)getauxval(AT_RANDOM);
	uint64_t seed = 0;

	if (random)
		memcpy(&seed, random, sizeof(seed));
	return seed;
}

uid_t
process_user(void)
{
	return sys_user();
}

void
process_umask(unsigned mask)
{
	(void)umask((mode_t)mask);
}

int
process_write(int fd, const void *p, size_t n)
{
	return sys_write_all(fd, p, n);
}

void
process_end(int code)
{
	_exit(code);
}

bool
process_is_terminal(int fd)
{
	return isatty(fd);
}

size_t
process_columns(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) < 0)
		return 0;
	return size.ws_col ? size.ws_col : 80;
}

uint64_t
process_clock(void)
{
	struct timespec t = { 0, 0 };

	(void)clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

int
process_cwd(struct arena *a, const char **cwd, struct diag *d)
{
	char block[PATH_MAX];
	int err = sys_getcwd(block, sizeof(block));

	if (err == 0 && block[0] != '/')
		err = -ENOENT;
	if (err < 0)
		return diag_set(d, err, "cannot find the current directory: %s",
		                diag_reason(err));
	*cwd = arena_str(a, block);
	return 0;
}

int
process_become(const char *path, char *const argv[], const char *const *env)
{
	execve(path, argv, (char *const *)(uintptr_t)env);
	return -errno;
}

/* Return what makes the file PATH run, which the kernel knows no way to run. */
static const char *
format_remedy(const char *path)
{
	char magic[4] = { 0 };
	int fd = sys_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK, 0);
	bool read = fd >= 0 && sys_read(fd, magic, sizeof(magic)) == 4;

	sys_drop(&fd);
	if (read && memcmp(magic, "\177ELF", 4) == 0)
		return "it is damaged, or made for another machine";
	if (read && memcmp(magic, "MZ", 2) == 0)
		return "it is a program for Windows: start it with wine, or let "
		       "the kernel do so (binfmt_misc); in WSL, enable interop";
	return "its first line has to name the program that runs it, as "
	       "'#!/bin/sh' does";
}

const char *
process_remedy(struct arena *a, const char *path, int err)
{
	struct stat st;

	if (sys_stat(AT_FDCWD, path, true, &st) < 0 || !S_ISREG(st.st_mode))
		return NULL;
	if (err == -EACCES && !(st.st_mode & 0111))
		return arena_fmt(a, "chmod +x '%s' makes it executable", path);
	if (err != -ENOEXEC)
		return NULL;
	return format_remedy(path);
}

/* Become the program at PATH; if it is not there, D says nothing. */
static int
try_exec(struct arena *a, const char *path, char *const argv[],
         const char *const *env, struct diag *d)
{
	struct stat st;
	int err = process_become(path, argv, env);

	if (err == -ENOTDIR || sys_stat(AT_FDCWD, path, true, &st) == -ENOENT)
		return err;
	if (err != -ENOENT) {
		const char *remedy = process_remedy(a, path, err);

		diag_sys(d, err, "run", path);
		if (remedy)
			diag_hint(d, "%s", remedy);
		return err;
	}
	return diag_set(d, err, "cannot run '%s': what its first line or its "
	                "ELF header names to run it is not there", path);
}

int
process_exec(struct arena *a, char *const argv[], const char *const *env,
             struct diag *d)
{
	const char *path = env_get(env, "PATH");

	if (strchr(argv[0], '/')) {
		int err = try_exec(a, argv[0], argv, env, d);

		return d->code ? err : diag_sys(d, err, "run", argv[0]);
	}
	for (const char *p = path ? path : "/bin:/usr/bin"; *argv[0]; p++) {
		size_t n = strcspn(p, ":");
		char *file = arena_fmt(a, "%.*s%s%s", (int)n, p, n ? "/" : "",
		                       argv[0]);

		(void)try_exec(a, file, argv, env, d);
		/* one that may not be run hides no later one */
		if (d->code && d->code != -EACCES)
			return d->code;
		p += n;
		if (*p == '\0')
			break;
	}
	return d->code ? d->code
	               : diag_set(d, -ENOENT, "cannot run '%s': not found in "
	                          "PATH", argv[0]);
}

int
kernel_read(struct kernel *k, struct arena *a)
{
	struct utsname u;

	if (uname(&u) < 0)
		return -errno;
	k->machine = arena_str(a, u.machine);
	k->release = arena_str(a, u.release);
	k->version = arena_str(a, u.version);
	return 0;
}
