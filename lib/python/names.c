#include "python/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "os/walk.h"

struct listing {
	struct arena *arena;
	struct entries *names;
	const char *prefix, *suffix;
	size_t room;
};

static int
add(void *ctx, const char *name)
{
	struct listing *l = ctx;
	struct entries *n = l->names;

	if (!str_starts(name, l->prefix) || !str_ends(name, l->suffix) ||
	    strlen(name) < strlen(l->prefix) + strlen(l->suffix))
		return 0;
	n->names = arena_more(l->arena, n->names, n->count, &l->room,
	                      sizeof(*n->names));
	n->names[n->count++] = arena_str(l->arena, name);
	return 0;
}

static int
compare(const void *a, const void *b, void *ctx)
{
	names_before *before = *(names_before **)ctx;
	const char *x = *(char *const *)a, *y = *(char *const *)b;

	if (before && before(x, y))
		return -1;
	return before && before(y, x) ? 1 : strcmp(x, y);
}

void
names_sort(struct entries *n, names_before *before)
{
	if (n->count > 1)
		qsort_r(n->names, n->count, sizeof(*n->names), compare, &before);
}

int
names_list(const struct walk *w, struct arena *a, const char *path,
           const char *prefix, const char *suffix, struct entries *n)
{
	struct listing l = { a, n, prefix, suffix, 0 };
	int err;

	n->names = NULL;
	n->count = 0;
	err = walk_list(w, path, add, &l);
	if (err == 0)
		names_sort(n, NULL);
	return err;
}

static bool
is_in(const struct entries *dirs, const char *dir)
{
	for (size_t i = 0; i < dirs->count; i++) {
		if (strcmp(dirs->names[i], dir) == 0)
			return true;
	}
	return false;
}

void
names_split_path(const char *const *env, struct arena *a, struct entries *dirs)
{
	const char *path = env_get(env, "PATH");
	size_t max = 1;

	if (!path)
		path = "/usr/local/bin:/usr/bin:/bin";
	for (const char *p = path; *p; p++)
		max += *p == ':';
	dirs->count = 0;
	dirs->names = arena_zero(a, max, sizeof(*dirs->names));
	while (*path) {
		size_t n = strcspn(path, ":"), end = n;
		char *dir;

		while (end > 1 && path[end - 1] == '/')
			end--;
		dir = arena_dup(a, path, end);
		if (*dir == '/' && !is_in(dirs, dir))
			dirs->names[dirs->count++] = dir;
		path += n;
		path += *path != '\0';
	}
}
