/*
 * The search is a tree of sets of picks. In a frame, each candidate of one open project
 * is tried; a conflict of picks is a reason (reason.h), by which the search jumps back
 * over frames that have nothing to do with it.
 *
 * As in pip, a new pick may break an older one that fits no longer: bb 2.0, newest,
 * needs aa<2, though aa 2.0 is picked. Then the search makes a detour: it drops what is
 * broken and goes on from there, before it tries an older bb. A detour may find a
 * solution that a person expects, but proves nothing; the tree without detours is
 * complete by itself. So a detour may be given up at any time, and never visits a set
 * of picks again.
 *
 * Pre-releases are tried where they are admitted by what is required so far. A
 * refutation that depends on this names the projects; these are then opened, and the
 * search begins again.
 */
#include "resolve/solve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "os/signals.h"
#include "resolve/reason.h"
#include "resolve/solve_report.h"

enum {
	EASY_STEPS = SOLVE_MAX_STEPS / 20,
	DETOUR_STEPS = EASY_STEPS / 2,
	TRIALS_OF_SIGNAL = 256,
	WORK_OF_TRIAL = 100,
};

/* Candidates of PROJECT are tried; CHOICE is the current one. */
struct frame {
	uint32_t project, choice;
	bool unknown;      /* a candidate was left undecided */
	uint32_t tried;    /* where the set of tried candidates begins */
	size_t bad;        /* where the literals begin that exclude those */
	struct closure_mark mark; /* before CHOICE */
	const struct conflict *conflict; /* of the first candidate */
};

/* The search from a set of picks. */
struct segment {
	size_t first_frame;
	size_t base, base_count; /* in bases */
};

struct solver {
	struct universe universe;
	struct closure closure;
	struct reasons reasons;
	const struct conflict *conflict; /* of the first refutation */
	struct solve_result *result;

	struct frame *frames;
	size_t frame_count, frame_room;
	struct segment *segments; /* the first one without picks */
	size_t segment_count, segment_room;
	struct pick *bases;
	size_t base_count, base_room;
	uint64_t *tried;
	size_t tried_count, tried_room;
	struct literals bad;

	uint64_t (*visited)[2]; /* hash set of sets of picks */
	size_t visited_count, visited_room;
	size_t steps, detour_steps; /* sets of picks that were searched on */
	size_t trials;
	bool hard; /* the problem has taken EASY_STEPS */
};

/* What to do next. */
enum move {
	DESCEND,  /* the picks hold: open a project */
	NEXT,     /* try the next candidate of the newest frame */
	REFUTED,  /* the picks are impossible: the current reason */
	LOST,     /* the picks stay undecided */
	SOLVED,
	IMPOSSIBLE,
	AGAIN,    /* begin again: the problem is hard */
};

static struct project *
project_at(const struct solver *s, uint32_t project)
{
	return &s->universe.projects[project];
}

static struct frame *
top(const struct solver *s)
{
	return &s->frames[s->frame_count - 1];
}

static bool
in_detour(const struct solver *s)
{
	return s->segment_count > 1;
}

/* ---- sets of picks that were visited ----------------------------------------- */

static uint64_t *
find_visited(const struct solver *s, const uint64_t *hash)
{
	for (uint64_t i = hash[0];; i++) {
		uint64_t *v = s->visited[i & (s->visited_room - 1)];

		if (!v[0] || (v[0] == hash[0] && v[1] == hash[1]))
			return v;
	}
}

/* Return whether the set of picks is visited for the first time. Two sets with the same
 * 128 bits would cut a detour short. */
static bool
visit(struct solver *s)
{
	uint64_t *v;

	if (s->visited_count >= s->visited_room / 2) {
		uint64_t (*old)[2] = s->visited;
		size_t room = s->visited_room;

		s->visited_room = room ? room * 2 : 256;
		s->visited = universe_alloc(&s->universe, s->visited_room,
		                            sizeof(*s->visited));
		for (size_t i = 0; i < room; i++) {
			if (old[i][0])
				memcpy(find_visited(s, old[i]), old[i],
				       sizeof(*old));
		}
	}
	v = find_visited(s, s->closure.hash);
	if (v[0])
		return false;
	memcpy(v, s->closure.hash, sizeof(*s->visited));
	s->visited_count++;
	return true;
}

/* ---- frames ------------------------------------------------------------------ */

/* Compare open projects by which is picked first: pinned ones, those with an upper
 * bound, those the roots name, in their order; those with specifiers; by name. */
