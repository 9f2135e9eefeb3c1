#include "resolve/candidates.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/ascii.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/str.h"
#include "format/pathname.h"
#include "format/pep440.h"
#include "os/entries.h"
#include "os/walk.h"
#include "wheel/tags.h"

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
	return 0;
}

/* Return the length of FILE, "NAME-VERSION.tar.gz", without what shows that it is
 * an archive; 0 if it is none. */
static size_t
archive_stem(const char *file)
{
	static const char *const suffixes[] = {
		".tar", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.lz", ".tar.lzma",
		".tar.zst", ".tar.Z", ".tgz", ".tbz", ".txz", ".tlz", ".zip",
	};
	size_t n = strlen(file);

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		if (str_ends(file, suffixes[i]))
			return n - strlen(suffixes[i]);
	}
	return 0;
}

/* Set R's project (normalised) and version if FILE is a source distribution; else
 * return false. */
static bool
look_at_sdist(struct wheel_reject *r, const char *file, struct arena *a)
{
	size_t end = archive_stem(file), n = 1;
	struct buf project;

	/* a version starts with a digit; a project may have a dash in it */
	while (n < end && !(file[n] == '-' && file[n + 1] >= '0' &&
	                    file[n + 1] <= '9'))
		n++;
	if (n >= end)
		return false;
	buf_init(&project, a);
	wheel_name_normalize(&project, file, n);
	r->project = buf_str(&project);
	r->version = arena_dup(a, file + n + 1, end - n - 1);
	return true;
}

/* Return whether FILE ends in .whl, in any case. */
static bool
is_called_wheel(const char *file)
{
	size_t n = strlen(file);

	return n >= 4 && ascii_same(file + n - 4, 4, ".whl");
}

/* Sort one name of the directory into C. */
static void
add(struct wheel_candidates *c, const char *file, const struct tags *t,
    struct arena *a, struct diag *d)
{
	struct wheel_reject r = { NULL, NULL, "", NULL };

	if (!is_called_wheel(file)) {
		if (!look_at_sdist(&r, file, a))
			return;
	} else if (look(&c->list[c->count], c->dir, file, t, a, d) == 0) {
		c->count++;
		return;
	} else {
		r.reason = arena_str(a, buf_str(&d->text));
		diag_clear(d);
	}
	r.file = pathname_join(a, c->dir, file);
	c->rejects[c->reject_count++] = r;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
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
	if (e.count > 0)
		qsort(e.names, e.count, sizeof(*e.names), by_name);
	for (size_t i = 0; i < e.count; i++)
		add(c, e.names[i], t, a, d);
	qsort(c->list, c->count, sizeof(*c->list), compare);
	return 0;
}
