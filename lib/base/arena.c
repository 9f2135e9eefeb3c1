#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_SIZE = 64 * 1024, ALIGN = 16 };

struct arena_chunk {
	struct arena_chunk *older;
	size_t unused; /* keeps the bytes behind the header aligned */
};

void
arena_init(struct arena *a, void *mem, size_t size)
{
	a->chunks = NULL;
	a->next = mem;
	a->end = NULL;
	if (mem)
		a->end = (char *)mem + size;
}

static char *
align_up(char *p)
{
	return p + (-(uintptr_t)p & (ALIGN - 1));
}

void *
arena_alloc(struct arena *a, size_t size)
{
	char *p = a->next ? align_up(a->next) : NULL;

	if (!p || p > a->end || (size_t)(a->end - p) < size) {
		size_t need = size < CHUNK_SIZE ? CHUNK_SIZE : size;
		struct arena_chunk *c;

		if (need > SIZE_MAX - sizeof(*c) - ALIGN)
			return NULL;
		c = malloc(sizeof(*c) + ALIGN + need);
		if (!c)
			return NULL;
		c->older = a->chunks;
		a->chunks = c;
		p = align_up((char *)(c + 1));
		a->end = (char *)(c + 1) + ALIGN + need;
	}
	a->next = p + size;
	return p;
}

void *
arena_zero(struct arena *a, size_t count, size_t size)
{
	void *p;

	if (size && count > SIZE_MAX / size)
		return NULL;
	p = arena_alloc(a, count * size);
	if (p)
		memset(p, 0, count * size);
	return p;
}

void *
arena_grow(struct arena *a, void *p, size_t old, size_t new)
{
	void *q;

	if (p && (char *)p + old == a->next && new >= old &&
	    (size_t)(a->end - (char *)p) >= new) {
		a->next = (char *)p + new;
		return p;
	}
	q = arena_alloc(a, new);
	if (q && p)
		memcpy(q, p, old < new ? old : new);
	return q;
}

char *
arena_dup(struct arena *a, const char *s, size_t n)
{
	char *p = n < SIZE_MAX ? arena_alloc(a, n + 1) : NULL;

	if (p) {
		if (n)
			memcpy(p, s, n);
		p[n] = '\0';
	}
	return p;
}

char *
arena_str(struct arena *a, const char *s)
{
	return arena_dup(a, s, strlen(s));
}

void
arena_free(struct arena *a)
{
	while (a->chunks) {
		struct arena_chunk *c = a->chunks;

		a->chunks = c->older;
		free(c);
	}
	arena_init(a, NULL, 0);
}
