/*
 * resolution: the wheels that requirements ask for, and those that these require.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/strset.h"
#include "format/pathname.h"
#include "format/pep440.h"
#include "os/ctx.h"
#include "os/signals.h"
#include "python/python.h"
#include "resolve/chooser.h"
#include "resolve/solve.h"

enum {
	MAX_LOCATIONS = 64, /* of one project; only one can be taken */
	MAX_LOOKS = 50000000, /* bytes that are compared before the search */
};

/* The candidates of a project. */
struct project_list {
	const char *project;
	struct solve_candidate *list; /* CALLER is a struct release */
	size_t count;
};

struct resolution {
	struct chooser *chooser;
	const struct asked *asked;
	struct solve_need *roots, *constraints;
	size_t root_count, constraint_count;
	struct project_list *wanted; /* of the roots, by project */
	size_t wanted_count;
	size_t looks; /* bytes of specifiers and versions compared */
	struct strset all_releases, only_final, no_binary, only_binary;
	struct strset checked; /* "PROJECT SPECIFIERS" of requirements */
};

/* ---- candidates --------------------------------------------------------------- */

static int
by_project(const void *key, const void *list)
{
	return strcmp(key, ((const struct project_list *)list)->project);
}

static struct project_list *
find_wanted(const struct resolution *s, const char *project)
{
	return s->wanted_count > 0
	               ? bsearch(project, s->wanted, s->wanted_count,
	                         sizeof(*s->wanted), by_project)
	               : NULL;
}

/* Return a release of the project that has the COUNT files at LIST. */
static struct release *
new_release(struct resolution *s, const char *project, struct candidate *list,
            size_t count)
{
	struct release *r = arena_zero(s->chooser->ctx->arena, 1, sizeof(*r));

	r->project = project;
	r->version = list->name.version;
	r->files = list;
	r->count = count;
	return r;
}

static struct arena *
memory(const struct resolution *s)
{
	return s->chooser->ctx->arena;
}

/* Return whether A and B are one version, spelt in two ways perhaps. */
static bool
same_version(const char *a, const char *b)
{
	return pep440_compare(a, strlen(a), b, strlen(b)) == 0;
}

/* Make a candidate of each version in the group that has a wheel for this Python. */
static void
list_versions(struct resolution *s, struct project_list *p,
              const struct candidate_group *g)
{
	p->list = arena_zero(memory(s), g->count + 1, sizeof(*p->list));
	for (size_t i = 0, n; i < g->count; i += n) {
		struct candidate *first = &g->list[i];

		n = 1;
		while (i + n < g->count &&
		       same_version(first->name.version,
		                    g->list[i + n].name.version))
			n++;
		if (!candidate_fits(first))
			continue;
		p->list[p->count++] = (struct solve_candidate){
			.version = first->name.version,
			.caller = new_release(s, p->project, first, n),
		};
	}
}

/* Set *C to the wheel FILE, which need not be in a directory of wheels. */
static int
look_at(struct resolution *s, struct candidate *c, const char *file)
{
	struct chooser *ch = s->chooser;
	bool doubt;
	int err = wheel_name_parse(&c->name, pathname_base(file), memory(s),
	                           ch->ctx->diag);

	if (err < 0)
		return diag_prefix(ch->ctx->diag, err, "%s: ", file);
	c->file = file;
	c->rank = tags_rank(&ch->admission.tags, &c->name, &doubt);
	return 0;
}

/* Make a candidate of the wheel at the location of Q: its file, or for a URL a file of
 * that name in the directories. */
static int
add_located(struct resolution *s, struct project_list *p,
            const struct asked_requirement *q)
{
	const struct requirement *r = q->requirement;
	struct candidate_group *g;
	struct candidate *list;
	struct release *new;
	size_t n = 0;
	int err = 0;

	g = catalogue_find(&s->chooser->catalogue, p->project);
	list = arena_zero(memory(s), g->count + 1, sizeof(*list));
	if (*r->location == '/') {
		err = look_at(s, &list[n++], r->location);
	} else {
		for (size_t i = 0; r->wheel && i < g->count; i++) {
			if (strcmp(pathname_base(g->list[i].file), r->wheel) == 0)
				list[n++] = g->list[i];
		}
	}
	if (err < 0 || n == 0)
		return err;
	new = new_release(s, p->project, list, n);
	new->direct = *r->location == '/' && chooser_may_be_direct(s->chooser);
	p->list[p->count++] = (struct solve_candidate){ .version = new->version,
		                                        .caller = new };
	return 0;
}

