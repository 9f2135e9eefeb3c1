#include "shell/environ.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/str.h"
#include "format/pathname.h"
#include "os/walk.h"
#include "python/config.h"
#include "python/layout.h"
#include "python/winpath.h"
#include "shell/activation.h"

/* For the first process of a machine, which has no PATH. */
static const char default_path[] =
	"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/* List what WSL passes on to programs of Windows; /p converts a path. */
static const char passed[] = "VIRTUAL_ENV/p:VIRTUAL_ENV_PROMPT";

/* Return whether the N bytes at ENTRY are DIR/SCRIPTS. */
static bool
is_entry(const char *entry, size_t n, const char *dir, const char *scripts)
{
	size_t len = strlen(dir);

	return n == len + 1 + strlen(scripts) && memcmp(entry, dir, len) == 0 &&
	       entry[len] == '/' &&
	       memcmp(entry + len + 1, scripts, n - len - 1) == 0;
}

const char *
environ_scripts(const char *const *env, const char *dir)
{
	const char *path = env_get(env, "PATH");
	const char *found = layout_of(false)->scripts;

	for (const char *p = path; dir && p && *p;) {
		size_t n = strcspn(p, ":");

		if (is_entry(p, n, dir, layout_of(false)->scripts))
			return layout_of(false)->scripts;
		if (is_entry(p, n, dir, layout_of(true)->scripts))
			found = layout_of(true)->scripts;
		p += n + (p[n] != '\0');
	}
	return found;
}

char *
environ_windows_dir(struct arena *a, const struct walk *w,
                    const char *const *env, const char *dir)
{
	return dir && environ_scripts(env, dir) == layout_of(true)->scripts
	               ? winpath_from_host(w, a, env, dir) : NULL;
}

/* Return PATH=VALUE without each entry DIR/SCRIPTS; "" if nothing is left. */
static const char *
edit_path(struct arena *a, const char *value, const char *dir,
          const char *scripts)
{
	struct buf out;

	buf_init(&out, a);
	for (const char *p = value, *lead = "PATH=";; p++) {
		size_t len = strcspn(p, ":");

		if (!is_entry(p, len, dir, scripts)) {
			buf_puts(&out, lead);
			buf_add(&out, p, len);
			lead = ":";
		}
		p += len;
		if (*p == '\0')
			return buf_str(&out);
	}
}

/* Return whether the string NAME=VALUE at S sets a variable of the list NAMES. */
static bool
is_one_of(const char *s, const char *const *names)
{
	size_t n = strcspn(s, "=");

	for (; *names; names++) {
		if (strncmp(s, *names, n) == 0 && (*names)[n] == '\0')
			return true;
	}
	return false;
}

/* Copy ENV without the variables NAMES and set *N to the number of strings.
 * ROOM is for more of them and the NULL at the end. */
static const char **
copy_without(struct arena *a, const char *const *env, const char *const *names,
             size_t room, size_t *n)
{
	const char **out;

	*n = 0;
	while (env[*n])
		++*n;
	out = arena_alloc(a, (*n + room) * sizeof(*out));
	*n = 0;
	for (; *env; env++) {
		if (!is_one_of(*env, names))
			out[(*n)++] = *env;
	}
	return out;
}

const char *const *
environ_leave(struct arena *a, const char *const *env)
{
	static const char *const dropped[] = {
		"PYTHONHOME", "VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT",
		"_OLD_VIRTUAL_PATH", "_OLD_VIRTUAL_PYTHONHOME",
		"_OLD_VIRTUAL_PS1", "_OLD_FISH_PROMPT_OVERRIDE", NULL,
	};
	const char *dir = env_get(env, "VIRTUAL_ENV");
	const char *home = env_get(env, "_OLD_VIRTUAL_PYTHONHOME");
	const char *old_path = env_get(env, "_OLD_VIRTUAL_PATH");
	bool was_empty = old_path && !*old_path;
	size_t n, kept = 0;
	const char **out;

	if (!dir)
		return env;
	out = copy_without(a, env, dropped + !home, 2, &n);
	for (size_t i = 0; i < n; i++) {
		const char *s = out[i];

		if (*dir && strncmp(s, "PATH=", 5) == 0) {
			s = edit_path(a, s + 5, dir, environ_scripts(env, dir));
			if (!*s && !was_empty)
				continue;
			if (!*s)
				s = "PATH=";
		}
		out[kept++] = s;
	}
	if (home)
		out[kept++] = arena_fmt(a, "PYTHONHOME=%s", home);
	out[kept] = NULL;
	return out;
}

