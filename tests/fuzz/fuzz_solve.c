/*
 * The input is a small problem for the resolver, in bytes. What is chosen meets all
 * requirements and has nothing that is not required; what is refused has a reason, and
 * trying all sets finds none. Both, and the order of what is asked, are the same again
 * with another seed of hash tables.
 */
#include "resolve/solve.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/diag.h"
#include "base/strset.h"
#include "format/pep440.h"
#include "tests/fuzz/fuzz.h"

enum { PROJECTS = 4, VERSIONS = 3, NEEDS = 3, EXTRAS = 2 };

static const char *const names[PROJECTS + 1] = { "aa", "bb", "cc", "dd", "none" };
static const char *const extras[EXTRAS] = { "x", "y" };
static const char *const versions[] = { "3.0", "2.0", "2.0rc1", "1.0", "1.0a1" };
static const char *const specifiers[] = {
	"", "", ">1", "<2", "==2.0", "!=2.0", ">=1.0a1", "<=1.0", "~=1.0", "==2.*",
	">=3", "<3,>1", "===1.0", "!=1.0a1", "<=2.0rc1",
};

struct version {
	const char *version;
	bool unusable;
	struct solve_need needs[1 + EXTRAS][NEEDS]; /* of itself, of extras */
	size_t counts[1 + EXTRAS];
	size_t calls[1 + EXTRAS];
};

struct world {
	const uint8_t *data, *end;
	struct diag *diag;
	struct version versions[PROJECTS][VERSIONS];
	struct solve_candidate candidates[PROJECTS][VERSIONS];
	size_t counts[PROJECTS];
	struct solve_need roots[NEEDS], constraints[NEEDS];
	size_t root_count, constraint_count;
	uint32_t calls; /* a hash of what is asked, in its order */
};

/* Return a number below N. */
static size_t
take(struct world *w, size_t n)
{
	return w->data < w->end ? *w->data++ % n : 0;
}

static size_t
take_needs(struct world *w, struct solve_need *needs, const char *from)
{
	size_t count = take(w, NEEDS + 1);

	for (size_t i = 0; i < count; i++) {
		size_t byte = take(w, 128);
		size_t project = byte == 127 ? PROJECTS : byte % PROJECTS;

		needs[i] = (struct solve_need){
			.project = names[project], .from = from,
			.extras = extras + (byte / 16 % 4 == 2),
			.extra_count = byte / 16 % 4 == 3 ? 2
			               : byte / 16 % 4 > 0 ? 1 : 0,
			.specifiers = specifiers[take(w, sizeof(specifiers) /
			                              sizeof(*specifiers))],
		};
		if (project < PROJECTS && byte / 4 % 4 == 3 &&
		    w->counts[project] > 0)
			needs[i].file = &w->versions[project][take(
				w, w->counts[project])];
	}
	return count;
}

static void
take_world(struct world *w)
{
	for (size_t p = 0; p < PROJECTS; p++) {
		size_t next = take(w, 3);

		for (w->counts[p] = 0; w->counts[p] < VERSIONS && next < 5;
		     w->counts[p]++) {
			struct version *v = &w->versions[p][w->counts[p]];
			size_t byte = take(w, 64);

			v->version = versions[next];
			v->unusable = byte / 8 == 7;
			w->candidates[p][w->counts[p]] = (struct solve_candidate){
				v->version, byte / 8 == 6, v };
			next += 1 + byte % 4;
		}
	}
	w->root_count = take_needs(w, w->roots, "r.txt:1");
	w->constraint_count = take_needs(w, w->constraints, "c.txt:1");
	for (size_t p = 0; p < PROJECTS; p++) {
		for (size_t i = 0; i < w->counts[p]; i++) {
			struct version *v = &w->versions[p][i];

			for (size_t e = 0; e <= EXTRAS; e++)
				v->counts[e] = take_needs(w, v->needs[e], NULL);
		}
	}
}

static size_t
find_name(const char *const *list, size_t count, const char *name)
{
	size_t i = 0;

	while (i < count && strcmp(list[i], name) != 0)
		i++;
	return i;
}

static int
candidates(void *ctx, const char *project, struct solve_candidate **list,
           size_t *count)
{
	struct world *w = ctx;
	size_t p = find_name(names, PROJECTS, project);

	*count = 0;
	if (p < PROJECTS) {
		*list = w->candidates[p];
		*count = w->counts[p];
	}
	return 0;
}

static int
needs(void *ctx, struct solve_candidate *c, const char *extra,
      const struct solve_need **list, size_t *count)
{
	struct world *w = ctx;
	struct version *v = c->caller;
	size_t e = extra ? 1 + find_name(extras, EXTRAS, extra) : 0;

	w->calls = w->calls * 31 + (uint32_t)(v - w->versions[0]) * 3 +
	           (uint32_t)e;
	check(v->calls[e]++ == 0);
	if (v->unusable) {
		diag_set(w->diag, -EINVAL, "unusable");
		return SOLVE_UNUSABLE;
	}
	*list = v->needs[e];
	*count = v->counts[e];
	return 0;
}

/* ---- is it right? ------------------------------------------------------------ */

/* Requirements in force, for a set of picks. */
struct closure {
	const struct solve_need *needs[PROJECTS + 1][256];
	size_t counts[PROJECTS + 1];
	bool extras[PROJECTS][EXTRAS], done[PROJECTS][1 + EXTRAS];
};

