#include "venv/wheel_plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "format/pathname.h"
#include "format/pep440.h"
#include "os/ctx.h"
#include "python/layout.h"
#include "resolve/choose.h"
#include "resolve/installed.h"
#include "venv/venv.h"
#include "wheel/distribution.h"
#include "wheel/fates.h"
#include "wheel/made.h"
#include "wheel/spelling.h"

/* How a project is installed now. */
enum presence {
	ABSENT,
	OTHER,   /* in another version, or files are missing */
	CURRENT, /* all of it is there, in the wheel's version */
};

/* A wheel that is to be installed. */
struct entering {
	const struct wheel_choice *wheel;
	enum presence presence; /* ABSENT or OTHER */
	struct distribution dist; /* what is there; not if ABSENT */
};

struct adding {
	struct plan *plan;
	struct distribution_records *records; /* of projects that stay */
	struct strset *replaced; /* .dist-info directories that go */
	const struct venv_options *options;
	const struct layout *layout;
	struct distribution_roots *roots; /* of that layout */
	size_t *room; /* nodes that the plan has room for */
	const char *dir;
	bool adopts;
	const struct ctx *ctx;
};

/* Look for the project of C, and return its enum presence or a negative errno. Pip
 * that came with a Python may be there in a newer version. */
static int
look(const struct adding *ad, const struct wheel_choice *c,
     struct distribution *dist)
{
	int order, err;

	if (!ad->dir)
		return ABSENT;
	err = distribution_find(ad->ctx, dist, ad->dir, ad->roots, c->project);
	if (err < 0 || dist->directory_count == 0)
		return err < 0 ? err : ABSENT;
	order = pep440_compare(dist->version, strlen(dist->version),
	                       c->version, strlen(c->version));
	if (dist->directory_count != 1 ||
	    (order != 0 && !(c->seed && order > 0)) ||
	    !distribution_is_whole(ad->ctx->walk, ad->dir,
	                           dist->directories[0]))
		return OTHER;
	return CURRENT;
}

static void
add_node(const struct adding *ad, struct node n)
{
	struct plan *p = ad->plan;

	p->nodes = arena_more(ad->ctx->arena, p->nodes, p->count, ad->room,
	                      sizeof(n));
	p->nodes[p->count++] = n;
	p->changes += !n.kept;
}

/* Plan the removal of the file PATH. A directory stays as long as there are files in
 * it, whatever RECORD says. */
static int
add_removal(const struct adding *ad, const char *path)
{
	struct stat st;
	int err = walk_lstat_in(ad->ctx->walk, ad->dir, path, &st);

	if (err < 0 && err != -ENOENT && err != -ENOTDIR)
		return diag_sys(ad->ctx->diag, err, "read", path);
	/* of a file that is gone, the directory may have to go */
	if (err < 0 || !S_ISDIR(st.st_mode))
		add_node(ad, (struct node){ .kind = NODE_REMOVE, .path = path,
		                            .kept = err < 0 });
	return 0;
}

/* Keep what is in bin. */
static void
keep_scripts(struct distribution *dist)
{
	size_t kept = 0;

	for (size_t i = 0; i < dist->count; i++) {
		if (strncmp(dist->paths[i], "bin/", 4) == 0)
			dist->paths[kept++] = dist->paths[i];
	}
	dist->count = kept;
}

/* A .dist-info that is a link is not this environment's to remove. */
static int
refuse_links(const struct adding *ad, const struct distribution *dist)
{
	for (size_t i = 0; i < dist->directory_count; i++) {
		const char *path = dist->directories[i];
		struct stat st;

		if (walk_lstat_in(ad->ctx->walk, ad->dir, path, &st) == 0 &&
		    S_ISLNK(st.st_mode))
			return diag_set(ad->ctx->diag, -EINVAL, "cannot replace "
			                "'%s/%s': it is a link", ad->dir, path);
	}
	return 0;
}

static int
compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Remove the files in DIRECTORY, a .dist-info of DIST, that its RECORD does not list:
 * with one that is left, the project would count as installed. */
