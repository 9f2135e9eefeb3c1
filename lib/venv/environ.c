#include "venv/environ.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/env.h"
#include "os/walk.h"
#include "venv/activation.h"

/* Where PATH is not set, as in the first process of a machine. */
static const char default_path[] =
	"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/* PATH=VALUE without each entry DIR/bin; NULL if memory is out. */
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

/* True if the string NAME=VALUE at S sets a variable of the list NAMES. */
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

/* A copy of ENV without the variables NAMES, with ROOM for more and the NULL at
 * the end, in *N strings; NULL if memory is out. */
static const char **
copy_without(struct arena *a, const char *const *env, const char *const *names,
             size_t room, size_t *n)
{
	const char **out;

	*n = 0;
	while (env[*n])
		++*n;
	out = arena_alloc(a, (*n + room) * sizeof(*out));
	if (!out)
		return NULL;
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
	if (!out)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		const char *s = out[i];

		if (*dir && strncmp(s, "PATH=", 5) == 0) {
			s = edit_path(a, s + 5, dir);
			if (!s)
				return NULL;
			if (!*s && !was_empty)
				continue;
			if (!*s)
				s = "PATH=";
		}
		out[kept++] = s;
	}
	if (home) {
		out[kept] = arena_fmt(a, "PYTHONHOME=%s", home);
		if (!out[kept++])
			return NULL;
	}
	out[kept] = NULL;
	return out;
}

/* The environment whose bin the N bytes at ENTRY of PATH name; NULL: none, or
 * memory is out. */
static char *
environment_of(struct arena *a, const struct walk *w, const char *entry,
               size_t n)
{
	char *dir, *cfg;

	if (*entry != '/' || n < 5 || memcmp(entry + n - 4, "/bin", 4) != 0)
		return NULL;
	dir = arena_dup(a, entry, n - 4);
	cfg = dir ? arena_fmt(a, "%s/pyvenv.cfg", dir) : NULL;
	return cfg && walk_is_file(w, cfg) ? dir : NULL;
}

int
environ_inherited(const char ***dirs, struct arena *a, const struct walk *w,
                  const char *const *env)
{
	const char *active = env_get(env, "VIRTUAL_ENV");
	const char *path = env_get(env, "PATH");
	size_t count = 0, room = 2;

	for (const char *p = path ? path : ""; *p; p++)
		room += *p == ':';
	*dirs = arena_zero(a, room, sizeof(**dirs));
	if (!*dirs)
		return -ENOMEM;
	if ((active && *active) || !path)
		return 0;
	for (const char *p = path;; p++) {
		size_t n = strcspn(p, ":");
		char *dir = environment_of(a, w, p, n);

		for (size_t i = 0; dir && i < count; i++) {
			if (strcmp((*dirs)[i], dir) == 0)
				dir = NULL;
		}
		if (dir)
			(*dirs)[count++] = dir;
		p += n;
		if (*p == '\0')
			return 0;
	}
}

const char *const *
environ_leave_all(struct arena *a, const char *const *env,
                  const char *const *dirs)
{
	static const char *const replaced[] = { "VIRTUAL_ENV", NULL };

	if (!*dirs)
		return environ_leave(a, env);
	for (; env && *dirs; dirs++) {
		size_t n;
		const char **list = copy_without(a, env, replaced, 2, &n);

		if (!list)
			return NULL;
		list[n] = arena_fmt(a, "VIRTUAL_ENV=%s", *dirs);
		if (!list[n])
			return NULL;
		list[n + 1] = NULL;
		env = environ_leave(a, list);
	}
	return env;
}

const char *const *
environ_enter(struct arena *a, const struct activation *v, bool returns)
{
	static const char *const replaced[] = { "PATH", "PYTHONHOME", NULL };
	const char *const *env = environ_leave(a, v->env);
	const char *home = env ? env_get(env, "PYTHONHOME") : NULL;
	const char *path = env ? env_get(env, "PATH") : NULL;
	/* what has no way back may be the first process of all */
	const char *rest = returns || env_get(v->env, "PATH") ? path
	                                                      : default_path;
	const char **out, **end;
	size_t n;

	out = env ? copy_without(a, env, replaced, 6, &n) : NULL;
	if (!out)
		return NULL;
	end = out + n;
	*end++ = arena_fmt(a, "VIRTUAL_ENV=%s", v->env_dir);
	*end++ = arena_fmt(a, "VIRTUAL_ENV_PROMPT=%s", v->prompt);
	*end++ = arena_fmt(a, "PATH=%s/bin%s%s", v->env_dir,
	                   rest && *rest ? ":" : "", rest ? rest : "");
	if (returns && home)
		*end++ = arena_fmt(a, "_OLD_VIRTUAL_PYTHONHOME=%s", home);
	if (returns && path && !*path)
		*end++ = "_OLD_VIRTUAL_PATH=";
	*end = NULL;
	for (const char **p = out + n; p < end; p++) {
		if (!*p)
			return NULL;
	}
	return out;
}

void
environ_settings(struct setting s[ENVIRON_SETTINGS],
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
			s[n++] = (struct setting){ names[i], new };
	}
	s[n].name = NULL;
}
