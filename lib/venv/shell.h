#pragma once
/*
 * shell: the one table of shells. To add a shell is one row here and one
 * template in templates/.
 */
#include <stdbool.h>
#include <stddef.h>

struct shell; /* the row is opaque to all but activation.c and shell.c */

/* Number of rows, and row I. */
size_t shell_count(void);
const struct shell *shell_at(size_t i);

/*
 * The shell called NAME: a name of the table, or the name of a program that
 * is this kind of shell ("dash", "-bash", "busybox"); NULL if not known.
 */
const struct shell *shell_find(const char *name);

/* Name by which `-s` and `--activators` know it: "sh", "csh", "fish", ... */
const char *shell_name(const struct shell *sh);

/* File in an environment's bin directory ("activate.csh"); NULL if none. */
const char *shell_file(const struct shell *sh);