static int
add_unlisted(const struct adding *ad, const struct distribution *dist,
             const char *directory)
{
	const struct ctx *x = ad->ctx;
	struct entries e;

	/* an entry of that name may be gone, or a file */
	if (walk_entries(x->walk, x->arena,
	                 arena_fmt(x->arena, "%s/%s", ad->dir, directory), &e) < 0)
		return 0;
	for (size_t i = 0; i < e.count; i++) {
		const char *path = pathname_join(x->arena, directory, e.names[i]);
		int err;

		if (dist->count > 0 &&
		    bsearch(&path, dist->paths, dist->count, sizeof(path),
		            compare_paths))
			continue;
		err = distribution_lists(ad->records, path, NULL);
		if (err == 0)
			err = add_removal(ad, path);
		if (err < 0)
			return err;
	}
	return 0;
}

/* Remove what DIST has installed: all, or its scripts. */
static int
add_removals(const struct adding *ad, struct distribution *dist,
             bool scripts_only)
{
	int err = scripts_only ? 0 : refuse_links(ad, dist);

	if (err == 0)
		err = distribution_list(ad->ctx, dist, ad->dir, ad->layout,
		                        scripts_only ? NULL : ad->records);

	if (err == 0 && scripts_only)
		keep_scripts(dist);
	for (size_t i = 0; err == 0 && i < dist->count; i++)
		err = add_removal(ad, dist->paths[i]);
	for (size_t i = 0; err == 0 && !scripts_only && i < dist->directory_count;
	     i++)
		err = add_unlisted(ad, dist, dist->directories[i]);
	return err;
}

/* The same project installed for another version of Python stays, but for its
 * scripts: these are now ours. */
static int
add_other_scripts(const struct adding *ad, const struct wheel_choice *c)
{
	struct entries e;
	int err = 0;

	/* without a lib there is nothing in it */
	if (!ad->dir || walk_entries(ad->ctx->walk, ad->ctx->arena,
	                             arena_fmt(ad->ctx->arena, "%s/lib", ad->dir),
	                             &e) < 0)
		return 0;
	for (size_t i = 0; err == 0 && i < e.count; i++) {
		struct distribution dist;
		struct distribution_roots roots = {
			.purelib.path = arena_fmt(ad->ctx->arena,
			                          "lib/%s/site-packages",
			                          e.names[i]),
			.platlib.path = arena_fmt(ad->ctx->arena,
			                          "lib64/%s/site-packages",
			                          e.names[i]),
		};

		if (!layout_is_other_stdlib(ad->layout, e.names[i]))
			continue;
		err = distribution_find(ad->ctx, &dist, ad->dir, &roots,
		                        c->project);
		if (err == 0 && dist.directory_count > 0)
			err = add_removals(ad, &dist, true);
		else if (err == -EINVAL)
			err = 0;
	}
	return err;
}

/* Look for the project of E, whose RECORDs do not count from now on: 1 if it is
 * to be installed, 0 if it is there. */
static int
enter(const struct adding *ad, struct entering *e)
{
	const struct wheel_choice *c = e->wheel;
	int found = look(ad, c, &e->dist);

	if (found < 0)
		return found;
	if (found == CURRENT &&
	    (c->seed || ad->options->mode == VENV_EXIST_OK))
		return 0;
	e->presence = found == ABSENT ? ABSENT : OTHER;
	for (size_t i = 0; found != ABSENT && i < e->dist.directory_count; i++) {
		const char *name = e->dist.directories[i];

		strset_add(ad->replaced, name, strlen(name));
	}
	return 1;
}

/* List the files of W, as they were when it was chosen, or anew where the layout
 * has another number of site-packages. */
