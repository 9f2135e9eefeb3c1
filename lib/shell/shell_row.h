#pragma once
/*
 * shell_row: what is to be known of one kind of shell, or of one form for those
 * who have no shell. Only for those that write in it; all others see shell.h.
 */
#include <stdbool.h>
#include <stddef.h>

struct buf;
struct diag;
struct setting;

struct shell {
	const char *name;
	const char *programs;  /* names of programs, between blanks; may be cut
	                          at a digit, '-' or '.': "ksh" is ksh93 too;
	                          NULL: this is no shell */
	const char *file;      /* in an environment's bin directory, or NULL */
	const char *template;  /* file name in templates/, of the file and of
	                          what is printed; or NULL */
	int (*quote)(struct buf *out, const char *s, size_t n);
	/* the same for its eval, if that needs another; or NULL */
	int (*quote_eval)(struct buf *out, const char *s, size_t n);
	/* what is printed, if that is no code but settings; or NULL */
	int (*write)(struct buf *out, const struct setting *s, struct diag *d);
	const char *drawn;     /* bytes of a prompt that are to be escaped, or
	                          NULL: the shell draws from a variable */
	const char *fail;      /* a statement that fails, or NULL */
	const char *before;    /* what to type around a command, so that its */
	const char *after;     /* output is evaluated; or NULL, and what it */
	const char *use;       /* is for */
	const char *set_before;  /* before, between and after the name and the */
	const char *set_between; /* value of a variable that the environment has, */
	const char *set_after;   /* to set it; NULL: see WRITE */
	/* what a file that finds itself has for the directory and for its
	 * name; NULL: the shell cannot know, and these are data */
	const char *here;
	const char *here_name;
	bool by_venv;          /* Python's own venv writes such a file, too */
	bool one_line;         /* its eval takes one line of UTF-8 text */
	bool enters_only;      /* it has no way to say that a variable goes */
};
