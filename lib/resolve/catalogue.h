#pragma once
/*
 * catalogue: the wheels in directories, known by their file names, and found by
 * project. Files are opened by others.
 */
#include <stdbool.h>
#include <stddef.h>

#include "wheel/name.h"

struct arena;
struct ctx;
struct tags;

/* A wheel, a source distribution (NAME has only its version), or a file whose name
 * ends in .whl and cannot be parsed (it has a FAULT). */
struct candidate {
	const char *file;    /* absolute path */
	const char *project; /* normalised; NULL: the name has a FAULT */
	const char *fault;
	struct wheel_name name;
	bool sdist;
	int rank;            /* see tags_rank(); negative: not compatible */
	unsigned place;      /* number of its directory, in the order of adding */
};

/* A directory that may have the files of one project, and is read when they are
 * asked for. */
struct project_directory {
	const char *project; /* normalised */
	const char *path;
	unsigned place;
};

/* The candidates of one project. */
struct candidate_group {
	const char *project;    /* NULL: files whose names have a fault */
	struct candidate *list; /* newest version first, then wheels before source
	                           distributions, the best tags, the highest build
	                           number, the first directory */
	size_t count;
	struct project_directory *trees; /* not read yet, unless READY */
	size_t tree_count;
	bool ready;
};

struct catalogue {
	const struct ctx *ctx; /* of the host */
	const struct tags *tags;
	struct candidate *list; /* by project, place and file */
	size_t count, room;
	struct project_directory *trees; /* by project and place */
	size_t tree_count, tree_room;
	struct candidate_group *groups; /* by project; once SORTED */
	size_t group_count;
	unsigned places;
	bool sorted;
};

/* Make C empty. X and T must outlive it. */
void catalogue_init(struct catalogue *c, const struct ctx *x,
                    const struct tags *t);

/*
 * Add the files in the directory PATH (absolute). With TREES, remember its
 * directories with names of projects. Return 0, or a negative errno with a diag.
 * Nothing can be added after the first search.
 */
int catalogue_add(struct catalogue *c, const char *path, bool trees);

/* Add the wheel FILE (absolute path). */
void catalogue_add_wheel(struct catalogue *c, const char *file);

/* Return the candidates of PROJECT (normalised), which belong to C; an empty group
 * if there are none. */
struct candidate_group *catalogue_find(struct catalogue *c, const char *project);

/* Return all groups, and set *COUNT. Faulty names come first. */
struct candidate_group *catalogue_all(struct catalogue *c, size_t *count);

/* Return whether W is a wheel that its Python can use, by its name. */
bool candidate_fits(const struct candidate *w);

/* Return why W does not fit: "FILE: it is for TAGS, not for PYTHON", or "FILE: it is a
 * source distribution, not a wheel". */
char *candidate_misfit(const struct candidate *w, const struct tags *t,
                       struct arena *a);