static int
list_files(const struct adding *ad, struct wheel_install *w)
{
	const struct wheel_choice *c = w->choice;
	struct wheel_source *s = ad->options->wheels->source;
	int err;

	w->files = c->files;
	if (c->platlib == (ad->layout->platlib != NULL))
		return 0;
	err = wheel_source_open(s, c, ad->ctx->diag);
	return err < 0 ? err
	               : wheel_files_list(&w->files, &s->wheel, ad->layout,
	                                  c->direct, s->inflater,
	                                  ad->ctx->arena, ad->ctx->diag);
}

/* Return 0 if the scripts of W can be made: on Windows each needs a launcher. */
static int
check_launchers(const struct adding *ad, const struct wheel_install *w)
{
	const struct exe_launchers *exe = ad->options->exe;
	struct diag *d = ad->ctx->diag;

	if (!exe || !exe->missing ||
	    !wheel_files_have(&w->files, WHEEL_LAUNCHER))
		return 0;
	diag_set(d, -ENOENT, "cannot make the scripts of %s: no launcher for "
	         "Windows was found, which a wheel of pip has",
	         w->choice->project);
	diag_hint(d, "give one: --wheel pip-VERSION-py3-none-any.whl");
	return d->code;
}

static int
add_wheel(const struct adding *ad, struct entering *e, struct wheel_install *w)
{
	const struct wheel_choice *c = e->wheel;
	const char *root = c->purelib ? ad->layout->site_packages
	                              : layout_platlib(ad->layout);
	int err = e->presence == ABSENT ? add_other_scripts(ad, c)
	                                : add_removals(ad, &e->dist, false);

	if (err < 0)
		return err;
	add_node(ad, (struct node){ .kind = NODE_WHEEL,
	                            .path = arena_fmt(ad->ctx->arena, "%s/%s", root,
	                                              c->dist_info),
	                            .wheel = w });
	w->choice = c;
	err = list_files(ad, w);
	return err < 0 ? err : check_launchers(ad, w);
}

static int
by_project(const void *pa, const void *pb)
{
	const struct entering *a = pa, *b = pb;

	return strcmp(a->wheel->project, b->wheel->project);
}

/* Give the files of W the spelling that their names have by now, and warn once if that
 * is another one: Python looks for a module in the wheel's own spelling. */
static void
settle_spelling(const struct adding *ad, struct spelling *s,
                struct wheel_install *w)
{
	struct wheel_files *f = &w->files;
	const struct wheel_file *old = f->list;
	const char *own = NULL, *first = NULL;

	for (size_t i = 0; i < f->count; i++) {
		const char *path = spelling_settle(s, f->list[i].path);

		if (path == f->list[i].path)
			continue;
		if (!own) {
			own = old[i].path;
			first = path;
			/* other environments get the wheel's */
			f->list = arena_alloc(ad->ctx->arena,
			                      f->count * sizeof(*old));
			memcpy(f->list, old, f->count * sizeof(*old));
		}
		f->list[i].path = path;
	}
	if (!own)
		return;
	wheel_files_sort(f);
	diag_warn(ad->ctx->diag, "%s: '%s' is installed as '%s': Windows has one "
	          "name for both", w->choice->project, own, first);
}

/* Refuse a file whose path is too long where the environment is used. */
static int
check_lengths(const struct adding *ad)
{
	const struct plan *p = ad->plan;
	int err = 0;

	for (size_t i = 0; err == 0 && i < p->wheel_count; i++) {
		const struct wheel_install *w = &p->wheels[i];

		for (size_t k = 0; err == 0 && k < w->files.count; k++)
			err = layout_check_length(ad->layout, p->env_dir,
			                          w->files.list[k].path,
			                          w->choice->project,
			                          ad->ctx->diag);
	}
	return err;
}

/* Give all files the first spelling of names that differ only in case. */
static void
settle_spellings(const struct adding *ad, struct places *places)
{
	struct plan *p = ad->plan;
	struct spelling s;
	size_t files = 0;

	for (size_t i = 0; i < p->wheel_count; i++)
		files += p->wheels[i].files.count;
	spelling_init(&s, ad->dir ? places : NULL, files, ad->ctx->arena);
	for (size_t i = 0; i < p->count; i++) {
		if (p->nodes[i].kind != NODE_REMOVE &&
		    p->nodes[i].kind != NODE_WHEEL)
			(void)spelling_settle(&s, p->nodes[i].path);
	}
	for (size_t i = 0; i < p->wheel_count; i++)
		settle_spelling(ad, &s, &p->wheels[i]);
	spelling_end(&s);
}

