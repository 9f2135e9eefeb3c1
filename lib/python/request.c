#include "python/request.h"

#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "format/pep440.h"
#include "python/machine.h"
#include "python/python.h"

const char request_forms[] =
	"a version (3, 3.12, 3.12.1, 3.13t, 312), a range (>=3.11, "
	">=3.10,<3.13, ~=3.11, ==3.12.*, 3.x), an implementation (python3.12, "
	"cpython@3.12, pypy3.11), a program on PATH, or a path (./NAME, /DIR)";

/* Parse "312", "39" and "27": one digit for X, the rest for Y. */
static size_t
parse_compact(const char *s, struct version *v)
{
	size_t n = strspn(s, "0123456789");
	size_t rest;

	if (n < 2 || n > 3 || s[n] == '.' ||
	    (s[0] != '3' && (s[0] != '2' || n > 2)))
		return 0;
	rest = version_parse(s + 1, n - 1, v);
	v->minor = v->major;
	v->major = s[0] - '0';
	return rest + 1;
}

/* Parse [VERSION][t] at S. Return its end. */
static const char *
parse_version(const char *s, struct request *r)
{
	static const char word[] = "+freethreaded";
	size_t n = parse_compact(s, &r->version);

	if (n == 0)
		n = version_parse(s, strlen(s), &r->version);
	s += n;
	if (n > 0 && ascii_lower(*s) == 't') {
		r->free_threaded = true;
		s++;
	} else if (n > 0 && str_starts(s, word)) {
		r->free_threaded = true;
		s += sizeof(word) - 1;
	}
	return s;
}

/* Parse "3.x", "3.*", "3.12.x" at S: a range in another form. */
static bool
parse_wildcard(const char *s, struct request *r)
{
	size_t n = strlen(s);

	if (n < 3 || n > 12 || s[n - 2] != '.' || !strchr("xX*", s[n - 1]) ||
	    strspn(s, "0123456789.") != n - 1)
		return false;
	memcpy(r->wildcard, "==", 2);
	memcpy(r->wildcard + 2, s, n - 1);
	memcpy(r->wildcard + n + 1, "*", 2);
	r->range = NULL;
	return pep440_fits(r->wildcard, n + 2, "3.0", 3) >= 0;
}

/* Parse "-linux-x86_64-gnu" at S, the end of a name of uv. */
static bool
parse_platform(const char *s, struct request *r)
{
	static const struct {
		const char *name, *system;
	} systems[] = {
		{ "-linux-", NULL }, { "-macos-", "macOS" },
		{ "-darwin-", "macOS" }, { "-windows-", "Windows" },
		{ "-freebsd-", "FreeBSD" }, { "-emscripten-", "Emscripten" },
	};
	const size_t count = sizeof(systems) / sizeof(systems[0]);
	size_t i = 0, n;

	while (i < count && !str_starts(s, systems[i].name))
		i++;
	if (i == count)
		return false;
	s += strlen(systems[i].name);
	n = strcspn(s, "-");
	if (n == 0 || n >= sizeof(r->arch))
		return false;
	memcpy(r->arch, s, n);
	r->system = systems[i].system;
	return true;
}

/* Skip the name of an implementation, and the '@' or '-' after it. */
static const char *
parse_implementation(const char *p, struct request *r)
{
	static const struct {
		const char *name;
		bool cpython, pypy;
	} stems[] = {
		{ "pypy", false, true }, { "cpython", true, false },
		{ "python", false, false }, { "py", false, false },
		{ "cp", true, false }, { "v", false, false },
	};

	for (size_t i = 0; i < sizeof(stems) / sizeof(stems[0]); i++) {
		size_t n = strlen(stems[i].name);

		/* the short ones only before a number */
		if (!ascii_same(p, strnlen(p, n), stems[i].name) ||
		    (n <= 2 && !ascii_is_digit(p[n])))
			continue;
		r->cpython = stems[i].cpython;
		r->pypy = stems[i].pypy;
		p += n;
		if (n > 2 && (*p == '@' || (*p == '-' &&
		                            ascii_is_digit(p[1]))))
			p++;
		break;
	}
	return p;
}

/* Parse the text after the implementation. Return whether it is a request. */
static bool
parse_rest(const char *p, struct request *r)
{
	bool named = r->cpython || r->pypy;
	const char *end;

	p += strspn(p, " ");
	if (*p && strchr("<>=!~", *p)) {
		r->kind = REQUEST_RANGE;
		r->range = p;
		return pep440_fits(p, strlen(p), "3.0", 3) >= 0;
	}
	if (parse_wildcard(p, r)) {
		r->kind = REQUEST_RANGE;
		return true;
	}
	r->kind = REQUEST_VERSION;
	end = parse_version(p, r);
	if (r->version.major < 0)
		r->version.major = 3;
	if (*end && (end == p || !named || !parse_platform(end, r)))
		return false;
	if (r->system)
		r->kind = REQUEST_FOREIGN;
	return *p || named;
}

/* Return whether nobody would call a program so. */
static bool
is_unclear(const char *text)
{
	return strpbrk(text, "<>=~!@*, ") || ascii_is_digit(*text);
}

void
request_parse(const char *text, struct request *r)
{
	const char *p;

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
	p = parse_implementation(text, r);
	if (parse_rest(p, r))
		return;
	memset(r, 0, sizeof(*r));
	r->text = text;
	r->version = (struct version){ 3, -1, -1, 'f', 0 };
	r->kind = is_unclear(text) ? REQUEST_UNCLEAR : REQUEST_NAME;
}

