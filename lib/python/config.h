#pragma once
/*
 * config: pyvenv.cfg, written as the venv of each Python writes it and read
 * as that Python reads it (PEP 405; spec: Lib/venv, getpath.py, site.py).
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct buf;
struct diag;
struct version;
struct walk;

struct config {
	const char *home;       /* NULL: no such key, hence no environment */
	const char *version;    /* as written; NULL: no such key */
	const char *version_info;    /* virtualenv's word for it; the same */
	const char *executable;      /* NULL: no such key */
	const char *base_executable; /* virtualenv's word for it; the same */
	const char *prompt;     /* without its quotes; NULL: no such key */
	const char *command;    /* NULL: no such key */
	const char *activators; /* shells chosen for it, as shell_set_put() writes
	                           them; NULL: nobody has chosen */
	bool system_site;
	bool minimal;           /* made by --minimal */
	bool relocatable;       /* made by --relocatable, ours or uv's */
};

/* Read the LEN bytes at TEXT, a pyvenv.cfg, into C; the values are in A. */
void config_parse(struct config *c, const char *text, size_t len,
                  struct arena *a);

/* Read the pyvenv.cfg in directory DIR into C. Return 0 or the error of the
 * read. */
int config_read(struct config *c, const struct walk *w, struct arena *a,
                const char *dir);

/* Set *V to the version of Python that C names; -1 for what it does not say. */
void config_python_version(const struct config *c, struct version *v);

/* Return whether DIR, whose pyvenv.cfg is C, is an environment of Windows: its
 * home is a path there, or it has a program in Scripts and no bin. */
bool config_is_of_windows(const struct config *c, const struct walk *w,
                          struct arena *a, const char *dir);

/* Return the program of the environment DIR for Windows, relative to DIR:
 * Scripts/python.exe, or python_d.exe, of a debug build; NULL if there is none. */
const char *config_windows_program(const struct walk *w, struct arena *a,
                                   const char *dir);

/*
 * Append S as one word of a shell command line that fits in one line of UTF-8
 * whatever S holds: as it is, in quotes, or as $'...' with \xNN.
 */
void config_put_word(struct buf *out, const char *s);

/* Return the length of the first word at S, as config_put_word() writes it:
 * quotes do not end it. */
size_t config_word_length(const char *s);

/* Append C, which has a home and a version, as a pyvenv.cfg. Keys that are NULL
 * or false are left out. -EINVAL: a path cannot be written in this file. */
int config_write(struct buf *out, const struct config *c, struct diag *d);
