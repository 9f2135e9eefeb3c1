/*
 * shim_mise: a link to the mise program itself; the version comes from
 * $MISE_PYTHON_VERSION, the files that mise reads for its configuration,
 * .tool-versions, or .python-version where a setting allows it.
 */
#include <string.h>

#include "base/diag.h"
#include "base/str.h"
#include "format/pathname.h"
#include "format/toml.h"
#include "os/walk.h"
#include "python/find.h"
#include "python/names.h"
#include "python/shim_tool.h"

/* The names of Python, each with where its versions are. */
static const char *const tools[] = { "python", "core:python", "vfox:python",
	                             "asdf:python", NULL };
static const char *const stores[] = { "python", "python", "vfox-python",
	                              "asdf-python" };

/* The configuration files of a directory, the most important one first. A name
 * that ends with a slash is a directory of files: its last one counts most. %s
 * stands for $MISE_DEFAULT_CONFIG_FILENAME. */
static const char *const local_files[] = {
	".mise.local.toml", "mise.local.toml", ".rtx.local.toml",
	"mise/config.local.toml", ".mise/config.local.toml",
	".config/mise.local.toml", ".config/mise/mise.local.toml",
	".config/mise/config.local.toml",
	".mise.toml", "%s", "mise.toml", ".rtx.toml", "mise/config.toml",
	".mise/config.toml", ".mise/conf.d/", ".config/mise.toml",
	".config/mise/mise.toml", ".config/mise/config.toml",
	".config/mise/conf.d/", NULL
};

/* The files for $MISE_ENV: each %s stands for it. */
static const char *const env_files[] = {
	".mise.%s.local.toml", ".mise/config.%s.local.toml",
	"mise.%s.local.toml", "mise/config.%s.local.toml",
	".config/mise.%s.local.toml", ".config/mise/config.%s.local.toml",
	".mise.%s.toml", ".mise/config.%s.toml", "mise.%s.toml",
	"mise/config.%s.toml", ".config/mise.%s.toml",
	".config/mise/config.%s.toml", NULL
};

/* The configuration of a user or the system, below its directory. */
static const char *const global_files[] = {
	"mise.local.toml", "config.local.toml", "mise.toml", "config.toml",
	"conf.d/", NULL
};

/* The state of reading one configuration file. */
struct mise_file {
	struct shim *shim;
	bool settings;      /* it is read for its settings, not its tools */
	const char *wanted; /* it is read for an alias of this version; or NULL */
	char *alias;        /* what that stands for */
	int enabled;        /* .python-version counts; -1: not said */
};

/* The functions that read files return true if one decides: then no other file
 * counts. */

/* Look for versions where mise keeps those of the tool of index I. */
static void
use_store(struct shim *sh, size_t i)
{
	const char *installs = env_get(sh->search->env, "MISE_INSTALLS_DIR");

	sh->store = installs && *installs == '/'
	                  ? pathname_join(sh->arena, installs, stores[i])
	                  : arena_fmt(sh->arena, "%s/installs/%s", sh->root,
	                              stores[i]);
}

/* Return "path:DIR"; a relative PATH is relative to the file, or below ~. */
static char *
path_version(struct shim *sh, const char *path)
{
	const char *home = env_get(sh->search->env, "HOME");
	char *dir = pathname_dir(sh->arena, sh->set_by);

	if (home && *home == '/' && str_starts(path, "~/"))
		return arena_fmt(sh->arena, "path:%s/%s", home, path + 2);
	return arena_fmt(sh->arena, "path:%s",
	                 pathname_absolute(sh->arena, dir, path));
}

/* Return a version as mise writes it in the form that all shims here have. */
static char *
read_version(struct shim *sh, const char *key, const char *text)
{
	static const char *const refs[] = { "ref", "tag", "branch", "rev" };

	for (size_t i = 0; i < sizeof(refs) / sizeof(refs[0]); i++) {
		size_t n = strlen(refs[i]);

		if (strcmp(key, refs[i]) == 0)
			return arena_fmt(sh->arena, "ref:%s", text);
		if (str_starts(text, refs[i]) && strchr(":-", text[n]))
			return arena_fmt(sh->arena, "ref:%s", text + n + 1);
	}
	if (strcmp(key, "path") == 0)
		return path_version(sh, text);
	if (str_starts(text, "path:"))
		return path_version(sh, text + 5);
	return arena_str(sh->arena, text);
}

