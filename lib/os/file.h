#pragma once
/*
 * file: an open regular file that is read at any offset, by several threads at
 * once. What is read is not kept: whoever changes the file meanwhile is noticed by
 * file_is_unchanged().
 */
#include <stdbool.h>
#include <stdint.h>

#include "format/source.h"

struct walk;

/* Which file, and in what state; as long as that is the same, so are its bytes,
 * as far as the system tells. */
struct file_origin {
	uint64_t device, inode, size;
	uint64_t modified, changed; /* ns since 1970, modulo 2^64 */
};

struct file {
	struct source source; /* what the parsers take */
	int fd;
	struct file_origin origin;
};

/* Open the regular file PATH, to be ended by file_close(): -EISDIR for a directory,
 * -EINVAL for what is neither, or another errno. */
int file_open(struct file *f, const struct walk *w, const char *path);

/* Open PATH below the directory DIR, but follow no link below that: -ELOOP, -ENOTDIR. */
int file_open_in(struct file *f, const struct walk *w, const char *dir,
                 const char *path);

/* Open the program that this process runs. */
int file_open_self(struct file *f);

/* Return whether F is in the state that it was in when it was opened. */
bool file_is_unchanged(const struct file *f);

void file_close(struct file *f);
