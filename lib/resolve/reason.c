#include "resolve/reason.h"

#include <string.h>

enum { MAX_LEARNT = 32 };

/* What was learnt: these picks are impossible together, as long as the projects of the
 * assumptions are not open. */
struct learnt {
	const struct conflict *conflict;
	uint32_t count, assumed; /* picks, then assumptions */
	struct pick list[];
};

struct occurrence {
	const struct learnt *learnt;
	struct occurrence *older;
};

void
reason_begin(struct reasons *r)
{
	struct universe *u = r->closure->universe;

	if (r->stamp_room < u->room * 2) {
		r->stamp_room = u->room * 2;
		r->stamps = universe_alloc(u, r->stamp_room, sizeof(uint32_t));
		r->now = 0;
	}
	r->now++;
	r->current.count = 0;
}

bool
reason_has(const struct reasons *r, uint32_t literal)
{
	return r->stamps[literal] == r->now;
}

void
reason_add(struct reasons *r, uint32_t literal)
{
	struct literals *l = &r->current;

	if (reason_has(r, literal))
		return;
	r->stamps[literal] = r->now;
	l->list = universe_more(r->closure->universe, l->list, l->count,
	                        &l->room, sizeof(*l->list));
	l->list[l->count++] = literal;
}

/* Add those who are answerable for ASK, or return whether they are all there. An extra
 * is there because another requirement wants it. */
static bool
asker_literals(struct reasons *r, uint32_t ask, bool add)
{
	const struct closure *c = r->closure;

	while (c->asks[ask].asker != NONE) {
		uint32_t literal = literal_pick(c->asks[ask].asker);

		if (add)
			reason_add(r, literal);
		else if (!reason_has(r, literal))
			return false;
		if (c->asks[ask].via == NONE)
			break;
		ask = c->wants[c->asks[ask].via].ask;
	}
	return true;
}

/* List the requirements in force for P, the oldest first; return their number. */
static size_t
list_asks(struct reasons *r, const struct project *p)
{
	struct closure *c = r->closure;
	size_t count = p->ask_count + p->constraint_count;

	if (r->scratch_room < count) {
		r->scratch_room = count * 2;
		r->scratch = universe_alloc(c->universe, r->scratch_room,
		                            sizeof(*r->scratch));
	}
	for (uint32_t i = p->asks, n = (uint32_t)count; i != NONE;
	     i = c->asks[i].older)
		r->scratch[--n] = i;
	return count;
}

/* Take the candidates that ASK excludes from R's set; return whether there are any. */
static bool
take_excluded(struct reasons *r, const struct project *p, uint32_t ask)
{
	const uint64_t *bits = r->closure->asks[ask].demand->accepts->bits;
	bool any = false;

	r->closure->universe->work += p->words;
	for (uint32_t i = 0; i < p->words; i++) {
		any |= (r->left[i] & ~bits[i]) != 0;
		r->left[i] &= bits[i];
	}
	return any;
}

/* Put the candidates of P that exist, or of those the ones that do not FIT, in R's
 * set. */
static void
set_left(struct reasons *r, const struct project *p, bool unfit)
{
	if (r->left_room < p->words) {
		r->left_room = (size_t)p->words * 2;
		r->left = universe_alloc(r->closure->universe, r->left_room,
		                         sizeof(*r->left));
	}
	for (uint32_t i = 0; i < p->words; i++) {
		r->left[i] = ~p->absent[i] & (unfit ? ~p->fits[i] : ~(uint64_t)0);
		if (i == p->words - 1 && p->count % 64)
			r->left[i] &= ((uint64_t)1 << p->count % 64) - 1;
	}
}

/* Add ASK to the conflict K, if that is not NULL. */
static void
record(struct reasons *r, struct conflict *k, uint32_t ask)
{
	const struct ask *a = &r->closure->asks[ask];

	if (!k || k->count == CONFLICT_ASKS)
		return;
	k->asks[k->count].demand = a->demand;
	k->asks[k->count].constraint = a->constraint;
	k->asks[k->count].asker.project = a->asker;
	if (a->asker != NONE)
		k->asks[k->count].asker.choice =
			r->closure->universe->projects[a->asker].pick;
	k->count++;
}

/* Add those who exclude the candidates in R's set, and one of those who need P: first
 * who costs no literal, then FIRST if it is not NONE, then the oldest. */