static bool
is_before(const struct project *a, const struct project *b)
{
	if (!a->pinned != !b->pinned)
		return a->pinned;
	if (!a->bounded != !b->bounded)
		return a->bounded;
	if (a->order != b->order)
		return a->order < b->order;
	if (!a->any != !b->any)
		return a->any;
	return strcmp(a->name, b->name) < 0;
}

/* The same for a hard problem: those with few candidates and many conflicts. */
static bool
is_harder(struct solver *s, const struct project *a, const struct project *b)
{
	uint64_t x = closure_count(a), y = closure_count(b);

	s->universe.work += a->words + b->words;
	x *= b->conflicts + 1;
	y *= a->conflicts + 1;
	return x != y ? x < y : is_before(a, b);
}

/* Return the project to pick next, or NONE. */
static uint32_t
choose_project(struct solver *s)
{
	uint32_t best = NONE;

	for (uint32_t i = 0; i < s->universe.count; i++) {
		const struct project *p = project_at(s, i);

		if (p->pick != NONE || p->ask_count == 0)
			continue;
		if (best == NONE ||
		    (s->hard ? is_harder(s, p, project_at(s, best))
		             : is_before(p, project_at(s, best))))
			best = i;
	}
	s->universe.work += s->universe.count / 8;
	return best;
}

static void
push_frame(struct solver *s, uint32_t project)
{
	uint32_t words = project_at(s, project)->words;
	struct frame f = { .project = project, .choice = NONE,
		           .tried = (uint32_t)s->tried_count,
		           .bad = s->bad.count,
		           .mark = closure_mark(&s->closure) };

	for (uint32_t i = 0; i < words; i++) {
		s->tried = universe_more(&s->universe, s->tried, s->tried_count,
		                         &s->tried_room, sizeof(*s->tried));
		s->tried[s->tried_count++] = 0;
	}
	s->frames = universe_more(&s->universe, s->frames, s->frame_count,
	                          &s->frame_room, sizeof(*s->frames));
	s->frames[s->frame_count++] = f;
}

static void
pop_frame(struct solver *s)
{
	const struct frame *f = top(s);

	s->tried_count = f->tried;
	s->bad.count = f->bad;
	s->frame_count--;
}

/* The current candidate of F is excluded by the current reason, without itself. */
static void
exclude(struct solver *s, struct frame *f)
{
	struct reasons *r = &s->reasons;

	reason_push(r, &s->bad, f->bad, f->project);
	/* what a person reads: rather no conflict with a mere pick */
	if (!f->conflict || (f->conflict->pick != NONE &&
	                     r->conflict && r->conflict->pick == NONE))
		f->conflict = r->conflict;
}

/* Return the first candidate of P that fits and is not in TRIED, is in ONLY and not in
 * WITHOUT (NULL: any). */
static uint32_t
first_of(const struct project *p, const uint64_t *tried, const uint64_t *only,
         const uint64_t *without)
{
	for (uint32_t i = 0; i < p->words; i++) {
		uint64_t set = p->fits[i] & ~p->absent[i] & ~tried[i];

		set &= only ? only[i] : ~(uint64_t)0;
		set &= without ? ~without[i] : ~(uint64_t)0;
		for (uint32_t k = i * 64; set; set >>= 1, k++) {
			if (set & 1)
				return k;
		}
	}
	return NONE;
}

/* Return the candidate of F to try next: installed, admitted, others if the project is
 * open; each the newest first. NONE: all were tried. */
static uint32_t
choose_candidate(const struct solver *s, const struct frame *f)
{
	const struct project *p = project_at(s, f->project);
	const uint64_t *tried = s->tried + f->tried;
	uint32_t c = first_of(p, tried, p->installed, NULL);

	if (c == NONE)
		c = first_of(p, tried, NULL,
		             closure_admits(p) ? NULL : p->prereleases);
	if (c == NONE && p->open)
		c = first_of(p, tried, NULL, NULL);
	return c;
}

/* All candidates of the newest frame are excluded: make that the current reason. */
static int
exhaust(struct solver *s)
{
	struct reasons *r = &s->reasons;
	const struct frame *f = top(s);
	const struct project *p = project_at(s, f->project);
	bool unknown = f->unknown;

	if (!unknown) {
		reason_pop(r, &s->bad, f->bad);
		r->conflict = f->conflict;
		reason_add_project(r, f->project);
		if (first_of(p, s->tried + f->tried, NULL, NULL) != NONE)
			reason_add_assumed(r, f->project);
		reason_learn(r);
	}
	pop_frame(s);
	return unknown ? LOST : REFUTED;
}

/* ---- detours ----------------------------------------------------------------- */

