#include "python/landmark.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "format/pathname.h"
#include "os/walk.h"
#include "python/python.h"

/* The identity of the regular file PATH: -ENOENT if it is none. */
static int
identify(const struct walk *w, const char *path, struct landmark *lm)
{
	struct stat st;

	if (!path)
		return -ENOMEM;
	if (walk_stat(w, path, &st) < 0 || !S_ISREG(st.st_mode))
		return -ENOENT;
	lm->dev = st.st_dev;
	lm->ino = st.st_ino;
	return 0;
}

/* os.py, or what a target without sources has of it, in directory DIR. */
static int
look_in(const struct walk *w, struct arena *a, const char *dir,
        struct landmark *lm)
{
	int err;

	if (!dir)
		return -ENOMEM;
	/* nearly every directory on the way up ends here, after one call */
	if (!walk_is_dir(w, dir))
		return -ENOENT;
	err = identify(w, arena_fmt(a, "%s/os.py", dir), lm);
	if (err == -ENOENT)
		err = identify(w, arena_fmt(a, "%s/os.pyc", dir), lm);
	if (err == 0)
		lm->stdlib = dir;
	return err;
}

/* The standard library below PREFIX/LIB; as a zip only if ZIP. */
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
	if (strcmp(pathname_base(prefix), "bin") == 0) {
		char *dir = pathname_join(a, prefix, lib);

		if (!dir || !walk_is_dir(w, dir))
			return dir ? -ENOENT : -ENOMEM;
	}
	err = look_in(w, a, arena_fmt(a, "%s/%s/%s%d.%d%s", root, lib,
	                              pypy ? "pypy" : "python", py->major,
	                              py->minor, t), lm);
	if (err != -ENOENT || pypy || !zip)
		return err;
	lm->stdlib = arena_fmt(a, "%s/%s/python%d%d%s.zip", root, lib,
	                       py->major, py->minor, t);
	return identify(w, lm->stdlib, lm);
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
		if (!dir)
			return -ENOMEM;
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
