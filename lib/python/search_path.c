#include "python/search_path.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "python/names.h"

int
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
	if (!dirs->name)
		return -ENOMEM;
	while (*path) {
		size_t n = strcspn(path, ":");
		char *dir;

		if (*path == '/') {
			dir = arena_dup(a, path, n);
			if (!dir)
				return -ENOMEM;
			dirs->name[dirs->count++] = dir;
		}
		path += n;
		path += *path != '\0';
	}
	return 0;
}
