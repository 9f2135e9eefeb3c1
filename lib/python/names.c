#include "python/names.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "os/walk.h"

struct listing {
	struct arena *arena;
	struct names *names;
	const char *prefix, *suffix;
	size_t room;
};

bool
names_start(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
names_end(const char *s, const char *suffix)
{
	size_t n = strlen(s), tail = strlen(suffix);

	return n >= tail && strcmp(s + n - tail, suffix) == 0;
}

static int
add(void *ctx, const char *name)
{
	struct listing *l = ctx;
	struct names *n = l->names;

	if (!names_start(name, l->prefix) || !names_end(name, l->suffix) ||
	    strlen(name) < strlen(l->prefix) + strlen(l->suffix))
		return 0;
	if (n->count == l->room) {
		size_t room = l->room ? 2 * l->room : 16;

		n->name = arena_grow(l->arena, n->name,
		                     l->room * sizeof(*n->name),
		                     room * sizeof(*n->name));
		if (!n->name)
			return -ENOMEM;
		l->room = room;
	}
	n->name[n->count] = arena_str(l->arena, name);
	return n->name[n->count++] ? 0 : -ENOMEM;
}

static bool
in_byte_order(const char *a, const char *b)
{
	return strcmp(a, b) < 0;
}

void
names_sort(struct names *n, bool (*before)(const char *, const char *))
{
	for (size_t i = 1; i < n->count; i++) {
		char *name = n->name[i];
		size_t k = i;

		for (; k > 0 && before(name, n->name[k - 1]); k--)
			n->name[k] = n->name[k - 1];
		n->name[k] = name;
	}
}

int
names_list(const struct walk *w, struct arena *a, const char *path,
           const char *prefix, const char *suffix, struct names *n)
{
	struct listing l = { a, n, prefix, suffix, 0 };
	int err;

	n->name = NULL;
	n->count = 0;
	err = walk_list(w, path, add, &l);
	if (err == 0)
		names_sort(n, in_byte_order);
	return err;
}
