#include "python/installed.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/str.h"
#include "format/pathname.h"
#include "python/find.h"
#include "python/finder.h"
#include "python/version.h"

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
	{ "UV_PYTHON_INSTALL_DIR", "/uv/python", "/.local/share/uv/python", "",
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

static bool
may_fit(const struct request *r, const struct version *v)
{
	return v->major == r->version.major &&
	       (r->version.minor < 0 || v->minor < 0 ||
	        v->minor == r->version.minor) &&
	       (r->version.micro < 0 || v->micro < 0 ||
	        v->micro == r->version.micro);
}

/* The directory of STORE; "" if nothing says where it would be. */
static char *
store_dir(struct finder *f, const struct store *store)
{
	const char *const *env = f->search->env;
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
		return arena_str(f->arena, "");
	return arena_fmt(f->arena, "%s%s%s", base, below, store->below);
}

static int
search_store(struct finder *f, const struct store *store, bool all)
{
	char *dir = store_dir(f, store);
	struct version v;
	struct names n;
	int done;

	if (!dir)
		return -ENOMEM;
	if (!*dir)
		return 0;
	done = names_list(f->search->walk, f->arena, dir, "", "", &n);
	if (done < 0)
		return done == -ENOMEM ? done : 0;
	names_sort(&n, is_newer);
	for (size_t i = 0; i < n.count && done == 0; i++) {
		if (!read_version(n.name[i], &v) ||
		    (!all && !may_fit(&f->request, &v)))
			continue;
		done = finder_try(f, arena_fmt(f->arena, "%s/%s/bin/python3",
		                               dir, n.name[i]), store->why);
	}
	return done;
}

int
installed_search(struct finder *f, bool all)
{
	int done = 0;

	for (size_t i = 0; i < sizeof(stores) / sizeof(stores[0]) &&
	     done == 0; i++)
		done = search_store(f, &stores[i], all);
	return done;
}
