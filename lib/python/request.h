#pragma once
/*
 * request: a requested Python. The grammar accepts the forms that people type
 * for `virtualenv -p`, `uv venv --python` and `python_requires`.
 */
#include <stdbool.h>
#include <stddef.h>

#include "python/version.h"

struct arena;
struct buf;
struct python;

enum request_kind {
	REQUEST_ANY,     /* nothing asked: any Python 3 */
	REQUEST_VERSION, /* 3, 3.12, 3.12.1, 3.13t, 312, python3.12, pypy3.9 */
	REQUEST_RANGE,   /* >=3.11, ~=3.11, ==3.12.*, 3.x: the newest */
	REQUEST_PATH,    /* a file or a directory */
	REQUEST_NAME,    /* a program on PATH */
	REQUEST_FOREIGN, /* a name of uv for another system than Linux */
	REQUEST_UNCLEAR  /* like a version or a range, but it is neither */
};

enum { REQUEST_NAMES = 6, REQUEST_WILDCARD = 32, REQUEST_ARCH = 16 };

struct request {
	enum request_kind kind;
	const char *text;       /* as it was given */
	bool pypy;              /* PyPy is asked for */
	bool cpython;           /* CPython is asked for */
	bool free_threaded;
	struct version version; /* -1 for what is not asked */
	const char *range;      /* specifiers (PEP 440) inside TEXT, or NULL */
	char wildcard[REQUEST_WILDCARD]; /* the specifier of "3.x"; or "" */
	char arch[REQUEST_ARCH];         /* machine of a name of uv; or "" */
	const char *system; /* of a name of uv, if it is not Linux; or NULL */
};

/* List the forms of a request, for a hint. */
extern const char request_forms[];

/* Parse TEXT, which must outlive *R; NULL asks for nothing. */
void request_parse(const char *text, struct request *r);

/* Return the range that TEXT, such as ">=3.10 <3.13", becomes with commas
 * instead of blanks; NULL if that is no range. */
char *request_with_commas(const char *text, struct arena *a);

/* Return whether PY is what R asks for, whatever its name. */
bool request_fits(const struct request *r, const struct python *py);

/* Return whether R names no machine, or that of an ELF file with these facts. */
bool request_fits_machine(const struct request *r, unsigned elf, bool is_64bit,
                          bool big_endian);

/* Return whether a Python of version V may be what R asks for; parts that V does
 * not have may be anything. */
bool request_may_fit(const struct request *r, const struct version *v);

/* Return whether A answers a range better than B: CPython before PyPy, with a
 * GIL before without, a release before a pre-release, then the newer one. */
bool request_is_better(const struct python *a, const struct python *b);

/* Write the names under which a Python for R may be on PATH, best first, into
 * NAMES. Return their number. */
size_t request_names(const struct request *r, struct arena *a,
                     const char *names[REQUEST_NAMES]);

/* Append the request in words, such as "PyPy 3.9". */
void request_describe(const struct request *r, struct buf *out);

/* Append the version of R alone, such as "3.13t". */
void request_describe_version(const struct request *r, struct buf *out);

/* Append the version of PY, with "t" for a free-threaded one. */
void request_describe_found(const struct python *py, struct buf *out);
