#include "resolve/candidates.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "format/pathname.h"
#include "format/pep440.h"
#include "os/ctx.h"
#include "wheel/tags.h"

static bool
is_prerelease(const struct candidate *c)
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

/* Compare for qsort(): A is below 0 if it is tried before B. */
static int
compare(const void *pa, const void *pb)
{
	const struct candidate *a = pa, *b = pb;
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

static const char *
normalized(struct arena *a, const char *project, size_t n)
{
	struct buf b;

	buf_init(&b, a);
	wheel_name_normalize(&b, project, n);
	return buf_str(&b);
}

/* Return the length of FILE, "NAME-VERSION.tar.gz", without what shows that it
 * is an archive; 0 if it is none. */
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

/* Set C's project and version if FILE is a source distribution; else return
 * false. */
static bool
parse_sdist(struct candidate *c, const char *file, struct arena *a)
{
	size_t end = archive_stem(file), n = 1;

	/* a version starts with a digit; a project may have a dash in it */
	while (n < end && !(file[n] == '-' && ascii_is_digit(file[n + 1])))
		n++;
	if (n >= end)
		return false;
	c->project = normalized(a, file, n);
	c->name.version = arena_dup(a, file + n + 1, end - n - 1);
	return true;
}

/* Return whether FILE ends in .whl, in any case. */
static bool
is_called_wheel(const char *file)
{
	return ascii_ends(file, strlen(file), ".whl");
}

/* Add FILE to DIR if it is a wheel or could be taken for one. */
static void
add(struct wheel_directory *dir, const char *file, const struct tags *t,
    struct arena *a, struct diag *d)
{
	struct candidate c = { .file = pathname_join(a, dir->path, file) };
	bool doubt;

	if (!is_called_wheel(file)) {
		if (parse_sdist(&c, file, a))
			dir->rejects[dir->reject_count++] = c;
	} else if (wheel_name_parse(&c.name, file, a, d) < 0) {
		c.fault = arena_str(a, buf_str(&d->text));
		diag_clear(d);
		dir->rejects[dir->reject_count++] = c;
	} else {
		c.project = normalized(a, c.name.project,
		                       strlen(c.name.project));
		c.rank = tags_rank(t, &c.name, &doubt);
		dir->wheels[dir->wheel_count++] = c;
	}
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int
candidates_list(const struct ctx *x, struct wheel_directory *dir,
                const char *path, const struct tags *t)
{
	struct entries e;
	int err = walk_entries(x->walk, x->arena, path, &e);

	*dir = (struct wheel_directory){ .path = path };
	if (err < 0)
		return diag_sys(x->diag, err, "read", path);
	dir->wheels =
		arena_alloc(x->arena, (e.count + 1) * sizeof(*dir->wheels));
	dir->rejects =
		arena_alloc(x->arena, (e.count + 1) * sizeof(*dir->rejects));
	if (e.count > 0)
		qsort(e.names, e.count, sizeof(*e.names), by_name);
	for (size_t i = 0; i < e.count; i++)
		add(dir, e.names[i], t, x->arena, x->diag);
	qsort(dir->wheels, dir->wheel_count, sizeof(*dir->wheels), compare);
	return 0;
}
