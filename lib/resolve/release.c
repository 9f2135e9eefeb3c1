#include "resolve/release.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "os/ctx.h"
#include "os/signals.h"
#include "resolve/admit.h"
#include "resolve/catalogue.h"
#include "resolve/installed.h"
#include "resolve/marker.h"
#include "wheel/metadata.h"
#include "wheel/name.h"

/* Set the extras of Q: the names between the brackets. */
static void
set_extras(struct requires *q, struct arena *a)
{
	struct slice rest = q->dependency.extras, name;
	const char **list = NULL;
	size_t room = 0;

	while (rest.n > 0) {
		if (!dependency_take_name(&rest, &name)) {
			rest.s++;
			rest.n--;
			continue;
		}
		list = arena_more(a, list, q->extra_count, &room, sizeof(*list));
		list[q->extra_count++] =
			wheel_name_normalized(a, name.s, name.n);
	}
	q->extras = list;
}

/* Read the value of Requires-Dist at TEXT into Q. */
static int
read_requires(struct requires *q, const char *text, size_t n, struct arena *a,
              struct diag *d)
{
	const char *line = metadata_unfold(a, text, n);
	int err = dependency_parse(&q->dependency, line, n, a, d);

	if (err < 0)
		return err;
	q->project = wheel_name_normalized(a, q->dependency.name.s,
	                                   q->dependency.name.n);
	q->specifiers = arena_dup(a, q->dependency.specifiers.s,
	                          q->dependency.specifiers.n);
	set_extras(q, a);
	return 0;
}

