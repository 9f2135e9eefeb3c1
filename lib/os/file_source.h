#pragma once
/*
 * file_source: an open file as a byte source, read in cached pages: a lookup
 * in an ELF file of any size costs a dozen small reads and never a mapping.
 */
#include "format/source.h"

enum { FILE_SOURCE_PAGE = 4096, FILE_SOURCE_PAGES = 8 };

struct file_source {
	struct source source; /* what the parsers take */
	int fd;               /* not owned */
	unsigned next;        /* slot to be replaced next */
	uint64_t page[FILE_SOURCE_PAGES]; /* its number + 1; 0: empty */
	char data[FILE_SOURCE_PAGES][FILE_SOURCE_PAGE];
};

/* A source of the first SIZE bytes of the open file FD, which stays owned by
 * the caller and must outlive it. */
void file_source_init(struct file_source *f, int fd, uint64_t size);
