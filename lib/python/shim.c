#include "python/shim.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/env.h"
#include "base/str.h"
#include "format/pathname.h"
#include "os/walk.h"
#include "python/find.h"
#include "python/names.h"
#include "python/path.h"
#include "python/search_path.h"
#include "python/shim_tool.h"

enum { MAX_SHIM = 4096, MAX_FILE = 64 * 1024, MAX_LINKS = 40,
       MAX_LISTED = 20 };

static const struct tool {
	const char *name;
	int (*choose)(struct shim *sh);
} tools[] = {
	{ "pyenv", shim_pyenv },
	{ "asdf", shim_asdf },
	{ "mise", shim_mise },
};

bool
shim_is_dir(const char *dir)
{
	return str_ends(dir, "/shims");
}

int
shim_add(struct shim *sh, const char *v, size_t n)
{
	char *version = arena_dup(sh->arena, v, n);

	if (!version)
		return -ENOMEM;
	if (n > 0 && sh->count < SHIM_MAX_VERSIONS)
		sh->version[sh->count++] = version;
	return 0;
}

int
shim_add_words(struct shim *sh, const char *list, const char *separators)
{
	int err = 0;

	while (err == 0 && *list) {
		size_t n = strcspn(list, separators);
		size_t word = strcspn(list, "#");

		if (word < n) {
			err = shim_add(sh, list, word);
			break;
		}
		err = shim_add(sh, list, n);
		list += n;
		list += *list != '\0';
	}
	return err;
}

int
shim_add_variable(struct shim *sh, const char *name, const char *separators)
{
	const char *value = env_get(sh->search->env, name);
	int err;

	if (!value || !*value)
		return 0;
	sh->set_by = arena_fmt(sh->arena, "$%s", name);
	err = sh->set_by ? shim_add_words(sh, value, separators) : -ENOMEM;
	return err < 0 ? err : sh->count > 0;
}

int
shim_read(struct shim *sh, const char *path, char **text)
{
	size_t n;
	int err = path ? walk_read(sh->search->walk, sh->arena, path, MAX_FILE,
	                           text, &n) : -ENOMEM;

	if (err < 0)
		return err == -ENOMEM ? err : 0;
	sh->set_by = path;
	return n > 0;
}

/* Cut the line off the text at *REST; NULL at the end. */
static char *
next_line(char **rest)
{
	char *line = *rest;
	size_t n;

	if (!line)
		return NULL;
	n = strcspn(line, "\n");
	*rest = line[n] ? line + n + 1 : NULL;
	line[n] = '\0';
	if (n > 0 && line[n - 1] == '\r')
		line[n - 1] = '\0';
	return line + strspn(line, " \t");
}

int
shim_add_tool_versions(struct shim *sh, const char *path)
{
	char *text, *line;
	int err = shim_read(sh, path, &text);

	if (err != 1)
		return err;
	while ((line = next_line(&text)) != NULL) {
		if (!str_starts(line, "python") || !strchr(" \t", line[6]))
			continue;
		err = shim_add_words(sh, line + 6, " \t");
		return err < 0 ? err : sh->count > 0;
	}
	return 0;
}

int
shim_add_python_version(struct shim *sh, const char *path)
{
	char *text, *line;
	int err = shim_read(sh, path, &text);

	if (err != 1)
		return err;
	while ((line = next_line(&text)) != NULL) {
		size_t n = strcspn(line, " \t\r#");

		/* a name with these would lead out of the store */
		if (memchr(line, '/', n) || (n == 2 && line[0] == '.' &&
		                             line[1] == '.'))
			continue;
		err = shim_add(sh, line, n);
		if (err < 0)
			return err;
	}
	/* pyenv takes the system's Python for a file with nothing in it */
	err = sh->count == 0 ? shim_add(sh, "system", 6) : 0;
	return err < 0 ? err : 1;
}