/* Return the path of N bytes at P without doubled slashes, "." and "..", and
 * without a slash at its end. It stays as it is if it is not absolute, or a
 * link before ".." leads elsewhere. */
static char *
normal_path(struct arena *a, const struct walk *w, const char *p, size_t n)
{
	char *given = arena_dup(a, p, n);
	char *path = *given == '/' ? pathname_absolute(a, "/", given) : given;

	if (strstr(given, "..") && !walk_is_same(w, given, path))
		return given;
	return path[0] == '/' && path[1] == '/' ? path + 1 : path;
}

/* Return the environment whose directory of scripts the N bytes at ENTRY of
 * PATH name; NULL: it is none. */
static char *
environment_of(struct arena *a, const struct walk *w, const char *entry,
               size_t n)
{
	char *path = normal_path(a, w, entry, n);
	char *slash = strrchr(path, '/');
	struct config c;
	bool windows;

	if (*path != '/' || slash == path)
		return NULL;
	windows = strcmp(slash + 1, layout_of(true)->scripts) == 0;
	if (!windows && strcmp(slash + 1, layout_of(false)->scripts) != 0)
		return NULL;
	*slash = '\0';
	return config_read(&c, w, a, path) == 0 &&
	       config_is_of_windows(&c, w, a, path) == windows ? path : NULL;
}

/* An environment that is looked for in PATH. */
struct wanted {
	const char *dir; /* NULL: any */
	const char *bin;
	bool exists;     /* so that other paths can lead to its bin */
};

/* Return how the N bytes at ENTRY of PATH are to be spelt, if they are the bin
 * of WANTED; NULL if they are not. */
static const char *
normal_entry(const struct wanted *wanted, struct arena *a, const struct walk *w,
             const char *entry, size_t n)
{
	char *path;

	if (!wanted->dir)
		return environment_of(a, w, entry, n)
		               ? normal_path(a, w, entry, n) : NULL;
	path = normal_path(a, w, entry, n);
	if (*path != '/')
		return NULL;
	return strcmp(path, wanted->bin) == 0 ||
	       (wanted->exists && walk_is_same(w, path, wanted->bin))
	               ? wanted->bin : NULL;
}

/* Return PATH=VALUE with normal entries for WANTED. */
static const char *
normal_entries(const struct wanted *wanted, struct arena *a,
               const struct walk *w, const char *value)
{
	struct buf out;

	buf_init(&out, a);
	buf_puts(&out, "PATH=");
	for (const char *p = value;; p++) {
		size_t n = strcspn(p, ":");
		const char *entry = normal_entry(wanted, a, w, p, n);

		if (entry)
			buf_puts(&out, entry);
		else
			buf_add(&out, p, n);
		p += n;
		if (*p == '\0')
			return buf_str(&out);
		buf_putc(&out, ':');
	}
}

/* Fill WANTED with the environment that is active in ENV. Return false if
 * nothing can be found for it in PATH. */
static bool
want(struct wanted *wanted, struct arena *a, const struct walk *w,
     const char *const *env)
{
	const char *active = env_get(env, "VIRTUAL_ENV"), *scripts;
	struct config c;
	bool windows;

	*wanted = (struct wanted){ .dir = NULL };
	if (!active || !*active)
		return true;
	wanted->dir = normal_path(a, w, active, strlen(active));
	if (*wanted->dir != '/' || !wanted->dir[1])
		return false;
	/* VIRTUAL_ENV may be /usr, to which /bin must not be lost */
	wanted->exists = config_read(&c, w, a, wanted->dir) == 0;
	windows = wanted->exists && config_is_of_windows(&c, w, a, wanted->dir);
	scripts = wanted->exists ? layout_of(windows)->scripts
	                         : environ_scripts(env, wanted->dir);
	wanted->bin = arena_fmt(a, "%s/%s", wanted->dir, scripts);
	return true;
}

/* Variables that replace those of an environment list. */
struct changed {
	const char *names[5]; /* ended by NULL */
	const char *strings[4];
	size_t count; /* of names */
	size_t kept;  /* of strings */
};

/* Replace the variable NAME by the string NAME=VALUE at S; NULL: it goes. */
static void
change(struct changed *c, const char *name, const char *s)
{
	c->names[c->count++] = name;
	if (s)
		c->strings[c->kept++] = s;
}

/* Take FIRST out of the list in the variable NAME of ENV, divided by
 * SEPARATOR, if it begins so. */
static void
change_list(struct changed *c, struct arena *a, const char *const *env,
            const char *name, char separator, const char *first)
{
	const char *value = env_get(env, name);
	size_t n = first ? strlen(first) : 0;

	if (!first || !value || !str_starts(value, first))
		return;
	if (value[n] == separator)
		change(c, name, arena_fmt(a, "%s=%s", name, value + n + 1));
	else if (value[n] == '\0')
		change(c, name, NULL);
}

