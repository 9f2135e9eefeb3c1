#include "resolve/installed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "format/pathname.h"
#include "format/pep440.h"
#include "os/ctx.h"
#include "resolve/dependency.h"
#include "wheel/metadata.h"
#include "wheel/name.h"

enum {
	MAX_METADATA = 8 * 1024 * 1024,
	MAX_PTH = 64 * 1024,
	MAX_PLACES = 1000,
	MAX_VERSION = 255,
};

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool
installed_next_line(struct slice *t, struct slice *line)
{
	const char *end;

	if (t->n == 0)
		return false;
	end = memchr(t->s, '\n', t->n);
	line->s = t->s;
	line->n = end ? (size_t)(end - t->s) : t->n;
	t->s += line->n + (end != NULL);
	t->n -= line->n + (end != NULL);
	while (line->n > 0 && is_space(line->s[line->n - 1]))
		line->n--;
	for (; line->n > 0 && is_space(*line->s); line->n--)
		line->s++;
	return true;
}

const char *
installed_version(const struct installed_project *p)
{
	return p->name + strlen(p->name) + 1;
}

/* Return the path of NAME in P's metadata; of that itself if NAME is NULL. */
static const char *
path_of(const struct installed *f, const struct installed_project *p, const char *name,
        struct arena *a)
{
	return arena_fmt(a, "%s/%s%s%s%s", f->places[p->place].path, p->entry,
	                 p->kind == EGG ? "/EGG-INFO" : "", name ? "/" : "",
	                 name ? name : "");
}

static int
read_text(const struct installed *f, struct arena *a, const char *path, size_t max,
          struct slice *t)
{
	char *text;
	int err = walk_read(f->ctx->walk, a, path, max + 1, &text, &t->n);

	t->s = text;
	return err == 0 && t->n > max ? -EFBIG : err;
}

static bool
is_absent(int err)
{
	return err == -ENOENT || err == -ENOTDIR;
}

int
installed_metadata(const struct installed *f, const struct installed_project *p,
                   struct arena *a, struct slice *t)
{
	const char *name = p->kind == DIST_INFO ? "METADATA" : "PKG-INFO";
	int err = read_text(f, a, path_of(f, p, name, a), MAX_METADATA, t);

	if (p->kind == EGG_INFO && is_absent(err))
		err = read_text(f, a, path_of(f, p, NULL, a), MAX_METADATA, t);
	if (!is_absent(err) && err != -EINVAL)
		return err;
	*t = (struct slice){ "", 0 };
	return 0;
}

int
installed_read(const struct installed *f, const struct installed_project *p,
               const char *name, size_t max, struct arena *a, struct slice *t)
{
	return read_text(f, a, path_of(f, p, name, a), max, t);
}

static bool
is_name(struct slice t)
{
	struct slice rest = t, name;

	return dependency_take_name(&rest, &name) && rest.n == 0 &&
	       t.s[t.n - 1] != '_';
}

/* Return the kind of ENTRY, which has *LENGTH bytes without its suffix; -1 if it is not
 * metadata. */
static int
kind_of(const char *entry, size_t *length)
{
	static const char *const suffixes[] = {
		[DIST_INFO] = ".dist-info",
		[EGG_INFO] = ".egg-info",
		[EGG] = ".egg",
	};
	size_t n = strlen(entry);

	for (int kind = DIST_INFO; kind <= EGG; kind++) {
		if (str_ends(entry, suffixes[kind])) {
			*length = n - strlen(suffixes[kind]);
			return kind;
		}
	}
	return -1;
}

/* Set the name of P, whose place tells VERSION; if that is none, METADATA does. */
static void
set_name(struct installed *f, struct installed_project *p, struct slice name,
         struct slice version)
{
	struct arena shortly;
	struct slice t;
	struct buf b;

	arena_init(&shortly, NULL, 0);
	buf_init(&b, &shortly);
	wheel_name_normalize(&b, name.s, name.n);
	buf_putc(&b, '\0');
	if (!pep440_is_version(version.s, version.n) &&
	    installed_metadata(f, p, &shortly, &t) == 0)
		metadata_header(t.s, t.n, "Version", &version.s, &version.n);
	if (version.n <= MAX_VERSION)
		pep440_put(&b, version.s, version.n);
	p->name = arena_dup(&f->arena, b.data, b.len);
	arena_free(&shortly);
}

/* Add the project that ENTRY of PLACE is of, if it is of one. The name ends at the
 * first '-', as for pip. */
