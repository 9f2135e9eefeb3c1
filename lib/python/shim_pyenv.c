/*
 * shim_pyenv: a bash script that runs `pyenv exec`; the version comes from
 * $PYENV_VERSION, a .python-version, or the version file of its root.
 */
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "format/pathname.h"
#include "python/find.h"
#include "python/shim_tool.h"

static int
look_in(struct shim *sh, const char *dir)
{
	char *path = pathname_join(sh->arena, dir, ".python-version");
	int err = path ? shim_add_python_version(sh, path) : -ENOMEM;

	/* a file with nothing in it means the system's Python, and so ends the
	 * search as well */
	if (err == 0 && sh->set_by == path)
		err = shim_add(sh, "system", 6) < 0 ? -ENOMEM : 1;
	return err;
}

int
shim_pyenv(struct shim *sh)
{
	static const char setting[] = "export PYENV_ROOT=\"";
	const struct python_search *s = sh->search;
	const char *root = strstr(sh->text, setting);
	int err;

	if (!root || !strstr(sh->text, "pyenv\" exec"))
		return 0;
	root += sizeof(setting) - 1;
	root = arena_dup(sh->arena, root, strcspn(root, "\"\n"));
	sh->store = root ? pathname_join(sh->arena, root, "versions") : NULL;
	if (!sh->store)
		return -ENOMEM;
	err = shim_add_variable(sh, "PYENV_VERSION", ":");
	if (err == 0)
		err = shim_go_up(sh, env_get(s->env, "PYENV_DIR"), look_in);
	if (err == 0)
		err = shim_go_up(sh, shim_directory(sh), look_in);
	if (err == 0)
		err = shim_add_python_version(sh, pathname_join(sh->arena, root,
		                                                "version"));
	if (err != 0)
		return err;
	sh->set_by = "default";
	err = shim_add(sh, "system", 6);
	return err < 0 ? err : 1;
}
