#pragma once
/*
 * inflate: raw deflate (RFC 1951) back to bytes. The one run-time file that
 * knows zlib.
 */
#include <stddef.h>

struct arena;
struct crc32;
struct window;

/*
 * The memory to inflate one stream at a time: zlib's state and window, a
 * buffer, and tables for the checksum of the output; 116 KB.
 */
struct inflater;

/* Return a new inflater from the arena. */
struct inflater *inflater_new(struct arena *a);

/* Return the tables of IN for checksums. */
const struct crc32 *inflater_crc32(const struct inflater *in);

/* Return a window of 64 KB that IN has, for what inflate_stream() is given. */
struct window *inflater_window(struct inflater *in);

/*
 * Inflate what MORE gives, piece by piece: it sets *P to *N bytes that stay until it
 * is called again, 0 at the end, and returns 0 or a negative errno. PUT is given
 * the result in pieces of up to 32 KB, in order; a negative result of either ends
 * it and is returned. -EINVAL if the stream is damaged or does not end where MORE
 * ends.
 */
int inflate_stream(struct inflater *in,
                   int (*more)(void *from, const unsigned char **p, size_t *n),
                   void *from,
                   int (*put)(void *ctx, const void *p, size_t n), void *ctx);
