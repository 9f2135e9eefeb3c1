#include "python/landmark.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "format/pathname.h"
#include "os/walk.h"
#include "python/names.h"
#include "python/path.h"
#include "python/python.h"

/* Set the identity of the regular file PATH: -ENOENT if it is none. */
static int
identify(const struct walk *w, const char *path, struct landmark *lm)
{
	struct stat st;
	int err = walk_stat(w, path, &st);

	if (err < 0 && !path_is_refusal(err))
		return err; /* it may well be there */
	if (err < 0 || !S_ISREG(st.st_mode))
		return -ENOENT;
	lm->dev = st.st_dev;
	lm->ino = st.st_ino;
	return 0;
}

/* Look for os.py, or for the os.pyc of a target without sources, in DIR. */
static int
look_in(const struct walk *w, struct arena *a, const char *dir,
        struct landmark *lm)
{
	struct stat st;
	/* nearly every directory on the way up ends here, after one call */
	int err = walk_stat(w, dir, &st);

	if (err < 0 && !path_is_refusal(err))
		return err;
	if (err < 0 || !S_ISDIR(st.st_mode))
		return -ENOENT;
	err = identify(w, arena_fmt(a, "%s/os.py", dir), lm);
	if (err == -ENOENT)
		err = identify(w, arena_fmt(a, "%s/os.pyc", dir), lm);
	if (err == 0)
		lm->stdlib = dir;
	return err;
}

/* Look for the standard library below PREFIX/LIB; as a zip only if ZIP. */
static int
look_below(const struct walk *w, struct arena *a, const char *prefix,
           const char *lib, const struct python *py, bool zip,
           struct landmark *lm)
{
	bool pypy = py->implementation == PYTHON_PYPY;
	const char *t = py->free_threaded ? "t" : "";
	const char *root = strcmp(prefix, "/") == 0 ? "" : prefix;
	int err;

	lm->prefix = prefix;
	lm->platlibdir = lib;
	/* the first step up is nearly always from a bin without any lib */
	if (strcmp(pathname_base(prefix), "bin") == 0 &&
	    !walk_is_dir(w, pathname_join(a, prefix, lib)))
		return -ENOENT;
	err = look_in(w, a, arena_fmt(a, "%s/%s/%s%d.%d%s", root, lib,
	                              pypy ? "pypy" : "python", py->major,
	                              py->minor, t), lm);
	if (err != -ENOENT || pypy || !zip)
		return err;
	lm->stdlib = arena_fmt(a, "%s/%s/python%d%d%s.zip", root, lib,
	                       py->major, py->minor, t);
	return identify(w, lm->stdlib, lm);
}

/* Look in PREFIX for a build with another --with-platlibdir: lib32, libx32, or
 * any name that starts so. */
static int
look_in_others(const struct walk *w, struct arena *a, const char *prefix,
               const struct python *py, struct landmark *lm)
{
	struct entries n;
	int err;

	/* a bin has programs only */
	if (strcmp(pathname_base(prefix), "bin") == 0)
		return -ENOENT;
	err = names_list(w, a, prefix, "lib", "", &n);
	if (err < 0)
		return path_is_refusal(err) ? -ENOENT : err;
	for (size_t i = 0; i < n.count; i++) {
		if (strcmp(n.names[i], "lib") == 0 ||
		    strcmp(n.names[i], "lib64") == 0 ||
		    strcmp(n.names[i], "libexec") == 0)
			continue;
		err = look_below(w, a, prefix, n.names[i], py, true, lm);
		if (err != -ENOENT)
			return err;
	}
	return -ENOENT;
}

int
landmark_in(const struct walk *w, struct arena *a, const char *prefix,
            const struct python *py, struct landmark *lm)
{
	struct landmark other;
	int err = look_below(w, a, prefix, "lib", py, true, lm);
	int err64;

	if (py->implementation == PYTHON_PYPY) {
		/* the layout of PyPy before 3.8 */
		if (err == -ENOENT)
			err = look_in(w, a, pathname_join(a, prefix,
			                              "lib-python/3"), lm);
		return err;
	}
	if (err != 0 && err != -ENOENT)
		return err;
	err64 = look_below(w, a, prefix, "lib64", py, err != 0, &other);
	if (err64 == -ENOENT && err == -ENOENT)
		return look_in_others(w, a, prefix, py, lm);
	if (err64 != 0)
		return err64 == -ENOENT ? err : err64;
	/* two different ones are a multilib system: each class has its own */
	if (err != 0 || (py->is_64bit && (other.dev != lm->dev ||
	                                  other.ino != lm->ino)))
		*lm = other;
	return 0;
}

int
landmark_search(const struct walk *w, struct arena *a, const char *dir,
                const struct python *py, struct landmark *lm,
                struct buf *looked)
{
	while (strcmp(dir, "/") != 0) {
		int err = landmark_in(w, a, dir, py, lm);

		if (err != -ENOENT)
			return err;
		if (looked) {
			if (looked->len)
				buf_puts(looked, ", ");
			buf_puts(looked, dir);
		}
		dir = pathname_dir(a, dir);
	}
	return -ENOENT;
}

char *
landmark_name(struct arena *a, const struct python *py)
{
	return arena_fmt(a, "lib/%s%d.%d%s/os.py",
	                 py->implementation == PYTHON_PYPY ? "pypy" : "python",
	                 py->major, py->minor, py->free_threaded ? "t" : "");
}
