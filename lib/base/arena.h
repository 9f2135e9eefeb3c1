#pragma once
/*
 * arena: memory that lives as long as the run.
 *
 * Strings, plans and facts are allocated here and freed together; nothing
 * taken from an arena is ever freed by itself. No allocation returns NULL: when
 * memory is out, arena_exhausted() ends the program.
 */
#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks; /* newest first */
	char *next;                 /* first free byte of the newest chunk */
	char *end;                  /* one past its last byte */
};

/* Make A an empty arena that first hands out MEM (SIZE bytes, not owned). */
void arena_init(struct arena *a, void *mem, size_t size);

/* Return SIZE bytes aligned for any object, not cleared. */
void *arena_alloc(struct arena *a, size_t size);

/* Return space for COUNT objects of SIZE bytes, cleared to zero. */
void *arena_zero(struct arena *a, size_t count, size_t size);

/* Return the block P of OLD bytes made NEW bytes long, in place if it is the
 * last one. P may be gone. */
void *arena_grow(struct arena *a, void *p, size_t old, size_t new);

/*
 * Return LIST, COUNT objects of SIZE bytes, with space for one more. *ROOM is
 * the number of objects that fit; start with NULL and 0. It is doubled when
 * needed, and what is added is not cleared.
 */
void *arena_more(struct arena *a, void *list, size_t count, size_t *room,
                 size_t size);

/* Return a NUL-ended copy of the N bytes at S. */
char *arena_dup(struct arena *a, const char *s, size_t n);

/* Return a copy of the C string S. */
char *arena_str(struct arena *a, const char *s);

/* Return a string formatted by buf_fmt(). */
char *arena_fmt(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Free all that was allocated. */
void arena_free(struct arena *a);

/* Where an arena stood, to free all that is allocated later. */
struct arena_mark {
	struct arena_chunk *chunks;
	char *next, *end;
};

struct arena_mark arena_mark(const struct arena *a);

/* Free what was allocated from A since M. No block that is older may have grown. */
void arena_rewind(struct arena *a, const struct arena_mark *m);

/* A clean-up to run before the program ends for lack of memory. */
struct arena_cleanup {
	void (*run)(struct arena_cleanup *c); /* any allocation ends it */
	struct arena_cleanup *older;
};

/* Register C, which the caller owns, and take it back. Not for workers. */
void arena_cleanup_add(struct arena_cleanup *c);
void arena_cleanup_drop(struct arena_cleanup *c);

/* End the program: stop the workers, run the clean-ups, the last one registered
 * first, then call arena_end. */
void arena_exhausted(void) __attribute__((noreturn));

/* End the calling worker, or wait until all workers have ended; NULL: there are
 * none. */
extern void (*arena_stop_workers)(void);

/* Report that memory is out, and do not return. The program sets it; without it
 * the end is a trap. */
extern void (*arena_end)(void);
