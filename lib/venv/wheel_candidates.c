#include "venv/wheel_candidates.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/str.h"
#include "format/pathname.h"
#include "format/pep440.h"
#include "os/entries.h"
#include "os/walk.h"
#include "python/tags.h"

static bool
is_prerelease(const struct wheel_candidate *c)
{
	return pep440_is_prerelease(c->name.version, strlen(c->name.version));
}

/* Build numbers are compared as a number and what follows it. */
static int
compare_builds(const char *a, const char *b)
{
	size_t an, bn;

	a += strspn(a, "0");
	b += strspn(b, "0");
	an = strspn(a, "0123456789");
	bn = strspn(b, "0123456789");
	if (an != bn)
		return an < bn ? -1 : 1;
	return strcmp(a, b);
}

/* Below 0 if A has to be tried before B. */
static int
compare(const void *pa, const void *pb)
{
	const struct wheel_candidate *a = pa, *b = pb;
	int order = strcmp(a->project, b->project);

	if (order == 0)
		order = (a->rank < 0) - (b->rank < 0);
	if (order == 0)
		order = is_prerelease(a) - is_prerelease(b);
	if (order == 0)
		order = pep440_compare(b->name.version,
		                       strlen(b->name.version),
		                       a->name.version,
		                       strlen(a->name.version));
	if (order == 0)
		order = (a->rank > b->rank) - (a->rank < b->rank);
	if (order == 0)
		order = compare_builds(b->name.build, a->name.build);
	return order ? order : strcmp(a->file, b->file);
}

static int
look(struct wheel_candidate *c, const char *dir, const char *file,
     const struct tags *t, struct arena *a, struct diag *d)
{
	struct buf project;
	bool doubt;
	int err = wheel_name_parse(&c->name, file, a, d);

	if (err < 0)
		return err;
	buf_init(&project, a);
	wheel_name_normalize(&project, c->name.project,
	                     strlen(c->name.project));
	c->project = buf_str(&project);
	c->file = pathname_join(a, dir, file);
	c->rank = tags_rank(t, &c->name, &doubt);
	return c->project && c->file ? 0 : diag_oom(d);
}

/* The project of the source distribution FILE ("NAME-VERSION.tar.gz"), normalised;
 * "" if it is none, NULL if memory is out. */
static const char *
sdist_project(const char *file, struct arena *a)
{
	static const char *const suffixes[] = { ".tar.gz", ".zip", ".tar.bz2",
		                                ".tgz", ".tar.xz" };
	size_t n = strlen(file), end = 0;
	struct buf project;

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		if (str_ends(file, suffixes[i]))
			end = n - strlen(suffixes[i]);
	}
	for (n = end; n > 0 && file[n - 1] != '-'; n--)
		;
	if (n < 2 || !pep440_is_version(file + n, end - n))
		return "";
	buf_init(&project, a);
	wheel_name_normalize(&project, file, n - 1);
	return buf_str(&project);
}

static int
reject(struct wheel_candidates *c, const char *file, const char *project,
       const char *reason, struct arena *a)
{
	struct wheel_reject *r = &c->rejects[c->reject_count++];

	r->file = pathname_join(a, c->dir, file);
	r->project = project;
	r->reason = reason ? arena_str(a, reason) : NULL;
	return r->file && (!reason || r->reason) ? 0 : -ENOMEM;
}

/* Sort one name of the directory into C. */
static int
add(struct wheel_candidates *c, const char *file, const struct tags *t,
    struct arena *a, struct diag *d)
{
	int err;

	if (!str_ends(file, ".whl")) {
		const char *project = sdist_project(file, a);

		if (project && !*project)
			return 0;
		return project ? reject(c, file, project, NULL, a) : -ENOMEM;
	}
	err = look(&c->list[c->count], c->dir, file, t, a, d);
	if (err == 0) {
		c->count++;
	} else if (err != -ENOMEM) {
		err = reject(c, file, NULL, buf_str(&d->text), a);
		diag_clear(d);
	}
	return err;
}

int
wheel_candidates_list(struct wheel_candidates *c, const char *dir,
                      const struct tags *t, const struct walk *w,
                      struct arena *a, struct diag *d)
{
	struct entries e;
	int err = walk_entries(w, a, dir, &e);

	*c = (struct wheel_candidates){ .dir = dir };
	if (err < 0)
		return diag_sys(d, err, "read", dir);
	c->list = arena_alloc(a, (e.count + 1) * sizeof(*c->list));
	c->rejects = arena_alloc(a, (e.count + 1) * sizeof(*c->rejects));
	if (!c->list || !c->rejects)
		return diag_oom(d);
	for (size_t i = 0; err == 0 && i < e.count; i++)
		err = add(c, e.names[i], t, a, d);
	if (err < 0)
		return diag_oom(d);
	qsort(c->list, c->count, sizeof(*c->list), compare);
	return 0;
}
