#include "venv/packages.h"

#include "os/ctx.h"
#include "python/layout.h"
#include "venv/state.h"
#include "venv/venv.h"

static void
add(struct packages *p, const char *path, bool own)
{
	p->list[p->count++] = (struct package_place){ path, own };
}

static void
add_site(struct packages *p, const struct site *s)
{
	for (size_t i = 0; i < s->count; i++)
		add(p, s->paths[i], false);
}

void
packages_find(const struct ctx *x, struct packages *p, const char *env_dir,
              const struct python *py, const struct layout *l,
              bool system_site)
{
	struct site site;

	p->count = 0;
	site_find_bundled(&site, py, x->arena);
	add_site(p, &site);
	if (env_dir && l->platlib)
		add(p, arena_fmt(x->arena, "%s/%s", env_dir, l->platlib), true);
	if (env_dir)
		add(p, arena_fmt(x->arena, "%s/%s", env_dir, l->site_packages),
		    true);
	if (system_site) {
		site_find(&site, py, x->walk, x->arena);
		add_site(p, &site);
	}
}

void
packages_expect(const struct ctx *x, struct packages *p,
                const struct venv_options *o, const char *env_dir,
                const struct python *py, const struct layout *l)
{
	bool keeps = o->mode == VENV_UPGRADE || o->mode == VENV_EXIST_OK;
	bool system_site = o->system_site > 0;
	struct state state;

	/* what is not asked for anew stays as it was */
	if (keeps && o->system_site < 0 && state_read(x, &state, env_dir) == 0)
		system_site = state.environment && state.config.system_site;
	packages_find(x, p, keeps ? env_dir : NULL, py, l, system_site);
}
