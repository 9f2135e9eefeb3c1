#pragma once
/*
 * entries: the names in an open directory, read as a whole, so that they can
 * be removed or renamed while one goes through them.
 */
#include <stddef.h>

struct arena;

enum { ENTRY_DIRECTORY = 'd', ENTRY_OTHER = '-', ENTRY_UNKNOWN = '?' };

struct entries {
	char **names; /* "." and ".." left out; in the file system's order */
	char *kinds;  /* of each, ENTRY_*, as the file system tells */
	size_t count;
};

/* Read the names of the open directory FD, from its start, into ARENA. */
int entries_read(struct entries *e, struct arena *a, int fd);

/* Return 1 if the directory FD, just opened, is empty, 0 if not, or a negative
 * errno. */
int entries_none(int fd);
