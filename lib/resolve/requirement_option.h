#pragma once
/*
 * requirement_option: the options on a line of a requirements file, split into
 * words as Python's shlex does and recognised as its optparse does
 * (spec/locks.md 1.6, 1.7).
 */
#include <stdbool.h>

#include "base/str.h"

struct arena;
struct diag;

enum requirement_option_kind {
	OPTION_REQUIREMENT,
	OPTION_CONSTRAINT,
	OPTION_EDITABLE,
	OPTION_FIND_LINKS,
	OPTION_INDEX_URL,
	OPTION_EXTRA_INDEX_URL,
	OPTION_NO_INDEX,
	OPTION_NO_BINARY,
	OPTION_ONLY_BINARY,
	OPTION_ALL_RELEASES,
	OPTION_ONLY_FINAL,
	OPTION_PRE,
	OPTION_REQUIRE_HASHES,
	OPTION_NO_REQUIRE_HASHES,
	OPTION_HASH,
	OPTION_NO_EFFECT
};

struct requirement_option {
	enum requirement_option_kind kind;
	const char *name;  /* "--find-links", also if it was written as -f */
	const char *value; /* NULL if the option takes none */
};

/* Split LINE, as pip does, into a requirement and its OPTIONS, which begin with
 * the first '-' that starts LINE or follows a space. Either may be empty. */
void requirement_line_split(struct slice line, struct slice *requirement,
                            struct slice *options);

/*
 * Take the next option from OPTIONS. What it points to is in A. Return 1, 0 at
 * the end, or -EINVAL with a diag "REASON": an unknown or ambiguous option, a
 * missing value, an open quote, or a word that is not an option, which pip
 * would ignore.
 */
int requirement_option_next(struct slice *options, struct requirement_option *o,
                            struct arena *a, struct diag *d);