/* Return the entry of WINEPATH for the environment DIR, a path of Windows. */
static char *
wine_entry(struct arena *a, const char *dir)
{
	const struct layout *l = layout_of(true);

	return arena_fmt(a, "%s%c%s", dir, l->separator, l->scripts);
}

/* Return ENV with the changes C. */
static const char *const *
replaced(struct changed *c, struct arena *a, const char *const *env)
{
	size_t n;
	const char **out;

	if (c->count == 0)
		return env;
	out = copy_without(a, env, c->names, c->kept + 1, &n);
	memcpy(out + n, c->strings, c->kept * sizeof(*out));
	out[n + c->kept] = NULL;
	return out;
}

const char *const *
environ_normal(struct arena *a, const struct walk *w, const char *const *env,
               bool any)
{
	const char *active = env_get(env, "VIRTUAL_ENV");
	const char *value = env_get(env, "PATH");
	struct changed c = { .count = 0 };
	struct wanted wanted;

	if (!w || !want(&wanted, a, w, env) || (!wanted.dir && !any))
		return env;
	if (value) {
		const char *path = normal_entries(&wanted, a, w, value);

		if (strcmp(path + 5, value) != 0)
			change(&c, "PATH", path);
	}
	if (!wanted.dir)
		return replaced(&c, a, env);
	if (strcmp(active, wanted.dir) != 0)
		change(&c, "VIRTUAL_ENV", arena_fmt(a, "VIRTUAL_ENV=%s",
		                                    wanted.dir));
	change_list(&c, a, env, "WSLENV", ':', passed);
	if (env_get(env, "WINEPATH")) {
		const char *dir = winpath_from_host(w, a, env, wanted.dir);

		change_list(&c, a, env, "WINEPATH", ';',
		            dir ? wine_entry(a, dir) : NULL);
	}
	return replaced(&c, a, env);
}

const char *const *
environ_inherited(struct arena *a, const struct walk *w, const char *const *env)
{
	const char *active = env_get(env, "VIRTUAL_ENV");
	const char *path = env_get(env, "PATH");
	size_t count = 0, room = 2;
	const char **dirs;

	for (const char *p = path ? path : ""; *p; p++)
		room += *p == ':';
	dirs = arena_zero(a, room, sizeof(*dirs));
	if ((active && *active) || !path)
		return dirs;
	for (const char *p = path;; p++) {
		size_t n = strcspn(p, ":");
		char *dir = environment_of(a, w, p, n);

		for (size_t i = 0; dir && i < count; i++) {
			if (strcmp(dirs[i], dir) == 0)
				dir = NULL;
		}
		if (dir)
			dirs[count++] = dir;
		p += n;
		if (*p == '\0')
			return dirs;
	}
}

const char *const *
environ_leave_all(struct arena *a, const struct walk *w,
                  const char *const *env, const char *const *dirs)
{
	static const char *const names[] = { "VIRTUAL_ENV", NULL };

	env = environ_normal(a, w, env, true);
	if (!*dirs)
		return environ_leave(a, env);
	for (; *dirs; dirs++) {
		size_t n;
		const char **list = copy_without(a, env, names, 2, &n);

		list[n] = arena_fmt(a, "VIRTUAL_ENV=%s", *dirs);
		list[n + 1] = NULL;
		env = environ_leave(a, list);
	}
	return env;
}

const char *const *
environ_enter(struct arena *a, const struct activation *v, bool returns)
{
	static const char *const names[] = { "PATH", "PYTHONHOME", NULL };
	const char *const *old = environ_normal(a, v->walk, v->env, false);
	const char *const *env = environ_leave(a, old);
	const char *home = env_get(env, "PYTHONHOME");
	const char *path = env_get(env, "PATH");
	/* without a way back, it may be the first process of all */
	const char *rest = returns || env_get(v->env, "PATH") ? path
	                                                      : default_path;
	size_t n;
	const char **out = copy_without(a, env, names, 6, &n);
	const char **end = out + n;

	*end++ = arena_fmt(a, "VIRTUAL_ENV=%s", v->env_dir);
	*end++ = arena_fmt(a, "VIRTUAL_ENV_PROMPT=%s", v->prompt);
	*end++ = arena_fmt(a, "PATH=%s/%s%s%s", v->env_dir,
	                   (v->layout ? v->layout : layout_of(false))->scripts,
	                   rest && *rest ? ":" : "", rest ? rest : "");
	if (returns && home)
		*end++ = arena_fmt(a, "_OLD_VIRTUAL_PYTHONHOME=%s", home);
	if (returns && path && !*path)
		*end++ = "_OLD_VIRTUAL_PATH=";
	*end = NULL;
	return out;
}

