#pragma once
/*
 * change: what a run changes in a directory that exists, recorded while the new
 * files are written to W/new, and then carried out by renames.
 *
 * Only the recorded paths are touched, each by one rename: an exchange of the old
 * file with the new one, or a move. The order lets a killed run be repeated:
 * removals and new files first, then .dist-info directories (an installer that
 * finds the old one does all again), pyvenv.cfg last. Until the last rename an
 * error takes every step back, in reverse, from memory.
 */
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/arena.h"
#include "os/pool.h"

struct diag;

enum change_kind {
	CHANGE_DIR,    /* a directory; one that is there stays as it is */
	CHANGE_PUT,    /* W/new has a file or link for this path */
	CHANGE_REMOVE, /* no file or link is to be here; a directory stays */
	CHANGE_PRUNE,  /* a directory that goes if it is empty */
	CHANGE_STAMP,  /* a time for what is here in the end */
};

struct change {
	const char *path; /* relative to the directory */
	enum change_kind kind;
	bool done;
	bool stays;       /* CHANGE_PRUNE: something in it does */
	time_t when;      /* of CHANGE_STAMP */
};

struct changes {
	struct pool_lock lock; /* several threads may record */
	struct arena arena;
	struct change *list;
	size_t count, room;
	bool undone_in_part; /* W may hold what belongs in the directory */
};

void changes_init(struct changes *c);
void changes_free(struct changes *c);

/* Record a change. */
void changes_add(struct changes *c, enum change_kind kind, const char *path,
                 time_t when);

/* Return whether C removes files. */
bool changes_remove(const struct changes *c);

/* The place of a change. */
struct change_place {
	int dirfd;        /* the directory that changes, open for reading */
	int workfd;       /* W, which has the directory new/ */
	const char *path; /* of the directory, for messages */
	const char *work; /* path of W, for messages */
	const char *skip; /* the entry of the directory that W is */
	bool mounts;      /* something may be mounted in it: no directory moves
	                     that could move it along */
};

enum { CHANGES_STUCK = 1 };

/*
 * Carry out C, after moving everything else away with CLEAR. On an error the
 * directory is as it was: a negative errno and D. CHANGES_STUCK: it failed, and so
 * did putting something back; D has an alarm for each such path, and W, which has
 * it, must stay.
 */
int changes_commit(struct changes *c, const struct change_place *where,
                   bool clear, struct diag *d);

/* Set the recorded times in the directory DIRFD; a path that is gone needs none. */
int changes_stamp(const struct changes *c, int dirfd);
