#include "format/inflate.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include "base/arena.h"

/* Where the inflated bytes go. */
struct target {
	char *next;
	size_t room;
};

/*
 * zlib's state, 7 KB, is wanted once a stream. One stream at a time is read,
 * so they share this memory: fresh pages cost more than inflating does.
 */
static _Alignas(max_align_t) char state[12 * 1024];

static void *
take(void *arena, unsigned count, unsigned size)
{
	size_t n = (size_t)count * size;

	return n <= sizeof(state) ? state : arena_alloc(arena, n);
}

static void
leave(void *arena, void *p)
{
	/* the arena frees all at once */
	(void)arena;
	(void)p;
}

static unsigned
no_more(void *ctx, z_const unsigned char **p)
{
	(void)ctx;
	*p = NULL;
	return 0;
}

static int
put(void *target, unsigned char *p, unsigned n)
{
	struct target *t = target;

	if (n > t->room)
		return -1;
	memcpy(t->next, p, n);
	t->next += n;
	t->room -= n;
	return 0;
}

/*
 * inflateBack() and not inflate(): it is all that raw deflate needs, and a
 * third of the code, since no checksum and no header comes with it.
 */
int
inflate_raw(struct arena *a, const void *src, size_t n, size_t size, char **out)
{
	/* one stream at a time; most need but a few pages of it */
	static unsigned char window[1 << MAX_WBITS];
	struct target t;
	z_stream z;
	int status;

	if (n > UINT_MAX)
		return -EINVAL;
	*out = arena_alloc(a, size);
	if (!*out)
		return -ENOMEM;
	t = (struct target){ .next = *out, .room = size };
	memset(&z, 0, sizeof(z));
	z.zalloc = take;
	z.zfree = leave;
	z.opaque = a;
	if (inflateBackInit(&z, MAX_WBITS, window) != Z_OK)
		return -ENOMEM;
	/* zlib without ZLIB_CONST takes the input as not const */
	z.next_in = (unsigned char *)(uintptr_t)src;
	z.avail_in = (unsigned)n;
	status = inflateBack(&z, no_more, NULL, put, &t);
	inflateBackEnd(&z);
	return status == Z_STREAM_END && z.avail_in == 0 && t.room == 0
	               ? 0 : -EINVAL;
}
