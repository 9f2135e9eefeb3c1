#pragma once
/*
 * undo: steps in one directory that can be taken back, last one first.
 */
#include <stddef.h>

struct arena;
struct undo_step;

struct undo {
	struct arena *arena;
	struct undo_step *last; /* NULL: nothing to take back */
	int dfd;                /* paths of the steps are below it */
};

/* No steps yet, in the directory DFD (not owned). */
void undo_init(struct undo *u, struct arena *a, int dfd);

/* Rename OLD to NEW, both below the directory. */
int undo_rename(struct undo *u, const char *old, const char *new);

/*
 * Move OLD to NEW; where the file system does not rename directories (the
 * lower layer of an overlay) NEW is made and the entries are moved one by one.
 */
int undo_move(struct undo *u, const char *old, const char *new);

/* Remove the empty directory PATH. */
int undo_rmdir(struct undo *u, const char *path);

/* Take every step back, up to the first that cannot be: its error. */
int undo_all(struct undo *u);