static void
add_needs(struct closure *c, const struct solve_need *list, size_t count,
          bool constraints)
{
	for (size_t i = 0; i < count; i++) {
		size_t p = find_name(names, PROJECTS, list[i].project);

		if (constraints && c->counts[p] == 0)
			continue;
		c->needs[p][c->counts[p]++] = &list[i];
		for (size_t e = 0; p < PROJECTS && !constraints &&
		     e < list[i].extra_count; e++)
			c->extras[p][find_name(extras, EXTRAS,
			                       list[i].extras[e])] = true;
	}
}

/* Collect what the picks, indexes or -1, require. */
static void
close_picks(struct closure *c, const struct world *w, const int *picks)
{
	bool again = true;

	memset(c, 0, sizeof(*c));
	add_needs(c, w->roots, w->root_count, false);
	while (again) {
		again = false;
		for (size_t p = 0; p < PROJECTS; p++) {
			const struct version *v;

			if (picks[p] < 0 || c->counts[p] == 0)
				continue;
			v = &w->versions[p][picks[p]];
			for (size_t e = 0; e <= EXTRAS; e++) {
				if (c->done[p][e] ||
				    (e > 0 && !c->extras[p][e - 1]))
					continue;
				c->done[p][e] = again = true;
				add_needs(c, v->needs[e], v->counts[e], false);
			}
		}
	}
	add_needs(c, w->constraints, w->constraint_count, true);
}

static bool
fits(const struct closure *c, const struct world *w, size_t p, size_t i)
{
	const struct version *v = &w->versions[p][i];

	for (size_t k = 0; k < c->counts[p]; k++) {
		const struct solve_need *n = c->needs[p][k];

		if ((n->file && n->file != v) ||
		    pep440_fits(n->specifiers, strlen(n->specifiers), v->version,
		                strlen(v->version)) <= 0)
			return false;
	}
	return !v->unusable;
}

static bool
is_admitted(const struct closure *c, const struct world *w, size_t p, size_t i)
{
	const char *version = w->versions[p][i].version;

	if (!pep440_is_prerelease(version, strlen(version)) ||
	    w->candidates[p][i].installed)
		return true;
	for (size_t k = 0; k < c->counts[p]; k++) {
		const char *s = c->needs[p][k]->specifiers;

		if (pep440_properties(s, strlen(s)) & PEP440_PRERELEASE)
			return true;
	}
	for (size_t k = 0; k < w->counts[p]; k++) {
		version = w->versions[p][k].version;
		if (!pep440_is_prerelease(version, strlen(version)) &&
		    fits(c, w, p, k))
			return false;
	}
	return true;
}

/* Return whether PICKS, indexes or -1, are a solution. */
static bool
is_solution(const struct world *w, const int *picks)
{
	static struct closure c;

	close_picks(&c, w, picks);
	if (c.counts[PROJECTS] > 0)
		return false;
	for (size_t p = 0; p < PROJECTS; p++) {
		if ((c.counts[p] > 0) != (picks[p] >= 0))
			return false;
		if (picks[p] >= 0 &&
		    (!fits(&c, w, p, (size_t)picks[p]) ||
		     !is_admitted(&c, w, p, (size_t)picks[p])))
			return false;
	}
	return true;
}

/* Return whether there is a solution. */
static bool
exists(const struct world *w)
{
	int picks[PROJECTS] = { -1, -1, -1, -1 };
	size_t p = 0;

	while (p < PROJECTS) {
		if (is_solution(w, picks))
			return true;
		for (p = 0; p < PROJECTS; p++) {
			if (++picks[p] < (int)w->counts[p])
				break;
			picks[p] = -1;
		}
	}
	return false;
}

static int
run(struct world *w, struct solve_result *r, int *picks, struct arena *a)
{
	struct solve_problem s = {
		.roots = w->roots, .root_count = w->root_count,
		.constraints = w->constraints,
		.constraint_count = w->constraint_count,
		.candidates = candidates, .needs = needs, .ctx = w,
	};
	struct diag d;
	int rc;

	diag_init(&d, a);
	w->diag = &d;
	w->calls = 0;
	for (size_t p = 0; p < PROJECTS; p++) {
		picks[p] = -1;
		for (size_t i = 0; i < VERSIONS; i++)
			memset(w->versions[p][i].calls, 0,
			       sizeof(w->versions[p][i].calls));
	}
	rc = solve(r, &s, a, &d);
	check(rc == 0 || (rc == -ENOENT && d.text.len > 0));
	for (size_t i = 0; i < r->count; i++) {
		size_t p = find_name(names, PROJECTS, r->picks[i].project);

		check(p < PROJECTS && picks[p] < 0);
		picks[p] = (int)(r->picks[i].candidate - w->candidates[p]);
	}
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct world w;
	int picks[PROJECTS], again[PROJECTS], rc;
	struct solve_result r;
	struct arena a;
	uint32_t calls;

	memset(&w, 0, sizeof(w));
	w.data = data;
	w.end = data + size;
	take_world(&w);
	arena_init(&a, NULL, 0);
	rc = run(&w, &r, picks, &a);
	calls = w.calls;
	check(rc == 0 ? is_solution(&w, picks) : !exists(&w));
	strset_seed = ~strset_seed;
	check(run(&w, &r, again, &a) == rc && w.calls == calls);
	check(memcmp(picks, again, sizeof(picks)) == 0);
	arena_free(&a);
	return 0;
}
