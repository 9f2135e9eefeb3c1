#include "venv/inventory.h"

#include <errno.h>

#include "base/str.h"
#include "os/ctx.h"
#include "python/layout.h"
#include "venv/packages.h"

enum { MAX_DIRECT_URL = 64 * 1024 };

/* Read the direct_url.json of P; NULL if there is none that is text. */
static const char *
read_direct_url(const struct ctx *x, const struct installed *i,
                const struct installed_project *p)
{
	struct slice t;

	if (p->kind != DIST_INFO ||
	    installed_read(i, p, "direct_url.json", MAX_DIRECT_URL, x->arena,
	                   &t) < 0 ||
	    !utf8_is_valid(t.s, t.n))
		return NULL;
	return arena_dup(x->arena, t.s, t.n);
}

static struct inventory_project
describe(const struct ctx *x, const struct installed *i,
         const struct installed_project *p)
{
	struct slice t;

	return (struct inventory_project){
		.name = arena_str(x->arena, p->name),
		.version = arena_str(x->arena, installed_version(p)),
		.direct_url = read_direct_url(x, i, p),
		.requested = p->kind == DIST_INFO &&
		             installed_read(i, p, "REQUESTED", 1, x->arena,
		                            &t) != -ENOENT,
	};
}

void
inventory_read(const struct ctx *x, struct inventory *list, const char *env_dir,
               const struct python *py)
{
	struct installed there;
	struct packages places;
	struct layout layout;

	layout_init(&layout, py, x->arena);
	packages_find(x, &places, env_dir, py, &layout, false);
	installed_find(x, &there, places.list, places.count);
	list->count = 0;
	list->list = arena_zero(x->arena, there.count + 1, sizeof(*list->list));
	for (size_t i = 0; i < there.count; i++) {
		const struct installed_project *p = &there.projects[i];

		if (there.places[p->place].own)
			list->list[list->count++] = describe(x, &there, p);
	}
	installed_free(&there);
}
