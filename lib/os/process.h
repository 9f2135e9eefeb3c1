#pragma once
/*
 * process: this process, those above it, and the one it becomes.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct arena;
struct diag;

/* Return the number of the parent of this process. */
int process_parent(void);

/*
 * The facts that proc(5) gives of process PID. All are "", empty or 0 where
 * they cannot be known: no /proc, hidden, gone. A process chooses its arguments
 * and name itself. Strings are the arena's.
 */
struct process_args {
	const char *block; /* LEN bytes, each argument ended by NUL, and a NUL */
	size_t len;
};

/* Return the number of its parent. */
int process_parent_of(struct arena *a, int pid);

/* Return the path of its program, also of one that was replaced by a newer. */
const char *process_program(struct arena *a, int pid);

/* Set *ARGS to its first arguments. */
void process_arguments(struct arena *a, int pid, struct process_args *args);

/* Return its name, cut at 15 bytes: that of its program, or of a script. */
const char *process_name(struct arena *a, int pid);

/* Return the text of /proc/self/mounts, what is mounted where, from A; NULL if it
 * cannot be read. */
char *process_mounts(struct arena *a);

/* Return a secret number, the same throughout this run. */
uint64_t process_seed(void);

/* Return the effective user. */
uid_t process_user(void);

/* Set the file mode creation mask. */
void process_umask(unsigned mask);

/* Write all N bytes at P to the open file FD. */
int process_write(int fd, const void *p, size_t n);

/* End the process at once with CODE. */
void process_end(int code) __attribute__((noreturn));

/* Return whether FD is a terminal. */
bool process_is_terminal(int fd);

/* Return the columns of the terminal FD, 80 if it does not say; 0: it is
 * none. */
size_t process_columns(int fd);

/* Return the milliseconds since some point in the past, by a clock that is
 * never set. */
uint64_t process_clock(void);

/* Set *CWD to the current directory. Return -ENOENT if it is outside the
 * root. */
int process_cwd(struct arena *a, const char **cwd, struct diag *d);

/* Become the program PATH with the arguments ARGV and the environment ENV;
 * return a negative errno. */
int process_become(const char *path, char *const argv[],
                   const char *const *env);

/* Return what to do about the error ERR of running PATH, from the arena; NULL if
 * nothing is known. */
const char *process_remedy(struct arena *a, const char *path, int err);

/*
 * Become the command ARGV with the environment ENV, found as execvp(3) finds
 * it in PATH of ENV, but for its shell; a negative errno. -ENOENT if it is not
 * there, or what is to run it; -EACCES if it was only found where it may not
 * be run.
 */
int process_exec(struct arena *a, char *const argv[], const char *const *env,
                 struct diag *d);

/* The name of the running system, as uname(2) has it. */
struct kernel {
	const char *machine, *release, *version; /* "x86_64", "6.1.0", ... */
};

/* Read it, strings in the arena: 0 or a negative errno. */
int kernel_read(struct kernel *k, struct arena *a);
