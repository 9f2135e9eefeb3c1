#include "python/shim.h"

#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "format/pathname.h"
#include "os/walk.h"
#include "python/find.h"
#include "python/path.h"
#include "python/shim_tool.h"
#include "python/store.h"

enum { MAX_SHIM = 4096, MAX_FILE = 256 * 1024 };

static const struct tool {
	const char *name;
	bool (*choose)(struct shim *sh);
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

void
shim_add(struct shim *sh, const char *v, size_t n)
{
	if (n > 0 && sh->count < SHIM_MAX_VERSIONS)
		sh->version[sh->count++] = arena_dup(sh->arena, v, n);
}

void
shim_add_words(struct shim *sh, const char *list, const char *separators)
{
	while (*list) {
		size_t n = strcspn(list, separators);
		size_t word = strcspn(list, "#");

		if (word < n) {
			shim_add(sh, list, word);
			return;
		}
		shim_add(sh, list, n);
		list += n;
		list += *list != '\0';
	}
}

bool
shim_add_variable(struct shim *sh, const char *name, const char *separators)
{
	const char *value = env_get(sh->search->env, name);

	if (!value || !*value)
		return false;
	sh->set_by = arena_fmt(sh->arena, "$%s", name);
	shim_add_words(sh, value, separators);
	return sh->count > 0;
}

bool
shim_read(struct shim *sh, const char *path, char **text, size_t *n)
{
	size_t len;
	int err = walk_read(sh->search->walk, sh->arena, path, MAX_FILE, text,
	                    &len);

	/* a file that may hold the choice and cannot be read is not ignored */
	if (err < 0 && err != -ENOENT && err != -ENOTDIR && err != -EISDIR &&
	    err != -EINVAL && err != -ELOOP && !sh->refusal)
		sh->refusal = arena_fmt(sh->arena, "cannot read '%s': %s", path,
		                        diag_reason(err));
	if (err < 0)
		return false;
	sh->set_by = path;
	if (n)
		*n = len;
	return len > 0;
}

/* Return the next line of the text at *REST, cut off; NULL at the end. */
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

/* Return the index in NAMES of the tool whose line is LINE, and set *LIST to what
 * follows its name; the number of NAMES if it is none of them. */
static size_t
find_tool(const char *line, const char *const *names, const char **list)
{
	size_t n = strcspn(line, " \t"), i = 0;

	*list = line + n;
	while (n > 0 && line[n - 1] == ':')
		n--; /* mise takes it so */
	while (names[i] && (strlen(names[i]) != n ||
	                    memcmp(line, names[i], n) != 0))
		i++;
	return i;
}

bool
shim_add_tool_versions(struct shim *sh, const char *path,
                       const char *const *names, size_t *which)
{
	char *text, *line;

	if (!shim_read(sh, path, &text, NULL))
		return false;
	while ((line = next_line(&text)) != NULL) {
		const char *list;
		size_t i = find_tool(line, names, &list);

		if (!names[i] || !*list)
			continue;
		*which = i;
		shim_add_words(sh, list, " \t");
		return sh->count > 0;
	}
	return false;
}

bool
shim_add_python_version(struct shim *sh, const char *path)
{
	char *text, *line;

	if (!shim_read(sh, path, &text, NULL))
		return false;
	while ((line = next_line(&text)) != NULL) {
		line[strcspn(line, " \t\r#")] = '\0';
		shim_add_words(sh, line, sh->has_schemes ? "" : ":");
	}
	return sh->count > 0;
}

bool
shim_add_legacy(struct shim *sh, const char *dir, const char *name,
                bool (*is_allowed)(struct shim *sh), const char *reason)
{
	char *path = pathname_join(sh->arena, dir, name);

	if (!walk_is_file(sh->search->walk, path))
		return false;
	if (is_allowed(sh))
		return shim_add_python_version(sh, path);
	buf_fmt(&sh->notes, "%s: %s", path, reason);
	buf_putc(&sh->notes, '\0');
	return false;
}

const char *
shim_directory(struct shim *sh)
{
	const struct python_search *s = sh->search;
	const char *pwd = env_get(s->env, "PWD");
	char *normal;

	if (!pwd || *pwd != '/' || !s->cwd)
		return s->cwd;
	normal = pathname_absolute(sh->arena, "/", pwd);
	return strcmp(normal, pwd) == 0 &&
	       walk_is_same(s->walk, pwd, s->cwd) ? pwd : s->cwd;
}

bool
shim_go_up(struct shim *sh, const char *dir,
           bool (*fn)(struct shim *sh, const char *dir))
{
	if (!dir || *dir != '/' || sh->search->walk->rootfd >= 0)
		return false;
	for (;;) {
		if (fn(sh, dir))
			return true;
		if (strcmp(dir, "/") == 0)
			return false;
		dir = pathname_dir(sh->arena, dir);
	}
}

/* Find the command as PATH has it without any shims. */
static bool
find_in_system(struct shim *sh, const char *command, const char **target)
{
	const struct python_search *s = sh->search;
	struct entries dirs;

	names_split_path(s->env, sh->arena, &dirs);
	for (size_t i = 0; i < dirs.count; i++) {
		if (shim_is_dir(dirs.names[i]))
			continue;
		*target = pathname_join(sh->arena, dirs.names[i], command);
		if (walk_is_program(s->walk, *target))
			return true;
	}
	return false;
}

/* Report that none of the versions can be had, and list those that there are. */
static enum shim_start
refuse(struct shim *sh, const char *tool, bool installed,
       struct shim_choice *c)
{
	struct buf b;

	buf_init(&b, sh->arena);
	buf_fmt(&b, "%s shim, ", tool);
	if (sh->refusal) {
		buf_puts(&b, sh->refusal);
	} else if (sh->count == 0) {
		buf_puts(&b, "no version is set");
	} else {
		buf_puts(&b, "version ");
		for (size_t i = 0; i < sh->count; i++)
			buf_fmt(&b, "%s%s", i ? ", " : "", sh->version[i]);
		if (sh->set_by)
			buf_fmt(&b, " (set by %s)", sh->set_by);
		if (installed)
			buf_fmt(&b, " has no %s", pathname_base(sh->path));
		else
			buf_puts(&b, " is not installed");
	}
	for (size_t i = 0; i < sh->count; i++)
		c->is_pinned |= strcmp(sh->version[i], "system") != 0;
	c->is_pinned |= sh->refusal != NULL;
	c->why = buf_str(&b);
	if (c->is_pinned)
		store_list(sh, tool, &c->installed);
	return SHIM_REFUSES;
}

/* Choose the first of the versions of SH that can be had. */
static enum shim_start
start(struct shim *sh, const char *tool, struct shim_choice *c)
{
	const char *command = pathname_base(sh->path);
	bool installed = false;

	for (size_t i = 0; i < sh->count && !sh->refusal; i++) {
		const char *v = sh->version[i], *dir;
		bool found = false;

		if (strcmp(v, "system") == 0) {
			found = find_in_system(sh, command, &c->target);
			installed = true;
		} else if (store_version_dir(sh, v, &dir)) {
			c->target = arena_fmt(sh->arena, "%s/bin/%s", dir,
			                      command);
			found = walk_is_program(sh->search->walk, c->target);
			installed = true;
		}
		if (!found)
			continue;
		c->why = arena_fmt(sh->arena, "%s shim, version %s (set by %s)",
		                   tool, v, sh->set_by ? sh->set_by : "default");
		return SHIM_STARTS;
	}
	return refuse(sh, tool, installed, c);
}

/* Find what the shim PATH starts, whose directory is DIR. */
static enum shim_start
resolve(const struct python_search *s, struct arena *a, const char *path,
        const char *dir, struct shim_choice *c)
{
	struct shim sh = { .search = s, .arena = a, .path = path };
	char *text;
	size_t n;

	buf_init(&sh.notes, a);
	sh.root = pathname_dir(a, dir);
	if (walk_read(s->walk, a, path, MAX_SHIM, &text, &n) < 0)
		return SHIM_NONE;
	sh.text = strncmp(text, "#!", 2) == 0 ? text : "";
	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
		enum shim_start result;

		if (!tools[i].choose(&sh))
			continue;
		c->tool = tools[i].name;
		c->store = sh.store;
		result = start(&sh, tools[i].name, c);
		c->notes = sh.notes;
		return result;
	}
	return SHIM_NONE;
}

enum shim_start
shim_resolve(const struct python_search *s, struct arena *a, const char *path,
             struct shim_choice *c)
{
	const char *command = pathname_base(path);
	unsigned links = 0;

	memset(c, 0, sizeof(*c));
	c->target = path;
	buf_init(&c->installed, a);
	buf_init(&c->notes, a);
	do {
		char *dir = pathname_dir(a, path);

		if (shim_is_dir(dir))
			return resolve(s, a, path, dir, c);
		if (str_starts(pathname_base(path), "python-exec2"))
			return shim_python_exec(s, a, path, command, c);
	} while (path_follow(s->walk, a, &path, &links) == 0);
	return SHIM_NONE;
}
