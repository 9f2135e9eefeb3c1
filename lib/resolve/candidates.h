#pragma once
/*
 * candidates: the wheels that can be chosen, by their names: those in a
 * directory, and those that come with a Python.
 */
#include <stdbool.h>
#include <stddef.h>

#include "wheel/name.h"

struct ctx;
struct python;
struct tags;

/* A wheel, a source distribution (only FILE, PROJECT and its version in NAME),
 * or a file that ends in .whl and has no name of a wheel (only FILE and FAULT). */
struct candidate {
	const char *file;    /* absolute path */
	const char *project; /* normalised; NULL: it has a FAULT */
	const char *fault;   /* of its name */
	struct wheel_name name;
	int rank;            /* see tags_rank(); negative: of no use here */
};

struct wheel_directory {
	const char *path;
	struct candidate *wheels; /* by project, then the best one first: those
	                              that fit, final releases, newest, best tags,
	                              highest build number */
	size_t wheel_count;
	struct candidate *rejects; /* by file: source distributions, bad names */
	size_t reject_count;
};

/* List the wheels and source distributions in the directory PATH (absolute) in
 * DIR: 0, or a negative errno with a diag. */
int candidates_list(const struct ctx *x, struct wheel_directory *dir,
                    const char *path, const struct tags *t);

/*
 * Return the path, in the arena, of the wheel of PROJECT ("pip", "setuptools")
 * that comes with PY, as its ensurepip finds it (spec/wheels.md 12): in
 * ensurepip/_bundled with the version that ensurepip names, or in the
 * distribution's directory (WHEEL_PKG_DIR). NULL if there is none; the notes
 * list the directories searched.
 */
const char *candidates_seed(const struct ctx *x, const struct python *py,
                            const char *project);
