/* Apart from arena.c, on which buf stands. */
#include "base/arena.h"
#include "base/buf.h"

char *
arena_fmt(struct arena *a, const char *fmt, ...)
{
	struct buf b;
	va_list ap;

	buf_init(&b, a);
	va_start(ap, fmt);
	buf_vfmt(&b, fmt, ap);
	va_end(ap);
	return buf_str(&b);
}