/* Append the picks of the newest segment to bases; return their number. */
static size_t
list_picks(struct solver *s)
{
	const struct closure *c = &s->closure;

	for (size_t i = 0; i < c->pick_count; i++) {
		s->bases = universe_more(&s->universe, s->bases, s->base_count,
		                         &s->base_room, sizeof(*s->bases));
		s->bases[s->base_count++] = c->picks[i];
	}
	return c->pick_count;
}

/* Make the closure that of the newest frame again, without its current candidate. */
static int
replay(struct solver *s)
{
	const struct segment *g = &s->segments[s->segment_count - 1];
	int err = closure_begin(&s->closure, s->bases + g->base, g->base_count);

	for (size_t i = g->first_frame; err >= 0 && i < s->frame_count; i++) {
		struct frame *f = &s->frames[i];

		f->mark = closure_mark(&s->closure);
		if (i + 1 < s->frame_count)
			err = closure_pick(&s->closure, f->project, f->choice,
			                   false);
	}
	return err < 0 ? err : 0;
}

/* Drop picks that do not fit or are not needed, until all do. Return an enum
 * closure_outcome or a negative error. */
static int
drop_broken(struct solver *s, size_t base, size_t *count)
{
	for (;;) {
		size_t kept = 0;
		int rc = closure_begin(&s->closure, s->bases + base, *count);

		if (rc < 0)
			return rc;
		for (size_t i = 0; i < *count; i++) {
			struct pick pick = s->bases[base + i];
			const struct project *p = project_at(s, pick.project);

			if (p->ask_count == 0 || !closure_fits(p, pick.choice) ||
			    (!p->open && !closure_admitted(p, pick.choice)))
				continue;
			s->bases[base + kept++] = pick;
		}
		if (kept == *count)
			return rc;
		*count = kept;
	}
}

/* Return whether some of the picks are known to be impossible together. */
static bool
picks_known(struct solver *s)
{
	const struct closure *c = &s->closure;

	for (size_t i = 0; i < c->pick_count; i++) {
		if (reason_known(&s->reasons, c->picks[i].project,
		                 c->picks[i].choice))
			return true;
	}
	return false;
}

/* The newest pick broke older ones: go on without those, in a new segment. */
static int
begin_detour(struct solver *s)
{
	struct segment g = { s->frame_count, s->base_count, 0 };
	uint32_t project = top(s)->project;
	bool known;
	int rc;

	if (s->hard || s->detour_steps >= DETOUR_STEPS) {
		closure_undo(&s->closure, top(s)->mark);
		return NEXT;
	}
	g.base_count = list_picks(s);
	rc = drop_broken(s, g.base, &g.base_count);
	if (rc < 0)
		return rc;
	s->base_count = g.base + g.base_count;
	known = picks_known(s);
	if (rc == CLOSURE_HOLDS && !known && visit(s)) {
		s->segments = universe_more(&s->universe, s->segments,
		                            s->segment_count, &s->segment_room,
		                            sizeof(*s->segments));
		s->segments[s->segment_count++] = g;
		return DESCEND;
	}
	s->base_count = g.base;
	rc = replay(s);
	if (rc < 0)
		return rc;
	if (!known || reason_has(&s->reasons, literal_pick(project)))
		return NEXT;
	pop_frame(s);
	return REFUTED;
}

/* End the detour that the newest segment is. */
static int
end_detour(struct solver *s)
{
	s->base_count = s->segments[--s->segment_count].base;
	return replay(s);
}

/* ---- moves ------------------------------------------------------------------- */

/* Find out whether a final release that fits P can be used; an error counts as yes, and
 * is reported when it is picked. */
static int
has_final(struct solver *s, uint32_t project)
{
	for (uint32_t c = 0; c < project_at(s, project)->count; c++) {
		const struct project *p = project_at(s, project);
		const struct demands *d;
		int err;

		if (!closure_fits(p, c) || bit_has(p->early, c))
			continue;
		err = universe_find(&s->universe, project, c, NONE, &d);
		if (err <= 0)
			return err < 0 ? err : 1;
	}
	return 0;
}

/* Nothing is open. A pre-release that was picked before it was admitted needs that
 * now; otherwise any other picks might admit it. */
static int
check_admitted(struct solver *s)
{
	struct reasons *r = &s->reasons;
	const struct closure *c = &s->closure;

	for (size_t i = 0; i < c->pick_count; i++) {
		uint32_t project = c->picks[i].project;
		int final;

		if (closure_admitted(project_at(s, project), c->picks[i].choice))
			continue;
		final = has_final(s, project);
		if (final < 0)
			return final;
		if (!final)
			continue;
		reason_begin(r);
		for (size_t k = 0; k < c->pick_count; k++)
			reason_add_pick(r, c->picks[k].project);
		return REFUTED;
	}
	return SOLVED;
}