/* Return the candidate that an earlier requirement with the same location made; NULL if
 * there is none. */
static struct release *
find_located(const struct project_list *p, const struct requirement *r)
{
	for (size_t i = 0; i < p->count; i++) {
		struct release *have = p->list[i].caller;
		const char *file = have->files[0].file;

		if (strcmp(file, r->location) == 0 ||
		    (*r->location != '/' && r->wheel &&
		     strcmp(pathname_base(file), r->wheel) == 0))
			return have;
	}
	return NULL;
}

/* List the wheels at the locations that requirements for P name. Return how many
 * requirements name one. */
static int
list_located(struct resolution *s, struct project_list *p)
{
	size_t n;
	const struct asked_requirement *q = asked_find(s->asked, p->project, &n);
	int named = 0;

	for (size_t i = 0; i < n; i++) {
		const struct requirement *r = q[i].requirement;
		int err = 0;

		if (!r->location || r->editable)
			continue;
		if (r->unsupported)
			return diag_set(s->chooser->ctx->diag, -EINVAL, "%s: %s",
			                q[i].from, r->unsupported);
		if (!p->list)
			p->list = arena_zero(memory(s), n, sizeof(*p->list));
		if (!find_located(p, r))
			err = add_located(s, p, &q[i]);
		if (err < 0)
			return err;
		if (p->count > MAX_LOCATIONS)
			return diag_set(s->chooser->ctx->diag, -EINVAL, "%s: %s "
			                "has more than %d paths and URLs",
			                q[i].from, p->project, MAX_LOCATIONS);
		named++;
	}
	return named;
}

/* Add P's project as it is installed, in the order of versions, in place of a wheel of
 * the same version. */
static void
add_installed(struct resolution *s, struct project_list *p)
{
	const struct installed_project *have =
		chooser_installed(s->chooser, p->project);
	const char *version = have ? installed_version(have) : "";
	struct solve_candidate new = { .version = version };
	struct release *r;
	size_t i = 0;

	if (!*version)
		return;
	new.installed = !s->chooser->request->upgrade ||
	                !find_wanted(s, p->project);
	while (i < p->count && pep440_compare(version, strlen(version),
	                                      p->list[i].version,
	                                      strlen(p->list[i].version)) < 0)
		i++;
	r = arena_zero(memory(s), 1, sizeof(*r));
	r->project = p->project;
	r->version = version;
	r->installed = have;
	new.caller = r;
	if (i < p->count && same_version(version, p->list[i].version)) {
		p->list[i] = new;
		return;
	}
	/* list_versions() has left space for one more */
	memmove(&p->list[i + 1], &p->list[i], (p->count - i) * sizeof(new));
	p->list[i] = new;
	p->count++;
}

/* List the candidates of P's project. */
static int
list_candidates(struct resolution *s, struct project_list *p)
{
	struct chooser *ch = s->chooser;
	struct release *given = chooser_given(ch, p->project);
	int named;

	if (given) {
		p->list = arena_zero(memory(s), 1, sizeof(*p->list));
		p->list[p->count++] = (struct solve_candidate){
			.version = given->version,
			.caller = given,
		};
		return 0;
	}
	named = list_located(s, p);
	if (named == 0) {
		list_versions(s, p, catalogue_find(&ch->catalogue, p->project));
		add_installed(s, p);
	}
	return named < 0 ? named : 0;
}

