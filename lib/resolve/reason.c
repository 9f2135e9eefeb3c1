#include "resolve/reason.h"

#include <string.h>

enum { MAX_LEARNT = 32, MEMORY_LEARNT = UNIVERSE_MEMORY / 4 * 3 };

struct term {
	uint32_t project;
	uint64_t *set; /* NULL: an assumption */
};

/* A reason that was learnt. */
struct learnt {
	const struct conflict *conflict;
	uint32_t count;
	struct term terms[];
};

/* A candidate is in the set of its project in LEARNT. Nearly always another term does
 * not hold, so the one that failed last is looked at first, without a visit of LEARNT:
 * that of PROJECT, whose set is WORD. NONE: not known, or a set of more words. */
struct occurrence {
	const struct learnt *learnt;
	uint64_t word;
	uint32_t project;
};

static struct project *
project_at(const struct reasons *r, uint32_t project)
{
	return &r->closure->universe->projects[project];
}

void
reason_begin(struct reasons *r)
{
	struct universe *u = r->closure->universe;

	if (r->stamp_room < u->room * 2) {
		r->stamp_room = u->room * 2;
		r->stamps = universe_alloc(u, r->stamp_room, sizeof(uint32_t));
		r->places = universe_alloc(u, r->stamp_room, sizeof(size_t));
		r->now = 0;
	}
	r->now++;
	r->count = 0;
}

bool
reason_has(const struct reasons *r, uint32_t literal)
{
	return r->stamps[literal] == r->now;
}

/* Add LITERAL; return false if it is there. */
static bool
add_literal(struct reasons *r, uint32_t literal)
{
	if (reason_has(r, literal))
		return false;
	r->stamps[literal] = r->now;
	r->current = universe_more(r->closure->universe, r->current, r->count,
	                           &r->room, sizeof(*r->current));
	r->current[r->count++] = literal;
	return true;
}

/* Add that the pick of PROJECT is in SET. */
static void
add_set(struct reasons *r, uint32_t project, const uint64_t *set)
{
	struct project *p = project_at(r, project);
	bool added = add_literal(r, literal_pick(project));

	if (!p->reason)
		p->reason = universe_alloc(r->closure->universe, p->words,
		                           sizeof(uint64_t));
	for (uint32_t i = 0; i < p->words; i++)
		p->reason[i] = set[i] & (added ? ~(uint64_t)0 : p->reason[i]);
	r->closure->universe->work += p->words;
}

/* Make room in the scratch sets for WORDS words. */
static void
need_sets(struct reasons *r, size_t words)
{
	struct universe *u = r->closure->universe;

	if (r->set_room >= words)
		return;
	r->set_room = words * 2;
	r->left = universe_alloc(u, r->set_room, sizeof(*r->left));
	r->set = universe_alloc(u, r->set_room, sizeof(*r->set));
}

void
reason_add_pick(struct reasons *r, uint32_t project)
{
	const struct project *p = project_at(r, project);

	need_sets(r, p->words);
	memset(r->set, 0, p->words * sizeof(*r->set));
	bit_set(r->set, p->pick);
	add_set(r, project, r->set);
}

void
reason_add_assumed(struct reasons *r, uint32_t project)
{
	add_literal(r, literal_assumed(project));
}

/* Return whether the demand D asks for the project of LIKE and accepts nothing that
 * LIKE does not; if EXTRA is not NONE, whether it wants that of it. */
static bool
asks_alike(const struct reasons *r, const struct demand *d,
           const struct demand *like, uint32_t extra)
{
	uint32_t words;

	if (d->project != like->project)
		return false;
	for (uint32_t i = 0; extra != NONE && i < d->extra_count; i++) {
		if (d->extras[i] == extra)
			return true;
	}
	words = project_at(r, d->project)->words;
	for (uint32_t i = 0; i < words; i++) {
		if (d->accepts->bits[i] & ~like->accepts->bits[i])
			return false;
	}
	return extra == NONE;
}

/* Add the candidates of the asker of ASK that are known to ask for as much; with EXTRA,
 * that want this extra. */
