/*
 * shim_pyenv: a bash script that runs `pyenv exec`; the version comes from
 * $PYENV_VERSION, a .python-version, or the version file of its root.
 */
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "format/pathname.h"
#include "python/find.h"
#include "python/shim_tool.h"

static bool
look_in(struct shim *sh, const char *dir)
{
	char *path = pathname_join(sh->arena, dir, ".python-version");

	if (shim_add_python_version(sh, path))
		return true;
	if (sh->set_by != path)
		return false;
	/* an empty file means the system's Python, and so ends the search */
	shim_add(sh, "system", 6);
	return true;
}

bool
shim_pyenv(struct shim *sh)
{
	static const char setting[] = "export PYENV_ROOT=\"";
	const struct python_search *s = sh->search;
	const char *root = strstr(sh->text, setting);

	if (!root || !strstr(sh->text, "pyenv\" exec"))
		return false;
	root += sizeof(setting) - 1;
	root = arena_dup(sh->arena, root, strcspn(root, "\"\n"));
	sh->store = pathname_join(sh->arena, root, "versions");
	if (shim_add_variable(sh, "PYENV_VERSION", ":") ||
	    shim_go_up(sh, env_get(s->env, "PYENV_DIR"), look_in) ||
	    shim_go_up(sh, shim_directory(sh), look_in) ||
	    shim_add_python_version(sh, pathname_join(sh->arena, root,
	                                              "version")))
		return true;
	sh->set_by = "default";
	shim_add(sh, "system", 6);
	return true;
}
