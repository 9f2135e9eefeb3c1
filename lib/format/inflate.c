#include "format/inflate.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include "base/arena.h"
#include "format/crc32.h"
#include "format/window.h"

#ifdef ZLIBNG_VERSION
enum { STATE = 48 * 1024 }; /* zlib-ng wants 44 KB: a window it does not use */
#else
enum { STATE = 12 * 1024 }; /* zlib wants 7 KB */
#endif
enum { INPUT = 64 * 1024 };

struct inflater {
	z_stream z;
	_Alignas(max_align_t) char state[STATE];
	unsigned char window[1 << MAX_WBITS];
	struct window input;
	struct crc32 crc32;
};

/* A stream that is being inflated. */
struct stream {
	int (*more)(void *from, const unsigned char **p, size_t *n);
	void *from;
	int (*put)(void *ctx, const void *p, size_t n);
	void *ctx;
	int err; /* from MORE or PUT */
};

static void *
take(void *inflater, unsigned count, unsigned size)
{
	struct inflater *in = inflater;

	return (size_t)count * size <= sizeof(in->state) ? in->state : NULL;
}

static void
leave(void *inflater, void *p)
{
	(void)inflater;
	(void)p;
}

/* Set IN up for zlib, which refuses only if it wants more memory than IN has or
 * is not the version that we were compiled for. */
static void
prepare(struct inflater *in)
{
	memset(&in->z, 0, sizeof(in->z));
	in->z.zalloc = take;
	in->z.zfree = leave;
	in->z.opaque = in;
	if (inflateBackInit(&in->z, MAX_WBITS, in->window) != Z_OK)
		arena_exhausted();
}

struct inflater *
inflater_new(struct arena *a)
{
	struct inflater *in = arena_alloc(a, sizeof(*in));

	prepare(in);
	window_init(&in->input, arena_alloc(a, INPUT), INPUT);
	crc32_init(&in->crc32);
	return in;
}

const struct crc32 *
inflater_crc32(const struct inflater *in)
{
	return &in->crc32;
}

struct window *
inflater_window(struct inflater *in)
{
	return &in->input;
}

static unsigned
give(void *stream, z_const unsigned char **p)
{
	struct stream *s = stream;
	const unsigned char *src = NULL;
	size_t n = 0;

	s->err = s->more(s->from, &src, &n);
	/* zlib without ZLIB_CONST takes the input as not const */
	*p = (unsigned char *)(uintptr_t)src;
	return s->err < 0 ? 0 : (unsigned)n;
}

static int
pass_on(void *stream, unsigned char *p, unsigned n)
{
	struct stream *s = stream;

	s->err = s->put(s->ctx, p, n);
	return s->err != 0;
}

/*
 * inflateBack() and not inflate(): it is all that raw deflate needs, and a
 * third of the code, since no checksum and no header comes with it.
 */
int
inflate_stream(struct inflater *in,
               int (*more)(void *from, const unsigned char **p, size_t *n),
               void *from, int (*put)(void *ctx, const void *p, size_t n),
               void *ctx)
{
	struct stream s = { .more = more, .from = from, .put = put, .ctx = ctx };
	z_const unsigned char *rest;
	int status;

	in->z.next_in = NULL;
	in->z.avail_in = 0;
	status = inflateBack(&in->z, give, &s, pass_on, &s);
	if (s.err != 0)
		return s.err;
	return status == Z_STREAM_END && in->z.avail_in == 0 &&
	                       give(&s, &rest) == 0 && s.err == 0
	               ? 0 : -EINVAL;
}
