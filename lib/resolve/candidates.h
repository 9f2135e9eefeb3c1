#pragma once
/*
 * candidates: the wheels of a directory, by their names.
 */
#include <stdbool.h>
#include <stddef.h>

#include "wheel/name.h"

struct arena;
struct diag;
struct tags;
struct walk;

struct wheel_candidate {
	struct wheel_name name;
	const char *file;    /* absolute path */
	const char *project; /* normalised */
	int rank;            /* see tags_rank(); negative: of no use here */
};

/* A file of the directory that is not a usable wheel. */
struct wheel_reject {
	const char *file;    /* absolute path */
	const char *project; /* normalised, of a source distribution; NULL: FILE
	                        ends in .whl and is no wheel's name */
	const char *version; /* of a source distribution */
	const char *reason;  /* for a bad name */
};

struct wheel_candidates {
	const char *dir;
	struct wheel_candidate *list; /* by project, then the best one first:
	                                 those that fit, final releases, newest,
	                                 best tags, highest build number */
	size_t count;
	struct wheel_reject *rejects; /* source distributions, bad names */
	size_t reject_count;
};

/* List the wheels and source distributions in the directory DIR (absolute): 0, or
 * a negative errno with a diag. */
int wheel_candidates_list(struct wheel_candidates *c, const char *dir,
                          const struct tags *t, const struct walk *w,
                          struct arena *a, struct diag *d);
