#pragma once
/*
 * universe: what the resolver has learnt from its caller: projects, their candidates
 * and what these require. Each question is asked once. A set of candidates of one
 * project is an array of words with one bit for each, in the caller's order.
 */
#include <stdint.h>

#include "base/arena.h"
#include "resolve/solve.h"

struct diag;

enum {
	UNIVERSE_MEMORY = 64 * 1024 * 1024,
	UNIVERSE_WORK = 1000 * SOLVE_MAX_STEPS,
	UNUSABLE_KEPT = 3,
};

/* Stands for no project, candidate, ... */
#define NONE UINT32_MAX

/* The candidates of a project that a specifier, or a file, accepts. */
struct acceptance {
	const char *specifiers;
	void *file;
	uint64_t *bits;
	unsigned properties; /* see pep440_properties() */
};

/* A requirement for a project of the universe. */
struct demand {
	uint32_t project;
	uint32_t extra_count;
	const uint32_t *extras; /* indexes of names in universe.extras */
	const struct acceptance *accepts;
	const struct solve_need *need;
};

/* The requirements of a candidate, or of one extra of it. */
struct demands {
	uint32_t extra; /* NONE: those of the candidate itself */
	size_t count;
	struct demand *list;
	struct demands *next;
};

struct occurrence;

struct choice {
	struct solve_candidate *candidate;
	struct demands *demands; /* those that are known */
	struct occurrence *occurrences; /* see reason.c */
	size_t occurrence_count, occurrence_room;
};

struct project {
	const char *name;
	bool listed;           /* the candidates are known */
	struct choice *choices;
	uint32_t count, words; /* candidates; words of a set */
	uint64_t *absent;      /* unusable, or a pre-release that is never taken */
	uint64_t *early;       /* pre-releases */
	uint64_t *prereleases; /* those that need permission */
	uint64_t *installed;
	bool admits;           /* pre-releases, whatever the requirements say */
	bool has_file;         /* a root or a constraint names a file */
	const char *unusable[UNUSABLE_KEPT]; /* why candidates are */
	uint32_t unusable_count;
	struct demand *constraints;
	size_t constraint_count, constraint_room;

	/* The state of the search. */
	uint64_t *fits;        /* accepted by all requirements in force */
	uint32_t pick;         /* NONE: open */
	uint32_t asks;         /* the newest requirement in force; NONE */
	uint32_t ask_count;    /* without constraints */
	uint32_t wants;        /* the newest extra that is wanted; NONE */
	uint32_t admitting, pinned, bounded, any; /* requirements like that */
	uint32_t order;        /* of the first root that names it; NONE */
	uint64_t conflicts;    /* in which no candidate of it was left */
	uint64_t *reason;      /* a set, see reason.h; NULL */
	bool open;             /* try pre-releases that are not admitted */
};

struct universe {
	const struct solve_problem *problem;
	struct arena arena;
	size_t used;           /* bytes of the arena */
	uint64_t work;         /* what was looked at: a unit takes about 20 ns */
	struct diag *diag;
	struct project *projects;
	size_t count, room;
	const char **extras;
	size_t extra_count, extra_room;
	struct slot *slots;    /* of a hash table of all of them */
	size_t slot_count, slot_room;
};

/* Make U an empty universe of P, with an arena that the caller frees. */
void universe_init(struct universe *u, const struct solve_problem *p,
                   struct diag *d);

/* Return whether too much memory or work was used. */
static inline bool
universe_is_full(const struct universe *u)
{
	return u->used > UNIVERSE_MEMORY || u->work > UNIVERSE_WORK;
}

/* Return 0, or refuse if the universe is full. */
int universe_check(struct universe *u);

/* Report that the problem is too hard; return -E2BIG. */
int universe_refuse(struct universe *u);

/* Return cleared memory for COUNT objects of SIZE bytes. */
void *universe_alloc(struct universe *u, size_t count, size_t size);

/* Do as arena_more(), for U's arena. */
void *universe_more(struct universe *u, void *list, size_t count, size_t *room,
                    size_t size);

/* Translate COUNT requirements at NEEDS into demands, in *LIST. Projects that they
 * name are listed. Return 0, or the error of a callback. */
int universe_demands(struct universe *u, const struct solve_need *needs,
                     size_t count, struct demand **list);

/* Find what candidate C of project P requires for EXTRA (NONE: for itself). Return 0,
 * SOLVE_UNUSABLE, after which the candidate is absent, or the error of a callback. */
int universe_find(struct universe *u, uint32_t p, uint32_t c, uint32_t extra,
                  const struct demands **found);

static inline bool
bit_has(const uint64_t *bits, uint32_t i)
{
	return bits[i / 64] >> (i % 64) & 1;
}

static inline void
bit_set(uint64_t *bits, uint32_t i)
{
	bits[i / 64] |= (uint64_t)1 << (i % 64);
}