static bool
is_template(const char *text)
{
	return strstr(text, "{{") || strstr(text, "{%");
}

static void
refuse_template(struct shim *sh, const char *text)
{
	sh->refusal = arena_fmt(sh->arena, "%s sets python to '%s', a template "
	                        "that only mise can expand", sh->set_by, text);
}

/* Return whether T is a string that starts with WORD. */
static bool
text_starts(const struct toml *t, const char *word)
{
	size_t n = strlen(word);

	return t->kind == TOML_STRING && t->len >= n &&
	       memcmp(t->text, word, n) == 0;
}

/* Return whether the entry is for some systems, and Linux is none of them. */
static bool
is_for_others(const struct toml *entry)
{
	const struct toml *os = toml_find(entry, "os");

	if (!os || !os->child)
		return os && os->kind != TOML_ARRAY && !text_starts(os, "linux");
	for (os = os->child; os; os = os->next) {
		if (text_starts(os, "linux"))
			return false;
	}
	return true;
}

/* Return the version that V, which is the value of KEY, stands for; NULL if it is
 * a template, or is none. */
static char *
take_version(struct shim *sh, const char *key, const struct toml *v)
{
	if (!v->text)
		return NULL;
	if (is_template(v->text)) {
		refuse_template(sh, v->text);
		return NULL;
	}
	return read_version(sh, key, v->text);
}

/* Append the version of an entry of the tool python: a scalar, or a table. */
static void
take_entry(struct shim *sh, const struct toml *entry)
{
	static const char *const keys[] = { "version", "prefix", "path", "ref",
		                            "tag", "branch", "rev" };
	char *version = take_version(sh, "", entry);

	/* of several keys, the last one counts */
	for (const struct toml *v = entry->child; v && !sh->refusal; v = v->next) {
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
			if (v->text && toml_key_is(v, keys[i]))
				version = take_version(sh, keys[i], v);
		}
	}
	if (version && !is_for_others(entry))
		shim_add(sh, version, strlen(version));
}

/* Take the versions of the first tool in TABLE that is Python and has one. */
static void
take_tools(struct mise_file *r, const struct toml *table)
{
	struct shim *sh = r->shim;

	for (const struct toml *v = table ? table->child : NULL;
	     v && sh->count == 0 && !sh->refusal; v = v->next) {
		const struct toml *entry = v->kind == TOML_ARRAY ? v->child : v;
		size_t i = 0;

		while (tools[i] && !toml_key_is(v, tools[i]))
			i++;
		if (!tools[i])
			continue;
		use_store(sh, i);
		for (; entry && !sh->refusal;
		     entry = v->kind == TOML_ARRAY ? entry->next : NULL) {
			if (entry->kind != TOML_ARRAY)
				take_entry(sh, entry);
		}
	}
	if (sh->count == 0) /* it was for another system */
		use_store(sh, 0);
}

/* Return whether LIST is a string or an array, and python is in it. */
static bool
has_python(const struct toml *list)
{
	const struct toml *v = list->kind == TOML_ARRAY ? list->child : list;

	for (; v; v = list->kind == TOML_ARRAY ? v->next : NULL) {
		if (v->kind == TOML_STRING && v->len == 6 && text_starts(v, "python"))
			return true;
	}
	return false;
}

/* Take from the table [settings] whether .python-version counts. */
static void
take_settings(struct mise_file *r, const struct toml *table)
{
	for (const struct toml *v = table ? table->child : NULL; v;
	     v = v->next) {
		bool is_list = v->kind == TOML_STRING ||
		               (v->kind == TOML_ARRAY && v->child);

		if (toml_key_is(v, "idiomatic_version_file_enable_tools")) {
			if (is_list)
				r->enabled = r->enabled == 1 || has_python(v);
		} else if (toml_key_is(v, "idiomatic_version_file_disable_"
		                          "tools") ||
		           toml_key_is(v, "legacy_version_file_disable_tools")) {
			if (v->kind == TOML_ARRAY && has_python(v))
				r->enabled = 0;
		} else if (toml_key_is(v, "idiomatic_version_file") ||
		           toml_key_is(v, "legacy_version_file")) {
			r->enabled = v->kind == TOML_BOOLEAN &&
			             v->text[0] == 't';
		}
	}
}

