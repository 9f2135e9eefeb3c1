#include "resolve/catalogue.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "format/pathname.h"
#include "format/pep440.h"
#include "os/ctx.h"
#include "wheel/tags.h"

/* Compare two versions of one project: the newer one first. */
static int
compare_versions(const struct candidate *a, const struct candidate *b)
{
	return pep440_compare(b->name.version, strlen(b->name.version),
	                      a->name.version, strlen(a->name.version));
}

/* Compare candidates of one project for qsort(): the better one first. */
static int
by_worth(const void *pa, const void *pb)
{
	const struct candidate *a = pa, *b = pb;
	int order = compare_versions(a, b);

	if (order == 0)
		order = (int)a->sdist - (int)b->sdist;
	if (order == 0)
		order = (a->rank < 0) - (b->rank < 0);
	if (order == 0)
		order = (a->rank > b->rank) - (a->rank < b->rank);
	if (order == 0 && !a->sdist)
		order = wheel_build_compare(b->name.build, a->name.build);
	if (order == 0)
		order = (a->place > b->place) - (a->place < b->place);
	return order ? order : strcmp(a->file, b->file);
}

static int
compare_projects(const char *a, const char *b)
{
	if (!a || !b)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

/* Compare candidates for qsort(): by project, then as they were added. */
static int
by_project(const void *pa, const void *pb)
{
	const struct candidate *a = pa, *b = pb;
	int order = compare_projects(a->project, b->project);

	if (order == 0)
		order = (a->place > b->place) - (a->place < b->place);
	return order ? order : strcmp(a->file, b->file);
}

static int
tree_by_project(const void *pa, const void *pb)
{
	const struct project_directory *a = pa, *b = pb;
	int order = strcmp(a->project, b->project);

	return order ? order : (a->place > b->place) - (a->place < b->place);
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
	c->project = wheel_name_normalized(a, file, n);
	c->name.version = arena_dup(a, file + n + 1, end - n - 1);
	c->sdist = true;
	return true;
}

/* Return whether FILE ends in .whl, in any case. */
static bool
is_called_wheel(const char *file)
{
	return ascii_ends(file, strlen(file), ".whl");
}

void
catalogue_init(struct catalogue *c, const struct ctx *x, const struct tags *t)
{
	*c = (struct catalogue){ .ctx = x, .tags = t };
}

static void
append(struct catalogue *c, const struct candidate *new)
{
	c->list = arena_more(c->ctx->arena, c->list, c->count, &c->room,
	                     sizeof(*new));
	c->list[c->count++] = *new;
}

/* Add FILE in DIR if it is a wheel or could be taken for one. ONLY is the project
 * that it has to be of; NULL: any. */
static void
add_file(struct catalogue *c, const char *dir, const char *file, unsigned place,
         const char *only)
{
	struct arena *a = c->ctx->arena;
	struct candidate new = { .place = place };

	if (!is_called_wheel(file)) {
		if (!parse_sdist(&new, file, a))
			return;
	} else if (wheel_name_parse(&new.name, file, a, c->ctx->diag) < 0) {
		new.fault = arena_str(a, buf_str(&c->ctx->diag->text));
		diag_clear(c->ctx->diag);
	} else {
		new.project = wheel_name_normalized(a, new.name.project,
		                         strlen(new.name.project));
	}
	if (only && (!new.project || strcmp(new.project, only) != 0))
		return;
	new.file = pathname_join(a, dir, file);
	append(c, &new);
}

/* Remember the directory NAME in DIR if it has the name of a project. */
static void
add_tree(struct catalogue *c, const char *dir, const char *name, unsigned place)
{
	size_t n = strlen(name);
	const char *project = wheel_name_normalized(c->ctx->arena, name, n);

	if (strcmp(project, name) != 0 || !ascii_is_alnum(*name) ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != n)
		return;
	c->trees = arena_more(c->ctx->arena, c->trees, c->tree_count,
	                      &c->tree_room, sizeof(*c->trees));
	c->trees[c->tree_count++] = (struct project_directory){
		project, pathname_join(c->ctx->arena, dir, name), place
	};
}

/* Return whether an entry of a directory can be a directory. */
static bool
may_be_directory(char kind, const char *name)
{
	return kind != ENTRY_OTHER && !is_called_wheel(name) &&
	       archive_stem(name) == 0;
}

int
catalogue_add(struct catalogue *c, const char *path, bool trees)
{
	struct entries e;
	unsigned place = c->places;
	int err = walk_entries(c->ctx->walk, c->ctx->arena, path, &e);

	if (err < 0)
		return diag_sys(c->ctx->diag, err, "read", path);
	c->places++;
	for (size_t i = 0; i < e.count; i++) {
		if (trees && may_be_directory(e.kinds[i], e.names[i]))
			add_tree(c, path, e.names[i], place);
		else
			add_file(c, path, e.names[i], place, NULL);
	}
	return 0;
}

void
catalogue_add_wheel(struct catalogue *c, const char *file)
{
	add_file(c, pathname_dir(c->ctx->arena, file), pathname_base(file),
	         c->places++, NULL);
}

/* Cut the sorted list and the sorted trees into groups, one for each project. */
static void
make_groups(struct catalogue *c)
{
	struct candidate *w = c->list, *end = w + c->count;
	struct project_directory *t = c->trees, *last = t + c->tree_count;
	size_t room = 0;

	while (w < end || t < last) {
		struct candidate_group g = { .list = w, .trees = t };
		bool by_tree = t < last && (w == end ||
		                            compare_projects(t->project,
		                                             w->project) < 0);

		g.project = by_tree ? t->project : w->project;
		while (w < end && compare_projects(w->project, g.project) == 0)
			w++;
		while (t < last && g.project &&
		       strcmp(t->project, g.project) == 0)
			t++;
		g.count = (size_t)(w - g.list);
		g.tree_count = (size_t)(t - g.trees);
		c->groups = arena_more(c->ctx->arena, c->groups, c->group_count,
		                       &room, sizeof(g));
		c->groups[c->group_count++] = g;
	}
}

static void
sort(struct catalogue *c)
{
	if (c->sorted)
		return;
	if (c->count > 1)
		qsort(c->list, c->count, sizeof(*c->list), by_project);
	if (c->tree_count > 1)
		qsort(c->trees, c->tree_count, sizeof(*c->trees),
		      tree_by_project);
	make_groups(c);
	c->sorted = true;
}

/* Replace G's list with one that has the files in its directories too. */
static void
read_trees(struct catalogue *c, struct candidate_group *g)
{
	struct catalogue more = { .ctx = c->ctx };

	for (size_t i = 0; i < g->count; i++)
		append(&more, &g->list[i]);
	for (size_t i = 0; i < g->tree_count; i++) {
		const struct project_directory *t = &g->trees[i];
		struct entries e;

		/* a file has none */
		if (walk_entries(c->ctx->walk, c->ctx->arena, t->path, &e) < 0)
			continue;
		for (size_t k = 0; k < e.count; k++)
			add_file(&more, t->path, e.names[k], t->place,
			         g->project);
	}
	g->list = more.list;
	g->count = more.count;
}

/* Find out which of G's files are compatible, and sort them. */
static void
prepare(struct catalogue *c, struct candidate_group *g)
{
	bool doubt;

	if (g->ready)
		return;
	g->ready = true;
	if (g->tree_count > 0)
		read_trees(c, g);
	for (size_t i = 0; g->project && i < g->count; i++) {
		struct candidate *w = &g->list[i];

		w->rank = w->sdist ? 0 : tags_rank(c->tags, &w->name, &doubt);
	}
	if (g->project && g->count > 1)
		qsort(g->list, g->count, sizeof(*g->list), by_worth);
}

static int
compare_group(const void *key, const void *group)
{
	const struct candidate_group *g = group;

	return compare_projects(key, g->project);
}

struct candidate_group *
catalogue_find(struct catalogue *c, const char *project)
{
	static struct candidate_group none;
	struct candidate_group *g;

	sort(c);
	g = c->group_count > 0 ? bsearch(project, c->groups, c->group_count,
	                                 sizeof(*g), compare_group)
	                       : NULL;
	if (!g)
		return &none;
	prepare(c, g);
	return g;
}

struct candidate_group *
catalogue_all(struct catalogue *c, size_t *count)
{
	sort(c);
	for (size_t i = 0; i < c->group_count; i++)
		prepare(c, &c->groups[i]);
	*count = c->group_count;
	return c->groups;
}

bool
candidate_fits(const struct candidate *w)
{
	return !w->sdist && w->rank >= 0;
}

char *
candidate_misfit(const struct candidate *w, const struct tags *t,
                 struct arena *a)
{
	if (w->sdist)
		return arena_fmt(a, "%s: it is a source distribution, not a wheel",
		                 w->file);
	return arena_fmt(a, "%s: it is for %s-%s-%s, not for %s", w->file,
	                 w->name.python, w->name.abi, w->name.platform,
	                 tags_describe(t, a));
}
