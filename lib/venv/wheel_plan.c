#include "venv/wheel_plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/diag.h"
#include "format/pathname.h"
#include "format/pep440.h"
#include "os/entries.h"
#include "os/walk.h"
#include "python/layout.h"
#include "resolve/choose.h"
#include "venv/options.h"
#include "venv/plan.h"
#include "wheel/distribution.h"
#include "wheel/files.h"
#include "wheel/source.h"

/* A wheel that is to be installed. */
struct entering {
	const struct wheel_choice *wheel;
	int found; /* 0: another version is there, which DIST is */
	struct distribution dist;
};

struct adding {
	struct plan *plan;
	struct wheel_plan *wheels;
	const struct venv_options *options;
	const struct layout *layout;
	struct distribution_roots *roots; /* of that layout */
	size_t *room; /* nodes that the plan has room for, beyond its count */
	const char *dir;
	bool adopts;
	const struct walk *walk;
	struct arena *arena;
	struct diag *diag;
};

/* Look for the wheel's project as it is installed now: 1 if all of it is there in
 * the wheel's version (of pip that came with a Python, in a newer one as well), 0
 * if another version is, or files are missing, -ENOENT if it is not installed. */
static int
look(const struct adding *ad, const struct wheel_choice *c,
     struct distribution *dist)
{
	int err = ad->dir ? distribution_find(dist, ad->walk, ad->dir,
	                                      ad->roots, c->project, ad->arena,
	                                      ad->diag)
	                  : -ENOENT;
	int order;

	if (err < 0)
		return err;
	if (dist->directory_count == 0)
		return -ENOENT;
	order = pep440_compare(dist->version, strlen(dist->version),
	                       c->version, strlen(c->version));
	if (dist->directory_count != 1 ||
	    (order != 0 && !(c->seed && order > 0)))
		return 0;
	return distribution_is_whole(ad->walk, ad->dir, dist->directories[0]);
}

/* Room for N nodes more at the end of the plan. */
static struct node *
grow(const struct adding *ad, size_t n)
{
	struct plan *p = ad->plan;
	size_t size = sizeof(*p->nodes);

	if (n > *ad->room) {
		size_t room = p->count + n;
		struct node *nodes = arena_grow(ad->arena, p->nodes,
		                                p->count * size,
		                                (p->count + room) * size);

		if (!nodes)
			return NULL;
		p->nodes = nodes;
		*ad->room = room;
	}
	*ad->room -= n;
	p->count += n;
	p->changes += n;
	return p->nodes + p->count - n;
}

