#pragma once
/*
 * activation_file: the activation files that an environment can have. On POSIX they are
 * those of the shells. For Windows, those for POSIX shells call cygpath; the ones for
 * cmd are written so that any name is data (gh-88706); Activate.ps1 is the base's own,
 * because a changed one would lose its signature.
 */
#include <stdbool.h>
#include <stddef.h>

struct activation;
struct buf;
struct diag;
struct layout;
struct shell;

struct activation_file {
	const char *name;          /* in the scripts directory */
	const struct shell *shell; /* in whose set it is (shell.h) */
	const char *text;          /* the whole of it, for any environment; or NULL */
	bool is_batch;             /* it is for cmd */
	bool is_copy;              /* of the base's file */
	bool is_recorded;          /* it has the environment's path, unless it
	                              finds itself */
};

/* Set *F to file I of an environment with the layout L; false after the last one. F->name
 * is NULL if this Python's environments do not have it. */
bool activation_file_at(struct activation_file *f, size_t i,
                        const struct layout *l);

/* Return the set of shells that have a file in an environment with the layout L. */
unsigned activation_file_set(const struct layout *l);

/* Append to OUT the text of F, which is no copy, for V; RELOCATABLE: it finds itself.
 * -EINVAL if the shell cannot hold a value. */
int activation_file_render(const struct activation_file *f,
                           const struct activation *v, bool relocatable,
                           struct buf *out, struct diag *d);