static int
descend(struct solver *s)
{
	uint32_t project = choose_project(s);

	s->steps++;
	if (in_detour(s))
		s->detour_steps++;
	if (project == NONE)
		return check_admitted(s);
	push_frame(s, project);
	return NEXT;
}

/* Try CHOICE in the frame F. */
static int
try_candidate(struct solver *s, struct frame *f)
{
	int rc = closure_pick(&s->closure, f->project, f->choice, true);
	struct reasons *r = &s->reasons;

	switch (rc) {
	case CLOSURE_HOLDS:
		if (visit(s) || !in_detour(s))
			return DESCEND;
		f->unknown = true;
		break;
	case CLOSURE_EMPTY:
		reason_of_conflict(r);
		exclude(s, f);
		break;
	case CLOSURE_BROKEN:
		reason_of_conflict(r);
		exclude(s, f);
		return begin_detour(s);
	case CLOSURE_UNUSABLE:
		closure_undo(&s->closure, f->mark);
		if (s->closure.project == f->project)
			return NEXT;
		/* an older pick is: all since then was in vain */
		reason_begin(r);
		reason_add_pick(r, s->closure.project);
		pop_frame(s);
		return REFUTED;
	default:
		return rc;
	}
	closure_undo(&s->closure, f->mark);
	return NEXT;
}

/* Count a candidate that is tried. Return an error if there were too many, or a signal
 * waits. */
static int
count_trial(struct solver *s)
{
	struct universe *u = &s->universe;

	u->work += WORK_OF_TRIAL;
	if (++s->trials % TRIALS_OF_SIGNAL == 0 && signals_pending())
		return -EINTR;
	if (s->steps > SOLVE_MAX_STEPS)
		return universe_refuse(u);
	return universe_check(u);
}

static int
next(struct solver *s)
{
	struct frame *f = top(s);
	int err = count_trial(s);

	if (err < 0)
		return err;
	if (!s->hard && s->steps >= EASY_STEPS) {
		s->hard = true;
		return AGAIN;
	}
	if (in_detour(s) && s->detour_steps >= DETOUR_STEPS) {
		pop_frame(s);
		return LOST;
	}
	f->choice = choose_candidate(s, f);
	if (f->choice == NONE)
		return exhaust(s);
	bit_set(s->tried + f->tried, f->choice);
	if (!reason_known(&s->reasons, f->project, f->choice))
		return try_candidate(s, f);
	exclude(s, f);
	return NEXT;
}

/* The picks that the newest frame led to are REFUTED or LOST. */
static int
go_back(struct solver *s, enum move why)
{
	const struct segment *g = &s->segments[s->segment_count - 1];
	bool detour = s->frame_count == g->first_frame;
	struct frame *f;
	int err = 0;

	if (s->frame_count == 0)
		return IMPOSSIBLE;
	f = top(s);
	if (detour)
		err = end_detour(s);
	else
		closure_undo(&s->closure, f->mark);
	if (err < 0)
		return err;
	if (why == REFUTED && !reason_has(&s->reasons, literal_pick(f->project))) {
		pop_frame(s);
		return REFUTED;
	}
	if (why == REFUTED && !detour)
		exclude(s, f);
	if (why == LOST && !detour)
		f->unknown = true;
	return NEXT;
}

/* Search from no picks on. Return SOLVED, IMPOSSIBLE, AGAIN or a negative error. */
static int
search(struct solver *s)
{
	int move = closure_begin(&s->closure, NULL, 0);

	s->segments = universe_more(&s->universe, s->segments, 0,
	                            &s->segment_room, sizeof(*s->segments));
	s->segments[0] = (struct segment){ 0, 0, 0 };
	s->segment_count = 1;
	s->frame_count = s->base_count = s->tried_count = s->bad.count = 0;
	if (move == CLOSURE_EMPTY) {
		reason_of_conflict(&s->reasons);
		return IMPOSSIBLE;
	}
	move = move < 0 ? move : DESCEND;
	while (move >= 0 && move < SOLVED) {
		switch (move) {
		case DESCEND:
			move = descend(s);
			break;
		case NEXT:
			move = next(s);
			break;
		default:
			move = go_back(s, (enum move)move);
		}
	}
	return move;
}

/* Open the projects whose pre-releases the refutation assumes are not admitted. Return
 * whether there is one. */
