#include "resolve/universe.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "base/strset.h"
#include "format/pep440.h"

enum { FIRST_SLOTS = 256, WORK_OF_VERSION = 8 };

/* A name of a project or an extra, or an acceptance of a project. */
enum kind { FREE, PROJECT, EXTRA, ACCEPTANCE };

struct slot {
	enum kind kind;
	uint32_t project;   /* of an ACCEPTANCE */
	const char *text;   /* a name, specifiers */
	void *file;
	union {
		uint32_t index;
		struct acceptance *acceptance;
	} value;
};

int
universe_refuse(struct universe *u)
{
	diag_set(u->diag, -E2BIG, "cannot choose versions: too many combinations "
	         "of them are possible");
	diag_hint(u->diag, "pin versions with -c");
	return -E2BIG;
}

int
universe_check(struct universe *u)
{
	return universe_is_full(u) ? universe_refuse(u) : 0;
}

void *
universe_alloc(struct universe *u, size_t count, size_t size)
{
	u->used += count * size;
	return arena_zero(&u->arena, count, size);
}

void *
universe_more(struct universe *u, void *list, size_t count, size_t *room,
              size_t size)
{
	size_t before = *room;

	list = arena_more(&u->arena, list, count, room, size);
	u->used += (*room - before) * size;
	return list;
}

static bool
is_same(const struct slot *a, const struct slot *b)
{
	return a->kind == b->kind && a->project == b->project &&
	       a->file == b->file && strcmp(a->text, b->text) == 0;
}

/* Return the slot of KEY, or the free one where it belongs. */
static struct slot *
find_slot(const struct universe *u, const struct slot *key)
{
	uint64_t hash = strset_hash(key->text, strlen(key->text));

	hash += ((uint64_t)key->project * 4 + key->kind) * 0x9e3779b97f4a7c15;
	hash += (uint64_t)(uintptr_t)key->file;
	hash ^= hash >> 29;
	for (;; hash++) {
		struct slot *s = &u->slots[hash & (u->slot_room - 1)];

		if (s->kind == FREE || is_same(s, key))
			return s;
	}
}

/* Return the slot of KEY, which is new if *ADDED; set its value then. */
static struct slot *
add_slot(struct universe *u, const struct slot *key, bool *added)
{
	struct slot *s;

	if (u->slot_count >= u->slot_room / 2) {
		struct slot *old = u->slots;
		size_t room = u->slot_room;

		u->slot_room = room ? room * 2 : FIRST_SLOTS;
		u->slots = universe_alloc(u, u->slot_room, sizeof(*u->slots));
		for (size_t i = 0; i < room; i++) {
			if (old[i].kind != FREE)
				*find_slot(u, &old[i]) = old[i];
		}
	}
	s = find_slot(u, key);
	*added = s->kind == FREE;
	if (*added) {
		*s = *key;
		u->slot_count++;
	}
	return s;
}

/* Return the index of the project NAME, which is added if it is new. */
static uint32_t
find_project(struct universe *u, const char *name)
{
	const struct slot key = { .kind = PROJECT, .text = name };
	bool added;
	struct slot *s = add_slot(u, &key, &added);

	if (added) {
		s->value.index = (uint32_t)u->count;
		u->projects = universe_more(u, u->projects, u->count, &u->room,
		                            sizeof(*u->projects));
		u->projects[u->count++] = (struct project){
			.name = name, .pick = NONE, .asks = NONE,
			.wants = NONE, .order = NONE,
		};
	}
	return s->value.index;
}

static uint32_t
find_extra(struct universe *u, const char *name)
{
	const struct slot key = { .kind = EXTRA, .text = name };
	bool added;
	struct slot *s = add_slot(u, &key, &added);

	if (added) {
		s->value.index = (uint32_t)u->extra_count;
		u->extras = universe_more(u, u->extras, u->extra_count,
		                          &u->extra_room, sizeof(*u->extras));
		u->extras[u->extra_count++] = name;
	}
	return s->value.index;
}

/* Note that NEEDS name files: before candidates are listed, because it decides which
 * of them are taken. */
static void
note_files(struct universe *u, const struct solve_need *needs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t p = find_project(u, needs[i].project);

		if (needs[i].file)
			u->projects[p].has_file = true;
	}
}

void
universe_init(struct universe *u, const struct solve_problem *p, struct diag *d)
{
	*u = (struct universe){ .problem = p, .diag = d };
	arena_init(&u->arena, NULL, 0);
	note_files(u, p->roots, p->root_count);
	note_files(u, p->constraints, p->constraint_count);
}

/* Decide which candidates of P need permission, or are never taken. */
static void
sort_candidates(const struct universe *u, struct project *p)
{
	const struct solve_problem *s = u->problem;
	bool never = !p->has_file && s->only_final &&
	             s->only_final(s->ctx, p->name);

	p->admits = !never && (s->pre || (s->all_releases &&
	                                  s->all_releases(s->ctx, p->name)));
	for (uint32_t i = 0; i < p->count; i++) {
		const struct solve_candidate *c = p->choices[i].candidate;

		bool early = pep440_is_prerelease(c->version,
		                                  strlen(c->version));

		if (early)
			bit_set(p->early, i);
		if (c->installed)
			bit_set(p->installed, i);
		else if (early)
			bit_set(never ? p->absent : p->prereleases, i);
	}
}

