#include "resolve/closure.h"

#include <string.h>

#include "format/pep440.h"

uint32_t
closure_count(const struct project *p)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < p->words; i++) {
		uint64_t set = p->fits[i] & ~p->absent[i];

		for (; set; set &= set - 1)
			n++;
	}
	return n;
}

bool
closure_admits(const struct project *p)
{
	if (p->admits || p->admitting > 0)
		return true;
	for (uint32_t i = 0; i < p->words; i++) {
		if (p->fits[i] & ~p->absent[i] & ~p->early[i])
			return false;
	}
	return true;
}

bool
closure_admitted(const struct project *p, uint32_t choice)
{
	return !bit_has(p->prereleases, choice) || closure_admits(p);
}

static uint64_t
mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return x ^ (x >> 31);
}

/* Add the pick (PROJECT, CHOICE) to the hash, or take it away. */
static void
hash_pick(struct closure *c, uint32_t project, uint32_t choice, bool away)
{
	uint64_t x = ((uint64_t)project << 32 | choice) + 0x9e3779b97f4a7c15;

	for (int i = 0; i < 2; i++, x += 0xd1b54a32d192ed03)
		c->hash[i] += away ? -mix(x) : mix(x);
}

static void
set_pick(struct closure *c, uint32_t project, uint32_t choice)
{
	c->picks = universe_more(c->universe, c->picks, c->pick_count,
	                         &c->pick_room, sizeof(*c->picks));
	c->picks[c->pick_count++] = (struct pick){ project, choice };
	c->universe->projects[project].pick = choice;
	hash_pick(c, project, choice, false);
}

static void
enqueue(struct closure *c, uint32_t project, uint32_t want)
{
	c->queue = universe_more(c->universe, c->queue, c->queue_count,
	                         &c->queue_room, sizeof(*c->queue));
	c->queue[c->queue_count++] = (struct pick){ project, want };
}

/* Record a conflict: the first one, but an empty project before broken picks. */
static void
conflict(struct closure *c, enum closure_outcome outcome, uint32_t project,
         uint32_t ask)
{
	if (c->outcome == CLOSURE_HOLDS ||
	    (c->outcome == CLOSURE_BROKEN && outcome != CLOSURE_BROKEN)) {
		c->outcome = outcome;
		c->project = project;
		c->ask = ask;
	}
}

/* Keep the candidates of P that the ask A accepts, and what was there before. */
static void
narrow(struct closure *c, struct project *p, struct ask *a)
{
	const uint64_t *bits = a->demand->accepts->bits;
	uint32_t changed = 0;

	c->universe->work += p->words;
	while (changed < p->words && !(p->fits[changed] & ~bits[changed]))
		changed++;
	if (changed == p->words)
		return;
	a->saved = (uint32_t)c->word_count;
	for (uint32_t i = 0; i < p->words; i++) {
		c->words = universe_more(c->universe, c->words, c->word_count,
		                         &c->word_room, sizeof(*c->words));
		c->words[c->word_count++] = p->fits[i];
		p->fits[i] &= bits[i];
	}
}

/* Count the ask A as one of P, or if !MORE take it away. */
static void
count_ask(struct project *p, const struct ask *a, bool more)
{
	unsigned properties = a->demand->accepts->properties;
	uint32_t one = more ? 1 : UINT32_MAX; /* - 1 */

	p->admitting += properties & PEP440_PRERELEASE ? one : 0;
	p->pinned += properties & PEP440_PINNED ? one : 0;
	p->bounded += properties & PEP440_BOUNDED ? one : 0;
	p->any += properties & PEP440_ANY ? one : 0;
	p->ask_count += a->constraint ? 0 : one;
}

static void
push_ask(struct closure *c, struct ask a)
{
	struct project *p = &c->universe->projects[a.project];
	uint32_t index = (uint32_t)c->ask_count;

	a.older = p->asks;
	a.saved = NONE;
	narrow(c, p, &a);
	count_ask(p, &a, true);
	p->asks = index;
	c->asks = universe_more(c->universe, c->asks, c->ask_count,
	                        &c->ask_room, sizeof(*c->asks));
	c->asks[c->ask_count++] = a;
	c->universe->work++;
}

static void
add_want(struct closure *c, uint32_t project, uint32_t extra, uint32_t ask)
{
	struct project *p = &c->universe->projects[project];
	uint32_t w = p->wants;

	for (; w != NONE; w = c->wants[w].older, c->universe->work++) {
		if (c->wants[w].extra == extra)
			return;
	}
	w = (uint32_t)c->want_count;
	c->wants = universe_more(c->universe, c->wants, c->want_count,
	                         &c->want_room, sizeof(*c->wants));
	c->wants[c->want_count++] = (struct want){ project, extra, ask, p->wants };
	p->wants = w;
	if (p->pick != NONE)
		enqueue(c, project, w);
}