static void
add_asker(struct reasons *r, const struct ask *ask, uint32_t extra)
{
	const struct closure *c = r->closure;
	const struct project *p = project_at(r, ask->asker);
	uint32_t own = ask->via == NONE ? NONE : c->wants[ask->via].extra;

	need_sets(r, p->words);
	memset(r->set, 0, p->words * sizeof(*r->set));
	for (uint32_t i = 0; i < p->count; i++) {
		const struct demands *d = p->choices[i].demands;

		while (d && d->extra != own)
			d = d->next;
		c->universe->work++;
		for (size_t k = 0; d && k < d->count; k++) {
			c->universe->work++;
			if (!asks_alike(r, &d->list[k], ask->demand, extra))
				continue;
			bit_set(r->set, i);
			break;
		}
	}
	add_set(r, ask->asker, r->set);
}

/* Add those who are answerable for ASK. An extra is there because another requirement
 * wants it. */
static void
add_askers(struct reasons *r, uint32_t ask)
{
	const struct closure *c = r->closure;
	uint32_t extra = NONE;

	while (c->asks[ask].asker != NONE) {
		add_asker(r, &c->asks[ask], extra);
		if (c->asks[ask].via == NONE)
			break;
		extra = c->wants[c->asks[ask].via].extra;
		ask = c->wants[c->asks[ask].via].ask;
	}
}

/* Return whether ASK is of the user, so that its literals are none. */
static bool
is_free(const struct reasons *r, uint32_t ask)
{
	return r->closure->asks[ask].asker == NONE;
}

