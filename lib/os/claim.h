#pragma once
/*
 * claim: a work directory of a fixed name that belongs to one run at a time.
 *
 * The directory is locked while its run lives. Another run that wants the same
 * name waits for the lock; one that gets it finds the directory published
 * under another name, removed, or left behind by a run that was killed, and
 * then it clears that away. Call these with the interrupt signals held; while
 * one waits for another run they are let through.
 */
#include <stdbool.h>
#include <sys/types.h>

/*
 * Make NAME below DFD as a fresh empty directory of MODE, locked: its fd, or a
 * negative errno. -ENOTDIR: something else than a directory has that name;
 * -EPERM: one of another user, who is not DFD's owner either, has it; -EBUSY:
 * one is there whose run does not end, or the file system has no locks to tell
 * whether it has.
 */
int claim_make(int dfd, const char *name, mode_t mode);

/* Wait for the run that owns NAME below DFD, if any, and clear away what it
 * left there. */
int claim_clear(int dfd, const char *name);

/*
 * Lock what is at NAME below DFD, if a directory is there: its fd once its
 * run has ended, -ENOENT if it is gone by then.
 */
int claim_take(int dfd, const char *name);

/* The lock of the open directory FD, waiting for it; 0 also where the file
 * system has no locks. */
int claim_lock(int fd);

/* True if NAME below DFD still is the directory that FD is open on. */
bool claim_is(int dfd, const char *name, int fd);