static void
add_project(struct installed *f, size_t place, const char *entry)
{
	size_t length;
	int kind = kind_of(entry, &length);
	struct installed_project p = { .entry = entry, .place = (unsigned short)place,
		             .kind = (unsigned char)kind };
	struct slice name = { entry, strcspn(entry, "-") };
	struct slice version = { "", 0 };

	if (kind < 0)
		return;
	if (name.n > length)
		name.n = length;
	if (!is_name(name))
		return;
	if (kind == DIST_INFO && name.n < length)
		version = (struct slice){ entry + name.n + 1,
			                  length - name.n - 1 };
	set_name(f, &p, name, version);
	f->projects = arena_more(&f->arena, f->projects, f->count, &f->room,
	                         sizeof(*f->projects));
	f->projects[f->count++] = p;
}

static void
add_place(struct installed *f, const char *path, bool own)
{
	if (f->place_count == MAX_PLACES ||
	    !strset_add(&f->seen, path, strlen(path)))
		return;
	f->places = arena_more(&f->arena, f->places, f->place_count,
	                       &f->place_room, sizeof(*f->places));
	f->places[f->place_count++] = (struct package_place){ path, own };
}

/* Add the directories that the .pth file NAME of PLACE names; its other lines are
 * comments and code. */
static void
add_pth(struct installed *f, const char *place, const char *name)
{
	struct arena shortly;
	struct slice t, line;
	char *text;

	arena_init(&shortly, NULL, 0);
	if (walk_read(f->ctx->walk, &shortly, pathname_join(&shortly, place, name),
	              MAX_PTH, &text, &t.n) < 0)
		t.n = 0;
	else
		t.s = text;
	while (installed_next_line(&t, &line)) {
		char *path = arena_dup(&shortly, line.s, line.n);

		if (line.n == 0 || *path == '#' || strlen(path) != line.n ||
		    str_starts(path, "import ") || str_starts(path, "import\t"))
			continue;
		path = pathname_absolute(&shortly, place, path);
		if (walk_is_dir(f->ctx->walk, path))
			add_place(f, arena_str(&f->arena, path), false);
	}
	arena_free(&shortly);
}

static int
compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Add the projects in PLACE; with PTH, also the places that .pth files name. */
static void
add_projects(struct installed *f, size_t place, bool pth)
{
	const char *path = f->places[place].path;
	struct entries e;

	if (walk_entries(f->ctx->walk, &f->arena, path, &e) < 0)
		return;
	if (e.count > 1)
		qsort(e.names, e.count, sizeof(*e.names), compare_strings);
	for (size_t i = 0; i < e.count; i++) {
		if (pth && str_ends(e.names[i], ".pth") && *e.names[i] != '.')
			add_pth(f, path, e.names[i]);
		else
			add_project(f, place, e.names[i]);
	}
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct installed_project *)a)->name,
	              ((const struct installed_project *)b)->name);
}

/* The same, then in the order in which they were found. */
static int
by_name_and_place(const void *a, const void *b)
{
	const struct installed_project *p = a, *q = b;
	int order = by_name(p, q);

	if (order == 0)
		order = (int)p->place - (int)q->place;
	return order ? order : strcmp(p->entry, q->entry);
}

/* Sort the projects, and of several of one name keep the one found first. */
static void
sort_projects(struct installed *f)
{
	size_t count = 0;

	if (f->count > 1)
		qsort(f->projects, f->count, sizeof(*f->projects),
		      by_name_and_place);
	for (size_t i = 0; i < f->count; i++) {
		if (count == 0 ||
		    by_name(&f->projects[count - 1], &f->projects[i]) != 0)
			f->projects[count++] = f->projects[i];
	}
	f->count = count;
}

const struct installed_project *
installed_get(const struct installed *f, const char *name)
{
	const struct installed_project key = { .name = name };

	return f->count > 0 ? bsearch(&key, f->projects, f->count, sizeof(key),
	                              by_name)
	                    : NULL;
}

void
installed_find(const struct ctx *x, struct installed *f,
               const struct package_place *places, size_t count)
{
	*f = (struct installed){ .ctx = x };
	arena_init(&f->arena, NULL, 0);
	strset_init(&f->seen, &f->arena);
	for (size_t i = 0; i < count; i++)
		add_place(f, places[i].path, places[i].own);
	count = f->place_count;
	/* what .pth files add comes last, and has no such files itself */
	for (size_t i = 0; i < f->place_count; i++)
		add_projects(f, i, i < count);
	sort_projects(f);
}

void
installed_put_own(struct buf *out, const struct installed *f)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct installed_project *p = &f->projects[i];
		const struct package_place *place = &f->places[p->place];

		if (place->own)
			buf_fmt(out, "%s %s %s/%s\n", p->name,
			        installed_version(p), place->path, p->entry);
	}
}

void
installed_free(struct installed *f)
{
	arena_free(&f->arena);
}
