/*
 * solve_probe: solve problems, for the comparison with an exhaustive search. Standard
 * input has for each these lines, whose words have single blanks between them; "-" is
 * an empty word:
 *
 *     root FROM PROJECT EXTRA,... SPECIFIERS [FILE-VERSION]
 *     constraint FROM PROJECT - SPECIFIERS
 *     pre | all-releases PROJECT | only-final PROJECT
 *     project PROJECT
 *     version VERSION [installed] [unusable]      of that project
 *     need FOR-EXTRA PROJECT EXTRA,... SPECIFIERS [FILE-VERSION]   of that version
 *     solve
 *
 * The answer is a line: "ok STEPS MEMORY CALLS PROJECT[EXTRA,...]==VERSION...", or "none
 * STEPS MEMORY CALLS MESSAGE", or "error ...". Each problem is solved twice, with
 * another seed of hash tables; if the answers differ, it is "differs".
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/strset.h"
#include "resolve/solve.h"

enum { MAX_WORDS = 8 };

struct need {
	const char *extra; /* for which; NULL */
	struct solve_need need;
	const char *file;  /* a version; NULL */
	struct need *next;
};

struct version {
	struct solve_candidate candidate; /* CALLER is its struct version */
	bool unusable;
	struct need *needs;
};

struct project {
	const char *name;
	struct version *versions;
	size_t count, room;
	bool all_releases, only_final;
	struct project *next;
};

struct needs {
	struct need *list, **end;
};

struct problem {
	struct arena arena;
	struct diag *diag;
	struct project *projects, **end;
	struct needs roots, constraints;
	bool pre;
	size_t calls;
};

static struct project *
project_of(const struct problem *p, const char *name)
{
	struct project *it = p->projects;

	while (it && strcmp(it->name, name) != 0)
		it = it->next;
	return it;
}

static struct project *
add_project(struct problem *p, const char *name)
{
	struct project *it = project_of(p, name);

	if (it)
		return it;
	it = arena_zero(&p->arena, 1, sizeof(*it));
	it->name = arena_str(&p->arena, name);
	*p->end = it;
	p->end = &it->next;
	return it;
}

static struct need *
make_need(struct problem *p, char **words, size_t count)
{
	struct need *n = arena_zero(&p->arena, 1, sizeof(*n));
	const char **extras = arena_zero(&p->arena, 64, sizeof(*extras));

	n->need.project = arena_str(&p->arena, words[0]);
	for (char *e = strtok(words[1], ","); e && strcmp(e, "-") != 0;
	     e = strtok(NULL, ","))
		extras[n->need.extra_count++] = arena_str(&p->arena, e);
	n->need.extras = extras;
	n->need.specifiers = arena_str(&p->arena, strcmp(words[2], "-") == 0
	                                          ? "" : words[2]);
	if (count > 3)
		n->file = arena_str(&p->arena, words[3]);
	return n;
}

static bool
all_releases(void *ctx, const char *name)
{
	const struct project *p = project_of(ctx, name);

	return p && p->all_releases;
}

static bool
only_final(void *ctx, const char *name)
{
	const struct project *p = project_of(ctx, name);

	return p && p->only_final;
}

static int
candidates(void *ctx, const char *name, struct solve_candidate **list,
           size_t *count)
{
	struct problem *p = ctx;
	const struct project *it = project_of(p, name);

	*count = it ? it->count : 0;
	*list = arena_zero(&p->arena, *count, sizeof(**list));
	for (size_t i = 0; i < *count; i++) {
		(*list)[i] = it->versions[i].candidate;
		(*list)[i].caller = &it->versions[i];
	}
	return 0;
}

/* Copy those of the needs that are for EXTRA. */
static struct solve_need *
copy_needs(struct problem *p, const struct need *n, const char *extra,
           size_t *count)
{
	struct solve_need *copy;

	*count = 0;
	for (const struct need *i = n; i; i = i->next)
		++*count;
	copy = arena_zero(&p->arena, *count, sizeof(*copy));
	for (*count = 0; n; n = n->next) {
		const struct project *it = project_of(p, n->need.project);

		if (!n->extra != !extra ||
		    (extra && strcmp(extra, n->extra) != 0))
			continue;
		copy[*count] = n->need;
		for (size_t i = 0; n->file && it && i < it->count; i++) {
			if (strcmp(it->versions[i].candidate.version,
			           n->file) == 0)
				copy[*count].file = &it->versions[i];
		}
		++*count;
	}
	return copy;
}

static int
needs(void *ctx, struct solve_candidate *c, const char *extra,
      const struct solve_need **list, size_t *count)
{
	struct problem *p = ctx;
	const struct version *v = c->caller;

	p->calls++;
	if (v->unusable) {
		diag_set(p->diag, -EINVAL, "%s is unusable", c->version);
		return SOLVE_UNUSABLE;
	}
	*list = copy_needs(p, v->needs, extra, count);
	return 0;
}

