#pragma once
/*
 * publish: an environment is built out of sight and published at once.
 *
 * The directories that hold ENV_DIR, ENV_DIR itself and all in it may belong to
 * other users, who may change them at any moment; links in them may lead
 * anywhere. The protocol, and what can go wrong at each step:
 *
 *  1. Find. The path of ENV_DIR is resolved; a link counts only if root, this
 *     user, or the owner of the thing that it leads to made it (target.h). Then
 *     ENV_DIR, or the deepest parent that exists, is opened by its canonical
 *     path without following any link. A directory that was exchanged meanwhile
 *     is another directory: the caller looks again.
 *  2. Lock. An ENV_DIR that exists is locked with flock(2), so that one run at a
 *     time changes it. Anybody who may read it can hold the lock: the wait ends.
 *  3. Sweep. What killed runs left is removed (work.h). It is never obeyed.
 *  4. Make W, the private work directory (work.h): beside ENV_DIR to create or
 *     replace it, inside it to change it. The owner of the place can rename W, or
 *     keep us from making it, but not get in.
 *  5. Write the new files to W/new. Nobody else can reach them; an error or a
 *     signal deletes W, and nothing has happened.
 *  6. Publish, by rename(2) alone:
 *     - new: W/new becomes ENV_DIR, unless something is there by now.
 *     - replace: W/new and ENV_DIR are exchanged, after W/new got the owner,
 *       mode, ACLs and attributes of ENV_DIR. Where names cannot be exchanged,
 *       ENV_DIR is missing between two renames. A mount point below ENV_DIR is
 *       found before, or else stays in W.
 *     - change, and replace where ENV_DIR itself cannot be renamed: one rename
 *       for each path that changes (change.h), each a single-component call on a
 *       directory reached without links (dir_at.h). An exchange of directories
 *       for links at that moment can only make it act on entries of the tree
 *       they lie in. An error is undone from memory; if that fails too, W stays
 *       and an alarm names each path. Only a kill within this step leaves a
 *       mixture, which the same command completes.
 *  7. Delete W, with the old files in it (remove.h). What cannot be deleted is
 *     named in an alarm. A kill leaves W for step 3 of the next run.
 *
 * From the first rename of step 6 on, signals wait until the end.
 */
#include <stdbool.h>

#include "publish/change.h"
#include "publish/disk_sink.h"
#include "publish/work.h"

struct arena;
struct ctx;
struct diag;
struct target;
struct walk;

enum publish_kind {
	PUBLISH_NEW,     /* where nothing is */
	PUBLISH_REPLACE, /* instead of all that is there */
	PUBLISH_CHANGE,  /* over what is there; the rest stays untouched */
};

/* Outcomes that the caller acts on; 0 is success, a negative value an error. */
enum publish_outcome {
	PUBLISH_AGAIN = 1, /* the target is no longer what it was: look again; the
	                      diag is the error if that does not help */
	PUBLISH_INSIDE,    /* ENV_DIR cannot be exchanged: open with INSIDE */
};

struct publish {
	const struct walk *walk;
	struct arena *arena;
	const struct target *target;
	enum publish_kind kind;
	bool inside;      /* W is in ENV_DIR: it is changed in place */
	bool syncs;       /* --fsync */
	bool interrupted; /* an earlier run on ENV_DIR was killed */
	int targetfd;     /* of ENV_DIR, locked; -1: PUBLISH_NEW */
	int parentfd;     /* of the directory that ENV_DIR, or the first missing
	                     parent of it, is renamed in; -1: not open */
	const char *parent; /* its path */
	const char *name; /* the entry of PARENTFD that is published */
	struct work work;
	int newfd;        /* where the sink writes; -1: not begun */
	struct changes changes;
	struct disk_sink sink;
	bool holds_old;   /* W may be the only place of what was in ENV_DIR */
	struct arena_cleanup cleanup;
};

/*
 * Carry out steps 1 to 3 for T: 0, PUBLISH_AGAIN or a negative errno. With INSIDE,
 * ENV_DIR is changed in place even if it could be exchanged; so it is if CWD
 * (resolved; NULL: unknown) is inside it. Call publish_abort() or publish_commit()
 * to end it.
 */
int publish_open(const struct ctx *x, struct publish *p, const struct target *t,
                 enum publish_kind kind, bool inside, const char *cwd);

/* Carry out step 4. Write to p->sink.sink then. */
int publish_begin(struct publish *p, struct diag *d);

/* Carry out steps 6 and 7: 0, an enum publish_outcome or a negative errno. Unless it
 * is 0, the target is as it was, or D has alarms. */
int publish_commit(struct publish *p, struct diag *d);

/*
 * Look whether a run on T could make W, and change nothing: 0, or the error of
 * publish_begin() as far as it can be foreseen.
 */
int publish_foresee(const struct ctx *x, const struct target *t,
                    enum publish_kind kind);

/* Delete W and end; D gets an alarm if W cannot be deleted. */
void publish_abort(struct publish *p, struct diag *d);

/* Do step 3 alone, for the existing DIRECTORY (resolved) and the directories
 * above it, without the lock. Return the traces of runs on it that were
 * found. */
enum work_traces publish_sweep(const struct ctx *x, const char *directory);

/* Look for work directories of runs on DIRECTORY (resolved), by this user or by
 * the owner of DIRECTORY. */
enum work_traces publish_look(const struct ctx *x, const char *directory);
