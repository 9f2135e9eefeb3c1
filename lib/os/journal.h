#pragma once
/*
 * journal: changing a directory in place, all or nothing, where it cannot be
 * exchanged for another one by a rename.
 *
 * Work is done in a directory inside the one that changes, which has two
 * parts: new/ holds what is to appear, at the paths where it is to appear, and
 * old/ receives what has to make room. The work directory's name is the state:
 *
 *   .venvbox-stage  being filled, or done with: after a kill it is thrown away
 *   .venvbox-clear  complete; everything else is on its way to old/
 *   .venvbox-merge  complete; new/ is on its way to its places
 *
 * Those that change the directory hold its lock.
 *
 * The rename from the first name is the commit. An error behind it is undone
 * step by step; a kill behind it leaves the work directory, and the next run
 * on the same directory carries on from there.
 */
#include <stdbool.h>

/* The target of a link in new/ that stands for "remove what is at this path". A
 * link of that name, too, says that its directory goes if it is then empty. */
extern const char journal_gone[];

/* 1: the link at PATH below DFD is such a mark, 0: it is not one, or a negative
 * errno: it is no link. */
int journal_is_mark(int dfd, const char *path);

/* What every name of a work directory starts with. */
extern const char journal_prefix[];

/*
 * Finish or throw away what an earlier run left in the directory DFD. -ESTALE:
 * what is there belongs to another directory; -EPERM: to another user.
 */
int journal_recover(int dfd);

/* True if an earlier run left a work directory in DFD. */
bool journal_found(int dfd);

/*
 * Begin: the fd of the locked work directory in DFD, with *NEWFD open on its
 * new/ part. Errors of claim_make().
 */
int journal_begin(int dfd, int *newfd);

/* Throw away the work directory FD that was begun in DFD, unless a commit of it
 * is left for the next run to finish. */
int journal_abort(int dfd, int fd);

/*
 * Publish what is in new/ of FD; with CLEAR, everything else in DFD goes first. On
 * an error DFD is as it was, and the work directory is gone; but if the steps
 * cannot be taken back either, it is left for the next run to finish them.
 * 1: published, and what was old cannot all be removed.
 */
int journal_commit(int dfd, int fd, bool clear);
