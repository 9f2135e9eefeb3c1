/*
 * set_check: whether a set of wheels meets what its wheels require.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/strset.h"
#include "os/ctx.h"
#include "os/signals.h"
#include "resolve/chooser.h"

/* A release with one of its extras, or none (NULL). */
struct part {
	struct release *release;
	const char *extra;
};

struct checking {
	struct chooser *chooser;
	struct part *parts; /* to be looked at, and those that were */
	size_t count, room;
	struct strset wanted; /* "PROJECT[EXTRA]" in PARTS */
	struct buf faults;    /* lines, each ended by NUL */
	size_t fault_count;
	size_t lacking;       /* extras that projects do not have */
};

enum { MAX_LACKING = 20 }; /* that are named */

static int
by_project(const void *pa, const void *pb)
{
	const struct release *const *a = pa, *const *b = pb;

	return strcmp((*a)->project, (*b)->project);
}

static struct release *
find(const struct chooser *ch, const char *project)
{
	const struct release key = { .project = project }, *k = &key;
	struct release **r =
		ch->release_count > 0
			? bsearch(&k, ch->releases, ch->release_count,
	                          sizeof(struct release *), by_project)
			: NULL;

	return r ? *r : NULL;
}

static void
want(struct checking *c, struct release *r, const char *extra)
{
	struct arena *a = c->chooser->ctx->arena;
	const char *key = extra ? arena_fmt(a, "%s[%s]", r->project, extra)
	                        : r->project;

	if (!strset_add(&c->wanted, key, strlen(key)))
		return;
	c->parts = arena_more(a, c->parts, c->count, &c->room,
	                      sizeof(*c->parts));
	c->parts[c->count++] = (struct part){ r, extra };
}

/* Remember that Q, a requirement of R, is not met; VERSION is the one that is there,
 * NULL: none. */
static void
add_fault(struct checking *c, const struct release *r, const struct requires *q,
          const char *version)
{
	struct arena *a = c->chooser->ctx->arena;
	const char *text =
		version ? arena_fmt(a, "%s %s requires %s%s, and %s %s is chosen",
	                            r->project, r->version, q->project,
	                            q->specifiers, q->project, version)
			: arena_fmt(a, "%s %s requires %s%s, and no wheel of it is "
	                            "chosen", r->project, r->version, q->project,
	                            q->specifiers);

	buf_add(&c->faults, text, strlen(text) + 1);
	c->fault_count++;
}

/* Return whether P, which is installed, stays: --sync removes projects that are not
 * needed, but only those of the environment itself. */
static bool
stays(const struct chooser *ch, const struct installed_project *p)
{
	return !ch->request->sync || !ch->installed.places[p->place].own ||
	       strset_has(&ch->set->kept, p->name, strlen(p->name));
}

/* Return the version of PROJECT in the set, without its requirements, or of the
 * installed one that stays; NULL if it is not there. */
static const char *
find_version(const struct chooser *ch, const char *project)
{
	const struct wheel_choice *c = wheel_set_find(ch->set, project);
	const struct installed_project *p =
		c ? NULL : installed_get(&ch->installed, project);

	if (c)
		return c->version;
	return p && stays(ch, p) ? installed_version(p) : NULL;
}

/* Return whether the lock's author changed the requirement Q of R, so that the lock
 * has what is meant. */
static bool
is_excepted(const struct chooser *ch, const struct release *r,
            const struct requires *q)
{
	return lock_is_excepted(&ch->lock, r->project, r->version, q->project,
	                        ch->ctx->arena);
}

/* Check that Q, a requirement of R that counts, is met. */
static void
check(struct checking *c, const struct release *r, const struct requires *q)
{
	struct chooser *ch = c->chooser;
	struct release *met = find(ch, q->project);
	const char *version = met ? met->version : find_version(ch, q->project);

	if (!version || !dependency_accepts(&q->dependency, version))
		add_fault(c, r, q, version);
	for (size_t i = 0; met && i < q->extra_count; i++) {
		const char *extra = q->extras[i];

		if (release_provides(met, extra))
			want(c, met, extra);
		else if (c->lacking++ < MAX_LACKING)
			diag_warn(ch->ctx->diag, "%s %s requires %s[%s], and %s %s "
			          "has no such extra", r->project, r->version,
			          q->project, extra, met->project, met->version);
	}
}

