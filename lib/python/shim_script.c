/*
 * shim_script: the shims that are scripts.
 *
 * pyenv's runs `pyenv exec`; the version comes from $PYENV_VERSION, a
 * .python-version, or the version file of its root. asdf's runs `asdf exec` and
 * lists the versions that have the command; the version comes from
 * $ASDF_PYTHON_VERSION, .tool-versions or, if ~/.asdfrc allows it,
 * .python-version.
 */
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "format/cfg.h"
#include "format/pathname.h"
#include "os/walk.h"
#include "python/find.h"
#include "python/shim_tool.h"

static bool
look_for_pyenv(struct shim *sh, const char *dir)
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
	    shim_go_up(sh, env_get(s->env, "PYENV_DIR"), look_for_pyenv) ||
	    shim_go_up(sh, shim_directory(sh), look_for_pyenv) ||
	    shim_add_python_version(sh, pathname_join(sh->arena, root,
	                                              "version")))
		return true;
	sh->set_by = "default";
	shim_add(sh, "system", 6);
	return true;
}

/* Return whether the setting legacy_version_file of asdfrc is yes. */
static bool
reads_legacy_files(struct shim *sh)
{
	const char *const *env = sh->search->env;
	const char *path = env_get(env, "ASDF_CONFIG_FILE"), *value;
	const char *home = env_get(env, "HOME"), *set_by = sh->set_by;
	char *text;
	size_t len, n;
	bool read;

	if (!path || *path != '/') {
		if (!home || *home != '/')
			return false;
		path = pathname_join(sh->arena, home, ".asdfrc");
	}
	read = shim_read(sh, path, &text, &len);
	sh->set_by = set_by;
	return read &&
	       cfg_get(text, len, "legacy_version_file", true, &value, &n) &&
	       n == 3 && memcmp(value, "yes", 3) == 0;
}

static const char *
versions_name(const struct shim *sh)
{
	const char *const *env = sh->search->env;
	const char *name = env_get(env, "ASDF_TOOL_VERSIONS_FILENAME");

	if (!name || !*name)
		name = env_get(env, "ASDF_DEFAULT_TOOL_VERSIONS_FILENAME");
	return name && *name ? name : ".tool-versions";
}

static bool
look_for_asdf(struct shim *sh, const char *dir)
{
	static const char *const names[] = { "python", NULL };
	char *path = pathname_join(sh->arena, dir, versions_name(sh));
	size_t which;

	return shim_add_tool_versions(sh, path, names, &which) ||
	       shim_add_legacy(sh, dir, ".python-version", reads_legacy_files,
	                       "asdf reads it only with "
	                       "legacy_version_file = yes in ~/.asdfrc");
}

bool
shim_asdf(struct shim *sh)
{
	static const char plugin[] = "# asdf-plugin: python ";
	const struct python_search *s = sh->search;
	const char *line = strstr(sh->text, plugin);
	const char *home = env_get(s->env, "HOME");

	if (!line || !strstr(sh->text, "asdf") || !strstr(line, " exec "))
		return false;
	sh->store = pathname_join(sh->arena, sh->root, "installs/python");
	sh->has_schemes = true;
	if (shim_add_variable(sh, "ASDF_PYTHON_VERSION", " ") ||
	    shim_go_up(sh, shim_directory(sh), look_for_asdf) ||
	    (home && *home == '/' && look_for_asdf(sh, home)))
		return true;
	line += sizeof(plugin) - 1;
	if (strstr(line, plugin))
		return true; /* several versions and no choice */
	sh->set_by = "the only one";
	shim_add(sh, line, strcspn(line, " \t\r\n"));
	return true;
}