static void
put_picks(struct buf *out, const struct solve_result *r)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct solve_pick *p = &r->picks[i];

		buf_fmt(out, " %s", p->project);
		for (size_t k = 0; k < p->extra_count; k++)
			buf_fmt(out, "%c%s", k ? ',' : '[', p->extras[k]);
		buf_fmt(out, "%s==%s", p->extra_count ? "]" : "",
		        p->candidate->version);
	}
}

/* Append the answer. */
static void
answer(struct problem *p, struct buf *out)
{
	struct solve_problem s = {
		.pre = p->pre, .all_releases = all_releases,
		.only_final = only_final, .candidates = candidates,
		.needs = needs, .ctx = p,
	};
	struct solve_result r;
	struct diag d;
	int rc;

	diag_init(&d, &p->arena);
	p->diag = &d;
	p->calls = 0;
	s.roots = copy_needs(p, p->roots.list, NULL, &s.root_count);
	s.constraints = copy_needs(p, p->constraints.list, NULL,
	                           &s.constraint_count);
	rc = solve(&r, &s, &p->arena, &d);
	buf_fmt(out, "%s %zu %zu %zu", rc == 0 ? "ok" : rc == -ENOENT
	        ? "none" : "error", r.steps, r.memory, p->calls);
	if (rc == 0) {
		put_picks(out, &r);
		return;
	}
	buf_fmt(out, " %s", buf_str(&d.text));
	for (size_t i = 0; i < d.notes.len; i += strlen(d.notes.data + i) + 1)
		buf_fmt(out, " | %s", d.notes.data + i);
}

/* Carry out one line of input. */
static void
read_line(struct problem *p, char **w, size_t count)
{
	struct needs *list = strcmp(w[0], "root") == 0 ? &p->roots :
		strcmp(w[0], "constraint") == 0 ? &p->constraints : NULL;

	if (list) {
		*list->end = make_need(p, w + 2, count - 2);
		(*list->end)->need.from = arena_str(&p->arena, w[1]);
		list->end = &(*list->end)->next;
	} else if (strcmp(w[0], "pre") == 0) {
		p->pre = true;
	} else if (strcmp(w[0], "all-releases") == 0) {
		add_project(p, w[1])->all_releases = true;
	} else if (strcmp(w[0], "only-final") == 0) {
		add_project(p, w[1])->only_final = true;
	}
}

/* The same for those of a project: IT is the newest one, in *IT. */
static void
read_version(struct problem *p, struct project **it, char **w, size_t count)
{
	struct version *v;

	if (strcmp(w[0], "project") == 0) {
		*it = add_project(p, w[1]);
	} else if (strcmp(w[0], "version") == 0) {
		(*it)->versions = arena_more(&p->arena, (*it)->versions,
		                             (*it)->count, &(*it)->room,
		                             sizeof(*v));
		v = &(*it)->versions[(*it)->count++];
		*v = (struct version){ { .version = arena_str(&p->arena, w[1]) },
			               false, NULL };
		for (size_t i = 2; i < count; i++) {
			v->candidate.installed |= strcmp(w[i], "installed") == 0;
			v->unusable |= strcmp(w[i], "unusable") == 0;
		}
	} else if (strcmp(w[0], "need") == 0) {
		struct need **end = &(*it)->versions[(*it)->count - 1].needs;

		while (*end)
			end = &(*end)->next;
		*end = make_need(p, w + 2, count - 2);
		if (strcmp(w[1], "-") != 0)
			(*end)->extra = arena_str(&p->arena, w[1]);
	}
}

static void
print_answer(struct problem *p)
{
	struct buf one, other;

	buf_init(&one, &p->arena);
	buf_init(&other, &p->arena);
	answer(p, &one);
	if (getenv("SOLVE_ONCE")) {
		puts(buf_str(&one));
		return;
	}
	strset_seed = ~strset_seed;
	answer(p, &other);
	if (strcmp(buf_str(&one), buf_str(&other)) != 0)
		fputs("differs ", stdout);
	puts(buf_str(&one));
}

static void
begin(struct problem *p)
{
	memset(p, 0, sizeof(*p));
	arena_init(&p->arena, NULL, 0);
	p->end = &p->projects;
	p->roots.end = &p->roots.list;
	p->constraints.end = &p->constraints.list;
}

int
main(void)
{
	static char line[100000];
	struct project *it = NULL;
	struct problem p;

	begin(&p);
	while (fgets(line, sizeof(line), stdin)) {
		char *w[MAX_WORDS] = { NULL }, *rest = line;
		size_t count = 0;

		while (count < MAX_WORDS && (w[count] = strsep(&rest, " \n")) &&
		       w[count][0])
			count++;
		if (count == 0)
			continue;
		read_line(&p, w, count);
		read_version(&p, &it, w, count);
		if (strcmp(w[0], "solve") == 0) {
			print_answer(&p);
			arena_free(&p.arena);
			begin(&p);
		}
	}
	arena_free(&p.arena);
	return 0;
}
