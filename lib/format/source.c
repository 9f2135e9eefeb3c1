#include "format/source.h"

#include <errno.h>
#include <string.h>

static int
read_mem(struct source *s, uint64_t off, void *p, size_t n)
{
	memcpy(p, (const char *)s->mem + off, n);
	return 0;
}

void
source_mem(struct source *s, const void *mem, size_t size)
{
	s->read = read_mem;
	s->size = size;
	s->mem = mem;
}

int
source_read(struct source *s, uint64_t off, void *p, size_t n)
{
	if (off > s->size || n > s->size - off)
		return -ERANGE;
	return n == 0 ? 0 : s->read(s, off, p, n);
}
