#pragma once
/*
 * zip_frame: the records of a zip archive, read and proved one by one (PKWARE
 * APPNOTE 6.3.10, chapter 4). For zip.c; others include zip.h.
 *
 * A function that returns text says what is wrong; NULL: nothing is.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zip_member;

/* What the end of an archive says, of the bytes it was looked for in. */
struct zip_end {
	uint64_t start;     /* of the archive: more than 0 if it is not alone */
	uint64_t directory; /* the central directory, counted from START */
	uint64_t size;      /* its bytes: it ends where the end records begin */
	uint64_t count;     /* of members */
};

/* Read the end records of the archive that ends with the SIZE bytes at P. */
const char *zip_end_read(const unsigned char *p, size_t size,
                         struct zip_end *e);

/*
 * Read the entry at P of the central directory, which has N more bytes, *SIZE
 * of them this entry's. M->name is left in the archive, not NUL-ended;
 * M->offset is that of the local header. Where the entry is cut short, M->len
 * is 0.
 */
const char *zip_entry_read(const unsigned char *p, size_t n,
                           struct zip_member *m, size_t *size);

/*
 * Prove that what stands at M->offset of the N bytes at DATA is the local
 * header of M as zip_entry_read() left it; M->offset becomes that of the packed
 * bytes, and *NEXT is where the member ends.
 */
const char *zip_local_prove(const unsigned char *data, uint64_t n,
                            struct zip_member *m, uint64_t *next);
