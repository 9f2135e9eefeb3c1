#pragma once
/*
 * plan: everything that is to be written, decided before anything is.
 *
 * A plan is a list of nodes sorted by path, so that parents come first. It touches
 * nothing: it is what -n prints, and what is carried out.
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "publish/sink.h"

struct arena;
struct exe_launchers;
struct script_edit;
struct wheel_install;

enum node_kind {
	NODE_DIR,
	NODE_FILE, /* DATA is its content */
	NODE_LINK, /* DATA is its target */
	NODE_COPY, /* DATA is the path of the file to be copied */
	NODE_SAME, /* DATA is the path of an earlier node: one file, two names */
	NODE_REMOVE, /* nothing is to be there */
	NODE_WHEEL,  /* the files of WHEEL; PATH is its .dist-info */
};

struct node {
	enum node_kind kind;
	const char *path; /* relative to the environment directory */
	const char *data;
	size_t len;       /* of DATA */
	mode_t mode;      /* of NODE_FILE and NODE_COPY */
	bool kept;        /* it is there already, as it should be */
	const struct wheel_install *wheel;
	const struct script_edit *edit; /* of a NODE_COPY; NULL: none */
};

struct plan {
	const char *env_dir; /* as recorded */
	const char *place;   /* its path here, for messages */
	const char *python;  /* the environment's own, as recorded */
	const struct exe_launchers *exe; /* see wheel/launcher.h; NULL */
	const char *base;    /* interpreter that helps scripts to find
	                        themselves; NULL: they need not */
	struct node *nodes;
	size_t count;
	size_t changes;      /* nodes that are not kept */
	struct wheel_install *wheels; /* sorted by project */
	size_t wheel_count;
	const char **removed; /* projects that go and are not replaced */
	size_t removed_count;
};

/* Add the COUNT NODES, in their order; those that are not kept are changes. */
void plan_append(struct plan *p, const struct node *nodes, size_t count,
                 struct arena *a);

/* Bring the nodes into the order of their paths. */
void plan_sort(struct plan *p);

/* Return the node of P at PATH that is no wheel, or NULL; P is sorted. */
const struct node *plan_find(const struct plan *p, const char *path);

/* Find the same for the first N bytes of PATH. */
const struct node *plan_find_n(const struct plan *p, const char *path, size_t n);

/* Return the name of a node's kind, for -n and --json. */
const char *node_kind_name(enum node_kind kind);
