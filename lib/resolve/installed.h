#pragma once
/*
 * installed: the projects in the directories in which a Python looks for packages.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/strset.h"

struct buf;
struct ctx;

/* A directory in which a Python looks for packages. */
struct package_place {
	const char *path; /* absolute */
	bool own;         /* of the environment itself */
};

enum installed_kind { DIST_INFO, EGG_INFO, EGG };

/* An installed project. There may be many. */
struct installed_project {
	const char *name;  /* normalised; after its NUL comes the version in its
	                      normal form, "" if unknown */
	const char *entry; /* of its place */
	unsigned short place;
	unsigned char kind;
};

struct installed {
	const struct ctx *ctx;
	struct package_place *places;
	size_t place_count, place_room;
	struct installed_project *projects; /* by name, each once */
	size_t count, room;
	struct arena arena;
	struct strset seen; /* paths of places */
};

/*
 * Find the projects in the COUNT PLACES and in those that .pth files in them add: a
 * project in several counts where it is found first. Free I with installed_free().
 */
void installed_find(const struct ctx *x, struct installed *i,
                    const struct package_place *places, size_t count);

void installed_free(struct installed *i);

/* Return the project NAME (normalised); NULL if it is not installed. */
const struct installed_project *installed_get(const struct installed *i,
                                              const char *name);

/* Append a line "NAME VERSION PLACE/ENTRY" for each project in a place of the environment
 * itself, so that two looks can be compared. */
void installed_put_own(struct buf *out, const struct installed *i);

/* Return the version of P; "" if it is unknown. */
const char *installed_version(const struct installed_project *p);

/* Read NAME in P's metadata, at most MAX bytes of it: 0, or a negative errno. */
int installed_read(const struct installed *i, const struct installed_project *p,
                   const char *name, size_t max, struct arena *a,
                   struct slice *t);

/* Read P's METADATA, or PKG-INFO, or the file that its .egg-info is. The text of a
 * project without any is empty. Return 0, or a negative errno. */
int installed_metadata(const struct installed *i,
                       const struct installed_project *p, struct arena *a,
                       struct slice *t);

/* Take the next line from T, without blanks around it. Return false at the end. */
bool installed_next_line(struct slice *t, struct slice *line);
