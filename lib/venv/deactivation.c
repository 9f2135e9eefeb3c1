#include "venv/deactivation.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/env.h"

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

/* True if the string NAME=VALUE at S is one that leaving removes. */
static bool
is_dropped(const char *s)
{
	static const char *const dropped[] = {
		"VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "_OLD_VIRTUAL_PATH",
		"_OLD_VIRTUAL_PYTHONHOME", "_OLD_VIRTUAL_PS1",
		"_OLD_FISH_PROMPT_OVERRIDE",
	};
	size_t n = strcspn(s, "=");

	for (size_t i = 0; i < sizeof(dropped) / sizeof(*dropped); i++) {
		if (strncmp(s, dropped[i], n) == 0 && dropped[i][n] == '\0')
			return true;
	}
	return false;
}

const char *const *
deactivation_env(struct arena *a, const char *const *env)
{
	const char *dir = env_get(env, "VIRTUAL_ENV");
	const char *home = env_get(env, "_OLD_VIRTUAL_PYTHONHOME");
	const char **out;
	size_t n = 0;

	while (env[n])
		n++;
	out = arena_alloc(a, (n + 2) * sizeof(*out));
	if (!out)
		return NULL;
	n = 0;
	for (; *env; env++) {
		const char *s = *env;

		if (dir && *dir && strncmp(s, "PATH=", 5) == 0) {
			s = edit_path(a, s + 5, dir);
			if (!s)
				return NULL;
			if (!*s)
				continue;
		}
		if (home && strncmp(s, "PYTHONHOME=", 11) == 0)
			continue;
		if (!is_dropped(s))
			out[n++] = s;
	}
	if (home) {
		out[n] = arena_fmt(a, "PYTHONHOME=%s", home);
		if (!out[n++])
			return NULL;
	}
	out[n] = NULL;
	return out;
}