static int
check_part(struct checking *c, const struct part *p)
{
	struct release *r = p->release;
	struct chooser *ch = c->chooser;

	for (size_t i = 0; i < r->requires_count; i++) {
		struct requires *q = &r->requires[i];
		int counts = release_wants(r, q, p->extra, &ch->facts,
		                           ch->ctx->diag);

		if (counts < 0)
			return counts;
		if (counts && !is_excepted(ch, r, q))
			check(c, r, q);
	}
	return signals_pending() ? -EINTR : 0;
}

/* Return whether W replaces another version that is installed. */
static bool
replaces(const struct chooser *ch, const struct wheel_choice *w)
{
	const struct installed_project *p =
		installed_get(&ch->installed, w->project);

	return p && strcmp(installed_version(p), w->version) != 0;
}

/* Check that Q, a requirement of the installed R, is not broken by the set: one that
 * was not met before does not matter here. */
static void
check_kept(struct checking *c, const struct release *r, const struct requires *q)
{
	const struct chooser *ch = c->chooser;
	const struct installed_project *old =
		installed_get(&ch->installed, q->project);
	const char *version;

	if (!old || !dependency_accepts(&q->dependency, installed_version(old)))
		return;
	version = find_version(ch, q->project);
	if (!version || !dependency_accepts(&q->dependency, version))
		add_fault(c, r, q, version);
}

/* Check what the installed project P requires, which stays. */
static int
check_installed(struct checking *c, const struct installed_project *p)
{
	struct chooser *ch = c->chooser;
	struct release r = { .project = p->name,
		             .version = installed_version(p),
		             .installed = p };

	if (wheel_set_find(ch->set, p->name) || !stays(ch, p))
		return 0;
	release_read_installed(&r, &ch->installed);
	for (size_t i = 0; i < r.requires_count; i++) {
		struct requires *q = &r.requires[i];
		int counts = release_wants(&r, q, NULL, &ch->facts,
		                           ch->ctx->diag);

		/* --check reports what cannot be evaluated */
		if (counts < 0)
			diag_clear(ch->ctx->diag);
		if (counts > 0)
			check_kept(c, &r, q);
	}
	return signals_pending() ? -EINTR : 0;
}

/* Check that the set breaks no requirement of what stays. */
static int
check_all_installed(struct checking *c)
{
	const struct chooser *ch = c->chooser;
	bool any = ch->request->sync;
	int err = 0;

	for (size_t i = 0; !any && i < ch->set->count; i++)
		any = replaces(ch, &ch->set->list[i]);
	for (size_t i = 0; any && err == 0 && i < ch->installed.count; i++)
		err = check_installed(c, &ch->installed.projects[i]);
	return err;
}

static int
report(const struct checking *c)
{
	struct diag *d = c->chooser->ctx->diag;

	if (c->fault_count == 0)
		return 0;
	if (c->fault_count == 1) {
		diag_set(d, -ENOENT, "%s", c->faults.data);
	} else {
		diag_set(d, -ENOENT, "the chosen wheels do not meet %zu "
		         "requirements", c->fault_count);
		buf_add(&d->notes, c->faults.data, c->faults.len);
	}
	diag_hint(d, "--no-deps installs them anyway");
	return d->code;
}

int
set_check(struct chooser *ch)
{
	struct checking c = { .chooser = ch };
	int err = 0;

	strset_init(&c.wanted, ch->ctx->arena);
	buf_init(&c.faults, ch->ctx->arena);
	if (ch->release_count > 1)
		qsort(ch->releases, ch->release_count,
		      sizeof(struct release *), by_project);
	for (size_t i = 0; i < ch->release_count; i++)
		want(&c, ch->releases[i], NULL);
	for (size_t i = 0; err == 0 && i < c.count; i++) {
		const struct part p = c.parts[i];

		err = check_part(&c, &p);
	}
	if (c.lacking > MAX_LACKING)
		diag_warn(ch->ctx->diag, "%zu more extras are required of projects "
		          "that do not have them", c.lacking - MAX_LACKING);
	if (err == 0)
		err = check_all_installed(&c);
	return err < 0 ? err : report(&c);
}
