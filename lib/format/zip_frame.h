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

/* The end record of an archive, and the bytes that it was found in. */
struct zip_end {
	uint64_t start;     /* of the archive: more than 0 if it is not alone */
	uint64_t directory; /* the central directory, counted from START */
	uint64_t size;      /* its bytes: it ends where the end records begin */
	uint64_t count;     /* of members */
};

/* The end records are in the last so many bytes of an archive. */
enum { ZIP_END_MAX = 0xffff + 22 + 20 + 56 };

/* Read the end records of an archive of SIZE bytes, which are in the last N of them,
 * at P: all, or ZIP_END_MAX. */
const char *zip_end_read(const unsigned char *p, size_t n, uint64_t size,
                         struct zip_end *e);

/* Bytes of the parts of records whose size is always the same. */
enum { ZIP_LOCAL_SIZE = 30, ZIP_ENTRY_SIZE = 46 };

/* Return how many bytes the entry, or the local header, takes whose first
 * ZIP_ENTRY_SIZE, ZIP_LOCAL_SIZE, bytes are at P. */
size_t zip_entry_size(const unsigned char *p);
size_t zip_local_size(const unsigned char *p);

/*
 * Read the entry at P of the central directory, which has N more bytes, *SIZE
 * of them this entry's. M->name is left in the archive, not NUL-ended;
 * M->offset is that of the local header. Where the entry is cut short, M->len
 * is 0.
 */
const char *zip_entry_read(const unsigned char *p, size_t n,
                           struct zip_member *m, size_t *size);

/*
 * Verify that the N bytes at P, zip_local_size() of them or all that there are,
 * are the local header of M as zip_entry_read() left it. *DESCRIPTOR: bytes of the
 * data descriptor after the packed bytes; 0: there is none.
 */
const char *zip_local_verify(const unsigned char *p, size_t n,
                             const struct zip_member *m, size_t *descriptor);

/* Return whether the N bytes at P are the data descriptor of M. */
bool zip_descriptor_verify(const unsigned char *p, size_t n,
                           const struct zip_member *m);