static bool
open_assumed(struct solver *s)
{
	const struct reasons *r = &s->reasons;
	bool any = false;

	if (!s->conflict)
		s->conflict = s->reasons.conflict;
	for (size_t i = 0; i < r->count; i++) {
		if (r->current[i] % 2)
			any = project_at(s, r->current[i] / 2)->open = true;
	}
	if (any && s->visited_room)
		memset(s->visited, 0, s->visited_room * sizeof(*s->visited));
	s->visited_count = 0;
	return any;
}

/* ---- the problem and its result ---------------------------------------------- */

static int
set_problem(struct solver *s, const struct solve_problem *p)
{
	struct universe *u = &s->universe;
	struct demand *roots = NULL, *constraints = NULL;
	int err = universe_demands(u, p->roots, p->root_count, &roots);

	if (err == 0)
		err = universe_demands(u, p->constraints, p->constraint_count,
		                       &constraints);
	if (err != 0)
		return err;
	for (size_t i = 0; i < p->constraint_count; i++) {
		struct project *t = &u->projects[constraints[i].project];

		t->constraints = universe_more(u, t->constraints,
		                               t->constraint_count,
		                               &t->constraint_room,
		                               sizeof(*t->constraints));
		t->constraints[t->constraint_count++] = constraints[i];
	}
	for (size_t i = p->root_count; i > 0; i--)
		u->projects[roots[i - 1].project].order = (uint32_t)(i - 1);
	s->closure.universe = u;
	s->closure.hash[0] = 1; /* no set has 0, which is a free slot */
	s->closure.roots = roots;
	s->closure.root_count = p->root_count;
	s->reasons.closure = &s->closure;
	return solve_report_missing(u, roots, p->root_count);
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int
compare_picks(const void *a, const void *b)
{
	const struct solve_pick *x = a, *y = b;

	return strcmp(x->project, y->project);
}

/* Return who asks for P first; a constraint does not. */
static const char *
first_asker(const struct solver *s, const struct project *p, struct arena *a)
{
	const struct closure *c = &s->closure;
	const struct ask *first = NULL;
	const struct project *by;

	for (uint32_t i = p->asks; i != NONE; i = c->asks[i].older) {
		if (!c->asks[i].constraint)
			first = &c->asks[i];
	}
	if (!first)
		return NULL;
	if (first->asker == NONE)
		return first->demand->need->from;
	by = project_at(s, first->asker);
	return arena_fmt(a, "%s %s", by->name,
	                 by->choices[by->pick].candidate->version);
}

/* Set TO to the pick of the project P. */
static void
put_pick(const struct solver *s, const struct project *p, struct solve_pick *to,
         struct arena *a)
{
	const struct closure *c = &s->closure;
	const char **extras;
	size_t n = 0;

	*to = (struct solve_pick){ .project = p->name, .root = p->order != NONE };
	to->candidate = p->choices[p->pick].candidate;
	for (uint32_t w = p->wants; w != NONE; w = c->wants[w].older)
		to->extra_count++;
	to->extras = extras = arena_zero(a, to->extra_count, sizeof(*extras));
	for (uint32_t w = p->wants; w != NONE; w = c->wants[w].older)
		extras[n++] = s->universe.extras[c->wants[w].extra];
	if (n > 1)
		qsort(extras, n, sizeof(*extras), compare_names);
	to->from = first_asker(s, p, a);
}

static void
put_result(const struct solver *s, struct arena *a)
{
	struct solve_result *r = s->result;

	r->picks = arena_zero(a, s->closure.pick_count, sizeof(*r->picks));
	for (size_t i = 0; i < s->closure.pick_count; i++)
		put_pick(s, project_at(s, s->closure.picks[i].project),
		         &r->picks[r->count++], a);
	if (r->count > 1)
		qsort(r->picks, r->count, sizeof(*r->picks), compare_picks);
}

int
solve(struct solve_result *r, const struct solve_problem *p, struct arena *a,
      struct diag *d)
{
	struct solver s = { .result = r };
	int rc;

	memset(r, 0, sizeof(*r));
	universe_init(&s.universe, p, d);
	rc = set_problem(&s, p);
	if (rc == 0) {
		do {
			rc = search(&s);
		} while (rc == AGAIN || (rc == IMPOSSIBLE && open_assumed(&s)));
		if (rc == SOLVED)
			put_result(&s, a);
		if (rc == IMPOSSIBLE)
			rc = solve_report_conflict(&s.universe, s.closure.roots,
			                           p->root_count, s.conflict);
	}
	r->steps = s.steps;
	r->memory = s.universe.used;
	arena_free(&s.universe.arena);
	return rc < 0 ? rc : 0;
}
