#pragma once
/*
 * process: this process, those above it, and the one it becomes.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct diag;

/* A process above this one, from proc(5); strings in the arena, "" where it
 * is not to be known. */
struct process {
	int parent;          /* its parent's number; 0: none */
	const char *argv[2]; /* its first two arguments */
	const char *exe;     /* path of its program */
};

/* Number of the parent of this process. */
int process_parent(void);

/* Look at process PID: 0, -ENOMEM, or -ENOENT without a /proc. */
int process_look(struct arena *a, int pid, struct process *p);

/* Set the file mode creation mask. */
void process_umask(unsigned mask);

/* Write all N bytes at P to the open file FD. */
int process_write(int fd, const void *p, size_t n);

/* True if FD is a terminal. */
bool process_is_terminal(int fd);

/* The current directory in *CWD; -ENOENT if it is outside of the root. */
int process_cwd(struct arena *a, const char **cwd, struct diag *d);

/*
 * Become the command ARGV with the environment ENV, found as execvp(3) finds
 * it in PATH of ENV, but for its shell; a negative errno. -ENOENT if it is not
 * there, or what is to run it; -EACCES if it was only found where it may not
 * be run.
 */
int process_exec(struct arena *a, char *const argv[], const char *const *env,
                 struct diag *d);
