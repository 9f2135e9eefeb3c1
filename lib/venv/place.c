#include "venv/place.h"

#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "format/pathname.h"
#include "os/ctx.h"
#include "publish/work.h"
#include "python/python.h"
#include "python/winpath.h"
#include "venv/venv.h"

/* Return whether PATH, of N bytes, is searchable by every user on every
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
	return 0;
}

/* Refuse the path RECORDED if PATH, a list of directories, cannot hold it. */
static int
check_recorded(const char *recorded, char separator, struct diag *d)
{
	if (!strchr(recorded, separator))
		return 0;
	diag_set(d, -EINVAL, "cannot create '%s': PATH cannot hold a name with "
	         "'%c' in it", recorded, separator);
	diag_hint(d, "choose another name");
	return d->code;
}

/* Set *RECORDED to the environment's path on Windows. */
static int
record_windows(const struct ctx *x, const struct venv_options *o,
               const struct venv_host *h, const char *path,
               const char **recorded)
{
	struct diag *d = x->diag;
	char *normal;
	int err = 0;

	if (o->env_target)
		err = winpath_normalize(o->env_target, "--env-target", x->arena,
		                        &normal, d);
	else
		normal = winpath_from_host(x->walk, x->arena, h->env, path);
	if (err < 0)
		return err;
	if (!normal) {
		diag_set(d, -EINVAL, "cannot create '%s': its path on Windows is "
		         "not known", path);
		diag_hint(d, "%sgive it with --env-target, such as 'C:\\App\\env', "
		          "and that of the Python with --python-target",
		          x->walk->rootfd >= 0 ? "without --root, " : "");
		return d->code;
	}
	/* names that come from here, not from an option */
	err = winpath_normalize(normal, "the environment's path", x->arena,
	                        &normal, d);
	*recorded = normal;
	return err < 0 ? err : check_recorded(normal, ';', d);
}

int
place_record(const struct ctx *x, const struct venv_options *o,
             const struct venv_host *h, const struct python *py,
             const char *path, const char **recorded)
{
	if (py->windows)
		return record_windows(x, o, h, path, recorded);
	*recorded = path;
	if (o->env_target) {
		if (*o->env_target != '/') {
			diag_set(x->diag, -EINVAL, "cannot use '%s' as "
			         "--env-target: it is relative", o->env_target);
			diag_hint(x->diag, "begin it with /");
			return x->diag->code;
		}
		*recorded = pathname_absolute(x->arena, "/", o->env_target);
	}
	return check_recorded(*recorded, ':', x->diag);
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