static bool
is_empty(const struct project *p)
{
	for (uint32_t i = 0; i < p->words; i++) {
		if (p->fits[i] & ~p->absent[i])
			return false;
	}
	return true;
}

static void
add_ask(struct closure *c, const struct demand *d, uint32_t asker, uint32_t via)
{
	struct project *p = &c->universe->projects[d->project];
	bool first = p->ask_count == 0;
	struct ask a = { .demand = d, .project = d->project, .asker = asker,
		         .via = via };
	uint32_t index;

	for (size_t i = 0; first && i < p->constraint_count; i++) {
		push_ask(c, (struct ask){
			.demand = &p->constraints[i], .project = d->project,
			.asker = NONE, .via = NONE, .constraint = true });
	}
	index = (uint32_t)c->ask_count;
	push_ask(c, a);
	if (is_empty(p))
		conflict(c, CLOSURE_EMPTY, d->project, index);
	else if (p->pick != NONE && !closure_fits(p, p->pick))
		conflict(c, CLOSURE_BROKEN, d->project, index);
	if (first && p->pick != NONE)
		enqueue(c, d->project, NONE);
	/* drain() refuses a universe that is too large */
	for (uint32_t i = 0; i < d->extra_count && !universe_is_full(c->universe);
	     i++)
		add_want(c, d->project, d->extras[i], index);
}

/* Add what the pick of PROJECT requires, for the extra of WANT or for itself. */
static int
expand(struct closure *c, uint32_t project, uint32_t want)
{
	uint32_t extra = want == NONE ? NONE : c->wants[want].extra;
	const struct demands *d;
	int err = universe_find(c->universe, project,
	                        c->universe->projects[project].pick, extra, &d);

	if (err == SOLVE_UNUSABLE)
		conflict(c, CLOSURE_UNUSABLE, project, NONE);
	if (err != 0)
		return err < 0 ? err : 0;
	for (size_t i = 0; i < d->count && err == 0; i++) {
		add_ask(c, &d->list[i], project, want);
		err = universe_check(c->universe);
	}
	return err;
}

/* Expand all that waits; with STOP, until a conflict that no change of picks mends. */
static int
drain(struct closure *c, bool stop)
{
	int err = universe_check(c->universe);

	for (size_t i = 0; i < c->queue_count && err == 0; i++) {
		if (stop && c->outcome != CLOSURE_HOLDS &&
		    c->outcome != CLOSURE_BROKEN)
			break;
		err = expand(c, c->queue[i].project, c->queue[i].choice);
		if (err == 0)
			err = universe_check(c->universe);
	}
	c->queue_count = 0;
	return err < 0 ? err : (int)c->outcome;
}

int
closure_pick(struct closure *c, uint32_t project, uint32_t choice, bool stop)
{
	uint32_t w = c->universe->projects[project].wants;

	c->outcome = CLOSURE_HOLDS;
	set_pick(c, project, choice);
	enqueue(c, project, NONE);
	for (; w != NONE; w = c->wants[w].older)
		enqueue(c, project, w);
	return drain(c, stop);
}

struct closure_mark
closure_mark(const struct closure *c)
{
	return (struct closure_mark){ c->ask_count, c->want_count,
		                      c->pick_count };
}

static void
pop_ask(struct closure *c)
{
	const struct ask *a = &c->asks[--c->ask_count];
	struct project *p = &c->universe->projects[a->project];

	p->asks = a->older;
	count_ask(p, a, false);
	if (a->saved != NONE) {
		memcpy(p->fits, c->words + a->saved, p->words * sizeof(uint64_t));
		c->word_count = a->saved;
	}
}

void
closure_undo(struct closure *c, struct closure_mark mark)
{
	struct project *projects = c->universe->projects;

	while (c->want_count > mark.wants) {
		const struct want *w = &c->wants[--c->want_count];

		projects[w->project].wants = w->older;
	}
	while (c->ask_count > mark.asks)
		pop_ask(c);
	while (c->pick_count > mark.picks) {
		const struct pick *p = &c->picks[--c->pick_count];

		projects[p->project].pick = NONE;
		hash_pick(c, p->project, p->choice, true);
	}
}

int
closure_begin(struct closure *c, const struct pick *picks, size_t count)
{
	int err = 0;

	closure_undo(c, (struct closure_mark){ 0, 0, 0 });
	c->outcome = CLOSURE_HOLDS;
	for (size_t i = 0; i < count; i++)
		set_pick(c, picks[i].project, picks[i].choice);
	for (size_t i = 0; i < c->root_count && err == 0; i++) {
		add_ask(c, &c->roots[i], NONE, NONE);
		err = universe_check(c->universe);
	}
	return err < 0 ? err : drain(c, false);
}
