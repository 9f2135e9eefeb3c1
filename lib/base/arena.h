#pragma once
/*
 * arena: memory that lives as long as the run.
 *
 * Strings, plans and facts are allocated here and freed together; nothing
 * taken from an arena is ever freed by itself. Allocation returns NULL when
 * memory is out: callers report it with diag_oom().
 */
#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks; /* newest first */
	char *next;                 /* first free byte of the newest chunk */
	char *end;                  /* one past its last byte */
};

/* An empty arena that first hands out MEM (SIZE bytes, not owned). */
void arena_init(struct arena *a, void *mem, size_t size);

/* SIZE bytes aligned for any object, not cleared; NULL if memory is out. */
void *arena_alloc(struct arena *a, size_t size);

/* Like arena_alloc() for COUNT objects of SIZE bytes, cleared to zero. */
void *arena_zero(struct arena *a, size_t count, size_t size);

/* Make the block P of OLD bytes NEW bytes long, in place if it is the last. */
void *arena_grow(struct arena *a, void *p, size_t old, size_t new);

/* A NUL-ended copy of the N bytes at S. */
char *arena_dup(struct arena *a, const char *s, size_t n);

/* A NUL-ended copy of the C string S. */
char *arena_str(struct arena *a, const char *s);

/* A string formatted as buf_fmt() does. */
char *arena_fmt(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Free all that was allocated. */
void arena_free(struct arena *a);