static int
compare_extras(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
read_extras(struct release *r, const char *text, size_t n, struct arena *a)
{
	struct slice value;
	size_t room = 0;

	for (size_t at = 0; metadata_next(text, n, &at, "Provides-Extra",
	                                  &value.s, &value.n);) {
		r->extras = arena_more(a, r->extras, r->extra_count, &room,
		                       sizeof(*r->extras));
		r->extras[r->extra_count++] =
			wheel_name_normalized(a, value.s, value.n);
	}
	if (r->extra_count > 1)
		qsort(r->extras, r->extra_count, sizeof(*r->extras),
		      compare_extras);
}

/* Read the METADATA of N bytes at TEXT. */
static int
read_metadata(struct release *r, const char *text, size_t n, struct arena *a,
              struct diag *d)
{
	struct slice value;
	size_t room = 0;

	read_extras(r, text, n, a);
	for (size_t at = 0; metadata_next(text, n, &at, "Requires-Dist",
	                                  &value.s, &value.n);) {
		struct requires q = { .extra_count = 0 };
		int err = read_requires(&q, value.s, value.n, a, d);

		if (err < 0)
			return diag_prefix(d, err, "METADATA: Requires-Dist: ");
		r->requires = arena_more(a, r->requires, r->requires_count,
		                         &room, sizeof(q));
		r->requires[r->requires_count++] = q;
	}
	return 0;
}

int
release_read(struct release *r, const struct admission *ad)
{
	const struct wheel *w = &ad->source->wheel;
	struct diag *d = ad->ctx->diag;
	struct arena shortly;
	char *text;
	size_t n;
	int err;

	arena_init(&shortly, NULL, 0);
	err = wheel_metadata(w, ad->source->inflater, &shortly, &text, &n, d);
	if (err == 0) {
		err = read_metadata(r, text, n, ad->ctx->arena, d);
		if (err < 0)
			diag_prefix(d, err, "%s: ", w->file);
	}
	arena_free(&shortly);
	return err;
}

/* Keep the reason in the diag why R cannot be used, the first one. */
static void
blame(struct release *r, const struct ctx *x)
{
	if (!r->reason)
		r->reason = arena_str(x->arena, buf_str(&x->diag->text));
	diag_clear(x->diag);
}

/* Move the warnings that came after the first LEN bytes of them from the diag to R. */
static void
keep_warnings(struct release *r, struct diag *d, size_t len)
{
	buf_init(&r->warnings, d->warnings.arena);
	buf_add(&r->warnings, d->warnings.data + len, d->warnings.len - len);
	d->warnings.len = len;
}

static int
try_file(struct release *r, const struct candidate *c,
         const struct admission *ad, const struct hash_rule *rule)
{
	struct wheel_choice choice = { .file = c->file, .walk = &walk_host,
		                       .direct = r->direct };
	size_t warned = ad->ctx->diag->warnings.len;
	int verdict = admit(ad, &choice, rule, r->project);

	if (verdict < 0)
		return verdict;
	keep_warnings(r, ad->ctx->diag, warned);
	if (verdict != ADMITTED) {
		blame(r, ad->ctx);
		return 0;
	}
	r->choice = choice;
	/* an invalid requirement spoils this version, not the run */
	if (release_read(r, ad) < 0) {
		blame(r, ad->ctx);
		return 0;
	}
	r->state = RELEASE_USABLE;
	return 0;
}

void
release_read_installed(struct release *r, const struct installed *i)
{
	struct arena shortly;
	struct slice t;
	int err;

	if (r->state != RELEASE_UNTRIED)
		return;
	arena_init(&shortly, NULL, 0);
	r->state = RELEASE_USABLE;
	err = installed_metadata(i, r->installed, &shortly, &t);
	if (err == 0)
		err = read_metadata(r, t.s, t.n, i->ctx->arena, i->ctx->diag);
	if (err < 0) {
		r->state = RELEASE_UNUSABLE;
		blame(r, i->ctx);
	}
	arena_free(&shortly);
}

int
release_open(struct release *r, const struct admission *ad,
             const struct hash_rule *rule)
{
	int err = 0;

	if (r->state != RELEASE_UNTRIED)
		return 0;
	for (size_t i = 0; i < r->count && r->state != RELEASE_USABLE; i++) {
		if (!candidate_fits(&r->files[i]))
			continue;
		err = try_file(r, &r->files[i], ad, rule);
		if (err < 0)
			return err;
	}
	if (r->state == RELEASE_USABLE)
		return 0;
	r->state = RELEASE_UNUSABLE;
	if (!r->reason && r->count > 0)
		r->reason = candidate_misfit(&r->files[0], &ad->tags,
		                             ad->ctx->arena);
	return 0;
}

bool
release_provides(const struct release *r, const char *extra)
{
	return r->extra_count > 0 &&
	       bsearch(&extra, r->extras, r->extra_count, sizeof(*r->extras),
	               compare_extras);
}

/* Return whether the marker of Q holds, or a negative errno with a diag. */
static int
evaluate(const struct release *r, const struct requires *q, const char *extra,
         const struct marker_facts *facts, struct diag *d)
{
	struct slice marker = q->dependency.marker;
	struct marker_facts with = *facts;
	enum marker_variable unknown;
	struct arena shortly;
	char memory[512];
	int truth;

	if (marker.n == 0)
		return 1;
	with.extra = extra;
	arena_init(&shortly, memory, sizeof(memory));
	truth = marker_evaluate(marker.s, marker.n, &with, &shortly, &unknown, d);
	arena_free(&shortly);
	if (truth == MARKER_UNKNOWN)
		truth = marker_refuse(marker.s, marker.n, unknown, d);
	return truth < 0 ? diag_prefix(d, truth, "%s %s requires '%.*s': ",
	                               r->project, r->version,
	                               (int)q->dependency.name.n,
	                               q->dependency.name.s)
	                 : truth == MARKER_TRUE;
}

/* Count an evaluation for an extra of R. Return a negative errno if it must not be
 * made. */
static int
count_evaluation(struct release *r, struct diag *d)
{
	if (r->evaluations++ % 4096 == 0 && signals_pending())
		return -EINTR;
	if (r->evaluations <= RELEASE_MAX_EVALUATIONS)
		return 0;
	diag_set(d, -E2BIG, "%s %s: too many extras are wanted of a project with "
	         "%zu requirements", r->project, r->version, r->requires_count);
	diag_hint(d, "--no-deps installs it without them");
	return -E2BIG;
}

int
release_wants(struct release *r, struct requires *q, const char *extra,
              const struct marker_facts *facts, struct diag *d)
{
	int rc;

	if (q->base == WANTED_UNKNOWN) {
		rc = evaluate(r, q, "", facts, d);
		if (rc < 0)
			return rc;
		q->base = rc ? WANTED : NOT_WANTED;
	}
	if (!extra || q->base == WANTED)
		return !extra && q->base == WANTED;
	rc = count_evaluation(r, d);
	return rc < 0 ? rc : evaluate(r, q, extra, facts, d);
}
