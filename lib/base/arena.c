#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#ifndef ARENA_CHUNK
#define ARENA_CHUNK (64 * 1024)
#endif

enum { CHUNK_SIZE = ARENA_CHUNK, ALIGN = 16, FIRST_ROOM = 16 };

struct arena_chunk {
	struct arena_chunk *older;
	size_t unused; /* keeps the bytes after the header aligned */
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

void (*arena_stop_workers)(void);
void (*arena_end)(void);

static struct arena_cleanup *cleanups; /* the newest first */

void
arena_cleanup_add(struct arena_cleanup *c)
{
	c->older = cleanups;
	cleanups = c;
}

void
arena_cleanup_drop(struct arena_cleanup *c)
{
	struct arena_cleanup **at = &cleanups;

	while (*at && *at != c)
		at = &(*at)->older;
	if (*at)
		*at = c->older;
}

void
arena_exhausted(void)
{
	if (arena_stop_workers)
		arena_stop_workers();
	arena_stop_workers = NULL;
	/* one that allocates comes back here, and the older ones run */
	while (cleanups) {
		struct arena_cleanup *c = cleanups;

		cleanups = c->older;
		c->run(c);
	}
	if (arena_end)
		arena_end();
	__builtin_trap();
}

static char *
align_up(char *p)
{
	return p + (-(uintptr_t)p & (ALIGN - 1));
}

/* Return SIZE bytes at P, where the arena continues, or in a new chunk. */
static void *
take(struct arena *a, char *p, size_t size)
{
	if (!p || p > a->end || (size_t)(a->end - p) < size) {
		size_t need = size < CHUNK_SIZE ? CHUNK_SIZE : size;
		struct arena_chunk *c;

		if (need > SIZE_MAX - sizeof(*c) - ALIGN)
			arena_exhausted();
		c = malloc(sizeof(*c) + ALIGN + need);
		if (!c)
			arena_exhausted();
		c->older = a->chunks;
		a->chunks = c;
		p = align_up((char *)(c + 1));
		/* exactly: one of CHUNK_SIZE or more is alone in its chunk */
		a->end = p + need;
	}
	a->next = p + size;
	return p;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	return take(a, a->next ? align_up(a->next) : NULL, size);
}

void *
arena_zero(struct arena *a, size_t count, size_t size)
{
	void *p;

	if (size && count > SIZE_MAX / size)
		arena_exhausted();
	p = arena_alloc(a, count * size);
	memset(p, 0, count * size);
	return p;
}

/* Return where A keeps the chunk that holds nothing but the block P; NULL: it is
 * with others. */
static struct arena_chunk **
find_own_chunk(struct arena *a, const void *p, size_t size)
{
	struct arena_chunk **at = &a->chunks;

	if (size < CHUNK_SIZE)
		return NULL;
	while (*at && align_up((char *)(*at + 1)) != p)
		at = &(*at)->older;
	return *at ? at : NULL;
}

/* Let the chunk *AT hold a block of SIZE bytes, and return that. */
static void *
grow_chunk(struct arena *a, struct arena_chunk **at, size_t size)
{
	bool newest = at == &a->chunks;
	struct arena_chunk *c;

	if (size > SIZE_MAX - sizeof(*c) - ALIGN)
		arena_exhausted();
	c = realloc(*at, sizeof(*c) + ALIGN + size);
	if (!c)
		arena_exhausted();
	*at = c;
	if (newest)
		a->next = a->end = align_up((char *)(c + 1)) + size;
	return align_up((char *)(c + 1));
}

void *
arena_grow(struct arena *a, void *p, size_t old, size_t new)
{
	struct arena_chunk **own;
	void *q;

	if (p && (char *)p + old == a->next && new >= old &&
	    (size_t)(a->end - (char *)p) >= new) {
		a->next = (char *)p + new;
		return p;
	}
	/* a large list would leave its old copies in the arena */
	own = p && new > old ? find_own_chunk(a, p, old) : NULL;
	if (own)
		return grow_chunk(a, own, new);
	q = arena_alloc(a, new);
	if (p)
		memcpy(q, p, old < new ? old : new);
	return q;
}

void *
arena_more(struct arena *a, void *list, size_t count, size_t *room, size_t size)
{
	size_t old = *room, more = old ? old * 2 : FIRST_ROOM;

	if (count < old)
		return list;
	if (old > SIZE_MAX / 2 / size)
		arena_exhausted();
	list = arena_grow(a, list, old * size, more * size);
	*room = more;
	return list;
}

char *
arena_dup(struct arena *a, const char *s, size_t n)
{
	char *p;

	if (n == SIZE_MAX)
		arena_exhausted();
	p = take(a, a->next, n + 1); /* bytes need no alignment */
	if (n)
		memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

char *
arena_str(struct arena *a, const char *s)
{
	return arena_dup(a, s, strlen(s));
}

struct arena_mark
arena_mark(const struct arena *a)
{
	return (struct arena_mark){ a->chunks, a->next, a->end };
}

void
arena_rewind(struct arena *a, const struct arena_mark *m)
{
	while (a->chunks != m->chunks) {
		struct arena_chunk *c = a->chunks;

		a->chunks = c->older;
		free(c);
	}
	a->next = m->next;
	a->end = m->end;
}

void
arena_free(struct arena *a)
{
	arena_rewind(a, &(struct arena_mark){ .chunks = NULL });
}

char *
arena_fmt(struct arena *a, const char *fmt, ...)
{
	struct buf b;
	va_list ap;

	char *s;

	buf_init(&b, a);
	va_start(ap, fmt);
	buf_vfmt(&b, fmt, ap);
	va_end(ap);
	s = buf_str(&b);
	/* give back what is left of the buffer */
	if (s + b.cap == a->next)
		a->next = s + b.len + 1;
	return s;
}
