#include "shell/environ.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "format/pathname.h"
#include "os/walk.h"
#include "shell/activation.h"

/* For the first process of a machine, which has no PATH. */
static const char default_path[] =
	"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/* Return PATH=VALUE without each entry DIR/bin; "" if nothing is left. */
static const char *
edit_path(struct arena *a, const char *value, const char *dir)
{
	size_t n = strlen(dir);
	struct buf out;

	buf_init(&out, a);
	for (const char *p = value, *lead = "PATH=";; p++) {
		size_t len = strcspn(p, ":");

		if (len != n + 4 || strncmp(p, dir, n) != 0 ||
		    strncmp(p + n, "/bin", 4) != 0) {
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
			s = edit_path(a, s + 5, dir);
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

/* Return the environment whose bin the N bytes at ENTRY of PATH name; NULL: it
 * is none. */
static char *
environment_of(struct arena *a, const struct walk *w, const char *entry,
               size_t n)
{
	char *dir = normal_path(a, w, entry, n);

	if (*dir != '/' || strlen(dir) < 5 || !str_ends(dir, "/bin"))
		return NULL;
	dir[strlen(dir) - 4] = '\0';
	return walk_is_file(w, arena_fmt(a, "%s/pyvenv.cfg", dir)) ? dir : NULL;
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

	if (!wanted->dir) {
		path = environment_of(a, w, entry, n);
		return path ? arena_fmt(a, "%s/bin", path) : NULL;
	}
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

/* Fill WANTED with the environment ACTIVE. Return false if nothing can be found
 * for it in PATH. */
static bool
want(struct wanted *wanted, struct arena *a, const struct walk *w,
     const char *active)
{
	*wanted = (struct wanted){ .dir = NULL };
	if (!active || !*active)
		return true;
	wanted->dir = normal_path(a, w, active, strlen(active));
	if (*wanted->dir != '/' || !wanted->dir[1])
		return false;
	wanted->bin = arena_fmt(a, "%s/bin", wanted->dir);
	/* VIRTUAL_ENV may be /usr, to which /bin must not be lost */
	wanted->exists = walk_is_file(w, arena_fmt(a, "%s/pyvenv.cfg",
	                                           wanted->dir));
	return true;
}

const char *const *
environ_normal(struct arena *a, const struct walk *w, const char *const *env,
               bool any)
{
	const char *active = env_get(env, "VIRTUAL_ENV");
	const char *value = env_get(env, "PATH"), *path = NULL;
	const char *names[] = { NULL, NULL, NULL };
	struct wanted wanted;
	const char **out;
	size_t n = 0;

	if (!w || !want(&wanted, a, w, active) || (!wanted.dir && !any))
		return env;
	if (value) {
		path = normal_entries(&wanted, a, w, value);
		if (strcmp(path + 5, value) != 0)
			names[n++] = "PATH";
	}
	if (wanted.dir && strcmp(active, wanted.dir) != 0)
		names[n++] = "VIRTUAL_ENV";
	if (n == 0)
		return env;
	out = copy_without(a, env, names, 3, &n);
	for (const char **name = names; *name; name++)
		out[n++] = **name == 'P' ? path
		                         : arena_fmt(a, "VIRTUAL_ENV=%s",
		                                     wanted.dir);
	out[n] = NULL;
	return out;
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
	static const char *const replaced[] = { "VIRTUAL_ENV", NULL };

	env = environ_normal(a, w, env, true);
	if (!*dirs)
		return environ_leave(a, env);
	for (; *dirs; dirs++) {
		size_t n;
		const char **list = copy_without(a, env, replaced, 2, &n);

		list[n] = arena_fmt(a, "VIRTUAL_ENV=%s", *dirs);
		list[n + 1] = NULL;
		env = environ_leave(a, list);
	}
	return env;
}

const char *const *
environ_enter(struct arena *a, const struct activation *v, bool returns)
{
	static const char *const replaced[] = { "PATH", "PYTHONHOME", NULL };
	const char *const *old = environ_normal(a, v->walk, v->env, false);
	const char *const *env = environ_leave(a, old);
	const char *home = env_get(env, "PYTHONHOME");
	const char *path = env_get(env, "PATH");
	/* without a way back, it may be the first process of all */
	const char *rest = returns || env_get(v->env, "PATH") ? path
	                                                      : default_path;
	size_t n;
	const char **out = copy_without(a, env, replaced, 6, &n);
	const char **end = out + n;

	*end++ = arena_fmt(a, "VIRTUAL_ENV=%s", v->env_dir);
	*end++ = arena_fmt(a, "VIRTUAL_ENV_PROMPT=%s", v->prompt);
	*end++ = arena_fmt(a, "PATH=%s/bin%s%s", v->env_dir,
	                   rest && *rest ? ":" : "", rest ? rest : "");
	if (returns && home)
		*end++ = arena_fmt(a, "_OLD_VIRTUAL_PYTHONHOME=%s", home);
	if (returns && path && !*path)
		*end++ = "_OLD_VIRTUAL_PATH=";
	*end = NULL;
	return out;
}

void
environ_changes(struct variable v[ENVIRON_CHANGES],
                const char *const *before, const char *const *after)
{
	static const char *const names[] = {
		"VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "PATH", "PYTHONHOME",
		"_OLD_VIRTUAL_PATH", "_OLD_VIRTUAL_PYTHONHOME",
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
