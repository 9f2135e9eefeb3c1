/*
 * shim_asdf: a script that runs `asdf exec` and lists the versions that have
 * the command; the version comes from $ASDF_PYTHON_VERSION or .tool-versions.
 */
#include <errno.h>
#include <string.h>

#include "base/env.h"
#include "format/pathname.h"
#include "python/find.h"
#include "python/shim_tool.h"

static int
look_in(struct shim *sh, const char *dir)
{
	char *path = pathname_join(sh->arena, dir, ".tool-versions");

	return path ? shim_add_tool_versions(sh, path) : -ENOMEM;
}

int
shim_asdf(struct shim *sh)
{
	static const char plugin[] = "# asdf-plugin: python ";
	const struct python_search *s = sh->search;
	const char *line = strstr(sh->text, plugin);
	const char *home = env_get(s->env, "HOME");
	int err;

	if (!line || !strstr(sh->text, "asdf") || !strstr(line, " exec "))
		return 0;
	sh->store = pathname_join(sh->arena, sh->root, "installs/python");
	if (!sh->store)
		return -ENOMEM;
	sh->has_schemes = true;
	err = shim_add_variable(sh, "ASDF_PYTHON_VERSION", " ");
	if (err == 0)
		err = shim_go_up(sh, s->cwd, look_in);
	if (err == 0 && home && *home == '/')
		err = look_in(sh, home);
	if (err != 0)
		return err;
	line += sizeof(plugin) - 1;
	if (strstr(line, plugin))
		return 1; /* several versions and no choice */
	sh->set_by = "the only one";
	err = shim_add(sh, line, strcspn(line, " \t\r\n"));
	return err < 0 ? err : 1;
}