static int
give_candidates(void *ctx, const char *project, struct solve_candidate **list,
                size_t *count)
{
	struct resolution *s = ctx;
	struct project_list *p = find_wanted(s, project);
	struct project_list other = { .project = project };
	int err = 0;

	if (!p) {
		p = &other;
		err = list_candidates(s, p);
	}
	*list = p->list;
	*count = p->count;
	return err;
}

/* ---- what candidates require --------------------------------------------------- */

/* Remember that R has no hash, in the diag: with the line that would give it one. */
static int
refuse_unhashed(struct resolution *s, const struct release *r)
{
	struct chooser *ch = s->chooser;
	struct wheel_choice c = { .file = r->files[0].file, .walk = &walk_host };
	struct wheel_source *source = ch->admission.source;
	const unsigned char *sum = NULL;
	struct buf hex;
	int err = wheel_source_find(source, &c, ch->ctx->diag);

	if (err == 0)
		err = wheel_source_sum(source, DIGEST_SHA256, &sum, ch->ctx->diag);
	if (err < 0 || !sum)
		return err;
	buf_init(&hex, memory(s));
	digest_put_hex(&hex, DIGEST_SHA256, sum);
	diag_set(ch->ctx->diag, -EINVAL, "%s %s has no hash, and one hash means "
	         "that all need one", r->project, r->version);
	diag_hint(ch->ctx->diag, "add a line: %s==%s --hash=sha256:%s", r->project,
	          r->version, buf_str(&hex));
	return ch->ctx->diag->code;
}

/* Open R, if its bytes have the hashes that are asked for. */
static int
open(struct resolution *s, struct release *r)
{
	struct chooser *ch = s->chooser;
	struct hash_rule rule;
	int has_rule;

	if (r->state != RELEASE_UNTRIED)
		return 0;
	if (r->installed) {
		release_read_installed(r, &ch->installed);
		return 0;
	}
	has_rule = asked_rule(ch->ctx, s->asked, r->project, &rule);
	if (has_rule < 0)
		return has_rule;
	if (!has_rule && s->asked->hash_mode)
		return refuse_unhashed(s, r);
	return release_open(r, &ch->admission, has_rule ? &rule : NULL);
}

static int
give_needs(void *ctx, struct solve_candidate *c, const char *extra,
           const struct solve_need **list, size_t *count)
{
	struct resolution *s = ctx;
	struct release *r = c->caller;
	struct solve_need *needs = NULL;
	size_t room = 0;
	int err = open(s, r);

	*count = 0;
	*list = NULL;
	if (err < 0)
		return err;
	if (r->state != RELEASE_USABLE) {
		diag_set(s->chooser->ctx->diag, -EINVAL, "%s",
		         r->reason ? r->reason : "it cannot be used");
		return SOLVE_UNUSABLE;
	}
	if (s->chooser->request->no_deps || (extra && !release_provides(r, extra)))
		return 0;
	for (size_t i = 0; i < r->requires_count; i++) {
		struct requires *q = &r->requires[i];

		err = release_wants(r, q, extra, &s->chooser->facts,
		                    s->chooser->ctx->diag);
		if (err < 0)
			return err;
		if (err == 0)
			continue;
		needs = arena_more(memory(s), needs, *count, &room,
		                   sizeof(*needs));
		needs[(*count)++] = (struct solve_need){
			.project = q->project,
			.extras = q->extras,
			.extra_count = q->extra_count,
			.specifiers = q->specifiers,
		};
	}
	*list = needs;
	return 0;
}

/* Return whether LIST, whose names are in NAMES, has PROJECT. */
static bool
lists(const struct name_list *list, const struct strset *names,
      const char *project)
{
	return list->all || strset_has(names, project, strlen(project));
}

static bool
has_all_releases(void *ctx, const char *project)
{
	const struct resolution *s = ctx;

	return lists(&s->asked->files.all_releases, &s->all_releases, project);
}

static bool
has_only_final(void *ctx, const char *project)
{
	const struct resolution *s = ctx;

	return lists(&s->asked->files.only_final, &s->only_final, project);
}

/* ---- what is asked for ---------------------------------------------------------- */

