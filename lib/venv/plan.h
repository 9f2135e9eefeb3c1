#pragma once
/*
 * plan: everything that is to be written, decided before anything is.
 *
 * A plan is a list of nodes sorted by path, so that parents come first. It is
 * made from options, the facts of a Python and what is there now, and touches
 * nothing: it is what -n prints, and what apply carries out.
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct arena;
struct diag;
struct launch;
struct layout;
struct python;
struct state;
struct venv_options;
struct wheel_install;

enum node_kind {
	NODE_DIR,
	NODE_FILE,   /* DATA is its content */
	NODE_LINK,   /* DATA is its target */
	NODE_COPY,   /* DATA is the path of the file to be copied */
	NODE_SAME,   /* DATA is the path of an earlier node: one file, two names */
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
};

struct plan {
	const char *env_dir; /* as recorded */
	const char *base;    /* interpreter that helps scripts to find
	                        themselves; NULL: they need not */
	struct node *nodes;
	size_t count;
	size_t changes;      /* nodes that are not kept */
	struct wheel_install *wheels; /* sorted by project */
	size_t wheel_count;
};

/*
 * The plan of a whole new environment at ENV_DIR (absolute). -EINVAL: a value
 * cannot be held by the file it belongs in.
 */
int plan_new(struct plan *p, const struct venv_options *o,
             const struct python *py, const struct layout *l,
             const char *env_dir, struct arena *a, struct diag *d);

/*
 * Fit a new plan to what STATE says is there: keep what is right, replace
 * what is not, remove python names of other versions. -ENOTEMPTY: something is
 * in the way that is not ours to replace.
 */
int plan_merge(struct plan *p, const struct state *state,
               const struct layout *l, struct arena *a, struct diag *d);

/* Add the COUNT NODES, in their order; those that are not kept are changes. */
int plan_append(struct plan *p, const struct node *nodes, size_t count,
                struct arena *a, struct diag *d);

/* Bring the nodes into the order of their paths. */
void plan_sort(struct plan *p);

/* The node of P at PATH that is no wheel, or NULL; P is sorted. */
const struct node *plan_find(const struct plan *p, const char *path);

/* Name of a node's kind, for -n and --json. */
const char *node_kind_name(enum node_kind kind);

/* Return what scripts in the environment of P start; from A. */
struct launch plan_launch(const struct plan *p, struct arena *a);
