#pragma once
/*
 * zip: the members of an archive, in the one form that leaves no doubt: members
 * without gaps, the central directory, its end record, nothing
 * else (PKWARE APPNOTE 6.3.10; spec/wheels.md 9). Two readers of such a file
 * see the same members.
 *
 * Diags say "MEMBER: reason" or, where no member is to blame, "reason".
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct diag;
struct inflater;
struct source;

enum zip_method { ZIP_STORED = 0, ZIP_DEFLATED = 8 };

struct zip_member {
	const char *name;  /* NUL-ended, in the arena; relative, clean UTF-8,
	                      no '\\', no control character; '/' ends that of
	                      a directory */
	uint64_t offset;   /* of its packed bytes in the archive */
	uint64_t packed;   /* bytes there */
	uint64_t size;     /* bytes inflated */
	uint32_t crc;
	uint16_t len;      /* of NAME */
	uint16_t flags;    /* general purpose bits */
	uint16_t method;   /* enum zip_method */
	bool directory;
	bool executable;   /* a regular file by its Unix mode, with an x bit */
	bool twin;         /* the one before has the same name, size and CRC */
};

struct zip {
	struct source *source; /* not owned; several threads may read it */
	uint64_t start, size;  /* of the archive in it */
	struct zip_member *members; /* by name, byte order; equal ones are
	                               twins */
	size_t count;
};

/*
 * Verify and list the archive of SIZE bytes at START of S, which must outlive Z.
 * Members' contents are not looked at; those of twins have to be compared, and one
 * of them is to be dropped. -EINVAL if it is not in that form, is
 * encrypted, has a method other than the two, a name that could lead out of
 * a directory, a file that is a directory of another, or claims more than its
 * bytes can inflate to.
 */
int zip_open(struct zip *z, struct source *s, uint64_t start, uint64_t size,
             struct arena *a, struct diag *d);

/* Return the member called NAME (binary search), or NULL. */
const struct zip_member *zip_find(const struct zip *z, const char *name);

/*
 * Give the bytes of M to PUT in pieces, in order, then verify size and CRC-32. A
 * result of PUT other than 0 ends it and is returned; -EINVAL with a diag if M is
 * damaged (what was put has to be thrown away). One INFLATER per thread.
 */
int zip_read(const struct zip *z, const struct zip_member *m,
             struct inflater *in,
             int (*put)(void *ctx, const void *p, size_t n), void *ctx,
             struct diag *d);

/* Set *OUT to all bytes of M, NUL-ended, from the arena. Return -EFBIG if they
 * are more than MAX. */
int zip_load(const struct zip *z, const struct zip_member *m, size_t max,
             struct inflater *in, struct arena *a, char **out,
             struct diag *d);

/*
 * Set *START to where the archive starts that ends with the first SIZE bytes of S
 * and may have something before it (other archives, a program), by its end record.
 * Return NULL, or why these bytes do not end like an archive. Nothing else is
 * verified.
 */
const char *zip_start(struct source *s, uint64_t size, uint64_t *start);
