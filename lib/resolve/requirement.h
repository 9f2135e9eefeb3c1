#pragma once
/*
 * requirement: one requirement of a requirements file, as pip 26 reads it: a
 * dependency specifier (PEP 508), a path, or a URL (spec/locks.md 1.8 to 1.13).
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "format/digest.h"

struct arena;
struct diag;

struct requirement {
	const char *project;    /* normalised (PEP 503); NULL: of -e, or of a path or
	                           URL whose project is unknown */
	const char *const *extras; /* normalised, sorted, each once */
	size_t extra_count;
	const char *specifiers; /* "" for any version; a wheel without a name before
	                           it has the "==VERSION" of its file name */
	const char *location;   /* absolute path, or a URL that is not file: and has no
	                           fragment; NULL: none was given */
	const char *wheel;      /* file name of the wheel at LOCATION; NULL: no wheel */
	const char *marker;     /* its syntax is valid; NULL: none */
	const struct digest_value *hashes; /* one of them must fit */
	size_t hash_count;
	const struct digest_value *url_hash; /* of the URL's fragment; NULL */
	const char *unsupported; /* why it cannot be installed, if its marker holds or,
	                            for a constraint, its project is wanted; NULL */
	bool editable;          /* -e: LOCATION is a source directory */
	const char *file;       /* that it is in, as named, for messages */
	size_t line;            /* where it starts, from 1 */
};

enum requirement_place_kind { PLACE_NONE, PLACE_FILE, PLACE_DIRECTORY };

struct requirement_reader {
	struct arena *arena;   /* of the requirements */
	struct arena *scratch; /* may be freed after each requirement */
	struct diag *diag;
	const char *cwd;       /* absolute: where paths start */
	/* Returns what is at the absolute PATH, links followed. NULL: nothing is. */
	enum requirement_place_kind (*look)(const char *path);
};

/*
 * Read TEXT, a line without comments and options, into Q, which has its hashes
 * already; FILE and LINE stay. CONSTRAINT: it is one. Return 0, or -EINVAL with
 * a diag "REASON", and perhaps a hint, for what pip refuses, a name that is not
 * the wheel's, and for what is unsupported and has no marker (nor, as a
 * constraint, a project).
 */
int requirement_read(const struct requirement_reader *r, struct requirement *q,
                     struct slice text, bool constraint);

/* Read the value PATH of -e into Q in the same way. Refuse all but the path of
 * a directory without extras. */
int requirement_read_editable(const struct requirement_reader *r,
                              struct requirement *q, const char *path,
                              bool constraint);
