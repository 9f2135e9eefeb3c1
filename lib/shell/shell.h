#pragma once
/*
 * shell: the table of shells, and of forms (forms.h) for readers that are no
 * shell. To add a shell, add a row and a template in templates/.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct buf;
struct diag;
struct variable;

struct shell {
	const char *name;
	const char *programs;  /* names of programs, between blanks; may be cut
	                          at a digit, '-' or '.': "ksh" is ksh93 too;
	                          NULL: this is no shell */
	const char *file;      /* in an environment's bin directory, or NULL */
	const char *windows_file; /* in Scripts of one for Windows, if it has no
	                          other (activation_file.h); or NULL */
	const char *template;  /* file name in templates/, of the file and of
	                          what is printed; or NULL */
	int (*quote)(struct buf *out, const char *s, size_t n);
	/* the same for its eval, if that needs another; or NULL */
	int (*quote_eval)(struct buf *out, const char *s, size_t n);
	/* what is printed, if that is no code but values (forms.h); or NULL */
	int (*write)(struct buf *out, const struct variable *v, struct diag *d);
	const char *drawn;     /* bytes of a prompt that are to be escaped, or
	                          NULL: the shell draws from a variable */
	const char *fail;      /* a statement that fails, or NULL */
	const char *before;    /* what to type around a command, so that its */
	const char *after;     /* output is evaluated; or NULL, and what it */
	const char *use;       /* is for */
	const char *set_before; /* before, between and after the name and the */
	const char *
		set_between; /* value of a variable that the environment has, */
	const char *set_after;   /* to set it; NULL: see WRITE */
	/* what a file that finds itself has for the directory and for its
	 * name; NULL: the shell cannot know, and these are data */
	const char *here;
	const char *here_name;
	/* a path of Windows, @DIR@, as the shell there writes it; or NULL */
	const char *windows_dir;
	bool of_windows;       /* it is at home there */
	bool by_venv;          /* Python's own venv writes such a file, too */
	bool one_line;         /* its eval takes one line of UTF-8 text */
	bool enters_only;      /* it has no way to say that a variable goes */
};

/* Return the number of rows, and row I. */
size_t shell_count(void);
const struct shell *shell_at(size_t i);

/*
 * Return the shell NAME: a name of the table, or of a program that is this kind
 * of shell ("dash", "-bash", "busybox"); NULL if it is unknown.
 */
const struct shell *shell_find(const char *name);

/* Return the shell that the program NAME is, never a form; NULL if unknown. */
const struct shell *shell_of_program(const char *name);

/*
 * Return the shell that will evaluate what is printed: the nearest one among
 * the processes above this one, else the one that SHELL in ENV names; NULL if
 * neither is known. Shells do not export a variable that would tell.
 *
 * A process is judged by its program, then by its arguments and its name, which
 * it can set as it likes. Processes that only start others (env, sudo) are
 * passed over; those that run what their arguments name are that ("busybox sh",
 * "qemu-arm /bin/sh", "python3 /usr/bin/xonsh"). Any other ends the search.
 */
const struct shell *shell_detect(struct arena *a, const char *const *env);

/* Sets of shells that have a file in some environments: bit I is shell_at(I). */
enum { SHELL_SET_NONE = 0 };

unsigned shell_set_all(void);

/* Return the set of those that Python's own venv writes, too. */
unsigned shell_set_by_venv(void);

/* Return the set of SH alone. */
unsigned shell_set_of(const struct shell *sh);

/* Append "all", "none", or the names in SET, separated by commas. */
void shell_set_put(struct buf *out, unsigned set);

/* Read what shell_set_put() writes: false if TEXT is something else. */
bool shell_set_parse(unsigned *set, const char *text);