char *
request_with_commas(const char *text, struct arena *a)
{
	char *copy = arena_str(a, text), *to = copy;
	struct request r;

	for (const char *p = text; *p; p += *p != '\0') {
		size_t n = strspn(p, " ");

		/* a blank between two specifiers, not one within */
		if (n > 0 && p[n] && strchr("<>=!~", p[n]) && to > copy &&
		    (ascii_is_digit(to[-1]) || to[-1] == '*')) {
			*to++ = ',';
			p += n;
		}
		*to++ = *p;
	}
	*to = '\0';
	request_parse(copy, &r);
	return r.kind == REQUEST_RANGE ? copy : NULL;
}

static const char *
range_of(const struct request *r)
{
	return r->range ? r->range : r->wildcard;
}

/* Write N >= 0 at P; returns the end. */
static char *
put_number(char *p, int n)
{
	if (n >= 10)
		p = put_number(p, n / 10);
	*p++ = (char)('0' + n % 10);
	return p;
}

/* Return whether X.Y.MICRO, with the level of V, is in the range. */
static bool
is_in_range(const struct request *r, const struct version *v, int micro)
{
	const char *range = range_of(r);
	char text[64], *p = put_number(text, v->major);

	*p++ = '.';
	p = put_number(p, v->minor);
	*p++ = '.';
	p = put_number(p, micro);
	if (v->level != 'f') {
		*p++ = v->level;
		p = put_number(p, v->serial);
	}
	return pep440_fits(range, strlen(range), text,
	                   (size_t)(p - text)) == 1;
}

static struct version
version_of(const struct python *py)
{
	return (struct version){ py->major, py->minor, py->micro, py->level,
		                 py->serial };
}

/* Return whether every release that PY may be is in the range. */
static bool
fits_range(const struct request *r, const struct python *py)
{
	struct version v = version_of(py);

	if (v.micro >= 0)
		return is_in_range(r, &v, v.micro);
	return is_in_range(r, &v, 0) && is_in_range(r, &v, 99);
}

bool
request_fits_machine(const struct request *r, unsigned elf, bool is_64bit,
                     bool big_endian)
{
	const struct machine *m;
	size_t n = strlen(r->arch);

	if (n == 0)
		return true;
	m = machine_find(elf, is_64bit, big_endian);
	/* uv has "powerpc64le", as in the names of Debian's directories */
	return m && (strcmp(m->name, r->arch) == 0 ||
	             (strncmp(m->multiarch, r->arch, n) == 0 &&
	              m->multiarch[n] == '-') ||
	             (str_starts(r->arch, "armv") && str_starts(m->name, "arm")));
}

bool
request_fits(const struct request *r, const struct python *py)
{
	const struct version *v = &r->version;

	if (r->kind != REQUEST_VERSION && r->kind != REQUEST_RANGE)
		return true;
	if ((r->pypy && py->implementation != PYTHON_PYPY) ||
	    (r->cpython && py->implementation != PYTHON_CPYTHON) ||
	    !request_fits_machine(r, (unsigned)py->machine, py->is_64bit,
	                          py->big_endian))
		return false;
	if (r->kind == REQUEST_RANGE)
		return fits_range(r, py);
	if (v->major != py->major || (v->minor >= 0 && v->minor != py->minor) ||
	    (v->micro >= 0 && v->micro != py->micro))
		return false;
	/* 3.13.0 means the release: rc1 is none */
	if (v->micro >= 0 && (v->level != py->level ||
	                      v->serial != py->serial))
		return false;
	/* python3 may be either; with a minor version it is one of them */
	return r->free_threaded ? py->free_threaded
	                        : !py->free_threaded || v->minor < 0;
}

bool
request_may_fit(const struct request *r, const struct version *v)
{
	if (v->major != r->version.major)
		return false;
	if (r->kind == REQUEST_RANGE)
		return v->minor < 0 || v->micro < 0 ||
		       is_in_range(r, v, v->micro);
	return (r->version.minor < 0 || v->minor < 0 ||
	        v->minor == r->version.minor) &&
	       (r->version.micro < 0 || v->micro < 0 ||
	        v->micro == r->version.micro);
}

bool
request_is_better(const struct python *a, const struct python *b)
{
	struct version va = version_of(a), vb = version_of(b);

	if (a->implementation != b->implementation)
		return a->implementation == PYTHON_CPYTHON;
	if (a->free_threaded != b->free_threaded)
		return b->free_threaded;
	if ((va.level == 'f') != (vb.level == 'f'))
		return va.level == 'f';
	return version_compare(&va, &vb) > 0;
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
	names[n++] = stem;
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
	if (r->kind == REQUEST_NAME || r->kind == REQUEST_UNCLEAR) {
		buf_fmt(out, "Python called %s", r->text);
		return;
	}
	if (r->kind == REQUEST_RANGE) {
		buf_fmt(out, "%s %s", r->pypy ? "PyPy" : r->cpython
		        ? "CPython" : "Python", range_of(r));
		return;
	}
	buf_puts(out, r->pypy ? "PyPy " : r->cpython ? "CPython " : "Python ");
	put_version(out, &r->version, r->free_threaded);
	if (r->arch[0])
		buf_fmt(out, " for %s%s%s", r->system ? r->system : "",
		        r->system ? " on " : "", r->arch);
}

void
request_describe_version(const struct request *r, struct buf *out)
{
	put_version(out, &r->version, r->free_threaded);
}

void
request_describe_found(const struct python *py, struct buf *out)
{
	struct version v = version_of(py);

	if (py->implementation == PYTHON_PYPY)
		buf_puts(out, "PyPy ");
	put_version(out, &v, py->free_threaded);
}