/* Return whether R accepts VERSION. */
static bool
fits(const struct requirement *r, const char *version)
{
	return !*r->specifiers ||
	       pep440_fits(r->specifiers, strlen(r->specifiers), version,
	                   strlen(version)) > 0;
}

/* Return whether a line for PROJECT names its file. */
static bool
is_located(const struct resolution *s, const char *project)
{
	size_t n;
	const struct asked_requirement *q = asked_find(s->asked, project, &n);

	for (size_t i = 0; i < n; i++) {
		if (q[i].requirement->location && !q[i].requirement->editable)
			return true;
	}
	return false;
}

/* Return why no candidate of the project meets the requirement Q, but not because of a
 * location. */
static const char *
absence_by_version(struct resolution *s, const struct asked_requirement *q)
{
	const struct requirement *r = q->requirement;
	const struct tags *tags = &s->chooser->admission.tags;
	const struct candidate_group *g =
		catalogue_find(&s->chooser->catalogue, q->project);

	for (size_t i = 0; i < g->count; i++) {
		const struct candidate *c = &g->list[i];

		if (fits(r, c->name.version))
			return arena_fmt(memory(s), "%s%s: %s", q->project,
			                 r->specifiers,
			                 candidate_misfit(c, tags, memory(s)));
	}
	if (g->count > 0)
		return arena_fmt(memory(s), "%s%s: only other versions are there, "
		                 "such as '%s', and %s asks for it", q->project,
		                 r->specifiers, g->list->file, q->from);
	return arena_fmt(memory(s), "%s%s: no wheel of it is there, and %s asks for "
	                 "it", q->project, r->specifiers, q->from);
}

/* Return why none of P, the candidates, meets the requirement Q. */
static const char *
absence(struct resolution *s, const struct asked_requirement *q,
        const struct project_list *p)
{
	const struct requirement *r = q->requirement;
	const struct release *given = chooser_given(s->chooser, q->project);
	const struct release *only = p->count > 0 ? p->list[0].caller : NULL;

	if (given)
		return arena_fmt(memory(s), "%s%s: %s asks for it, and --wheel "
		                 "gives '%s'", q->project, r->specifiers,
		                 q->from, given->choice.file);
	if (r->location)
		return arena_fmt(memory(s), "%s: no file '%s' is there, and %s asks "
		                 "for it", q->project, r->wheel ? r->wheel
		                                                : r->location,
		                 q->from);
	if (only && is_located(s, q->project))
		return arena_fmt(memory(s), "%s%s: %s asks for it, and another line "
		                 "for '%s'", q->project, r->specifiers, q->from,
		                 only->files->file);
	return absence_by_version(s, q);
}

/* Remember why the candidate C, the only one for Q, cannot be used, if so. */
static int
try_only(struct resolution *s, const struct asked_requirement *q,
         const struct solve_candidate *c)
{
	struct chooser *ch = s->chooser;
	struct release *r = c->caller;
	int err = open(s, r);
	struct diag *d = ch->ctx->diag;

	if (err == -ENOENT && r->direct)
		diag_hint(d, "paths in requirements files are relative to the "
		          "current directory");
	if (err < 0)
		return missing_add_failure(&ch->missing, NULL, err, d);
	if (r->state == RELEASE_UNUSABLE)
		chooser_miss(ch, NULL, arena_fmt(memory(s), "%s%s: %s", q->project,
		                                 q->requirement->specifiers,
		                                 r->reason));
	return 0;
}

/* Return whether Q is the first requirement for its project with its specifiers, or
 * names a file. Large files repeat themselves. */
static bool
is_new(struct resolution *s, const struct asked_requirement *q)
{
	const struct requirement *r = q->requirement;
	struct arena shortly;
	char space[256], *key;
	bool is_first;

	if (r->location)
		return true;
	arena_init(&shortly, space, sizeof(space));
	key = arena_fmt(&shortly, "%s %s", q->project, r->specifiers);
	is_first = strset_add(&s->checked, key, strlen(key));
	arena_free(&shortly);
	return is_first;
}

