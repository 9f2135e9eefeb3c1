#pragma once
/*
 * reason: why some picks cannot be part of a solution together. A reason has literals:
 * a project and a set of its candidates, of which one is picked now; or the assumption
 * that pre-releases of a project which are not admitted now will not be admitted by
 * what is picked later. No solution has for each project of the reason a pick of its
 * set. The sets have what is known to conflict alike: all versions of bb that need aa<2.
 */
#include "resolve/closure.h"

/* A literal is a number: of a project with a set, of the assumption about it. */
static inline uint32_t
literal_pick(uint32_t project)
{
	return project * 2;
}

static inline uint32_t
literal_assumed(uint32_t project)
{
	return project * 2 + 1;
}

enum { CONFLICT_ASKS = 4 };

/* A conflict, for messages. */
struct conflict {
	uint32_t project;    /* for which no candidate is left, or ... */
	uint32_t pick;       /* ... this one is not accepted; NONE */
	uint32_t count;
	struct {
		const struct demand *demand;
		struct pick asker; /* a project of NONE: the user */
		bool constraint;
	} asks[CONFLICT_ASKS];
};

/* Literals, as a stack of words: the number of each, and then its set. */
struct literals {
	uint64_t *words;
	size_t count, room;
};

struct reasons {
	struct closure *closure;
	uint32_t *current;              /* literals of the reason being built; the
	                                   sets are those of the projects */
	size_t count, room;
	const struct conflict *conflict; /* one of those that led to it */
	uint32_t *stamps;               /* of literals: those in CURRENT have NOW */
	size_t *places;                 /* of literals in a stack; scratch */
	size_t stamp_room;
	uint32_t now;
	uint32_t *scratch;              /* a list of asks */
	size_t scratch_room;
	uint64_t *left, *set;           /* sets of candidates; scratch */
	size_t set_room;
};

/* Make the current reason an empty one. */
void reason_begin(struct reasons *r);

/* Add the pick of PROJECT, or the assumption about it. */
void reason_add_pick(struct reasons *r, uint32_t project);
void reason_add_assumed(struct reasons *r, uint32_t project);

/* Return whether the current reason has LITERAL. */
bool reason_has(const struct reasons *r, uint32_t literal);

/* Make the reason of the closure's conflict, CLOSURE_EMPTY or CLOSURE_BROKEN, the
 * current one, and record the conflict. */
void reason_of_conflict(struct reasons *r);

/* Add to the current reason why candidates of PROJECT do not fit, and why one of them
 * is needed. If no conflict is recorded, record that. */
void reason_add_project(struct reasons *r, uint32_t project);

/* Add the current reason, without PROJECT, to the literals in STACK from START on. The
 * current reason is gone. */
void reason_push(struct reasons *r, struct literals *stack, size_t start,
                 uint32_t project);

/* Make the literals in STACK from START on the current reason. */
void reason_pop(struct reasons *r, const struct literals *stack, size_t start);

/* Remember the current reason. */
void reason_learn(struct reasons *r);

/* Return whether CHOICE of PROJECT, which is open or has this pick, and the other picks
 * are known to be impossible; then the reason is the current one. */
bool reason_known(struct reasons *r, uint32_t project, uint32_t choice);