/* Give all files the names that they can have where the environment is used. */
static int
settle_names(const struct adding *ad, struct places *places)
{
	int err = ad->layout->path_max > 0 ? check_lengths(ad) : 0;

	if (err == 0 && ad->layout->one_case)
		settle_spellings(ad, places);
	return err;
}

/* Judge the places of all files in the directory that is changed. */
static int
judge_places(const struct adding *ad, struct places *places)
{
	struct plan *p = ad->plan;
	struct diag *d = ad->ctx->diag;
	int err = 0;

	for (size_t i = 0; err == 0 && i < p->wheel_count; i++) {
		arena_init(places->arena, NULL, 0);
		err = places_judge(places, &p->wheels[i]);
		arena_free(places->arena);
	}
	if (err == 0 && d->code == -ENOTEMPTY)
		diag_hint(d, "move them away; --clear deletes all that is in "
		          "the directory");
	return err < 0 ? err : d->code;
}

/* ---- --sync -------------------------------------------------------------------- */

/* Return whether PROJECT is in the environment after the run. */
static bool
stays(const struct wheel_set *s, const char *project)
{
	return strset_has(&s->kept, project, strlen(project)) ||
	       wheel_set_find(s, project);
}

/* List the projects in DIR that --sync removes. */
static void
find_surplus(const struct ctx *x, const struct wheel_set *s, const char *dir,
             struct plan *p)
{
	struct installed there;
	size_t room = 0;

	p->removed_count = 0;
	if (!s->sync || !dir)
		return;
	installed_find(x, &there, s->places, s->place_count);
	for (size_t i = 0; i < there.count; i++) {
		const struct installed_project *have = &there.projects[i];

		if (!there.places[have->place].own || stays(s, have->name))
			continue;
		p->removed = arena_more(x->arena, p->removed, p->removed_count,
		                        &room, sizeof(*p->removed));
		p->removed[p->removed_count++] =
			arena_str(x->arena, have->name);
	}
	installed_free(&there);
}

/* Find what the surplus projects have installed; their RECORDs do not count from now
 * on. */
static int
find_dists(const struct adding *ad, struct distribution *dists)
{
	const struct plan *p = ad->plan;
	int err = 0;

	for (size_t i = 0; err == 0 && i < p->removed_count; i++) {
		struct distribution *d = &dists[i];

		err = distribution_find(ad->ctx, d, ad->dir, ad->roots,
		                        p->removed[i]);
		for (size_t k = 0; err == 0 && k < d->directory_count; k++)
			strset_add(ad->replaced, d->directories[k],
			           strlen(d->directories[k]));
	}
	return err;
}

static int
remove_surplus(const struct adding *ad, struct distribution *dists)
{
	int err = 0;

	for (size_t i = 0; err == 0 && i < ad->plan->removed_count; i++)
		err = add_removals(ad, &dists[i], false);
	return err;
}

/* Refuse to go on if other projects are installed than when the wheels were chosen:
 * another run has been faster. */
static int
check_unchanged(const struct ctx *x, const struct wheel_set *s)
{
	struct installed there;
	struct buf now;
	bool same;

	if (!s || !s->there)
		return 0;
	installed_find(x, &there, s->places, s->place_count);
	buf_init(&now, x->arena);
	installed_put_own(&now, &there);
	same = strcmp(buf_str(&now), s->there) == 0;
	installed_free(&there);
	if (same)
		return 0;
	diag_set(x->diag, -EBUSY, "another program has changed what is installed "
	         "since the wheels were chosen");
	diag_hint(x->diag, "run the command again");
	return x->diag->code;
}

/* ---- all of it ----------------------------------------------------------------- */

