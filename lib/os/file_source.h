#pragma once
/*
 * file_source: an open file as a byte source, read in cached pages: a lookup
 * in an ELF file of any size costs a dozen small reads and never a mapping.
 */
#include <sys/types.h>

#include "format/source.h"

struct walk;

enum { FILE_SOURCE_PAGE = 4096, FILE_SOURCE_PAGES = 6 };

struct file_source {
	struct source source; /* what the parsers take */
	int fd;               /* owned only after file_source_open() */
	mode_t mode;          /* of the file, after file_source_open() */
	unsigned next;        /* slot to be replaced next */
	uint64_t page[FILE_SOURCE_PAGES]; /* its number + 1; 0: empty */
	char data[FILE_SOURCE_PAGES][FILE_SOURCE_PAGE];
};

/* Make F a source of the first SIZE bytes of the open file FD, which stays
 * owned by the caller and must outlive it. */
void file_source_init(struct file_source *f, int fd, uint64_t size);

/* Open the regular file PATH as a source; close it with file_source_close().
 * Return -EISDIR for a directory, -EINVAL for what is neither. */
int file_source_open(struct file_source *f, const struct walk *w,
                     const char *path);
void file_source_close(struct file_source *f);