int
shim_go_up(struct shim *sh, const char *dir,
           int (*fn)(struct shim *sh, const char *dir))
{
	if (!dir || *dir != '/' || sh->search->walk->rootfd >= 0)
		return 0;
	for (;;) {
		int err = fn(sh, dir);

		if (err != 0 || strcmp(dir, "/") == 0)
			return err;
		dir = pathname_dir(sh->arena, dir);
		if (!dir)
			return -ENOMEM;
	}
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* True if A is to come before B: higher numbers first, as `sort -rV`. */
static bool
is_newer(const char *a, const char *b)
{
	while (*a && *b) {
		if (is_digit(*a) && is_digit(*b)) {
			size_t na, nb;
			int order;

			a += strspn(a, "0");
			b += strspn(b, "0");
			na = strspn(a, "0123456789");
			nb = strspn(b, "0123456789");
			order = na == nb ? memcmp(a, b, na) : 0;
			if (na != nb)
				return na > nb;
			if (order != 0)
				return order > 0;
			a += na;
			b += nb;
		} else if (*a != *b) {
			return *a > *b;
		} else {
			a++;
			b++;
		}
	}
	return *a != '\0';
}

/* True if NAME is a release that somebody who asks for V gets. */
static bool
is_release(const char *name, const char *v)
{
	static const char *const kinds[] = { "-dev", "-src", "-latest", "a",
		                             "b", "rc" };
	size_t n = strlen(v);
	const char *rest = name + n;

	if (strncmp(name, v, n) != 0 || (*rest != '.' && *rest != '-'))
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const char *p = strstr(rest, kinds[i]);

		if (p && (kinds[i][0] == '-' || is_digit(p[strlen(kinds[i])])))
			return false;
	}
	n = strlen(name);
	return n < 2 || name[n - 1] != 't' || !is_digit(name[n - 2]) ||
	       str_ends(v, "t");
}

/* The newest installed version that V is the start of; NULL if none. */
static int
find_latest(struct shim *sh, const char *v, const char **name)
{
	struct names n;
	int err = names_list(sh->search->walk, sh->arena, sh->store, v, "", &n);

	*name = NULL;
	if (err < 0)
		return err == -ENOMEM ? err : 0;
	names_sort(&n, is_newer);
	for (size_t i = 0; i < n.count && !*name; i++) {
		if (is_release(n.name[i], v))
			*name = n.name[i];
	}
	return 0;
}

/* The directory that version V is installed in, by all ways to write one:
 * 1, or 0 if there is none. */
static int
version_dir(struct shim *sh, const char *v, const char **dir)
{
	const struct walk *w = sh->search->walk;
	const char *name = v;
	int err;

	if (sh->has_schemes && str_starts(v, "path:")) {
		*dir = v + 5;
		if (**dir == '/')
			return walk_is_dir(w, *dir);
		sh->refusal = "a version is a path that is not absolute";
		return 0;
	}
	if (strchr(v, '/'))
		return 0; /* it would lead out of the store */
	if (sh->has_schemes && str_starts(v, "ref:"))
		name = arena_fmt(sh->arena, "ref-%s", v + 4);
	else if (str_starts(v, "prefix:"))
		name = v + 7;
	for (int i = 0; i < 3; i++) {
		if (i == 1 && str_starts(name, "python-"))
			name += 7;
		if (i == 2) {
			err = find_latest(sh, name, &name);
			if (err < 0)
				return err;
		}
		if (!name)
			return 0;
		*dir = pathname_join(sh->arena, sh->store, name);
		if (!*dir)
			return -ENOMEM;
		if (walk_is_dir(w, *dir))
			return 1;
	}
	return 0;
}

/* The command as PATH has it without any shims. */
static int
find_in_system(struct shim *sh, const char *command, const char **target)
{
	const struct python_search *s = sh->search;
	struct names dirs;
	int err = search_path_split(s->env, sh->arena, &dirs);

	if (err < 0)
		return err;
	for (size_t i = 0; i < dirs.count; i++) {
		if (shim_is_dir(dirs.name[i]))
			continue;
		*target = pathname_join(sh->arena, dirs.name[i], command);
		if (!*target)
			return -ENOMEM;
		if (walk_is_program(s->walk, *target))
			return 1;
	}
	return 0;
}

