#pragma once
/*
 * stage: a directory is made out of sight and published at once.
 *
 * A stage is a sibling of what it becomes (so that one rename is the commit),
 * or, where a rename cannot work, a journal inside it. While it is open the
 * interrupt signals are held back, and other runs on the same path wait.
 */
#include <stdbool.h>

struct arena;
struct diag;
struct target;
struct walk;

enum stage_kind {
	STAGE_NEW,     /* publish where nothing is */
	STAGE_REPLACE, /* publish instead of all that is there */
	STAGE_MERGE,   /* publish over what is there and keep the rest */
};

struct stage {
	const struct walk *walk;
	struct arena *arena;
	const struct target *target;
	enum stage_kind kind;
	bool in_place;    /* a journal inside the directory */
	int targetfd;     /* of what is there, locked; -1: STAGE_NEW */
	int dirfd;        /* of the sibling's parent; in place, of the target */
	int claimfd;      /* the locked work directory */
	int fd;           /* where the new tree is to be written; -1: not open */
	char work[32];    /* name of the work directory in dirfd */
	const char *name; /* what it is renamed to in dirfd */
};

/* Where a stage may not be a sibling, although it could. */
struct stage_limits {
	const char *cwd;    /* current directory, resolved; NULL: unknown.
	                       Directories that hold it are changed in place. */
	bool must_keep_dir; /* MERGE into what is not an environment yet: do not
	                       share a tree of unknown size */
};

/*
 * Open a stage for T: write the new tree below s->fd (for STAGE_MERGE what is
 * there now may already be found there). Waits for another run on the same
 * path and clears away what a killed one left. IN_PLACE asks for a journal
 * where a sibling would do. -EEXIST if by then T no longer is what it was
 * (look again).
 */
int stage_open(struct stage *s, const struct walk *w, struct arena *a,
               const struct target *t, enum stage_kind kind, bool in_place,
               const struct stage_limits *limits, struct diag *d);

/*
 * Publish, all or nothing, and close. On failure the target is as it was and
 * nothing is left behind. -EXDEV: a sibling cannot be published here after
 * all; open again with IN_PLACE.
 */
int stage_commit(struct stage *s, struct diag *d);

/* Throw the stage away and close it. */
void stage_abort(struct stage *s);

/* Finish or clear away what a killed run left in DIRECTORY (resolved) or
 * beside it; errors do not matter. */
void stage_sweep(const struct walk *w, struct arena *a, const char *directory);
