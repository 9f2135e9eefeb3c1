#include "python/request.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "python/python.h"

/* "312" and "39": one digit for X, the rest for Y. */
static size_t
parse_compact(const char *s, struct version *v)
{
	size_t n = strspn(s, "0123456789");
	size_t rest;

	if (n < 2 || n > 3 || s[n] == '.' || s[0] != '3')
		return 0;
	rest = version_parse(s + 1, n - 1, v);
	v->minor = v->major;
	v->major = 3;
	return rest + 1;
}

/* [VERSION][t] at S up to its end. */
static bool
parse_version(const char *s, struct request *r)
{
	size_t n = parse_compact(s, &r->version);

	if (n == 0)
		n = version_parse(s, strlen(s), &r->version);
	if (n > 0 && s[n] == 't') {
		r->free_threaded = true;
		n++;
	}
	return s[n] == '\0';
}

void
request_parse(const char *text, struct request *r)
{
	const char *p = text;

	memset(r, 0, sizeof(*r));
	r->text = text;
	r->version = (struct version){ 3, -1, -1, 'f', 0 };
	if (!text)
		return;
	if (strchr(text, '/') || strcmp(text, ".") == 0 ||
	    strcmp(text, "..") == 0) {
		r->kind = REQUEST_PATH;
		return;
	}
	if (strncmp(p, "pypy", 4) == 0) {
		r->pypy = true;
		p += 4;
	} else if (strncmp(p, "cpython", 7) == 0) {
		r->cpython = true;
		p += 7;
	} else if (strncmp(p, "python", 6) == 0) {
		p += 6;
	}
	if ((*p || r->pypy || r->cpython) && parse_version(p, r)) {
		if (r->version.major < 0)
			r->version.major = 3;
		r->kind = REQUEST_VERSION;
	} else {
		r->kind = REQUEST_NAME;
		r->version = (struct version){ 3, -1, -1, 'f', 0 };
		r->free_threaded = false;
	}
}

bool
request_fits(const struct request *r, const struct python *py)
{
	const struct version *v = &r->version;

	if (r->kind != REQUEST_VERSION)
		return true;
	if ((r->pypy && py->implementation != PYTHON_PYPY) ||
	    (r->cpython && py->implementation != PYTHON_CPYTHON))
		return false;
	if (v->major != py->major || (v->minor >= 0 && v->minor != py->minor) ||
	    (v->micro >= 0 && v->micro != py->micro))
		return false;
	/* 3.13.0 is what was released: rc1 is not yet that */
	if (v->micro >= 0 && (v->level != py->level ||
	                      v->serial != py->serial))
		return false;
	/* python3 may be either; who names a minor version means one */
	return r->free_threaded ? py->free_threaded
	                        : !py->free_threaded || v->minor < 0;
}

size_t
request_names(const struct request *r, struct arena *a,
              const char *names[REQUEST_NAMES])
{
	const struct version *v = &r->version;
	const char *stem = r->pypy ? "pypy" : "python";
	size_t n = 0;

	if (r->kind == REQUEST_NAME) {
		names[0] = r->text;
		return 1;
	}
	if (v->minor >= 0 && r->free_threaded)
		names[n++] = arena_fmt(a, "%s%d.%dt", stem, v->major, v->minor);
	if (v->minor >= 0)
		names[n++] = arena_fmt(a, "%s%d.%d", stem, v->major, v->minor);
	names[n++] = arena_fmt(a, "%s%d", stem, v->major);
	if (r->pypy)
		names[n++] = "pypy";
	else
		names[n++] = "python";
	for (size_t i = 0; i < n; i++) {
		if (!names[i])
			return 0;
	}
	return n;
}

static void
put_version(struct buf *out, const struct version *v, bool free_threaded)
{
	buf_fmt(out, "%d", v->major);
	if (v->minor >= 0)
		buf_fmt(out, ".%d", v->minor);
	if (v->micro >= 0)
		buf_fmt(out, ".%d", v->micro);
	if (v->micro >= 0 && v->level != 'f')
		buf_fmt(out, "%s%c%d", v->level == 'c' ? "r" : "", v->level,
		        v->serial);
	if (free_threaded)
		buf_putc(out, 't');
}

void
request_describe(const struct request *r, struct buf *out)
{
	if (r->kind == REQUEST_NAME) {
		buf_fmt(out, "Python called %s", r->text);
		return;
	}
	buf_puts(out, r->pypy ? "PyPy " : r->cpython ? "CPython " : "Python ");
	put_version(out, &r->version, r->free_threaded);
}

void
request_describe_found(const struct python *py, struct buf *out)
{
	struct version v = { py->major, py->minor, py->micro, py->level,
		             py->serial };

	if (py->implementation == PYTHON_PYPY)
		buf_puts(out, "PyPy ");
	put_version(out, &v, py->free_threaded);
}
