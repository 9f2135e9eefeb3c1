/*
 * shim_mise: a link to the mise program itself; the version comes from
 * $MISE_PYTHON_VERSION, mise.toml, .tool-versions or .python-version.
 */
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "format/pathname.h"
#include "os/walk.h"
#include "python/find.h"
#include "python/shim_tool.h"

static const char blanks[] = " \t\r";

static char *
skip_blanks(char *p)
{
	return p + strspn(p, blanks);
}

/* What follows the key NAME, bare or quoted, and the blanks behind it, if P
 * starts with it; else NULL. */
static char *
skip_key(char *p, const char *name)
{
	size_t n = strlen(name);
	char quote = '\0';

	if (*p == '"' || *p == '\'')
		quote = *p++;
	if (strncmp(p, name, n) != 0 || (quote && p[n] != quote))
		return NULL;
	p = skip_blanks(p + n + (quote != '\0'));
	return quote || strchr(".=]", *p) ? p : NULL;
}

/* The value of `python = ` in the [tools] of a mise.toml; NULL if none, "" if
 * it may be there in a form that is not read here. */
static char *
find_value(char *text)
{
	static char unread[] = "";
	bool tools = false, top = true;
	char *line, *next;

	for (line = text; line; line = next) {
		char *p = skip_blanks(line), *rest;

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		/* the lines of such a text are none of the file's */
		if (*p != '#' && (strstr(p, "\"\"\"") || strstr(p, "'''")))
			return strstr(p, "python") ||
			       (next && strstr(next, "python")) ? unread : NULL;
		if (*p == '[') {
			rest = skip_key(skip_blanks(p + 1), "tools");
			tools = rest && *rest == ']';
			top = false;
			if (rest && *rest == '.' &&
			    skip_key(skip_blanks(rest + 1), "python"))
				return unread;
			continue;
		}
		if (top && skip_key(p, "tools") && strstr(p, "python"))
			return unread;
		rest = tools ? skip_key(p, "python") : NULL;
		if (rest)
			return *rest == '=' ? skip_blanks(rest + 1) : unread;
	}
	return NULL;
}

/* Versions from "3.12" or ["3.12", "3.11"] on one line; other forms of TOML
 * are left to mise. */
static int
add_value(struct shim *sh, char *p)
{
	bool list = *p == '[';

	if (list)
		p = skip_blanks(p + 1);
	while (*p == '"' || *p == '\'') {
		char *end = strchr(p + 1, *p);

		if (!end || memchr(p, '\\', (size_t)(end - p)))
			break;
		if (shim_add(sh, p + 1, (size_t)(end - p) - 1) < 0)
			return -ENOMEM;
		p = skip_blanks(end + 1);
		if (!list || *p != ',')
			break;
		p = skip_blanks(p + 1);
	}
	if (list && *p == ']')
		p = skip_blanks(p + 1);
	if (sh->count == 0 || (*p && *p != '#'))
		sh->refusal = arena_fmt(sh->arena, "%s sets python in a form "
		                        "that only mise reads", sh->set_by);
	return 1;
}

static int
add_toml(struct shim *sh, const char *path)
{
	char *text, *value;
	int err = shim_read(sh, path, &text);

	if (err != 1)
		return err;
	value = find_value(text);
	return value ? add_value(sh, value) : 0;
}

static int
look_in(struct shim *sh, const char *dir)
{
	static const struct {
		const char *name;
		int (*add)(struct shim *sh, const char *path);
	} files[] = {
		{ "mise.local.toml", add_toml },
		{ "mise.toml", add_toml },
		{ ".mise.toml", add_toml },
		{ ".tool-versions", shim_add_tool_versions },
		{ ".python-version", shim_add_python_version },
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && err == 0;
	     i++) {
		char *path = pathname_join(sh->arena, dir, files[i].name);

		err = path ? files[i].add(sh, path) : -ENOMEM;
	}
	return err;
}

/* The configuration that holds everywhere. */
static int
look_in_home(struct shim *sh)
{
	const char *const *env = sh->search->env;
	const char *config = env_get(env, "XDG_CONFIG_HOME");
	const char *home = env_get(env, "HOME");
	char *path;

	if (config && *config == '/')
		path = arena_fmt(sh->arena, "%s/mise/config.toml", config);
	else if (home && *home == '/')
		path = arena_fmt(sh->arena, "%s/.config/mise/config.toml",
		                 home);
	else
		return 0;
	return path ? add_toml(sh, path) : -ENOMEM;
}

int
shim_mise(struct shim *sh)
{
	const struct python_search *s = sh->search;
	char *link;
	const char *base;
	int err = walk_readlink(s->walk, sh->arena, sh->path, &link);

	if (err < 0)
		return err == -ENOMEM ? err : 0;
	base = pathname_base(link);
	if (strcmp(base, "mise") != 0 && strcmp(base, "rtx") != 0)
		return 0;
	sh->store = pathname_join(sh->arena, sh->root, "installs/python");
	if (!sh->store)
		return -ENOMEM;
	sh->has_schemes = true;
	err = shim_add_variable(sh, "MISE_PYTHON_VERSION", " ");
	if (err == 0)
		err = shim_go_up(sh, s->cwd, look_in);
	if (err == 0)
		err = look_in_home(sh);
	return err < 0 ? err : 1;
}
