/*
 * base_exe: the name of the interpreter that an environment records.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "format/pathname.h"
#include "os/walk.h"
#include "python/inspection.h"
#include "python/landmark.h"
#include "python/path.h"
#include "python/python.h"
#include "python/version.h"

static void
accept(struct inspection *in, const char *exe, const char *dir,
       const struct landmark *lm)
{
	struct python *py = in->py;

	py->executable = exe;
	py->home = dir;
	py->prefix = lm->prefix;
	py->platlibdir = lm->platlibdir;
	py->stdlib = lm->stdlib;
}

/* Try C and the links that it leads through. Return whether one was accepted.
 * REAL_DIR is the directory from which LM was found. */
static bool
try_chain(struct inspection *in, const char *c, const char *real_dir,
          const struct landmark *lm)
{
	const char *tried = "";
	unsigned links = 0;

	do {
		char *dir = pathname_dir(in->arena, c);
		struct landmark found;

		if (strcmp(dir, real_dir) == 0) {
			accept(in, c, dir, lm);
			return true;
		}
		if (strcmp(dir, tried) != 0 &&
		    landmark_search(in->walk, in->arena, dir, in->py, &found,
		                    NULL) == 0 &&
		    found.dev == lm->dev && found.ino == lm->ino) {
			accept(in, c, dir, &found);
			return true;
		}
		tried = dir;
	} while (path_follow(in->walk, in->arena, &c, &links) == 0);
	return false;
}

/* Find the link that Homebrew has for the release in PATH, and set *N to the
 * length of the part of PATH that it stands for. */
static bool
find_opt(struct inspection *in, const char *path, size_t *n, char **link)
{
	static const char cellar[] = "/Cellar/";
	const char *at = strstr(path, cellar);
	const char *name = at ? at + sizeof(cellar) - 1 : NULL;
	size_t name_n = name ? strcspn(name, "/") : 0;
	const char *version = name + name_n + 1;

	if (name_n == 0 || !name[name_n] || version[strcspn(version, "/")] == 0)
		return false;
	*n = (size_t)(version - path) + strcspn(version, "/");
	*link = arena_fmt(in->arena, "%.*s/opt/%.*s", (int)(at - path), path,
	                  (int)name_n, name);
	return walk_is_same(in->walk, *link, arena_dup(in->arena, path, *n));
}

/* Find the link of uv's in the same way: it is beside the release and has no
 * micro version. */
static bool
find_minor(struct inspection *in, const char *path, size_t *n, char **link)
{
	for (const char *p = path; (p = strchr(p, '/')) != NULL;) {
		const char *name = ++p, *v;
		size_t len = strcspn(name, "/"), used;
		struct version version;

		if (!str_starts(name, "cpython-") && !str_starts(name, "pypy-"))
			continue;
		v = name + strcspn(name, "-") + 1;
		used = version_parse(v, len - (size_t)(v - name), &version);
		if (version.micro < 0 || !strchr("-+", v[used]) || !name[len])
			continue;
		*n = (size_t)(name - path) + len;
		*link = arena_fmt(in->arena, "%.*s%d.%d%.*s", (int)(v - path),
		                  path, version.major, version.minor,
		                  (int)(len - (size_t)(v - name) - used),
		                  v + used);
		return walk_is_same(in->walk, *link,
		                    arena_dup(in->arena, path, *n));
	}
	return false;
}

/* Replace the first N bytes of *PATH by LINK if they are those of RELEASE. */
static void
replace(struct inspection *in, const char **path, const char *release, size_t n,
        const char *link)
{
	if (strncmp(*path, release, n) == 0 &&
	    ((*path)[n] == '/' || (*path)[n] == '\0'))
		*path = arena_fmt(in->arena, "%s%s", link, *path + n);
}

/*
 * Replace the release's directory in executable, home, prefix and stdlib of
 * in->py by the link to it, where that leads to the same place:
 * Cellar/python@3.12/3.12.1 by opt/python@3.12, and cpython-3.12.1-PLATFORM by
 * cpython-3.12-PLATFORM.
 */
static void
use_stable_names(struct inspection *in)
{
	struct python *py = in->py;
	const char *release = py->executable;
	char *link;
	size_t n;

	if (!find_opt(in, release, &n, &link) &&
	    !find_minor(in, release, &n, &link))
		return;
	replace(in, &py->executable, release, n, link);
	replace(in, &py->home, release, n, link);
	replace(in, &py->prefix, release, n, link);
	replace(in, &py->stdlib, release, n, link);
}

void
base_exe_choose(struct inspection *in, const char *exe, const char *program,
                const struct landmark *lm)
{
	char *real_dir = pathname_dir(in->arena, in->py->real);

	if (!try_chain(in, exe, real_dir, lm) &&
	    !(program && try_chain(in, program, real_dir, lm)))
		accept(in, in->py->real, real_dir, lm);
	use_stable_names(in);
}