const char *const *
environ_interop(struct arena *a, const struct activation *v,
                const char *const *env)
{
	const char *name = v->in_wsl ? "WSLENV" : "WINEPATH";
	const char *value = env_get(env, name);
	const char *first = passed;
	char separator = ':';
	struct changed c = { .count = 0 };

	if (!v->windows_dir)
		return env;
	if (!v->in_wsl) {
		first = wine_entry(a, v->windows_dir);
		separator = layout_of(true)->list_separator;
	}
	change(&c, name,
	       value && *value
	               ? arena_fmt(a, "%s=%s%c%s", name, first, separator, value)
	               : arena_fmt(a, "%s=%s", name, first));
	return replaced(&c, a, env);
}

/* Append the directories of the search path P that Windows can reach; return
 * whether one of them has Windows' own programs. */
static bool
put_windows_path(struct buf *out, const struct walk *w, const char *const *env,
                 const char *p)
{
	struct arena *a = out->arena;
	char separator = layout_of(true)->list_separator;
	bool has_cmd = false;

	while (*p) {
		size_t n = strcspn(p, ":");
		const char *entry = arena_dup(a, p, n);
		const char *path = *entry == '/'
		                           ? winpath_from_host(w, a, env, entry)
		                           : NULL;

		p += n + (p[n] != '\0');
		if (!path || strpbrk(path, ";\""))
			continue;
		if (out->len > 0)
			buf_putc(out, separator);
		buf_puts(out, path);
		has_cmd = has_cmd ||
		          walk_is_file(w, pathname_join(a, entry, "cmd.exe"));
	}
	return has_cmd;
}

/* Append wine's own directories, which are in no PATH of this host. Return
 * false if there is no wine: the PATH of Windows is not known here. */
static bool
put_wine_path(struct buf *out, const struct walk *w, const char *const *env)
{
	struct arena *a = out->arena;
	const char *system =
		winpath_to_host(w, a, env, "C:\\windows\\system32");

	if (!system || winpath_from_host(w, a, NULL, system))
		return false;
	buf_fmt(out, "%sC:\\windows\\system32;C:\\windows",
	        out->len > 0 ? ";" : "");
	return true;
}

int
environ_on_windows(struct arena *a, const struct walk *w,
                   const char *const **env, struct diag *d)
{
	const char *dir = env_get(*env, "VIRTUAL_ENV");
	const char *path = env_get(*env, "PATH");
	const char *there = dir ? winpath_from_host(w, a, *env, dir) : "";
	const char **out, **end;
	struct buf b;

	/* it was known when DIR was entered */
	if (!there)
		return diag_set(d, -EINVAL, "cannot enter '%s': its path on "
		                "Windows is not known", dir);
	buf_init(&b, a);
	if (!put_windows_path(&b, w, *env, path ? path : "") &&
	    !put_wine_path(&b, w, *env)) {
		diag_set(d, -EINVAL, "cannot write PATH for Windows: no "
		         "directory of PATH has cmd.exe, so that of Windows is "
		         "not known");
		diag_hint(d, "appendWindowsPath=false of wsl.conf hides it from "
		          "WSL; use activate.bat and deactivate.bat in Scripts");
		return d->code;
	}
	out = end = arena_alloc(a, 4 * sizeof(*out));
	*end++ = arena_fmt(a, "PATH=%s", buf_str(&b));
	if (dir) {
		*end++ = arena_fmt(a, "VIRTUAL_ENV=%s", there);
		*end++ = arena_fmt(a, "VIRTUAL_ENV_PROMPT=%s",
		                   env_get(*env, "VIRTUAL_ENV_PROMPT"));
	} else {
		*end++ = "PYTHONHOME=";
	}
	*end = NULL;
	*env = out;
	return 0;
}

void
environ_changes(struct variable v[ENVIRON_CHANGES],
                const char *const *before, const char *const *after)
{
	static const char *const names[] = {
		"VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "PATH", "PYTHONHOME",
		"_OLD_VIRTUAL_PATH", "_OLD_VIRTUAL_PYTHONHOME", "WSLENV",
		"WINEPATH",
	};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *old = env_get(before, names[i]);
		const char *new = env_get(after, names[i]);

		if (i < 3 ? old || new
		          : (old == NULL) != (new == NULL) ||
		            (old && strcmp(old, new) != 0))
			v[n++] = (struct variable){ names[i], new };
	}
	v[n].name = NULL;
}
