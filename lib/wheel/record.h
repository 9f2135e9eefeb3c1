#pragma once
/*
 * record: RECORD of a wheel and of an installed distribution: CSV (RFC 4180)
 * with rows "path,hash,size" (PyPA specification "Recording installed
 * projects"; spec/wheels.md 7).
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct arena;
struct diag;

struct record_row {
	const char *path; /* NUL-ended, unquoted */
	const char *hash; /* "sha256=...", or "" */
	const char *size; /* decimal, or "" */
};

/*
 * Reads RECORD as its bytes come, row by row. A strict reader refuses whatever
 * Python's csv.reader and str.splitlines() might read in another way: what
 * line_flaw() names (so that a row is one line), a quote that is not closed or is
 * inside a field, and a row without exactly three fields (empty lines at the end do
 * not count). The other one reads what any installer may have left: as pip does, it
 * skips a byte order mark and empty lines, ends lines at a CR as well, takes missing
 * fields as empty and ignores those after the third. Paths are not checked.
 */
struct record_reader {
	bool strict;
	int (*row)(void *ctx, const struct record_row *row);
	void *ctx;
	const char *prefix; /* of messages */
	struct buf line; /* the beginning of a line that has not ended */
	size_t lines;    /* read so far */
	size_t empty;    /* the number of the first of the empty lines at the
	                    end so far; 0: there is none */
};

/* Longest line, in bytes; Python's csv module takes fields of twice as many. */
enum { RECORD_MAX_LINE = 64 * 1024 };

/* Let R call ROW with CTX for each row, whose fields last until it returns; a negative
 * result ends the reading. Memory for one line comes from A. */
void record_reader_init(struct record_reader *r, bool strict,
                        int (*row)(void *ctx, const struct record_row *row),
                        void *ctx, struct arena *a);

/* Read the next N bytes at P. Return 0, -EINVAL with a diag ("PREFIXline N: reason"), or the
 * result of ROW. */
int record_read(struct record_reader *r, const void *p, size_t n,
                struct diag *d);

/* Read the last line, which may have no end. */
int record_read_end(struct record_reader *r, struct diag *d);

/* Read the line of N bytes at S, without its end, in place. Return NULL, or why
 * it is no row. */
const char *record_parse_line(struct record_row *row, char *s, size_t n);

/* Append a row as Python's csv.writer does: "\r\n", quotes where needed. */
void record_put(struct buf *out, const struct record_row *row);

/* Set hash and size of ROW to those of the N bytes at TEXT, in A. */
void record_describe(struct record_row *row, const void *text, size_t n,
                     struct arena *a);
