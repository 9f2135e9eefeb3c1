#pragma once
/*
 * request: which Python somebody asks for. The grammar is that of
 * `virtualenv -p` and `uv venv --python` where the two agree.
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
	REQUEST_PATH,    /* a file or a directory */
	REQUEST_NAME     /* a program on PATH */
};

enum { REQUEST_NAMES = 5 };

struct request {
	enum request_kind kind;
	const char *text;       /* as it was given */
	bool pypy;              /* PyPy is asked for */
	bool cpython;           /* CPython is asked for */
	bool free_threaded;
	struct version version; /* -1 for what is not asked */
};

/* Understand TEXT, which must outlive *R; NULL asks for nothing. */
void request_parse(const char *text, struct request *r);

/* True if PY is what R asks for, whatever its name. */
bool request_fits(const struct request *r, const struct python *py);

/* The names under which a Python for R may be on PATH, best first, into NAMES:
 * their number; 0 if memory is out. */
size_t request_names(const struct request *r, struct arena *a,
                     const char *names[REQUEST_NAMES]);

/* Append what is asked for in words, such as "PyPy 3.9". */
void request_describe(const struct request *r, struct buf *out);

/* Append the version of PY, with "t" for a free-threaded one. */
void request_describe_found(const struct python *py, struct buf *out);