/* Take the version that the one wanted is an alias of. */
static void
take_alias(struct mise_file *r, const struct toml *root)
{
	static const char *const tables[] = { "tool_alias", "alias" };

	for (size_t i = 0; i < 2 && !r->alias; i++) {
		const struct toml *python = toml_find(toml_find(root, tables[i]),
		                                      "python");
		const struct toml *v = toml_find(toml_find(python, "versions"),
		                                 r->wanted);

		if (!v) /* the older form */
			v = toml_find(python, r->wanted);
		if (v && v->text)
			r->alias = arena_str(r->shim->arena, v->text);
	}
}

/* Take from the document ROOT what the file is read for. */
static void
take(struct mise_file *r, const struct toml *root)
{
	if (r->wanted)
		take_alias(r, root);
	else if (r->settings)
		take_settings(r, toml_find(root, "settings"));
	else
		take_tools(r, toml_find(root, "tools"));
}

/* Parse the N bytes at TEXT, which may start with a byte order mark: mise takes
 * it. Return false if it is not TOML. */
static bool
parse(struct arena *a, const char *text, size_t n, struct toml **root)
{
	size_t skip = n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	struct diag d;

	diag_init(&d, a);
	return toml_parse(root, text + skip, n - skip, a, &d) == 0;
}

/* Read the file PATH for its tools, settings or aliases. */
static bool
read_toml(struct mise_file *r, const char *path)
{
	bool for_tools = !r->settings && !r->wanted;
	struct shim *sh = r->shim;
	const char *set_by = sh->set_by;
	struct toml *root;
	char *text;
	size_t n;
	bool read = shim_read(sh, path, &text, &n);

	if (sh->refusal)
		return true;
	if (read && parse(sh->arena, text, n, &root)) {
		take(r, root);
	} else if (read && for_tools) {
		sh->refusal = arena_fmt(sh->arena, "%s cannot be parsed", path);
		return true;
	}
	if (!for_tools || (sh->count == 0 && !sh->refusal))
		sh->set_by = set_by;
	if (r->wanted)
		return r->alias != NULL;
	return r->settings ? r->enabled >= 0 : sh->count > 0 || sh->refusal;
}

/* Read the files of the directory PATH, the last one first. */
static bool
read_directory(struct mise_file *r, const char *path)
{
	const struct shim *sh = r->shim;
	struct entries n;

	(void)names_list(sh->search->walk, sh->arena, path, "", ".toml", &n);
	for (size_t i = n.count; i > 0; i--) {
		char *file = pathname_join(sh->arena, path, n.names[i - 1]);

		if (n.names[i - 1][0] != '.' && read_toml(r, file))
			return true;
	}
	return false;
}

/* Read FILES of directory DIR until one decides; %s in their names stands for
 * the N bytes at ENVIRONMENT. */
static bool
read_files(struct mise_file *r, const char *dir, const char *const *files,
           const char *environment, size_t n)
{
	struct arena *a = r->shim->arena;

	for (; *files; files++) {
		const char *mark = strstr(*files, "%s");
		char *name = mark ? arena_fmt(a, "%.*s%.*s%s",
		                              (int)(mark - *files), *files,
		                              (int)n, environment, mark + 2)
		                  : arena_str(a, *files);
		char *path = pathname_join(a, dir, name);

		if (str_ends(path, "/") ? read_directory(r, path)
		                        : read_toml(r, path))
			return true;
	}
	return false;
}