static void
add_excluders(struct reasons *r, const struct project *p, uint32_t first,
              struct conflict *k)
{
	size_t count = list_asks(r, p);
	uint32_t oldest = NONE;
	bool needed = false;

	for (int pass = 0; pass < 3; pass++) {
		for (size_t i = 0; i < count; i++) {
			uint32_t ask = r->scratch[i];
			bool real = !r->closure->asks[ask].constraint;

			if (oldest == NONE && real)
				oldest = ask;
			if (pass == 0 && !asker_literals(r, ask, false))
				continue;
			if (pass == 1 && ask != first)
				continue;
			needed |= real && pass == 0;
			if (!take_excluded(r, p, ask))
				continue;
			record(r, k, ask);
			asker_literals(r, ask, true);
			needed |= real;
		}
	}
	if (!needed && oldest != NONE) {
		record(r, k, oldest);
		asker_literals(r, oldest, true);
	}
}

static struct conflict *
new_conflict(struct reasons *r, uint32_t project)
{
	struct conflict *k = universe_alloc(r->closure->universe, 1, sizeof(*k));

	k->project = project;
	k->pick = NONE;
	return k;
}

void
reason_add_project(struct reasons *r, uint32_t project)
{
	const struct project *p = &r->closure->universe->projects[project];

	struct conflict *k = NULL;

	if (!r->conflict) {
		k = new_conflict(r, project);
		r->conflict = k;
	}
	set_left(r, p, true);
	add_excluders(r, p, NONE, k);
}

void
reason_of_conflict(struct reasons *r)
{
	struct closure *c = r->closure;
	struct project *p = &c->universe->projects[c->project];
	struct conflict *k = new_conflict(r, c->project);

	p->conflicts++;
	reason_begin(r);
	if (c->outcome == CLOSURE_EMPTY) {
		set_left(r, p, false);
		add_excluders(r, p, c->ask, k);
		if (k->count == 0)
			record(r, k, c->ask);
	} else {
		k->pick = p->pick;
		reason_add(r, literal_pick(c->project));
		record(r, k, c->ask);
		asker_literals(r, c->ask, true);
	}
	r->conflict = k;
}

void
reason_learn(struct reasons *r)
{
	struct universe *u = r->closure->universe;
	const struct literals *l = &r->current;
	struct learnt *n;

	if (l->count == 0 || l->count > MAX_LEARNT)
		return;
	n = universe_alloc(u, 1, sizeof(*n) + l->count * sizeof(*n->list));
	n->conflict = r->conflict;
	for (size_t i = 0; i < l->count; i++) {
		uint32_t project = l->list[i] / 2;

		if (l->list[i] % 2 == 0)
			n->list[n->count++] = (struct pick){
				project, u->projects[project].pick };
	}
	for (size_t i = 0; i < l->count; i++) {
		if (l->list[i] % 2)
			n->list[n->count + n->assumed++].project = l->list[i] / 2;
	}
	for (uint32_t i = 0; i < n->count; i++) {
		struct choice *c = &u->projects[n->list[i].project]
					    .choices[n->list[i].choice];
		struct occurrence *o = universe_alloc(u, 1, sizeof(*o));

		*o = (struct occurrence){ n, c->occurrences };
		c->occurrences = o;
	}
}

/* Return whether N holds, with PROJECT as it says. */
static bool
holds(const struct reasons *r, const struct learnt *n, uint32_t project)
{
	const struct project *projects = r->closure->universe->projects;

	for (uint32_t i = 0; i < n->count; i++) {
		if (n->list[i].project != project &&
		    projects[n->list[i].project].pick != n->list[i].choice)
			return false;
	}
	for (uint32_t i = n->count; i < n->count + n->assumed; i++) {
		const struct project *p = &projects[n->list[i].project];

		if (p->open || p->admitting > 0)
			return false;
	}
	return true;
}

bool
reason_known(struct reasons *r, uint32_t project, uint32_t choice)
{
	const struct occurrence *o = r->closure->universe->projects[project]
					     .choices[choice].occurrences;

	for (; o; o = o->older) {
		const struct learnt *n = o->learnt;

		r->closure->universe->work++;
		if (!holds(r, n, project))
			continue;
		reason_begin(r);
		for (uint32_t i = 0; i < n->count + n->assumed; i++)
			reason_add(r, n->list[i].project * 2 + (i >= n->count));
		r->conflict = n->conflict;
		return true;
	}
	return false;
}
