#pragma once
/*
 * requirement_text: the bytes of a requirements file as logical lines, as pip
 * 26 makes them: lines that end in '\' are joined, then comments are cut off,
 * then ${NAME} is replaced (spec/locks.md 1.1 to 1.5).
 */
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

struct diag;

enum { REQUIREMENT_TEXT_MAX = 16 * 1024 * 1024 };

struct requirement_text {
	struct slice rest;       /* UTF-8, not read yet */
	size_t line;             /* where the last logical line starts, from 1; after
	                            an error: the line that is at fault */
	/* private */
	size_t number;           /* of physical lines read */
	size_t expansion;        /* bytes of values that were inserted */
	const char *const *env;
	struct buf joined, expanded;
	struct diag *diag;
};

/*
 * Read the N bytes at BYTES, which must outlive T: UTF-8, or UTF-16 with a byte
 * order mark. ENV has the variables for ${NAME}, NAME=VALUE strings ended by
 * NULL; NULL: none. A, the memory of the lines, must outlive T. Return 0, or
 * -EINVAL with a diag "REASON" if the encoding is another one or N is over
 * REQUIREMENT_TEXT_MAX.
 */
int requirement_text_open(struct requirement_text *t, const char *bytes, size_t n,
                          const char *const *env, struct arena *a,
                          struct diag *d);

/*
 * Set LINE, valid until the next call, to the next logical line that is not
 * empty. Return 1, 0 at the end, or -EINVAL with a diag "REASON" for bytes that
 * are not text: control characters but TAB, blanks that are not ASCII. The
 * values of variables may have REQUIREMENT_TEXT_MAX bytes together.
 */
int requirement_text_next(struct requirement_text *t, struct slice *line);

/* Return why the N bytes at S are not a line of a requirements file, or
 * NULL. */
const char *requirement_text_flaw(const char *s, size_t n);
