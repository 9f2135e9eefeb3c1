#include "resolve/lock_location.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "format/pathname.h"
#include "format/pep440.h"
#include "resolve/link.h"
#include "resolve/lock.h"
#include "resolve/lock_table.h"
#include "wheel/name.h"

enum { MAX_SHOWN = 200 };

const char *
lock_path_file(const char *path)
{
	const char *file = path;

	for (const char *p = path; *p; p++) {
		if (*p == '/' || *p == '\\')
			file = p + 1;
	}
	return file;
}

/* Return what follows "SCHEME:"; URL itself if it has no scheme. */
static const char *
after_scheme(const char *url)
{
	const char *p = url;

	while (ascii_is_alnum(*p) || *p == '+' || *p == '-' || *p == '.')
		p++;
	return *p == ':' && p > url ? p + 1 : url;
}

/* Return the path in URL of *N bytes, without host, query and fragment. */
static const char *
url_path(const char *url, size_t *n)
{
	const char *path = after_scheme(url);

	if (path[0] == '/' && path[1] == '/') {
		path += 2;
		path += strcspn(path, "/?#");
	}
	*n = strcspn(path, "?#");
	return path;
}

char *
lock_url_file(const char *url, struct arena *a)
{
	size_t n, start;
	const char *path = url_path(url, &n);
	char *file;

	for (start = n; start > 0 && path[start - 1] != '/'; start--)
		;
	file = link_decode(path + start, n - start, a);
	return file && !strchr(file, '/') ? file : arena_str(a, "");
}

/* Return whether PATH starts with "X:" or two separators. */
static bool
is_windows_only(const char *path)
{
	return (ascii_lower(path[0]) >= 'a' && ascii_lower(path[0]) <= 'z' &&
	        path[1] == ':') || (path[0] == '\\' && path[1] == '\\');
}

char *
lock_path_resolve(const char *path, const char *dir, struct arena *a)
{
	char *copy;

	if (is_windows_only(path))
		return NULL;
	copy = arena_str(a, path);
	for (char *p = copy; *p; p++) {
		if (*p == '\\')
			*p = '/';
	}
	return pathname_join(a, dir, copy);
}

char *
lock_url_path(const char *url, struct arena *a)
{
	const char *host, *path;
	size_t n;

	if (!ascii_starts(url, "file:"))
		return NULL;
	host = url + strlen("file:");
	path = url_path(url, &n);
	if (n == 0 || *path != '/')
		return NULL;
	/* "file:///PATH", "file://localhost/PATH", "file:/PATH" */
	if (path != host && path != host + 2 &&
	    !ascii_same(host + 2, (size_t)(path - host) - 2, "localhost"))
		return NULL;
	return link_decode(path, n, a);
}

int
lock_check_wheel(const struct lock_table *t, const struct lock_package *p,
                 const char *file, struct arena *a)
{
	struct wheel_name name;

	if (wheel_name_parse(&name, file, a, t->diag) < 0) {
		diag_prefix(t->diag, -EINVAL, "'%.*s': ", MAX_SHOWN, file);
		return lock_table_prefix(t, NULL);
	}
	if (!wheel_name_same(name.project, strlen(name.project), p->project,
	                     strlen(p->project)))
		return lock_table_refuse(t, NULL, "'%.*s' is not a wheel of "
		                         "%.*s", MAX_SHOWN, file, MAX_SHOWN,
		                         p->project);
	if (p->version &&
	    pep440_compare(name.version, strlen(name.version), p->version,
	                   strlen(p->version)) != 0)
		return lock_table_refuse(t, NULL, "'%.*s' does not have the "
		                         "version %.*s", MAX_SHOWN, file,
		                         MAX_SHOWN, p->version);
	return 0;
}

int
lock_read_size(const struct lock_table *t, struct lock_wheel *w)
{
	const struct toml *node;
	int64_t size;

	if (lock_table_get(t, "size", TOML_INTEGER, &node) < 0)
		return -EINVAL;
	if (!node)
		return 0;
	if (!toml_integer(node, &size) || size < 0)
		return lock_table_refuse(t, "size", "%.*s is not the size of "
		                         "a file", MAX_SHOWN, node->text);
	w->sized = true;
	w->size = (uint64_t)size;
	return 0;
}

int
lock_make_wheels(struct lock_package *p, const struct lock_table *t,
                 const struct toml **first, struct arena *a)
{
	size_t count = 0;

	if (lock_table_get_list(t, "wheels", TOML_TABLE, first) < 0)
		return -EINVAL;
	for (const struct toml *w = *first; w; w = w->next)
		count++;
	p->wheels = arena_zero(a, count, sizeof(*p->wheels));
	return 0;
}
