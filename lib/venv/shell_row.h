#pragma once
/*
 * shell_row: what is to be known of one kind of shell. Only for those that
 * write code for shells; all others see shell.h.
 */
#include <stdbool.h>
#include <stddef.h>

struct buf;

struct shell {
	const char *name;
	const char *programs;  /* names of programs, between blanks; may be cut
	                          at a digit, '-' or '.': "ksh" is ksh93 too */
	const char *file;      /* in an environment's bin directory, or NULL */
	const char *template;  /* file name in templates/ */
	int (*quote)(struct buf *out, const char *s, size_t n);
	bool one_line;         /* its eval takes one line of UTF-8 text */
	const char *drawn;     /* bytes of a prompt that are to be escaped, or
	                          NULL: the shell draws from a variable */
	const char *fail;      /* a statement that fails */
	const char *before;    /* what to type around a command, so that its */
	const char *after;     /* output is evaluated */
};
