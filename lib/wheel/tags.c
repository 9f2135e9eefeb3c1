#include "wheel/tags.h"

#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "os/walk.h"
#include "python/names.h"
#include "python/platform.h"
#include "python/python.h"
#include "wheel/name.h"

/*
 * A rank is a class, in the order below, and in it the place of the platform:
 * PLATFORMS * class + place. In a class, each minor version has its own.
 */
enum {
	NATIVE,    /* cp313-cp313 */
	OTHER,     /* cp313d's cp313-cp313 */
	STABLE,    /* cp313-abi3 */
	NO_ABI,    /* cp313-none; then cp312-abi3 and down */
	VERSION = 127, /* cp313-none-any */
	PURE,      /* py313-none; then py3-none, py312-none and down */
	ANY = 256, /* added for the platform "any" */
	PLATFORMS = 256
};

/* Learn PyPy's ABI from the names of its modules:
 * "_x.pypy39-pp73-x86_64-linux-gnu.so". */
static char *
learn_pypy_abi(const struct python *py, const struct walk *w, struct arena *a)
{
	char *start = arena_fmt(a, ".pypy%d%d-", py->major, py->minor);
	struct entries n = { .count = 0 };

	(void)names_list(w, a, py->stdlib, "", ".so", &n);
	for (size_t i = 0; i < n.count; i++) {
		const char *p = strstr(n.names[i], start);
		size_t len = p ? strcspn(p + strlen(start), "-.") : 0;

		if (len > 0)
			return arena_fmt(a, "pypy%d%d_%.*s", py->major,
			                 py->minor, (int)len,
			                 p + strlen(start));
	}
	/* all releases since 2019 have this one */
	return arena_fmt(a, "pypy%d%d_pp73", py->major, py->minor);
}

void
tags_init(struct tags *t, const struct python *py, const struct walk *w,
          struct arena *a)
{
	const char *threads = py->free_threaded ? "t" : "";
	const char *malloc = py->minor < 8 ? "m" : "";

	t->python = py;
	t->other_abi = "";
	t->platform = arena_alloc(a, sizeof(*t->platform));
	if (py->implementation == PYTHON_PYPY)
		t->abi = learn_pypy_abi(py, w, a);
	else
		t->abi = arena_fmt(a, "cp3%d%s%s%s", py->minor, threads,
		                   py->debug ? "d" : "", malloc);
	if (py->implementation == PYTHON_CPYTHON && py->debug && !*malloc)
		t->other_abi = arena_fmt(a, "cp3%d%s", py->minor, threads);
	platform_init(t->platform, py, w, a);
}

static bool
is(struct slice tag, const char *s)
{
	return tag.n == strlen(s) && memcmp(tag.s, s, tag.n) == 0;
}

/* Return the 13 of "cp313" if START is "cp3"; -1 if TAG has another form. */
static int
minor_of(struct slice tag, const char *start)
{
	int minor = 0;

	if (tag.n < 4 || tag.n > 5 || memcmp(tag.s, start, 3) != 0 ||
	    (tag.n > 4 && tag.s[3] == '0'))
		return -1;
	for (size_t i = 3; i < tag.n; i++) {
		if (!ascii_is_digit(tag.s[i]))
			return -1;
		minor = minor * 10 + (tag.s[i] - '0');
	}
	return minor;
}

/* Return the class of a pure Python tag, -1 if VERSION is not compatible. */
static int
class_pure(const struct python *py, struct slice version)
{
	int minor = minor_of(version, "py3");

	if (is(version, "py3"))
		return PURE + 1;
	if (minor < 0 || minor > py->minor)
		return -1;
	return minor == py->minor ? PURE : PURE + 1 + py->minor - minor;
}

static int
class_pypy(const struct tags *t, struct slice version, struct slice abi, bool any)
{
	bool none = is(abi, "none");

	if (any)
		return none && is(version, "pp3") ? VERSION : -1;
	if (minor_of(version, "pp3") != t->python->minor)
		return -1;
	return is(abi, t->abi) ? NATIVE : none ? NO_ABI : -1;
}

static int
class_cpython(const struct tags *t, struct slice version, struct slice abi,
              bool any)
{
	const struct python *py = t->python;
	bool stable = is(abi, py->free_threaded ? "abi3t" : "abi3");
	int minor = minor_of(version, "cp3");

	if (minor == py->minor && is(abi, "none"))
		return any ? VERSION : NO_ABI;
	if (any || minor < 2 || minor > py->minor)
		return -1;
	if (minor < py->minor)
		return stable ? NO_ABI + py->minor - minor : -1;
	if (is(abi, t->abi))
		return NATIVE;
	if (is(abi, t->other_abi))
		return OTHER;
	return stable ? STABLE : -1;
}

/* Return the rank of one tag, -1 if it is not compatible. */
static int
rank(const struct tags *t, struct slice version, struct slice abi,
     struct slice platform, bool *doubt)
{
	bool any = is(platform, "any");
	int class = is(abi, "none") ? class_pure(t->python, version) : -1;
	int place;

	if (class < 0)
		class = t->python->implementation == PYTHON_PYPY
		                ? class_pypy(t, version, abi, any)
		                : class_cpython(t, version, abi, any);
	if (class < 0 || any)
		return class < 0 ? -1 : (ANY + class) * PLATFORMS;
	place = platform_rank(t->platform, platform.s, platform.n, doubt);
	return place < 0 ? -1 : class * PLATFORMS + place;
}

/* Take the first tag off SET. Return false if there is none. */
static bool
next(const char **set, struct slice *tag)
{
	tag->s = *set;
	tag->n = strcspn(*set, ".");
	*set += tag->n + ((*set)[tag->n] == '.');
	return tag->n > 0;
}

int
tags_rank(const struct tags *t, const struct wheel_name *w, bool *doubt)
{
	struct slice version, abi, on;
	int best = -1, doubtful = -1;

	for (const char *v = w->python; next(&v, &version);) {
		for (const char *a = w->abi; next(&a, &abi);) {
			for (const char *p = w->platform; next(&p, &on);) {
				bool in_doubt = false;
				int r = rank(t, version, abi, on, &in_doubt);
				int *of = in_doubt ? &doubtful : &best;

				if (r >= 0 && (*of < 0 || r < *of))
					*of = r;
			}
		}
	}
	*doubt = best < 0 && doubtful >= 0;
	return *doubt ? doubtful : best;
}

char *
tags_describe(const struct tags *t, struct arena *a)
{
	static const char *const libcs[] = { "linked statically", "glibc",
		                             "musl", "Android" };
	const struct python *py = t->python;
	const struct platform *p = t->platform;
	struct buf b;

	buf_init(&b, a);
	if (py->windows) {
		buf_fmt(&b, "CPython %d.%d%s%s on %s", py->major, py->minor,
		        py->free_threaded ? "t" : "", py->debug ? "d" : "",
		        platform_of_windows(py));
		return buf_str(&b);
	}
	platform_learn(t->platform);
	buf_fmt(&b, "%s %d.%d%s%s on %s %s",
	        py->implementation == PYTHON_PYPY ? "PyPy" : "CPython",
	        py->major, py->minor, py->free_threaded ? "t" : "",
	        py->debug ? "d" : "",
	        *p->arch ? p->arch : "a machine without wheels,",
	        libcs[p->libc]);
	if (p->libc != LIBC_NONE && p->minor >= 0)
		buf_fmt(&b, " %d.%d", p->major, p->minor);
	return buf_str(&b);
}
