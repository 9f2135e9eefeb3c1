#pragma once
/*
 * crc32: the checksum of zip (ISO 3309; PKWARE APPNOTE 4.4.7). zlib's own
 * would bring 13 KB of tables; these 8 KB are made when they are wanted.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The state that computes checksums; doing so does not change it. */
struct crc32 {
	uint32_t table[8][256];
	bool folds; /* the processor multiplies without carry */
};

/* Make C ready. */
void crc32_init(struct crc32 *c);

/* Return the checksum of the bytes that CRC is of (0: none) and, after them,
 * the N bytes at P. */
uint32_t crc32_add(const struct crc32 *c, uint32_t crc, const void *p,
                   size_t n);
