#include "venv/place.h"

#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "format/pathname.h"
#include "os/ctx.h"
#include "publish/work.h"
#include "python/python.h"

/* Return true if PATH, of N bytes, is searchable by every user on every
 * system, so that it need not be examined. */
static bool
is_common(const char *path, size_t n)
{
	static const char *const common[] = { "/usr", "/usr/bin", "/usr/lib" };

	for (size_t i = 0; i < sizeof(common) / sizeof(*common); i++) {
		if (strlen(common[i]) == n && memcmp(common[i], path, n) == 0)
			return true;
	}
	return false;
}

/* Return the first directory above PATH that other users than its owner cannot
 * search; NULL if there is none. */
static const char *
closed_above(const struct ctx *x, const char *path)
{
	if (!path || *path != '/')
		return NULL;
	for (const char *p = path + 1; (p = strchr(p, '/')); p++) {
		size_t n = (size_t)(p - path);
		struct stat st;
		const char *dir;

		if (is_common(path, n))
			continue;
		dir = arena_dup(x->arena, path, n);
		if (walk_stat(x->walk, dir, &st) < 0)
			return NULL;
		if (!(st.st_mode & 0001))
			return dir;
	}
	return NULL;
}

void
place_warn(const struct ctx *x, const struct python *py, const char *env_dir)
{
	const char *paths[] = { py->executable, py->real, py->stdlib };
	const char *closed = NULL, *below = NULL;

	if (walk_is_noexec(x->walk, env_dir))
		diag_warn(x->diag, "'%s' is on a file system that is mounted noexec: "
		          "scripts and extension modules in it cannot be "
		          "executed", env_dir);
	for (size_t i = 0; !closed && i < sizeof(paths) / sizeof(*paths); i++) {
		below = paths[i];
		closed = closed_above(x, below);
	}
	if (closed && !closed_above(x, env_dir))
		diag_warn(x->diag, "other users cannot run this environment's Python: "
		          "'%s' is below '%s', which they cannot search",
		          below, closed);
}

int
place_check_name(const char *env_dir, const char *path, struct diag *d)
{
	if (!*env_dir)
		return diag_set(d, -EINVAL, "cannot create '': the name is "
		                "empty");
	if (str_starts(pathname_base(path), work_prefix))
		return diag_set(d, -EINVAL, "cannot create '%s': names that "
		                "start with '%s' are for work directories",
		                path, work_prefix);
	if (strchr(path, ':')) {
		diag_set(d, -EINVAL, "cannot create '%s': PATH cannot hold a "
		         "name with ':' in it", path);
		diag_hint(d, "choose another name");
		return -EINVAL;
	}
	return 0;
}

bool
place_holds(const struct ctx *x, const char *dir, const char *path)
{
	char *real;

	return path && *path == '/' &&
	       (pathname_holds(dir, path) ||
	        (walk_resolve(x->walk, x->arena, path, &real) == 0 &&
	         pathname_holds(dir, real)));
}

const char *
place_fault(const struct ctx *x, const char *dir, const struct python *py)
{
	if (dir[strspn(dir, "/")] == '\0')
		return "the root directory";
	if (place_holds(x, dir, py->executable) ||
	    place_holds(x, dir, py->real) || place_holds(x, dir, py->stdlib))
		return "where the base Python is installed";
	return NULL;
}
