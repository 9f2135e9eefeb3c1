#pragma once
/*
 * windows_activation: the activation files of an environment for Windows. Those for
 * POSIX shells are the ones of this program, which call cygpath; the ones for cmd are
 * written so that any name is data (gh-88706); Activate.ps1 is the base's own, because
 * a changed one would lose its signature.
 */
#include <stdbool.h>
#include <stddef.h>

struct activation;
struct buf;
struct diag;
struct layout;

/* Return the name of file I of an environment with the layout L, for the shells in SET,
 * a set of shell.h; "" if it is not wanted, NULL after the last one. The files for cmd
 * come with those for PowerShell. */
const char *windows_activation_file(size_t i, const struct layout *l, unsigned set);

/* Return whether FILE is a copy of the base's file. */
bool windows_activation_is_copy(const char *file);

/* Return whether FILE has the path of the environment in it. */
bool windows_activation_records(const char *file);

/* Append to OUT the text of FILE for V; RELOCATABLE: it finds itself. -EINVAL if the
 * shell cannot hold a value. */
int windows_activation_render(const char *file, const struct activation *v,
                              bool relocatable, struct buf *out, struct diag *d);