/* Decide what becomes of each file of the wheels that are in the plan. */
static int
settle(const struct adding *ad)
{
	struct plan *p = ad->plan;
	const struct launch launch = wheel_launch(p);
	struct arena memory;
	struct places places = {
		.plan = p,
		.dir = ad->dir,
		.adopts = ad->adopts,
		.records = ad->records,
		.source = ad->options->wheels->source,
		.launch = &launch,
		.walk = ad->ctx->walk,
		.arena = &memory,
		.diag = ad->ctx->diag,
	};
	int err;

	arena_init(&memory, NULL, 0);
	err = settle_names(ad, &places);
	arena_free(&memory);
	if (err == 0)
		err = wheel_conflicts_settle(p, places.source, ad->ctx->arena,
		                             ad->ctx->diag);
	return err == 0 && ad->dir ? judge_places(ad, &places) : err;
}

/* Add the wheels of the COUNT in LIST that are not there yet. */
static int
add_wheels(struct adding *ad, struct entering *list, size_t count)
{
	struct plan *p = ad->plan;
	struct distribution *surplus;
	size_t entering = 0;
	int err;

	find_surplus(ad->ctx, ad->options->wheels, ad->dir, p);
	surplus = arena_zero(ad->ctx->arena, p->removed_count + 1,
	                     sizeof(*surplus));
	err = find_dists(ad, surplus);
	for (size_t i = 0; err >= 0 && i < count; i++) {
		struct entering e = { .wheel = &ad->options->wheels->list[i] };

		err = enter(ad, &e);
		if (err == 1)
			list[entering++] = e;
	}
	if (err >= 0 && entering > 0)
		qsort(list, entering, sizeof(*list), by_project);
	p->wheels =
		arena_zero(ad->ctx->arena, entering + 1, sizeof(*p->wheels));
	p->wheel_count = entering;
	for (size_t i = 0; err >= 0 && i < entering; i++)
		err = add_wheel(ad, &list[i], &p->wheels[i]);
	if (err >= 0)
		err = remove_surplus(ad, surplus);
	if (err < 0)
		return err;
	plan_sort(p);
	return settle(ad);
}

int
wheel_plan_add(const struct ctx *x, struct plan *p,
               const struct venv_options *o, const struct layout *l,
               const char *dir, bool adopts)
{
	size_t room = p->count, count = o->wheels ? o->wheels->count : 0;
	struct distribution_roots roots = distribution_roots_of(l);
	struct strset replaced;
	struct distribution_records records = {
		.ctx = x,
		.env_dir = dir,
		.layout = l,
		.except = &replaced,
	};
	struct adding ad = {
		.plan = p,
		.records = &records,
		.replaced = &replaced,
		.options = o,
		.layout = l,
		.roots = &roots,
		.room = &room,
		.dir = dir,
		.adopts = adopts,
		.ctx = x,
	};
	int err;

	strset_init(&replaced, x->arena);
	err = check_unchanged(x, o->wheels);
	if (err < 0 || (count == 0 && !(o->wheels && o->wheels->sync)))
		return err;
	return add_wheels(&ad, arena_alloc(x->arena, (count + 1) *
	                                   sizeof(struct entering)), count);
}

int
wheel_plan_fits(const struct ctx *x, const struct venv_options *o,
                const struct layout *l, const char *dir)
{
	struct distribution_roots roots = distribution_roots_of(l);
	const struct adding ad = {
		.options = o,
		.layout = l,
		.roots = &roots,
		.dir = dir,
		.ctx = x,
	};
	struct plan surplus = { .removed_count = 0 };
	int found = CURRENT;

	if (o->wheels)
		find_surplus(x, o->wheels, dir, &surplus);
	if (surplus.removed_count > 0)
		return 0;
	for (size_t i = 0; o->wheels && found == CURRENT && i < o->wheels->count;
	     i++) {
		struct distribution dist;

		found = look(&ad, &o->wheels->list[i], &dist);
	}
	return found < 0 ? found : found == CURRENT;
}
