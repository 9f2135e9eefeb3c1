#include "format/inflate.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include "base/arena.h"
#include "format/crc32.h"

/* zlib counts input in unsigned: more is given to it piece by piece */
static const size_t max_input = 1U << 30;

struct inflater {
	z_stream z;
	_Alignas(max_align_t) char state[12 * 1024]; /* zlib wants 7 KB */
	unsigned char window[1 << MAX_WBITS];
	struct crc32 crc32; /* not for inflate_raw() */
};

/* One stream on its way. */
struct stream {
	const unsigned char *src;
	size_t left; /* bytes there */
	int (*put)(void *ctx, const void *p, size_t n);
	void *ctx;
	int err; /* from PUT */
};

/* Where inflate_raw() puts the bytes. */
struct target {
	char *next;
	size_t room;
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
	crc32_init(&in->crc32);
	return in;
}

const struct crc32 *
inflater_crc32(const struct inflater *in)
{
	return &in->crc32;
}

static unsigned
more(void *stream, z_const unsigned char **p)
{
	struct stream *s = stream;
	size_t n = s->left < max_input ? s->left : max_input;

	/* zlib without ZLIB_CONST takes the input as not const */
	*p = (unsigned char *)(uintptr_t)s->src;
	s->src += n;
	s->left -= n;
	return (unsigned)n;
}

static int
pass_on(void *stream, unsigned char *p, unsigned n)
{
	struct stream *s = stream;

	s->err = s->put(s->ctx, p, n);
	return s->err < 0;
}

/*
 * inflateBack() and not inflate(): it is all that raw deflate needs, and a
 * third of the code, since no checksum and no header comes with it.
 */
int
inflate_stream(struct inflater *in, const void *src, size_t n,
               int (*put)(void *ctx, const void *p, size_t n), void *ctx)
{
	struct stream s = { .src = src, .left = n, .put = put, .ctx = ctx };
	int status;

	in->z.next_in = NULL;
	in->z.avail_in = 0;
	status = inflateBack(&in->z, more, &s, pass_on, &s);
	if (s.err < 0)
		return s.err;
	return status == Z_STREAM_END && in->z.avail_in == 0 && s.left == 0
	               ? 0 : -EINVAL;
}

static int
fill(void *target, const void *p, size_t n)
{
	struct target *t = target;

	if (n > t->room)
		return -EINVAL;
	memcpy(t->next, p, n);
	t->next += n;
	t->room -= n;
	return 0;
}

int
inflate_raw(struct arena *a, const void *src, size_t n, size_t size, char **out)
{
	/* shared by all: fresh pages cost more than inflating a few KB does */
	static struct inflater one;
	struct target t;
	int err;

	*out = arena_alloc(a, size);
	if (!one.z.state)
		prepare(&one);
	t = (struct target){ .next = *out, .room = size };
	err = inflate_stream(&one, src, n, fill, &t);
	return err == 0 && t.room > 0 ? -EINVAL : err;
}
