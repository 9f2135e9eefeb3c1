#include "resolve/solve_report.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"

enum { MAX_VERSIONS = 10, MAX_CHAIN = 8, MAX_MISSING = 100 };

/* Who needs a project, on the shortest way from the roots. */
struct parent {
	struct pick asker; /* a project of NONE: a root */
	const struct solve_need *need; /* NULL: the project is not reached */
	bool noted; /* in the diag */
};

struct report {
	struct universe *universe;
	struct parent *parents; /* of each project */
	uint32_t *queue;
	size_t queue_count;
};

static const char *
version_of(const struct universe *u, struct pick pick)
{
	return u->projects[pick.project].choices[pick.choice].candidate->version;
}

/* Append "aa[x]<2". */
static void
put_need(struct buf *b, const struct solve_need *need)
{
	buf_puts(b, need->project);
	for (size_t i = 0; i < need->extra_count; i++)
		buf_fmt(b, "%c%s", i ? ',' : '[', need->extras[i]);
	if (need->extra_count)
		buf_putc(b, ']');
	buf_puts(b, need->specifiers);
	if (need->file)
		buf_puts(b, " of one file");
}

/* Append "bb 1.0 needs aa<2", "requirements.txt:1 asks for aa==2.0". */
static void
put_ask(struct buf *b, const struct universe *u, struct pick asker,
        const struct solve_need *need, bool constraint)
{
	const char *from = need->from ? need->from : "the user";

	if (asker.project != NONE)
		buf_fmt(b, "%s %s needs ", u->projects[asker.project].name,
		        version_of(u, asker));
	else
		buf_fmt(b, "%s %s ", from, constraint ? "allows only"
		                                      : "asks for");
	put_need(b, need);
}

static void
report_missing(struct universe *u, struct buf *b, struct pick asker,
               const struct solve_need *need)
{
	buf_fmt(b, "no wheel of %s is in the directories, and ", need->project);
	if (asker.project != NONE)
		buf_fmt(b, "%s %s", u->projects[asker.project].name,
		        version_of(u, asker));
	else
		buf_puts(b, need->from ? need->from : "the user");
	buf_puts(b, " asks for it");
}

int
solve_report_missing(struct universe *u, const struct demand *roots, size_t count)
{
	const struct pick user = { NONE, NONE };
	size_t missing = 0;

	for (size_t i = 0; i < count && missing < MAX_MISSING; i++) {
		struct buf b;

		if (u->projects[roots[i].project].count > 0)
			continue;
		buf_init(&b, &u->arena);
		report_missing(u, &b, user, roots[i].need);
		if (missing++ == 0)
			diag_set(u->diag, -ENOENT, "%s", buf_str(&b));
		else
			diag_note(u->diag, "%s", buf_str(&b));
	}
	return missing > 0 ? -ENOENT : 0;
}

/* ---- who needs a project ----------------------------------------------------- */

static void
reach(struct report *r, const struct demand *d, struct pick asker)
{
	struct parent *p = &r->parents[d->project];

	if (p->need)
		return;
	*p = (struct parent){ .asker = asker, .need = d->need };
	r->queue[r->queue_count++] = d->project;
}

/* Find a parent of each project, by the requirements that are known. */
static void
find_parents(struct report *r, const struct demand *roots, size_t count)
{
	struct universe *u = r->universe;

	r->parents = arena_zero(&u->arena, u->count, sizeof(*r->parents));
	r->queue = arena_zero(&u->arena, u->count, sizeof(*r->queue));
	for (size_t i = 0; i < count; i++)
		reach(r, &roots[i], (struct pick){ NONE, NONE });
	for (size_t i = 0; i < r->queue_count; i++) {
		const struct project *p = &u->projects[r->queue[i]];

		for (uint32_t c = 0; c < p->count; c++) {
			const struct demands *d = p->choices[c].demands;

			for (; d; d = d->next) {
				for (size_t k = 0; k < d->count; k++)
					reach(r, &d->list[k], (struct pick){
						r->queue[i], c });
			}
		}
	}
}

/* Note who needs PROJECT, up to the user. */
static void
note_chain(const struct report *r, uint32_t project)
{
	struct universe *u = r->universe;

	for (int i = 0; i < MAX_CHAIN && project != NONE; i++) {
		struct parent *p = &r->parents[project];
		struct buf b;

		if (!p->need || p->noted)
			return;
		p->noted = true;
		buf_init(&b, &u->arena);
		put_ask(&b, u, p->asker, p->need, false);
		diag_note(u->diag, "%s", buf_str(&b));
		project = p->asker.project;
	}
}

/* Note which versions of P there are, and why some cannot be used. */
static void
note_versions(struct universe *u, const struct project *p)
{
	struct buf b;

	buf_init(&b, &u->arena);
	for (uint32_t i = 0; i < p->count && i < MAX_VERSIONS; i++)
		buf_fmt(&b, "%s%s", i ? ", " : "",
		        p->choices[i].candidate->version);
	if (p->count > MAX_VERSIONS)
		buf_fmt(&b, " and %zu more", (size_t)p->count - MAX_VERSIONS);
	if (p->count > 0)
		diag_note(u->diag, "%s: %s %s there", p->name, buf_str(&b),
		          p->count == 1 ? "is" : "are");
	for (uint32_t i = 0; i < p->unusable_count; i++)
		diag_note(u->diag, "%s", p->unusable[i]);
}

/* Append the requirements of K, those of candidates first. */
static void
put_conflict(struct buf *b, const struct universe *u, const struct conflict *k)
{
	uint32_t written = 0;

	for (int users = 0; users < 2; users++) {
		for (uint32_t i = 0; i < k->count; i++) {
			struct pick asker = k->asks[i].asker;

			if ((asker.project == NONE) != (users == 1))
				continue;
			if (written > 0)
				buf_puts(b, written + 1 == k->count ? ", but "
				                                    : ", ");
			put_ask(b, u, asker, k->asks[i].demand->need,
			        k->asks[i].constraint);
			written++;
		}
	}
	if (k->pick != NONE)
		buf_fmt(b, ", which %s %s does not meet",
		        u->projects[k->project].name,
		        version_of(u, (struct pick){ k->project, k->pick }));
	else if (k->count == 1)
		buf_puts(b, u->projects[k->project].unusable_count
		            ? ", but no such version can be used"
		            : ", but no such version is there");
}

int
solve_report_conflict(struct universe *u, const struct demand *roots, size_t count,
                      const struct conflict *k)
{
	struct report r = { .universe = u };
	struct buf b;

	if (!k)
		return diag_set(u->diag, -ENOENT, "cannot find versions that "
		                "meet all requirements");
	buf_init(&b, &u->arena);
	if (u->projects[k->project].count == 0 && k->count > 0) {
		report_missing(u, &b, k->asks[0].asker, k->asks[0].demand->need);
	} else {
		buf_puts(&b, "cannot find versions that meet all requirements: ");
		put_conflict(&b, u, k);
	}
	diag_set(u->diag, -ENOENT, "%s", buf_str(&b));
	find_parents(&r, roots, count);
	for (uint32_t i = 0; i < k->count; i++) {
		if (k->asks[i].asker.project != NONE)
			note_chain(&r, k->asks[i].asker.project);
	}
	note_versions(u, &u->projects[k->project]);
	return -ENOENT;
}
