#pragma once
/*
 * inflate: raw deflate (RFC 1951) back to bytes. The one run-time file that
 * knows zlib.
 */
#include <stddef.h>

struct arena;

/*
 * Inflate the N bytes at SRC in one go: *OUT is a block of exactly SIZE bytes
 * from the arena. -EINVAL if the stream is damaged, holds more or fewer bytes
 * than that, or does not end where SRC ends; -ENOMEM.
 */
int inflate_raw(struct arena *a, const void *src, size_t n, size_t size,
                char **out);