/* Return 1 if PATH is there, 0 if somebody has removed it already. */
static int
is_there(const struct adding *ad, const char *path)
{
	struct stat st;
	int err = walk_lstat_in(ad->walk, ad->dir, path, &st);

	if (err == -ENOMEM)
		return diag_oom(ad->diag);
	if (err < 0 && err != -ENOENT && err != -ENOTDIR)
		return diag_sys(ad->diag, err, "read", path);
	return err == 0;
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

/* Remove what DIST has installed: all, or its scripts. */
static int
add_removals(const struct adding *ad, struct distribution *dist,
             bool scripts_only)
{
	int err = distribution_list(dist, ad->walk, ad->dir, ad->layout,
	                            scripts_only ? NULL : ad->wheels->records,
	                            ad->arena, ad->diag);
	struct node *n;

	if (err == 0 && scripts_only)
		keep_scripts(dist);
	if (err < 0)
		return err;
	n = grow(ad, dist->count);
	if (!n)
		return diag_oom(ad->diag);
	for (size_t i = 0; i < dist->count; i++) {
		err = is_there(ad, dist->paths[i]);
		if (err < 0)
			return err;
		/* of a file that is gone, the directory may have to go */
		n[i] = (struct node){ .kind = NODE_REMOVE,
		                      .path = dist->paths[i],
		                      .kept = err == 0 };
		ad->plan->changes -= err == 0;
	}
	return 0;
}

/* The same project installed for another version of Python stays, but for its
 * scripts: these are now ours. */
static int
add_other_scripts(const struct adding *ad, const struct wheel_choice *c)
{
	char *lib = ad->dir ? arena_fmt(ad->arena, "%s/lib", ad->dir) : NULL;
	struct entries e;
	int err = lib ? walk_entries(ad->walk, ad->arena, lib, &e) : -ENOENT;

	if (err < 0) /* without a lib there is nothing in it */
		return 0;
	for (size_t i = 0; err == 0 && i < e.count; i++) {
		struct distribution dist;
		struct distribution_roots roots = {
			.purelib.path = arena_fmt(ad->arena,
			                          "lib/%s/site-packages",
			                          e.names[i]),
			.platlib.path = arena_fmt(ad->arena,
			                          "lib64/%s/site-packages",
			                          e.names[i]),
		};

		if (!roots.purelib.path || !roots.platlib.path)
			return diag_oom(ad->diag);
		if (!layout_is_other_stdlib(ad->layout, e.names[i]))
			continue;
		err = distribution_find(&dist, ad->walk, ad->dir, &roots,
		                        c->project, ad->arena, ad->diag);
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

	if (found < 0 && found != -ENOENT)
		return found;
	if (found == 1 && (c->seed || ad->options->mode == VENV_EXIST_OK))
		return 0;
	e->found = found == -ENOENT ? found : 0;
	for (size_t i = 0; found >= 0 && i < e->dist.directory_count; i++) {
		const char *name = e->dist.directories[i];

		if (strset_add(&ad->wheels->replaced, name, strlen(name)) < 0)
			return diag_oom(ad->diag);
	}
	return 1;
}

static int
add_wheel(const struct adding *ad, struct entering *e)
{
	const struct wheel_choice *c = e->wheel;
	const char *root = c->purelib ? ad->layout->site_packages
	                              : layout_platlib(ad->layout);
	char *path = arena_fmt(ad->arena, "%s/%s", root, c->dist_info);
	struct node *n;
	int err = e->found == 0 ? add_removals(ad, &e->dist, false)
	                        : add_other_scripts(ad, c);

	if (err < 0)
		return err;
	n = path ? grow(ad, 1) : NULL;
	if (!n)
		return diag_oom(ad->diag);
	*n = (struct node){ .kind = NODE_WHEEL, .path = path, .wheel = c };
	return 0;
}

static int
by_project(const void *pa, const void *pb)
{
	const struct wheel_choice *const *a = pa, *const *b = pb;

	return strcmp((*a)->project, (*b)->project);
}

/* Note the path of a file that is there. */
static int
note_file(const struct adding *ad, const char *path)
{
	struct stat st;
	int err = walk_lstat_in(ad->walk, ad->dir, path, &st);

	if (err == -ENOMEM)
		return err;
	if (err < 0 || S_ISDIR(st.st_mode))
		return 0;
	if (ad->diag->code == 0)
		diag_set(ad->diag, -ENOTEMPTY, "cannot install wheels in '%s': it "
		         "is no environment, and there are files where theirs "
		         "go", ad->plan->env_dir);
	diag_note(ad->diag, "%s", path);
	return 0;
}

static int
note_script(void *ctx, const char *name, const struct entry_point *e)
{
	const struct adding *ad = ctx;
	char *path = arena_fmt(ad->arena, "bin/%s", name);

	(void)e;
	return path ? note_file(ad, path) : -ENOMEM;
}

/* Refuse to install over files of a directory that is no environment. */
static int
refuse_files(struct adding *ad)
{
	struct wheel_source *source = ad->options->wheels->source;
	int err = 0;

	for (size_t i = 0; err == 0 && i < ad->wheels->count; i++) {
		struct diag *d = ad->diag;

		err = wheel_source_open(source, ad->wheels->list[i], d);
		if (err == 0)
			err = wheel_source_list(source, ad->layout, d);
		for (size_t k = 0; err == 0 && k < source->files.count; k++)
			err = note_file(ad, source->files.list[k].path);
		if (err == 0)
			err = wheel_files_each_script(&source->wheel, ad->layout,
			                              note_script, ad,
			                              ad->arena);
	}
	if (err == -ENOMEM)
		return diag_oom(ad->diag);
	if (ad->diag->code == -ENOTEMPTY)
		diag_hint(ad->diag, "move them away; --clear deletes all that is "
		          "in the directory");
	return err < 0 ? err : ad->diag->code;
}

/* Add the COUNT wheels of LIST that are not there yet. */
static int
add_wheels(struct adding *ad, struct entering *list, size_t count)
{
	struct wheel_plan *wp = ad->wheels;
	int err = 0;

	for (size_t i = 0; err >= 0 && i < count; i++) {
		struct entering e = { .wheel = &ad->options->wheels->list[i] };

		err = enter(ad, &e);
		if (err == 1) {
			wp->list[wp->count] = e.wheel;
			list[wp->count++] = e;
		}
	}
	for (size_t i = 0; err >= 0 && i < wp->count; i++)
		err = add_wheel(ad, &list[i]);
	if (err < 0)
		return err;
	qsort(wp->list, wp->count, sizeof(void *), by_project);
	plan_sort(ad->plan);
	err = wheel_shared_find(&wp->shared, wp->list, wp->count,
	                        ad->options->wheels->source, ad->layout,
	                        ad->arena, ad->diag);
	return err == 0 && ad->dir && !ad->adopts ? refuse_files(ad) : err;
}

/* Make the empty plan of at most COUNT wheels for AD, whose RECORDs are read
 * when they are asked for; NULL if memory is out. */
static struct wheel_plan *
begin(const struct adding *ad, size_t count)
{
	struct wheel_plan *wp = arena_zero(ad->arena, 1, sizeof(*wp));
	struct distribution_records *r = arena_zero(ad->arena, 1, sizeof(*r));

	if (!wp || !r)
		return NULL;
	strset_init(&wp->replaced, ad->arena);
	r->walk = ad->walk;
	r->env_dir = ad->dir;
	r->layout = ad->layout;
	r->except = &wp->replaced;
	r->arena = ad->arena;
	r->diag = ad->diag;
	wp->records = r;
	wp->list = arena_zero(ad->arena, count + 1, sizeof(void *));
	return wp->list ? wp : NULL;
}

int
wheel_plan_add(struct plan *p, const struct venv_options *o,
               const struct layout *l, const char *dir, bool adopts,
               const struct walk *w, struct arena *a, struct diag *d)
{
	size_t room = 0, count = o->wheels ? o->wheels->count : 0;
	struct distribution_roots roots = distribution_roots_of(l);
	struct adding ad = { p, NULL, o, l, &roots, &room, dir, adopts, w, a,
		             d };
	struct entering *list = arena_alloc(a, (count + 1) * sizeof(*list));

	ad.wheels = begin(&ad, count);
	if (!list || !ad.wheels)
		return diag_oom(d);
	p->wheels = ad.wheels;
	return count > 0 ? add_wheels(&ad, list, count) : 0;
}

int
wheel_plan_fits(const struct venv_options *o, const struct layout *l,
                const char *dir, const struct walk *w, struct arena *a,
                struct diag *d)
{
	struct distribution_roots roots = distribution_roots_of(l);
	const struct adding ad = { NULL, NULL, o, l, &roots, NULL, dir, true,
		                   w, a, d };
	int found = 1;

	for (size_t i = 0; o->wheels && found == 1 && i < o->wheels->count; i++) {
		struct distribution dist;

		found = look(&ad, &o->wheels->list[i], &dist);
	}
	return found == -ENOENT ? 0 : found;
}
