#pragma once
/*
 * shell: the one table of shells, and of forms for those who have none. To add
 * a shell is one row here and one template in templates/.
 */
#include <stdbool.h>
#include <stddef.h>

struct buf;
struct shell; /* the row (shell_row.h) is only for those who write in it */

/* Number of rows, and row I. */
size_t shell_count(void);
const struct shell *shell_at(size_t i);

/*
 * The shell called NAME: a name of the table, or the name of a program that
 * is this kind of shell ("dash", "-bash", "busybox"); NULL if not known.
 */
const struct shell *shell_find(const char *name);

/* The shell that the program NAME is, never a form; NULL if not known. */
const struct shell *shell_of_program(const char *name);

/* Name by which `-s` and `--activators` know it: "sh", "csh", "fish", ... */
const char *shell_name(const struct shell *sh);

/* File in an environment's bin directory ("activate.csh"); NULL if none. */
const char *shell_file(const struct shell *sh);

/* True if Python's own venv writes such a file, too. */
bool shell_is_by_venv(const struct shell *sh);

/* Sets of shells that have a file in bin: bit I is shell_at(I). */
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