/* Say that none of the versions can be had, and which there are. */
static int
refuse(struct shim *sh, const char *tool, const char *command, bool installed,
       const char **why)
{
	struct names n = { NULL, 0 };
	struct buf b;

	buf_init(&b, sh->arena);
	buf_fmt(&b, "%s shim, ", tool);
	if (sh->refusal || sh->count == 0) {
		buf_puts(&b, sh->refusal ? sh->refusal : "no version is set");
		*why = buf_str(&b);
		return *why ? -ENOENT : -ENOMEM;
	}
	buf_puts(&b, "version ");
	for (size_t i = 0; i < sh->count; i++)
		buf_fmt(&b, "%s%s", i ? ", " : "", sh->version[i]);
	if (sh->set_by)
		buf_fmt(&b, " (set by %s)", sh->set_by);
	if (installed) {
		buf_fmt(&b, " has no %s", command);
	} else {
		buf_puts(&b, " is not installed; installed:");
		if (names_list(sh->search->walk, sh->arena, sh->store, "", "",
		               &n) < 0 || n.count == 0)
			buf_puts(&b, " none");
		for (size_t i = 0; i < n.count && i < MAX_LISTED; i++)
			buf_fmt(&b, " %s", n.name[i]);
		if (n.count > MAX_LISTED)
			buf_fmt(&b, " and %zu more", n.count - MAX_LISTED);
	}
	*why = buf_str(&b);
	return *why ? -ENOENT : -ENOMEM;
}

/* Start what the versions of SH say, in their order. */
static int
start(struct shim *sh, const char *tool, const char **target, const char **why)
{
	const char *command = pathname_base(sh->path);
	bool installed = false;

	for (size_t i = 0; i < sh->count && !sh->refusal; i++) {
		const char *v = sh->version[i], *dir;
		bool system = strcmp(v, "system") == 0;
		int found;

		if (system) {
			found = find_in_system(sh, command, target);
		} else {
			found = version_dir(sh, v, &dir);
			if (found == 1) {
				*target = arena_fmt(sh->arena, "%s/bin/%s",
				                    dir, command);
				found = !*target ? -ENOMEM : walk_is_program(
					sh->search->walk, *target);
				installed = true;
			}
		}
		if (found < 0)
			return found;
		installed |= system;
		if (found == 0)
			continue;
		*why = arena_fmt(sh->arena, "%s shim, version %s (set by %s)",
		                 tool, v, sh->set_by ? sh->set_by : "default");
		return *why ? 1 : -ENOMEM;
	}
	return refuse(sh, tool, command, installed, why);
}

/* The shim PATH, whose directory is DIR. */
static int
resolve(const struct python_search *s, struct arena *a, const char *path,
        const char *dir, const char **target, const char **why)
{
	struct shim sh = { .search = s, .arena = a, .path = path };
	char *text;
	size_t n;
	int err;

	sh.root = pathname_dir(a, dir);
	err = sh.root ? walk_read(s->walk, a, path, MAX_SHIM, &text, &n)
	              : -ENOMEM;
	if (err < 0)
		return err == -ENOMEM ? err : 0;
	sh.text = strncmp(text, "#!", 2) == 0 ? text : "";
	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
		err = tools[i].choose(&sh);
		if (err < 0)
			return err;
		if (err == 1)
			return start(&sh, tools[i].name, target, why);
	}
	return 0;
}

int
shim_resolve(const struct python_search *s, struct arena *a, const char *path,
             const char **target, const char **why)
{
	for (int i = 0; i < MAX_LINKS; i++) {
		char *dir = pathname_dir(a, path), *link;
		int err;

		if (!dir)
			return -ENOMEM;
		if (shim_is_dir(dir))
			return resolve(s, a, path, dir, target, why);
		err = walk_readlink(s->walk, a, path, &link);
		if (err < 0)
			return err == -ENOMEM ? err : 0;
		path = path_absolute(s->walk, a, dir, link);
		if (!path)
			return -ENOMEM;
	}
	return 0;
}
