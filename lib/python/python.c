#include "python/python.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "base/str.h"
#include "format/pathname.h"
#include "format/pep440.h"
#include "os/walk.h"
#include "python/request.h"
#include "python/winpath.h"

const char *
python_implementation_name(const struct python *py)
{
	return py->implementation == PYTHON_PYPY ? "pypy" : "cpython";
}

/* The last number of no release of Python is as high. */
enum { MAX_MICRO = 99 };

int
python_judge(const struct python *py, const char *specifiers, struct arena *a)
{
	int first = py->micro < 0 ? 0 : py->micro;
	int last = py->micro < 0 ? MAX_MICRO : py->micro;
	int accepted = 0;

	for (int micro = first; micro <= last; micro++) {
		const char *version = arena_fmt(a, "%d.%d.%d", py->major,
		                                py->minor, micro);
		int rc = pep440_fits(specifiers, strlen(specifiers), version,
		                     strlen(version));

		if (rc < 0)
			return rc;
		accepted += rc > 0;
	}
	return accepted == 0                    ? PYTHON_REFUSED
	       : accepted == last - first + 1 ? PYTHON_ACCEPTED
	                                        : PYTHON_IN_DOUBT;
}

static int
refuse(struct diag *d, const char *path, const char *because, const char *hint)
{
	diag_set(d, -EINVAL, "cannot use '%s' as the interpreter's path: %s",
	         path, because);
	diag_hint(d, "%s", hint);
	return -EINVAL;
}

/* Refuse a PATH whose name is that of another Python than PY. */
static int
check_name(const struct python *py, const char *path, struct arena *a,
           struct diag *d)
{
	struct request r;
	struct buf found;

	request_parse(pathname_base(path), &r);
	/* these have the plain name as well */
	r.free_threaded |= py->free_threaded;
	if (request_fits(&r, py))
		return 0;
	buf_init(&found, a);
	buf_puts(&found, "the Python found here is ");
	request_describe_found(py, &found);
	return refuse(d, path, buf_str(&found), "choose another one by -p");
}

/* The same for a Python of Windows. */
static int
retarget_windows(struct python *py, const char *path, struct arena *a,
                 struct diag *d)
{
	char *normal;
	const char *name;
	int err = winpath_normalize(path, "the interpreter's path", a, &normal,
	                            d);

	if (err < 0)
		return err;
	name = winpath_base(normal);
	if (!ascii_ends(name, strlen(name), ".exe"))
		return refuse(d, path, "it is not the path of a program",
		              "end it with the name of the program, such as "
		              "\\python.exe");
	py->executable = normal;
	py->home = winpath_dir(normal, a);
	return 0;
}

int
python_retarget(struct python *py, const char *path, struct arena *a,
                struct diag *d)
{
	size_t n = strlen(path);
	int err;

	if (py->windows)
		return retarget_windows(py, path, a, d);
	if (*path != '/')
		return refuse(d, path, "it is relative", "begin it with /");
	if (path[n - 1] == '/' || strcmp(pathname_base(path), "..") == 0 ||
	    strcmp(pathname_base(path), ".") == 0)
		return refuse(d, path, "that is a directory",
		              "add the name of the program");
	err = check_name(py, path, a, d);
	if (err < 0)
		return err;
	py->executable = pathname_absolute(a, "/", path);
	py->home = pathname_dir(a, py->executable);
	return 0;
}

int
python_settle(struct python *py, const char *path, const struct walk *w,
              const char *const *env, struct arena *a, struct diag *d)
{
	if (!path && py->windows)
		path = winpath_from_host(w, a, env, py->executable);
	if (path)
		return python_retarget(py, path, a, d);
	if (!py->windows)
		return 0;
	diag_set(d, -EINVAL, "cannot use '%s': its path on Windows is not known",
	         py->executable);
	/* which excludes --env-target */
	diag_hint(d, "%sgive it with --python-target, such as "
	          "'C:\\Python3%d\\python.exe', and that of the environment "
	          "with --env-target", w->rootfd >= 0 ? "without --root, " : "",
	          py->minor);
	return d->code;
}