/* Read the files of DIR for each name in $MISE_ENV, the last one first. */
static bool
read_environments(struct mise_file *r, const char *dir)
{
	const char *list = env_get(r->shim->search->env, "MISE_ENV");
	const char *end = list ? list + strlen(list) : NULL;

	while (list && end > list) {
		const char *start = end;

		while (start > list && start[-1] != ',')
			start--;
		if (start < end &&
		    !memchr(start, '/', (size_t)(end - start)) &&
		    read_files(r, dir, env_files, start, (size_t)(end - start)))
			return true;
		end = start > list ? start - 1 : list;
	}
	return false;
}

/* Call READ with each path of LIST, separated by colons and relative to DIR,
 * the last one first, until one decides. */
static bool
each_path(struct mise_file *r, const char *dir, const char *list,
          bool (*read)(struct mise_file *r, const char *path))
{
	struct arena *a = r->shim->arena;
	const char *end = list + strlen(list);

	while (end > list) {
		const char *start = end;
		char *path;

		while (start > list && start[-1] != ':')
			start--;
		path = arena_dup(a, start, (size_t)(end - start));
		if (*path && read(r, pathname_absolute(a, dir, path)))
			return true;
		end = start > list ? start - 1 : list;
	}
	return false;
}

/* Return the name in $MISE_DEFAULT_CONFIG_FILENAME unless it is read anyhow. */
static const char *
default_file(const struct shim *sh)
{
	const char *name = env_get(sh->search->env,
	                           "MISE_DEFAULT_CONFIG_FILENAME");

	for (size_t i = 0; name && local_files[i]; i++) {
		if (strcmp(name, local_files[i]) == 0)
			name = NULL;
	}
	return name && *name ? name : "mise.toml";
}

static bool
read_local(struct mise_file *r, const char *dir)
{
	const char *list = env_get(r->shim->search->env,
	                           "MISE_OVERRIDE_CONFIG_FILENAMES");
	const char *name = default_file(r->shim);

	if (read_environments(r, dir))
		return true;
	return list && *list
	               ? each_path(r, dir, list, read_toml)
	               : read_files(r, dir, local_files, name, strlen(name));
}

static bool
read_tool_versions(struct mise_file *r, const char *path)
{
	size_t which;

	if (!shim_add_tool_versions(r->shim, path, tools, &which))
		return false;
	use_store(r->shim, which);
	return true;
}

/* Append the versions of the .tool-versions in DIR, or of the files that have
 * taken its place. */
static bool
add_tool_versions(struct shim *sh, const char *dir)
{
	const char *list = env_get(sh->search->env,
	                           "MISE_OVERRIDE_TOOL_VERSIONS_FILENAMES");
	const char *name = env_get(sh->search->env,
	                           "MISE_DEFAULT_TOOL_VERSIONS_FILENAME");
	struct mise_file r = { .shim = sh };

	if (list && strcmp(list, "none") == 0)
		return false;
	if (list && *list)
		return each_path(&r, dir, list, read_tool_versions);
	/* the last one counts most */
	name = name && *name ? arena_fmt(sh->arena, ".tool-versions:%s", name)
	                     : ".tool-versions";
	return each_path(&r, dir, name, read_tool_versions);
}

/* Read the configuration of the user, then that of the system. */
static bool
read_global(struct mise_file *r)
{
	struct arena *a = r->shim->arena;
	const char *const *env = r->shim->search->env;
	const char *file = env_get(env, "MISE_GLOBAL_CONFIG_FILE");
	const char *dir = env_get(env, "MISE_CONFIG_DIR");
	const char *config = env_get(env, "XDG_CONFIG_HOME");
	const char *home = env_get(env, "HOME");
	const char *system = env_get(env, "MISE_SYSTEM_CONFIG_DIR");
	bool decided = false;

	if (!system || *system != '/')
		system = env_get(env, "MISE_SYSTEM_DIR");
	if (!system || *system != '/')
		system = "/etc/mise";
	if (!dir || *dir != '/')
		dir = config && *config == '/'
		              ? pathname_join(a, config, "mise")
		      : home && *home == '/'
		              ? pathname_join(a, home, ".config/mise")
		              : "";
	if (file && *file == '/')
		decided = read_toml(r, file);
	else if (*dir)
		decided = read_files(r, dir, global_files, NULL, 0);
	return decided || read_files(r, system, global_files, NULL, 0);
}

