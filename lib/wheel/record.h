#pragma once
/*
 * record: RECORD of a wheel and of an installed distribution: CSV (RFC 4180)
 * with rows "path,hash,size" (PyPA specification "Recording installed
 * projects"; spec/wheels.md 7).
 */
#include <stddef.h>

struct arena;
struct buf;
struct diag;

struct record_row {
	const char *path; /* NUL-ended, unquoted */
	const char *hash; /* "sha256=...", or "" */
	const char *size; /* decimal, or "" */
};

struct record {
	struct record_row *rows; /* in the order of the file */
	size_t count;
};

/*
 * Read the N bytes at TEXT, with rows in the arena. -EINVAL with a diag ("line
 * N: reason") for whatever Python's csv.reader and str.splitlines() might read
 * in another way: what line_flaw() names (so that a row is one line), a quote
 * that is not closed or is inside a field, and a row without exactly three
 * fields (empty lines at the end do not count). Paths are not checked.
 */
int record_parse(struct record *r, const char *text, size_t n,
                 struct arena *a, struct diag *d);

/* Read the RECORD of what another installer has installed: as pip does, skip a
 * byte order mark and empty lines, end lines at a CR as well, take missing
 * fields as empty and ignore those after the third. */
int record_parse_installed(struct record *r, const char *text, size_t n,
                           struct arena *a, struct diag *d);

/* Sort rows by path, then hash, then size, by code points (= bytes). */
void record_sort(struct record *r);

/* Append a row as Python's csv.writer does: "\r\n", quotes where needed. */
void record_put(struct buf *out, const struct record_row *row);

/* Set hash and size of ROW to those of the N bytes at TEXT, in A. */
void record_describe(struct record_row *row, const void *text, size_t n,
                     struct arena *a);