/* Remember why Q cannot be met, if so. */
static int
check_asked(struct resolution *s, const struct asked_requirement *q)
{
	const struct project_list *p = find_wanted(s, q->project);
	const struct solve_candidate *only = NULL;
	size_t n = 0;

	if (q->requirement->editable && !chooser_given(s->chooser, q->project)) {
		chooser_miss(s->chooser, NULL,
		             arena_fmt(memory(s), "%s: '%s' is a source "
		                       "directory: give its wheel with --wheel "
		                       "FILE", q->from, q->requirement->location));
		return 0;
	}
	if (lists(&s->asked->files.no_binary, &s->no_binary, q->project) &&
	    !strset_has(&s->only_binary, q->project, strlen(q->project))) {
		chooser_miss(s->chooser, NULL,
		             arena_fmt(memory(s), "%s: --no-binary asks for a "
		                       "source distribution of %s, and only "
		                       "wheels can be installed", q->from,
		                       q->project));
		return 0;
	}
	/* the search finds the same, and explains less */
	s->looks += p->count * (strlen(q->requirement->specifiers) + 1);
	if (s->looks > MAX_LOOKS)
		return 0;
	for (size_t i = 0; i < p->count; i++) {
		if (!fits(q->requirement, p->list[i].version))
			continue;
		only = &p->list[i];
		n++;
	}
	if (n == 0)
		chooser_miss(s->chooser, NULL, absence(s, q, p));
	return n == 1 ? try_only(s, q, only) : 0;
}

/* List the candidates of all projects that are asked for, and check that there are
 * some for each requirement. */
static int
look_around(struct resolution *s)
{
	const struct asked *a = s->asked;
	int err = 0;

	s->wanted = arena_zero(memory(s), a->count + 1, sizeof(*s->wanted));
	for (size_t i = 0; err == 0 && i < a->count; i++) {
		const struct asked_requirement *q = &a->list[i];
		struct project_list *p = &s->wanted[s->wanted_count];

		if (q->constraint ||
		    (i > 0 && strcmp(q[-1].project, q->project) == 0))
			continue;
		p->project = q->project;
		s->wanted_count++;
		err = list_candidates(s, p);
	}
	for (size_t i = 0; err == 0 && i < a->count; i++) {
		if (!a->list[i].constraint && is_new(s, &a->list[i]))
			err = check_asked(s, &a->list[i]);
		if (err == 0 && signals_pending())
			err = -EINTR;
	}
	return err;
}

/* Return the release that Q's location leads to; NULL if it has none. */
static void *
located(const struct resolution *s, const struct asked_requirement *q)
{
	const struct project_list *p = find_wanted(s, q->project);

	if (!q->requirement->location || q->requirement->editable || !p ||
	    chooser_given(s->chooser, q->project))
		return NULL;
	return find_located(p, q->requirement);
}

/* Return the requirements in the order in which they were read: the solver prefers
 * new versions of the first projects, as pip. */
static const struct asked_requirement **
list_in_order(const struct resolution *s)
{
	const struct asked *a = s->asked;
	const struct asked_requirement **list =
		arena_zero(memory(s), a->count + 1,
		           sizeof(struct asked_requirement *));

	for (size_t i = 0; i < a->count; i++)
		list[a->list[i].index] = &a->list[i];
	return list;
}

/* Make the solver's roots and constraints. */
static void
make_needs(struct resolution *s)
{
	const struct asked *a = s->asked;
	const struct asked_requirement **list = list_in_order(s);
	const struct chooser *ch = s->chooser;

	s->roots = arena_zero(memory(s), a->count + ch->given_count + 1,
	                      sizeof(*s->roots));
	s->constraints =
		arena_zero(memory(s), a->count + 1, sizeof(*s->constraints));
	for (size_t i = 0; i < a->count; i++) {
		const struct asked_requirement *q = list[i];
		const struct solve_need need = {
			.project = q->project,
			.extras = q->requirement->extras,
			.extra_count = q->requirement->extra_count,
			.specifiers = q->requirement->specifiers,
			.from = q->from,
			.file = located(s, q),
		};

		if (q->constraint)
			s->constraints[s->constraint_count++] = need;
		else
			s->roots[s->root_count++] = need;
	}
	for (size_t i = 0; i < ch->given_count; i++)
		s->roots[s->root_count++] = (struct solve_need){
			.project = ch->given[i].project,
			.specifiers = "",
			.from = ch->given[i].choice.file,
		};
}