/* Read the files of DIR, of those above it and of the user for a setting or an
 * alias. */
static void
look_for_setting(struct mise_file *r, const char *dir)
{
	while (!read_local(r, dir)) {
		if (strcmp(dir, "/") == 0) {
			read_global(r);
			return;
		}
		dir = pathname_dir(r->shim->arena, dir);
	}
}

/* Return whether mise takes versions from .python-version, which a setting must
 * enable. */
static bool
reads_idiomatic_files(struct shim *sh)
{
	static const char name[] = "MISE_IDIOMATIC_VERSION_FILE_ENABLE_TOOLS";
	struct mise_file r = { .shim = sh, .settings = true, .enabled = -1 };
	const char *const *env = sh->search->env;
	const char *list = env_get(env, name), *set_by = sh->set_by;

	if (list) {
		while (*list) {
			size_t n = strcspn(list, ", :");

			if (n == 6 && memcmp(list, "python", n) == 0)
				return true;
			list += n + (list[n] != '\0');
		}
		return false;
	}
	look_for_setting(&r, sh->search->cwd);
	sh->set_by = set_by;
	return r.enabled == 1;
}

static bool
look_in(struct shim *sh, const char *dir)
{
	static const char *const files[] = { ".python-versions",
		                             ".python-version" };
	struct mise_file r = { .shim = sh };

	if (read_local(&r, dir) || add_tool_versions(sh, dir))
		return true;
	for (size_t i = 0; i < 2; i++) {
		if (shim_add_legacy(sh, dir, files[i], reads_idiomatic_files,
		                    "mise reads it only where its setting "
		                    "idiomatic_version_file_enable_tools has "
		                    "python"))
			return true;
	}
	return false;
}

/* Replace each version that is an alias by what it stands for. */
static void
expand_aliases(struct shim *sh)
{
	for (size_t i = 0; i < sh->count; i++) {
		struct mise_file r = { .shim = sh, .wanted = sh->version[i] };

		look_for_setting(&r, sh->search->cwd);
		if (r.alias && is_template(r.alias)) {
			refuse_template(sh, r.alias);
			return;
		}
		if (r.alias)
			sh->version[i] = read_version(sh, "", r.alias);
	}
}

/* Read the configuration that applies to all directories. */
static bool
look_everywhere(struct shim *sh)
{
	const char *home = env_get(sh->search->env, "HOME");
	struct mise_file r = { .shim = sh };

	return sh->search->walk->rootfd < 0 &&
	       ((home && *home == '/' && add_tool_versions(sh, home)) ||
	        read_global(&r));
}

/* Return whether PATH is a link, perhaps over others, to a program called
 * mise. */
static bool
is_mise(struct shim *sh)
{
	char *link, *real;
	const char *base;

	if (walk_readlink(sh->search->walk, sh->arena, sh->path, &link) < 0)
		return false;
	base = pathname_base(link);
	if (strcmp(base, "mise") == 0 || strcmp(base, "rtx") == 0)
		return true;
	if (walk_resolve(sh->search->walk, sh->arena, sh->path, &real) < 0)
		return false;
	base = pathname_base(real);
	return strcmp(base, "mise") == 0 || str_starts(base, "mise-") ||
	       strcmp(base, "rtx") == 0;
}

bool
shim_mise(struct shim *sh)
{
	const struct python_search *s = sh->search;
	const char *no_config = env_get(s->env, "MISE_NO_CONFIG");
	bool decided;

	if (!is_mise(sh))
		return false;
	use_store(sh, 0);
	sh->has_schemes = true;
	decided = shim_add_variable(sh, "MISE_PYTHON_VERSION", " ");
	if (no_config && (strcmp(no_config, "1") == 0 ||
	                  strcmp(no_config, "true") == 0))
		return true;
	if (!decided && !shim_go_up(sh, s->cwd, look_in))
		look_everywhere(sh);
	if (s->walk->rootfd < 0)
		expand_aliases(sh);
	return true;
}
