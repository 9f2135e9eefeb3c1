#include "publish/change_order.h"

#include <stdlib.h>
#include <string.h>

/* A slash comes before every other byte, so that what is in a directory follows
 * it at once. */
static int
rank(char c)
{
	return c == '/' ? 1 : c ? (unsigned char)c + 1 : 0;
}

static int
compare_paths(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return rank(*a) - rank(*b);
}

static int
by_path(const void *pa, const void *pb)
{
	const struct change *a = pa, *b = pb;
	int order = compare_paths(a->path, b->path);

	return order ? order : (int)a->kind - (int)b->kind;
}

bool
change_is_below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return strncmp(path, dir, n) == 0 && path[n] == '/';
}

/* Return what follows site-packages in PATH; NULL: it is not in one. */
static const char *
after_site_packages(const char *path)
{
	static const char above[] = "site-packages/";
	const char *p = strstr(path, above);

	return p && (p == path || p[-1] == '/') ? p + sizeof(above) - 1 : NULL;
}

size_t
change_dist_info(const char *path)
{
	static const char suffix[] = ".dist-info";
	const char *rest = after_site_packages(path);
	const char *name = rest ? rest : path;
	size_t n = strcspn(name, "/");

	/* one that a project vendors deeper is a part of that project */
	if (n < sizeof(suffix) - 1 ||
	    strncmp(name + n - (sizeof(suffix) - 1), suffix,
	            sizeof(suffix) - 1) != 0)
		return 0;
	return (size_t)(name - path) + n;
}

bool
change_in_package(const char *path)
{
	return after_site_packages(path) && change_dist_info(path) == 0;
}

enum change_phase
change_phase(const char *path)
{
	if (strcmp(path, "pyvenv.cfg") == 0)
		return PHASE_CONFIG;
	return change_dist_info(path) > 0 ? PHASE_DIST_INFO : PHASE_FILES;
}

void
changes_sort(struct changes *c)
{
	struct change *l = c->list;
	bool keeps_file = false, keeps_dir = false;

	if (c->count > 0)
		qsort(l, c->count, sizeof(*l), by_path);
	for (size_t i = 0; i < c->count; i++) {
		bool same = i > 0 && strcmp(l[i - 1].path, l[i].path) == 0;

		keeps_dir = (same && keeps_dir) || l[i].kind == CHANGE_DIR;
		keeps_file = (same && keeps_file) || l[i].kind == CHANGE_PUT;
		l[i].done = (same && l[i - 1].kind == l[i].kind &&
		             l[i].kind != CHANGE_STAMP) ||
		            (l[i].kind == CHANGE_REMOVE && keeps_file) ||
		            (l[i].kind == CHANGE_PRUNE && keeps_dir);
	}
}

const struct change *
changes_find(const struct changes *c, enum change_kind kind, const char *path)
{
	const struct change key = { .path = path, .kind = kind };

	return bsearch(&key, c->list, c->count, sizeof(key), by_path);
}
