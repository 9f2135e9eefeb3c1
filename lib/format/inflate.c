#include "format/inflate.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include "base/arena.h"

static void *
take(void *arena, unsigned count, unsigned size)
{
	return arena_zero(arena, count, size);
}

static void
leave(void *arena, void *p)
{
	/* the arena frees all at once */
	(void)arena;
	(void)p;
}

int
inflate_raw(struct arena *a, const void *src, size_t n, size_t size, char **out)
{
	z_stream z;
	int status;
	char *p;

	if (n > UINT_MAX || size > UINT_MAX)
		return -EINVAL;
	p = arena_alloc(a, size);
	if (!p)
		return -ENOMEM;
	memset(&z, 0, sizeof(z));
	z.zalloc = take;
	z.zfree = leave;
	z.opaque = a;
	if (inflateInit2(&z, -MAX_WBITS) != Z_OK)
		return -ENOMEM;
	/* zlib without ZLIB_CONST takes the input as not const */
	z.next_in = (unsigned char *)(uintptr_t)src;
	z.avail_in = (unsigned)n;
	z.next_out = (unsigned char *)p;
	z.avail_out = (unsigned)size;
	status = inflate(&z, Z_FINISH);
	inflateEnd(&z);
	if (status == Z_MEM_ERROR)
		return -ENOMEM;
	if (status != Z_STREAM_END || z.avail_in > 0 || z.avail_out > 0)
		return -EINVAL;
	*out = p;
	return 0;
}
