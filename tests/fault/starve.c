/*
 * starve: the arena, in a build of the product whose allocations fail from one on:
 * the STARVE-th (a variable of the environment, from 1). Each allocation is one of
 * its own here; from what a caller gives to arena_init() nothing is taken.
 */
#include <stddef.h>
#include <stdlib.h>

extern char **environ;

static void *starved_malloc(size_t n);
static void *starved_realloc(void *p, size_t n);

#define ARENA_CHUNK 1
#define malloc starved_malloc
#define realloc starved_realloc
#define arena_init arena_init_with
#include "lib/base/arena.c"
#undef arena_init
#undef malloc
#undef realloc

void arena_init(struct arena *a, void *mem, size_t size);

void
arena_init(struct arena *a, void *mem, size_t size)
{
	(void)mem;
	(void)size;
	arena_init_with(a, NULL, 0);
}

/* Return the value of the variable STARVE; 0 without it. */
static long
read_limit(void)
{
	long n = 0;

	for (char **e = environ; *e; e++) {
		if (strncmp(*e, "STARVE=", 7) != 0)
			continue;
		for (const char *p = *e + 7; *p >= '0' && *p <= '9'; p++)
			n = n * 10 + (*p - '0');
	}
	return n;
}

/* Return whether this allocation, or one before it, fails. */
static int
is_over(void)
{
	static long limit = -1, count;

	if (limit < 0)
		limit = read_limit();
	/* workers count, too: it does not matter which one meets the end */
	return limit > 0 &&
	       __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED) >= limit;
}

static void *
starved_malloc(size_t n)
{
	return is_over() ? NULL : malloc(n);
}

static void *
starved_realloc(void *p, size_t n)
{
	return is_over() ? NULL : realloc(p, n);
}
