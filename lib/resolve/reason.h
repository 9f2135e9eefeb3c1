#pragma once
/*
 * reason: why some picks cannot be part of a solution together. A reason is a list of
 * literals: picks, and assumptions that pre-releases of a project which are not
 * admitted now will not be admitted by what is picked later.
 */
#include "resolve/closure.h"

/* The literals of PROJECT: its pick; the assumption about its pre-releases. */
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

struct literals {
	uint32_t *list;
	size_t count, room;
};

struct reasons {
	struct closure *closure;
	struct literals current;        /* the reason that is being built */
	const struct conflict *conflict; /* one of those that led to it */
	uint32_t *stamps;               /* of literals: those in CURRENT have NOW */
	size_t stamp_room;
	uint32_t now;
	uint32_t *scratch;              /* a list of asks */
	size_t scratch_room;
	uint64_t *left;                 /* a set of candidates */
	size_t left_room;
};

/* Make the current reason an empty one. */
void reason_begin(struct reasons *r);

/* Add a literal, if it is not there. */
void reason_add(struct reasons *r, uint32_t literal);

/* Return whether the current reason has LITERAL. */
bool reason_has(const struct reasons *r, uint32_t literal);

/* Make the reason of the closure's conflict, CLOSURE_EMPTY or CLOSURE_BROKEN, the
 * current one, and record the conflict. */
void reason_of_conflict(struct reasons *r);

/* Add to the current reason why candidates of PROJECT do not fit, and why one of them
 * is needed. If no conflict is recorded, record that. */
void reason_add_project(struct reasons *r, uint32_t project);

/* Remember the current reason. */
void reason_learn(struct reasons *r);

/* Return whether CHOICE of PROJECT, which is open or has this pick, and the other picks
 * are known to be impossible; then the reason is the current one. */
bool reason_known(struct reasons *r, uint32_t project, uint32_t choice);