/* ---- the result ----------------------------------------------------------------- */

/* Return the requirement that asks for EXTRA of PROJECT itself; NULL if only others
 * require it. */
static const char *
who_wants(const struct resolution *s, const char *project, const char *extra)
{
	size_t n;
	const struct asked_requirement *q = asked_find(s->asked, project, &n);

	for (size_t i = 0; i < n; i++) {
		const struct requirement *r = q[i].requirement;

		for (size_t k = 0; k < r->extra_count; k++) {
			if (strcmp(r->extras[k], extra) == 0)
				return q[i].from;
		}
	}
	return NULL;
}

/* Refuse an extra that was asked for and does not exist; warn about others. */
static void
check_extras(struct resolution *s, const struct solve_pick *p)
{
	const struct release *r = p->candidate->caller;
	struct chooser *ch = s->chooser;

	for (size_t i = 0; i < p->extra_count; i++) {
		const char *extra = p->extras[i], *from;

		if (release_provides(r, extra))
			continue;
		from = who_wants(s, p->project, extra);
		if (from)
			chooser_miss(ch, NULL,
			             arena_fmt(memory(s), "%s: %s %s has no extra "
			                       "'%s'", from, p->project,
			                       r->version, extra));
		else if (r->installed) /* set_check() warns of others */
			diag_warn(ch->ctx->diag, "%s %s has no extra '%s', which "
			          "another project requires", p->project,
			          r->version, extra);
	}
}

static void
add_pick(struct resolution *s, const struct solve_pick *p)
{
	struct release *r = p->candidate->caller;

	if (r->failed)
		return;
	check_extras(s, p);
	if (r->installed)
		chooser_keep(s->chooser, p->project);
	if (r->installed || wheel_set_find(s->chooser->set, p->project))
		return;
	r->choice.why = arena_fmt(memory(s), "%s asks for it", p->from);
	if (!p->root)
		wheel_files_drop(&r->choice.files, WHEEL_REQUESTED);
	chooser_add_release(s->chooser, r);
}

static int
solve_all(struct resolution *s)
{
	const struct solve_problem problem = {
		.roots = s->roots,
		.root_count = s->root_count,
		.constraints = s->constraints,
		.constraint_count = s->constraint_count,
		.pre = s->asked->files.pre,
		.all_releases = has_all_releases,
		.only_final = has_only_final,
		.candidates = give_candidates,
		.needs = give_needs,
		.ctx = s,
	};
	struct solve_result result;
	int err = solve(&result, &problem, memory(s), s->chooser->ctx->diag);

	for (size_t i = 0; err == 0 && i < result.count; i++)
		add_pick(s, &result.picks[i]);
	return err;
}

static void
collect(struct strset *names, const struct name_list *list, struct arena *a)
{
	strset_init(names, a);
	for (size_t i = 0; i < list->count; i++)
		strset_add(names, list->names[i], strlen(list->names[i]));
}

int
resolution_choose(struct chooser *ch)
{
	struct resolution s = { .chooser = ch, .asked = &ch->asked };
	const struct requirement_files *f = &ch->asked.files;
	size_t missing = ch->missing.count;
	int err;

	strset_init(&s.checked, ch->ctx->arena);
	collect(&s.all_releases, &f->all_releases, ch->ctx->arena);
	collect(&s.only_final, &f->only_final, ch->ctx->arena);
	collect(&s.no_binary, &f->no_binary, ch->ctx->arena);
	collect(&s.only_binary, &f->only_binary, ch->ctx->arena);
	err = look_around(&s);
	if (err < 0 || ch->missing.count > missing)
		return err;
	make_needs(&s);
	return solve_all(&s);
}
