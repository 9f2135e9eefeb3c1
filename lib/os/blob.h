#pragma once
/*
 * blob: a whole file in memory, in pages of its own, so that it can be given
 * back. It is read, not mapped: what happens to the file afterwards does not
 * matter.
 */
#include <stddef.h>
#include <stdint.h>

struct walk;

/* Which file, and in what state; as long as that is the same, so are its bytes,
 * as far as the system tells. */
struct blob_origin {
	uint64_t device, inode, size;
	uint64_t modified, changed; /* ns since 1970, modulo 2^64 */
};

struct blob {
	void *data;
	size_t size;
	size_t mapped; /* bytes of the pages at DATA */
	struct blob_origin origin;
};

/* Read the regular file PATH, to be ended by blob_free(): -EINVAL if it is
 * something else, -EBUSY if it changed meanwhile, -EFBIG, -ENOMEM or another
 * errno. */
int blob_read(struct blob *b, const struct walk *w, const char *path);

/* Read the program that this process runs. */
int blob_read_self(struct blob *b);

void blob_free(struct blob *b);
