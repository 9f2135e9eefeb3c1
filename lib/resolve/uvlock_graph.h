#pragma once
/*
 * uvlock_graph: the packages of a uv.lock, and which of them others need. Its
 * nodes are a package, one of its extras, or one of its dependency groups.
 *
 * Where extras or groups conflict, uv locks a package in several versions, and
 * markers such as "extra == 'extra-3-app-pg'" say which one goes with the extra
 * "pg" of "app" (3 is the length of "app"). Such names are active while what
 * they stand for is wanted.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/strset.h"
#include "resolve/marker.h"

struct arena;
struct diag;
struct lock_table;
struct toml;

/* A [[package]]. */
struct uvlock_entry {
	const char *project;        /* as written, which is normalised */
	const char *version;        /* NULL: the lock has none */
	const struct toml *source;  /* NULL: the lock has none */
	const struct toml *table;
	size_t index;               /* in the lock */
	bool selected;
};

enum uvlock_part { UVLOCK_PACKAGE, UVLOCK_EXTRA, UVLOCK_GROUP };

struct uvlock_node {
	struct uvlock_entry *entry;
	enum uvlock_part part;
	const char *name; /* of the extra or group; NULL */
};

struct uvlock_graph {
	const struct lock_table *top;  /* the document */
	struct uvlock_entry *entries;  /* by project, then by index */
	size_t count;
	struct uvlock_node *roots;     /* what is asked for */
	size_t root_count, root_room;
	struct strset items;           /* names that markers may have */
	struct strset active;          /* those that are active, */
	const char **actives;          /* and a list of them */
	size_t active_count, active_room;
	struct strset asked;           /* of what is asked for */
	struct marker_facts facts;     /* with the active names */
	struct arena *arena;
	struct diag *diag;
};

/* Set G to the packages of the document TOP. What it points to is in A and
 * in the tree of TOP. Return 0, or -EINVAL with a diag. */
int uvlock_graph_init(struct uvlock_graph *g, const struct lock_table *top,
                      const struct marker_facts *facts, struct arena *a,
                      struct diag *d);

/* Return the packages of PROJECT, and set *COUNT to their number. */
struct uvlock_entry *uvlock_graph_find(const struct uvlock_graph *g,
                                       const char *project, size_t *count);

/* Return the made-up name of the extra or group NAME of PROJECT; of PROJECT
 * itself if PART is UVLOCK_PACKAGE. */
const char *uvlock_item(enum uvlock_part part, const char *project,
                        const char *name, struct arena *a);

/* Ask for a part of E, and make its name active if there is such a part. */
void uvlock_graph_ask(struct uvlock_graph *g, struct uvlock_entry *e,
                      enum uvlock_part part, const char *name);

/* Return 1 if the marker TEXT (NULL: there is none) of the table T holds, 0
 * if not, or -EINVAL with a diag. */
int uvlock_graph_holds(const struct uvlock_graph *g, const struct lock_table *t,
                       const char *text);

/* Select all that is asked for and all that this needs. Return 0, or -EINVAL
 * with a diag if a dependency is not in the lock, or if a marker depends on
 * an unknown fact. */
int uvlock_graph_walk(struct uvlock_graph *g);
