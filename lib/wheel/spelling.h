#pragma once
/*
 * spelling: names that differ only in the case of their letters, where the system of
 * an environment has one file for them (layout.h, one_case). The first spelling
 * stands for all, as it does when pip writes them there. Only ASCII letters have a
 * case here.
 */
#include <stddef.h>

#include "base/arena.h"

struct places;
struct spelling_slot;

struct spelling {
	const struct places *there; /* the environment whose entries count as
	                               soon as their directory is named, but
	                               for those that go; NULL: none */
	struct arena *arena;
	struct arena memory; /* of the slots */
	struct spelling_slot *slots; /* CAP of them, or none */
	size_t cap, count, room;
};

/* Make S empty, with the entries of THERE, which may be NULL, and room for FILES files
 * and as many directories; it grows. It allocates paths from A; free the rest with
 * spelling_end(). */
void spelling_init(struct spelling *s, const struct places *there, size_t files,
                   struct arena *a);

/* Return PATH, relative to the environment, in the spelling that its names, each in
 * its directory, had first: PATH itself, which has to last as long as S, or one from
 * the arena. */
const char *spelling_settle(struct spelling *s, const char *path);

/* Free S; the paths that it returned stay. */
void spelling_end(struct spelling *s);
