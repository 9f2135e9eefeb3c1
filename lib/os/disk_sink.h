#pragma once
/*
 * disk_sink: a sink that writes below an open directory.
 */
#include <stdbool.h>

#include <stddef.h>

#include "os/sink.h"

struct disk_sink {
	struct sink sink;
	int dirfd;    /* not owned */
	int fd;       /* of the file that was begun; -1 between files */
	bool replace; /* what is at a path goes first, and is never written
	                 through: it may share its blocks with another tree */
	bool journal; /* DIRFD is new/ of a journal: removals are marked */
	bool caches;  /* many files of one directory come in a row, and nothing
	                 is replaced by them but marks */
	int parentfd; /* of the directory of the last file, if so; -1 */
	size_t parent_len;
	char parent[256]; /* its path */
};

/* A sink that writes below DIRFD, an empty directory unless REPLACE. */
void disk_sink_init(struct disk_sink *s, int dirfd, bool replace, bool journal);

/* Close what is open: a file that was begun and not ended. */
void disk_sink_drop(struct disk_sink *s);
