#pragma once
/*
 * cli: what all applets say, and how. Every message is one write to stderr:
 *
 *	pyvenv: warning: TEXT
 *	pyvenv: cannot VERB 'PATH': reason
 *	  note
 *	hint: what to do
 *
 * Control bytes and bytes that are not UTF-8 are shown as \n, \t, \x1b.
 */
#include <stddef.h>

struct arena;
struct buf;
struct diag;
struct option;

/* Append the N bytes at S to OUT, escaped for a terminal. */
void cli_escape(struct buf *out, const char *s, size_t n);

/*
 * Print the warnings of D and, if D is a failure, its text, notes and hint;
 * then forget them all. EXIT_OK, or EXIT_FAILED if it was a failure.
 */
int cli_report(const char *prog, struct diag *d);

/* Write the N bytes at P to stdout: EXIT_OK, or a message and EXIT_FAILED. */
int cli_write(const char *prog, const void *p, size_t n);

/* Print that memory is out, without any. */
void cli_exhausted(const char *prog);

/* Write "PROG VERSION" to stdout: an exit code. */
int cli_version(const char *prog);

/* Print "PROG: TEXT" and a hint at --help; EXIT_USAGE. */
int cli_usage(const char *prog, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Report what getopt_long() refused. Return EXIT_USAGE. C is its result ('?' or ':'),
 * SHORTS starts with "+:" or ":", opterr is 0, LONGS ends with a zero row, and
 * every option without a letter has a val above 255.
 */
int cli_bad_option(const char *prog, char **argv, int c, const char *shorts,
                   const struct option *longs);

/*
 * Become the command ARGV with the environment ENV. If that fails, print a
 * message and return EXIT_NOT_FOUND or EXIT_CANNOT_RUN.
 */
int cli_exec(const char *prog, char **argv, const char *const *env,
             struct arena *a);
