#pragma once
/*
 * closure: the requirements that are in force while the resolver has picked some
 * candidates: those of the roots, and of each pick that they reach, with the extras
 * that are wanted of it. They are undone in reverse order.
 */
#include "resolve/universe.h"

/* A requirement in force. */
struct ask {
	const struct demand *demand;
	uint32_t project;   /* for which */
	uint32_t asker;     /* project whose pick has it; NONE: root, constraint */
	uint32_t via;       /* the want that added it; NONE */
	uint32_t older;     /* the next older one for the project; NONE */
	uint32_t saved;     /* where the project's FITS is kept; NONE: no change */
	bool constraint;
};

/* An extra of a project that is wanted. */
struct want {
	uint32_t project, extra;
	uint32_t ask;   /* who wants it */
	uint32_t older; /* the next older one for the project; NONE */
};

struct pick {
	uint32_t project, choice;
};

/* How far the closure got, to undo what comes later. */
struct closure_mark {
	size_t asks, wants, picks;
};

enum closure_outcome {
	CLOSURE_HOLDS,
	CLOSURE_EMPTY,    /* no candidate of PROJECT is left, because of ASK */
	CLOSURE_BROKEN,   /* ASK does not accept the pick of PROJECT */
	CLOSURE_UNUSABLE, /* the pick of PROJECT turned out to be unusable */
};

struct closure {
	struct universe *universe;
	const struct demand *roots;
	size_t root_count;

	struct ask *asks;
	size_t ask_count, ask_room;
	struct want *wants;
	size_t want_count, want_room;
	uint64_t *words; /* FITS of projects before they changed */
	size_t word_count, word_room;
	struct pick *picks;
	size_t pick_count, pick_room;
	struct pick *queue; /* (project, want) whose requirements come next */
	size_t queue_count, queue_room;
	uint64_t hash[2];   /* of the set of picks */

	/* The first conflict, set with an outcome. */
	enum closure_outcome outcome;
	uint32_t project, ask;
};

/* Pick CHOICE of PROJECT, which is open, and add what it requires; with STOP, not all
 * of it after CLOSURE_EMPTY or CLOSURE_UNUSABLE. Return an enum closure_outcome, or
 * the negative error of a callback. */
int closure_pick(struct closure *c, uint32_t project, uint32_t choice, bool stop);

/* Begin anew with the COUNT picks, and add what those of them that the roots reach
 * require. Return the same. */
int closure_begin(struct closure *c, const struct pick *picks, size_t count);

struct closure_mark closure_mark(const struct closure *c);
void closure_undo(struct closure *c, struct closure_mark mark);

/* Return whether requirements in force, and not having turned out unusable, let CHOICE
 * of P be taken; permission for pre-releases aside. */
static inline bool
closure_fits(const struct project *p, uint32_t choice)
{
	return bit_has(p->fits, choice) && !bit_has(p->absent, choice);
}

/* Return how many candidates of P fit. */
uint32_t closure_count(const struct project *p);

/* Return whether all pre-releases of P are admitted: a requirement names one, or no
 * final release fits (spec/locks.md 3.4). */
bool closure_admits(const struct project *p);

/* Return whether CHOICE of P needs no permission, or has it. */
bool closure_admitted(const struct project *p, uint32_t choice);