static int
list_candidates(struct universe *u, struct project *p)
{
	const struct solve_problem *s = u->problem;
	struct solve_candidate *list = NULL;
	size_t count = 0;
	int err = s->candidates(s->ctx, p->name, &list, &count);

	if (err < 0)
		return err;
	if (count > UINT32_MAX / 2)
		return diag_set(u->diag, -E2BIG, "%s has too many candidates",
		                p->name);
	p->listed = true;
	p->count = (uint32_t)count;
	p->words = (p->count + 63) / 64;
	p->choices = universe_alloc(u, count, sizeof(*p->choices));
	for (uint32_t i = 0; i < p->count; i++)
		p->choices[i].candidate = &list[i];
	p->absent = universe_alloc(u, p->words, sizeof(uint64_t));
	p->early = universe_alloc(u, p->words, sizeof(uint64_t));
	p->prereleases = universe_alloc(u, p->words, sizeof(uint64_t));
	p->installed = universe_alloc(u, p->words, sizeof(uint64_t));
	p->fits = universe_alloc(u, p->words, sizeof(uint64_t));
	for (uint32_t i = 0; i < p->count; i++)
		bit_set(p->fits, i);
	sort_candidates(u, p);
	return 0;
}

static struct acceptance *
find_acceptance(struct universe *u, uint32_t project,
                const struct solve_need *need)
{
	const struct slot key = { .kind = ACCEPTANCE, .project = project,
		                  .text = need->specifiers,
		                  .file = need->file };
	const struct project *p = &u->projects[project];
	size_t n = strlen(need->specifiers);
	bool added;
	struct slot *s = add_slot(u, &key, &added);
	struct acceptance *a;

	if (!added)
		return s->value.acceptance;
	a = s->value.acceptance = universe_alloc(u, 1, sizeof(*a));
	a->specifiers = need->specifiers;
	a->file = need->file;
	a->properties = pep440_properties(need->specifiers, n);
	a->bits = universe_alloc(u, p->words, sizeof(uint64_t));
	u->work += p->count * (WORK_OF_VERSION + (uint64_t)n / 4);
	for (uint32_t i = 0; i < p->count; i++) {
		const struct solve_candidate *c = p->choices[i].candidate;

		if (need->file && need->file != c->caller)
			continue;
		if (n == 0 || pep440_fits(need->specifiers, n, c->version,
		                          strlen(c->version)) > 0)
			bit_set(a->bits, i);
	}
	return a;
}

static int
translate(struct universe *u, const struct solve_need *need, struct demand *d)
{
	uint32_t *extras, p = find_project(u, need->project);
	int err = universe_check(u);

	if (err == 0 && !u->projects[p].listed)
		err = list_candidates(u, &u->projects[p]);
	if (err < 0)
		return err;
	extras = universe_alloc(u, need->extra_count, sizeof(*extras));
	for (size_t i = 0; i < need->extra_count; i++)
		extras[i] = find_extra(u, need->extras[i]);
	*d = (struct demand){
		.project = p, .extra_count = (uint32_t)need->extra_count,
		.extras = extras, .need = need,
		.accepts = find_acceptance(u, p, need),
	};
	return 0;
}

int
universe_demands(struct universe *u, const struct solve_need *needs,
                 size_t count, struct demand **list)
{
	int err = 0;

	*list = universe_alloc(u, count, sizeof(**list));
	for (size_t i = 0; i < count && err == 0; i++)
		err = translate(u, &needs[i], &(*list)[i]);
	return err;
}

/* Candidate C of P is unusable: keep the reason, which is in the diag. */
static void
note_unusable(struct universe *u, struct project *p, uint32_t c)
{
	struct diag *d = u->diag;

	bit_set(p->absent, c);
	if (p->unusable_count < UNUSABLE_KEPT && d->text.len > 0)
		p->unusable[p->unusable_count++] =
			arena_dup(&u->arena, d->text.data, d->text.len);
	diag_clear(d);
}

int
universe_find(struct universe *u, uint32_t p, uint32_t c, uint32_t extra,
              const struct demands **found)
{
	const struct solve_problem *s = u->problem;
	struct choice *choice = &u->projects[p].choices[c];
	const struct solve_need *needs = NULL;
	struct demands *d = choice->demands;
	size_t count = 0;
	int err;

	for (; d && d->extra != extra; u->work++)
		d = d->next;
	*found = d;
	if (d)
		return 0;
	if (bit_has(u->projects[p].absent, c))
		return SOLVE_UNUSABLE;
	err = s->needs(s->ctx, choice->candidate,
	               extra == NONE ? NULL : u->extras[extra], &needs, &count);
	if (err == SOLVE_UNUSABLE)
		note_unusable(u, &u->projects[p], c);
	if (err != 0)
		return err;
	d = universe_alloc(u, 1, sizeof(*d));
	err = universe_demands(u, needs, count, &d->list);
	if (err < 0)
		return err;
	d->extra = extra;
	d->count = count;
	choice = &u->projects[p].choices[c]; /* the choices stay, projects move */
	d->next = choice->demands;
	choice->demands = d;
	*found = d;
	return 0;
}
