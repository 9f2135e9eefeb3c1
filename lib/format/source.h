#pragma once
/*
 * source: bytes at offsets, as the pure parsers see a file of any size.
 * A file (os/file_source.h) and a block of memory are both sources.
 */
#include <stddef.h>
#include <stdint.h>

struct source {
	/* Read exactly N bytes at OFF into P: 0, or a negative errno (-ERANGE
	 * when the source ends before that). */
	int (*read)(struct source *s, uint64_t off, void *p, size_t n);
	uint64_t size;   /* of the whole source, in bytes */
	const void *mem; /* for source_mem() */
};

/* Make S a source of the SIZE bytes at MEM, which must outlive it. */
void source_mem(struct source *s, const void *mem, size_t size);

/* Read N bytes at OFF, range checked: 0, -ERANGE, or a read error. */
int source_read(struct source *s, uint64_t off, void *p, size_t n);
