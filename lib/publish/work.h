#pragma once
/*
 * work: the private directory W that a run builds in and deletes in.
 *
 * W is a directory that this user made, has mode 0700, and is locked while its
 * run lives. Everything about it is verified by descriptor before it is used:
 * whoever owns the directory that W is in may rename W or put another thing at
 * its name, but can neither enter W nor make us use the other thing.
 *
 * A killed run leaves W unlocked. The first entry in it is a mark, the symlink
 * "of" whose target names W's own device and inode. Without it nothing is
 * removed: an owner of the parent can rename a directory of root's to a name
 * like W's, and W itself can come back from an archive. The mark only ever
 * forbids. No name, path or order is read from W, and W is never published.
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { WORK_NAME_SIZE = 26 }; /* ".venvbox-", 16 hexadecimal digits, NUL */

/* The beginning of every name of a work directory. */
extern const char work_prefix[];

struct work {
	int parentfd; /* not owned */
	int fd;       /* of W, locked; -1: there is none */
	bool empty;   /* all that was in it has been published */
	char name[WORK_NAME_SIZE];
};

/* Write a new name of a work directory for the environment OF: nobody can foresee
 * it, so nobody can take it before. */
void work_name(char name[WORK_NAME_SIZE], const char *of);

/*
 * Make W in the directory PARENTFD for a run on the environment that is called
 * NAME there or below it: 0 or a negative errno, -EPERM if another user keeps
 * exchanging W. Nothing is left behind on failure, except what is not ours.
 */
int work_make(struct work *w, int parentfd, const char *name);

/* Delete W with all in it and unlock it. Return the number of entries that could
 * not be deleted, or 1 if only W itself could not; then W stays. */
size_t work_remove(struct work *w);

/* Unlock W and leave it for ever: it holds what could not be put back. */
void work_abandon(struct work *w);

enum work_traces {
	WORK_NONE,
	WORK_INTERRUPTED, /* a run was killed */
	WORK_RUNNING,     /* a run is in progress */
};

/*
 * Delete what killed runs of this user left in the directory FD, just opened for
 * reading: for the environment NAME, or for any if NAME is NULL. Return
 * WORK_INTERRUPTED if there was such a directory, even if it stays. Directories
 * of more than 10,000 entries are not looked through.
 */
enum work_traces work_sweep(int fd, const char *name);

/* Look for the same in FD, of this user or OWNER, and change nothing. */
enum work_traces work_look(int fd, const char *name, uid_t owner);

/*
 * Delete all entries of the directory TOP, which nobody else can enter, except
 * the one called KEEP. Trees of any depth need two descriptors, no memory and no
 * long path: a directory that is not empty is moved up to TOP and emptied from
 * there. Links are not followed, and what is mounted is not entered: rmdir(2)
 * reports a mount point before it asks whether the directory is empty. Return
 * the number of entries that stay. A second signal ends it early.
 */
size_t remove_entries(int top, const char *keep);
