#include "python/site.h"

#include <string.h>

#include "base/arena.h"
#include "os/walk.h"
#include "python/layout.h"
#include "python/python.h"

static void
add(struct site *s, const char *path)
{
	for (size_t i = 0; i < s->count; i++) {
		if (strcmp(s->paths[i], path) == 0)
			return;
	}
	if (s->count < SITE_MAX)
		s->paths[s->count++] = path;
}

/* Add site-packages below PREFIX. */
static void
add_site_packages(struct site *s, const char *prefix, const struct python *py,
                  const struct layout *l, struct arena *a)
{
	if (py->implementation == PYTHON_CPYTHON)
		add(s, arena_fmt(a, "%s/%s/%s/site-packages", prefix,
		                 py->platlibdir, l->stdlib_name));
	add(s, arena_fmt(a, "%s/%s", prefix, l->site_packages));
}

void
site_find(struct site *s, const struct python *py, const struct walk *w,
          struct arena *a)
{
	const char *prefix = strcmp(py->prefix, "/") == 0 ? "" : py->prefix;
	char *shared = arena_fmt(a, "%s/lib/python3/dist-packages", prefix);
	struct layout l;

	layout_init(&l, py, a);
	s->count = 0;
	if (strcmp(prefix, "/usr") == 0 && strcmp(py->platlibdir, "lib64") == 0)
		add_site_packages(s, "/usr/local", py, &l, a);
	add_site_packages(s, prefix, py, &l, a);
	if (!walk_is_dir(w, shared))
		return;
	add(s, arena_fmt(a, "%s/local/lib/%s/dist-packages", prefix,
	                 l.stdlib_name));
	add(s, shared);
	add(s, arena_fmt(a, "%s/lib/%s/dist-packages", prefix, l.stdlib_name));
}

void
site_find_bundled(struct site *s, const struct python *py, struct arena *a)
{
	const char *prefix = strcmp(py->prefix, "/") == 0 ? "" : py->prefix;

	s->count = 0;
	if (py->implementation != PYTHON_PYPY)
		return;
	add(s, py->stdlib);
	add(s, arena_fmt(a, "%s/lib_pypy", prefix));
}