/* Return whether the projects that are answerable for ASK are in the reason. */
static bool
is_cheap(const struct reasons *r, uint32_t ask)
{
	const struct closure *c = r->closure;

	while (c->asks[ask].asker != NONE) {
		if (!reason_has(r, literal_pick(c->asks[ask].asker)))
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
	need_sets(r, p->words);
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
 * the user, then who is in the reason anyway, then FIRST if it is not NONE, then the
 * oldest. */
static void
add_excluders(struct reasons *r, const struct project *p, uint32_t first,
              struct conflict *k)
{
	size_t count = list_asks(r, p);
	uint32_t oldest = NONE;
	bool needed = false;

	for (int pass = 0; pass < 4; pass++) {
		for (size_t i = 0; i < count; i++) {
			uint32_t ask = r->scratch[i];
			bool real = !r->closure->asks[ask].constraint;

			if (oldest == NONE && real)
				oldest = ask;
			if ((pass == 0 && !is_free(r, ask)) ||
			    (pass == 1 && !is_cheap(r, ask)) ||
			    (pass == 2 && ask != first))
				continue;
			needed |= real && pass == 0;
			if (!take_excluded(r, p, ask))
				continue;
			record(r, k, ask);
			add_askers(r, ask);
			needed |= real;
		}
	}
	if (!needed && oldest != NONE) {
		record(r, k, oldest);
		add_askers(r, oldest);
	}
}

/* Return a new conflict of PROJECT, or NULL when memory is short. */
static struct conflict *
new_conflict(struct reasons *r, uint32_t project)
{
	struct conflict *k;

	if (r->closure->universe->used > MEMORY_LEARNT)
		return NULL;
	k = universe_alloc(r->closure->universe, 1, sizeof(*k));
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
		if (k && k->count == 0)
			record(r, k, c->ask);
	} else {
		const uint64_t *accepts = c->asks[c->ask].demand->accepts->bits;

		if (k)
			k->pick = p->pick;
		need_sets(r, p->words);
		for (uint32_t i = 0; i < p->words; i++)
			r->set[i] = ~accepts[i];
		add_set(r, c->project, r->set);
		record(r, k, c->ask);
		add_askers(r, c->ask);
	}
	r->conflict = k;
}

/* Return the words of the set of LITERAL: none for an assumption. */
static uint32_t
words_of(const struct reasons *r, uint32_t literal)
{
	return literal % 2 ? 0 : project_at(r, literal / 2)->words;
}

/* Note where the literals in STACK from START on are. */
static void
find_places(struct reasons *r, const struct literals *stack, size_t start)
{
	r->now++;
	while (start < stack->count) {
		uint32_t literal = (uint32_t)stack->words[start];

		r->stamps[literal] = r->now;
		r->places[literal] = start + 1;
		start += 1 + words_of(r, literal);
		r->closure->universe->work++;
	}
}

static void
push_word(struct reasons *r, struct literals *stack, uint64_t word)
{
	stack->words = universe_more(r->closure->universe, stack->words,
	                             stack->count, &stack->room, sizeof(word));
	stack->words[stack->count++] = word;
}

void
reason_push(struct reasons *r, struct literals *stack, size_t start,
            uint32_t project)
{
	find_places(r, stack, start);
	for (size_t i = 0; i < r->count; i++) {
		uint32_t literal = r->current[i], words = words_of(r, literal);
		const uint64_t *set = project_at(r, literal / 2)->reason;
		bool known = reason_has(r, literal);

		if (literal == literal_pick(project))
			continue;
		r->closure->universe->work += words + 1;
		if (!known)
			push_word(r, stack, literal);
		for (uint32_t k = 0; k < words; k++) {
			if (known)
				stack->words[r->places[literal] + k] &= set[k];
			else
				push_word(r, stack, set[k]);
		}
	}
	r->count = 0;
}

void
reason_pop(struct reasons *r, const struct literals *stack, size_t start)
{
	reason_begin(r);
	while (start < stack->count) {
		uint32_t literal = (uint32_t)stack->words[start];

		if (literal % 2)
			add_literal(r, literal);
		else
			add_set(r, literal / 2, stack->words + start + 1);
		start += 1 + words_of(r, literal);
	}
}

/* Let each candidate in the set of T point to N. */
static void
add_occurrences(struct reasons *r, const struct learnt *n, const struct term *t)
{
	struct project *p = project_at(r, t->project);

	for (uint32_t i = 0; i < p->count; i++) {
		struct choice *c = &p->choices[i];

		if (!bit_has(t->set, i))
			continue;
		c->occurrences = universe_more(r->closure->universe,
		                               c->occurrences,
		                               c->occurrence_count,
		                               &c->occurrence_room,
		                               sizeof(*c->occurrences));
		c->occurrences[c->occurrence_count++] =
			(struct occurrence){ n, 0, NONE };
	}
}

void
reason_learn(struct reasons *r)
{
	struct universe *u = r->closure->universe;
	struct learnt *n;

	if (r->count == 0 || r->count > MAX_LEARNT || u->used > MEMORY_LEARNT)
		return;
	n = universe_alloc(u, 1, sizeof(*n) + r->count * sizeof(*n->terms));
	n->conflict = r->conflict;
	for (size_t i = 0; i < r->count; i++) {
		struct term *t = &n->terms[n->count++];
		size_t size = words_of(r, r->current[i]) * sizeof(uint64_t);

		t->project = r->current[i] / 2;
		if (r->current[i] % 2)
			continue;
		t->set = universe_alloc(u, 1, size);
		memcpy(t->set, project_at(r, t->project)->reason, size);
		add_occurrences(r, n, t);
	}
}

/* Return a term of N that does not hold for the picks and another pick of PROJECT,
 * which is in N; NULL: all hold. */
static const struct term *
find_failing(const struct reasons *r, const struct learnt *n, uint32_t project)
{
	for (uint32_t i = 0; i < n->count; i++) {
		const struct term *t = &n->terms[i];
		const struct project *p = project_at(r, t->project);

		if (!t->set && (p->open || p->admitting > 0))
			return t;
		if (t->set && t->project != project &&
		    (p->pick == NONE || !bit_has(t->set, p->pick)))
			return t;
	}
	return NULL;
}

/* Return whether all terms of O hold for the picks and another pick of PROJECT. */
static bool
holds(const struct reasons *r, struct occurrence *o, uint32_t project)
{
	const struct term *t;

	if (o->project != NONE) {
		uint32_t pick = project_at(r, o->project)->pick;

		if (pick == NONE || !(o->word >> pick & 1))
			return false;
	}
	t = find_failing(r, o->learnt, project);
	r->closure->universe->work += o->learnt->count;
	if (t && t->set && project_at(r, t->project)->words == 1) {
		o->project = t->project;
		o->word = t->set[0];
	}
	return !t;
}

/* Make what was learnt the current reason. */
static void
recall(struct reasons *r, const struct learnt *n)
{
	reason_begin(r);
	for (uint32_t i = 0; i < n->count; i++) {
		if (n->terms[i].set)
			add_set(r, n->terms[i].project, n->terms[i].set);
		else
			reason_add_assumed(r, n->terms[i].project);
	}
	r->conflict = n->conflict;
}

bool
reason_known(struct reasons *r, uint32_t project, uint32_t choice)
{
	const struct choice *c = &project_at(r, project)->choices[choice];

	r->closure->universe->work += c->occurrence_count / 32;
	for (size_t i = c->occurrence_count; i > 0; i--) {
		struct occurrence *o = &c->occurrences[i - 1];

		if (!holds(r, o, project))
			continue;
		recall(r, o->learnt);
		return true;
	}
	return false;
}
