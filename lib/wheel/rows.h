#pragma once
/*
 * rows: what RECORD says of each member of a wheel, in 34 bytes for most: a SHA-256
 * digest, and the size that the archive has as well.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/digest.h"
#include "wheel/record.h"

struct packed_row;

struct rows {
	struct packed_row *list; /* one for each member */
	struct record_row *others; /* of the unusual ones */
	size_t other_count, other_room;
	struct arena *arena;
};

/* Space for the text of a row. */
struct row_text {
	char hash[80]; /* 64 of them, aligned */
	char size[24];
};

/* Make R hold nothing for COUNT members. */
void rows_init(struct rows *r, size_t count, struct arena *a);

/* Add ROW, which is of member I of SIZE bytes. Return false if it contradicts one that
 * was added before. */
bool rows_add(struct rows *r, size_t i, uint64_t size,
              const struct record_row *row);

/* Return whether RECORD has a row for member I. */
bool rows_has(const struct rows *r, size_t i);

/* Return whether the row of member I of SIZE bytes has that size, or none. */
bool rows_has_size(const struct rows *r, size_t i, uint64_t size);

/* Return whether the hash in the row of member I is written in another form than
 * unpadded base64url. */
bool rows_is_misspelt(const struct rows *r, size_t i);

/* Return the row of member I of SIZE bytes, its hash in the right form, without its
 * path, in TEXT or R; all fields are empty if there is none, the size is "?" if it is
 * another. A hash that is too weak is left out. */
struct record_row rows_get(const struct rows *r, size_t i, uint64_t size,
                           struct row_text *text);

/* Return 1 and fill V if the row of member I has a digest to verify, 0 if it has none,
 * or none that is strong enough, -EINVAL if it cannot be parsed. */
int rows_digest(const struct rows *r, size_t i, struct digest_value *v);

/* Let the row of member I have the SHA-256 digest SUM, and its size. Threads may do
 * this for different members. */
void rows_set_sha256(const struct rows *r, size_t i, const unsigned char *sum);
