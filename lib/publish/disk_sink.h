#pragma once
/*
 * disk_sink: a sink that writes below an open directory.
 */
#include <stdbool.h>
#include <stddef.h>

#include "publish/sink.h"

struct changes;

struct disk_sink {
	struct sink sink;
	int dirfd;       /* not owned */
	struct changes *changes; /* records what is written; NULL: a whole new
	                            tree is written, of which no record is needed */
	int fd;          /* of the file that was begun; -1 between files */
	unsigned calls;  /* since the last look at signals */
	size_t written;  /* bytes since then */
	bool caches;     /* many files of one directory come in a row */
	int parentfd;    /* of the directory of the last file, if so; -1 */
	size_t parent_len;
	char parent[256]; /* its path */
};

/*
 * Make S write below DIRFD, which is empty and private: nothing is written
 * through or over anything. With CHANGES it is W/new of an environment that
 * exists, and removals are recorded, too. Calls return -EINTR when a signal
 * waits.
 */
void disk_sink_init(struct disk_sink *s, int dirfd, struct changes *changes);

/* Close the file that was begun and not ended, if any. */
void disk_sink_drop(struct disk_sink *s);
