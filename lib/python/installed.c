#include "python/installed.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/str.h"
#include "format/pathname.h"
#include "python/find.h"
#include "python/finder.h"
#include "python/path.h"
#include "python/version.h"

enum { UV = 3 }; /* its row */

/* Where each keeps them: below the directory in a variable, or in its default
 * below the data directory of the user or the home directory. */
static const struct store {
	const char *variable, *data, *home, *below, *why;
} stores[] = {
	{ "PYENV_ROOT", NULL, "/.pyenv", "/versions", "installed by pyenv" },
	{ "ASDF_DATA_DIR", NULL, "/.asdf", "/installs/python",
	  "installed by asdf" },
	{ "MISE_DATA_DIR", "/mise", "/.local/share/mise", "/installs/python",
	  "installed by mise" },
	[UV] = { "UV_PYTHON_INSTALL_DIR", "/uv/python", "/.local/share/uv/python", "",
	  "installed by uv" },
};

/* The version in a name such as "3.12.1", "3.13.0t", "pypy3.9-7.3.11" or
 * "cpython-3.12.1-linux-x86_64-gnu"; false if it is something else. */
static bool
read_version(const char *name, struct version *v)
{
	static const char *const stems[] = { "cpython-", "pypy-", "pypy" };

	for (size_t i = 0; i < sizeof(stems) / sizeof(stems[0]); i++) {
		if (str_starts(name, stems[i])) {
			name += strlen(stems[i]);
			break;
		}
	}
	return version_parse(name, strlen(name), v) > 0;
}

static bool
is_newer(const char *a, const char *b)
{
	struct version va, vb;

	if (!read_version(a, &va))
		return false;
	return !read_version(b, &vb) || version_compare(&va, &vb) > 0;
}

/* Return the directory of STORE; "" if nothing says where it would be. */
static char *
store_dir(const struct store *store, const char *const *env, struct arena *a)
{
	const char *base = env_get(env, store->variable);
	const char *below = "";

	if ((!base || !*base) && store->data) {
		base = env_get(env, "XDG_DATA_HOME");
		below = store->data;
	}
	if (!base || !*base) {
		base = env_get(env, "HOME");
		below = store->home;
	}
	if (!base || *base != '/')
		return arena_str(a, "");
	return arena_fmt(a, "%s%s%s", base, below, store->below);
}

char *
installed_by_uv(const char *const *env, struct arena *a)
{
	return store_dir(&stores[UV], env, a);
}

/* Try the versions in STORE. */
static enum finder_step
search_dir(struct finder *f, const char *dir, const char *why, bool all)
{
	struct version v;
	struct names n;
	enum finder_step done = FINDER_NEXT;
	int err = names_list(f->search->walk, f->arena, dir, "", "", &n);

	if (err < 0)
		return path_is_refusal(err) ? FINDER_NEXT
		                            : finder_stop(f, err, dir);
	names_sort(&n, is_newer);
	for (size_t i = 0; i < n.count && done == FINDER_NEXT; i++) {
		if (!read_version(n.name[i], &v) ||
		    (!all && !request_may_fit(&f->request, &v)))
			continue;
		done = finder_try(f, arena_fmt(f->arena, "%s/%s/bin/python3",
		                               dir, n.name[i]), why);
	}
	return done;
}

enum finder_step
installed_search(struct finder *f, bool all)
{
	enum finder_step done = FINDER_NEXT;

	/* a shim that was met knows better than the environment */
	for (size_t i = 0; i < f->store_count && done == FINDER_NEXT; i++) {
		const char *why = arena_fmt(f->arena, "installed by %s",
		                            f->stores[i].tool);

		done = search_dir(f, f->stores[i].dir, why, all);
	}
	for (size_t i = 0; i < sizeof(stores) / sizeof(stores[0]) &&
	     done == FINDER_NEXT; i++) {
		char *dir = store_dir(&stores[i], f->search->env, f->arena);

		if (*dir)
			done = search_dir(f, dir, stores[i].why, all);
	}
	return done;
}
