#include "python/search_path.h"

#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "python/names.h"

static bool
is_in(const struct names *dirs, const char *dir)
{
	for (size_t i = 0; i < dirs->count; i++) {
		if (strcmp(dirs->name[i], dir) == 0)
			return true;
	}
	return false;
}

void
search_path_split(const char *const *env, struct arena *a, struct names *dirs)
{
	const char *path = env_get(env, "PATH");
	size_t max = 1;

	if (!path)
		path = "/usr/local/bin:/usr/bin:/bin";
	for (const char *p = path; *p; p++)
		max += *p == ':';
	dirs->count = 0;
	dirs->name = arena_zero(a, max, sizeof(*dirs->name));
	while (*path) {
		size_t n = strcspn(path, ":"), end = n;
		char *dir;

		while (end > 1 && path[end - 1] == '/')
			end--;
		dir = arena_dup(a, path, end);
		if (*dir == '/' && !is_in(dirs, dir))
			dirs->name[dirs->count++] = dir;
		path += n;
		path += *path != '\0';
	}
}
