#include "venv/wheel_plan.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/diag.h"
#include "format/pathname.h"
#include "format/pep440.h"
#include "os/entries.h"
#include "os/walk.h"
#include "venv/distribution.h"
#include "venv/layout.h"
#include "venv/options.h"
#include "venv/plan.h"
#include "venv/wheel_set.h"

struct adding {
	struct plan *plan;
	const struct venv_options *options;
	const struct layout *layout;
	struct distribution_roots *roots; /* of that layout */
	size_t *room; /* nodes that the plan has room for, beyond its count */
	const char *dir;
	const struct walk *walk;
	struct arena *arena;
	struct diag *diag;
};

/* The wheel's project as it is installed now: 1 if in the wheel's version (of
 * pip that came with a Python, in a newer one as well), 0 if in another one,
 * -ENOENT if it is not. */
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
	order = pep440_compare(dist->version, strlen(dist->version),
	                       c->version, strlen(c->version));
	return dist->directory_count == 1 &&
	       (order == 0 || (c->seed && order > 0));
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
		if (err == 0)
			err = add_removals(ad, &dist, true);
		else if (err == -ENOENT || err == -EINVAL)
			err = 0;
	}
	return err;
}

static int
add_wheel(const struct adding *ad, const struct wheel_choice *c)
{
	const char *root = c->purelib ? ad->layout->site_packages
	                              : layout_platlib(ad->layout);
	char *path = arena_fmt(ad->arena, "%s/%s", root, c->dist_info);
	struct distribution dist;
	int found = look(ad, c, &dist);
	struct node *n;

	if (found == 1 && (c->seed || ad->options->mode == VENV_EXIST_OK))
		return 0;
	if (found >= 0)
		found = add_removals(ad, &dist, false);
	else if (found == -ENOENT)
		found = add_other_scripts(ad, c);
	if (found < 0)
		return found;
	n = path ? grow(ad, 1) : NULL;
	if (!n)
		return diag_oom(ad->diag);
	*n = (struct node){ .kind = NODE_WHEEL, .path = path, .wheel = c };
	return 0;
}

int
wheel_plan_add(struct plan *p, const struct venv_options *o,
               const struct layout *l, const char *dir, const struct walk *w,
               struct arena *a, struct diag *d)
{
	size_t room = 0;
	struct distribution_roots roots = distribution_roots_of(l);
	const struct adding ad = { p, o, l, &roots, &room, dir, w, a, d };
	int err = 0;

	for (size_t i = 0; o->wheels && err == 0 && i < o->wheels->count; i++)
		err = add_wheel(&ad, &o->wheels->list[i]);
	if (err == 0)
		plan_sort(p);
	return err;
}

int
wheel_plan_fits(const struct venv_options *o, const struct layout *l,
                const char *dir, const struct walk *w, struct arena *a,
                struct diag *d)
{
	struct distribution_roots roots = distribution_roots_of(l);
	const struct adding ad = { NULL, o, l, &roots, NULL, dir, w, a, d };
	int found = 1;

	for (size_t i = 0; o->wheels && found == 1 && i < o->wheels->count; i++) {
		struct distribution dist;

		found = look(&ad, &o->wheels->list[i], &dist);
	}
	return found == -ENOENT ? 0 : found;
}
