#pragma once
/*
 * requirement_file: requirements files, with those that they name, as pip 26
 * reads them (pip's documentation, "Requirements File Format"; spec/locks.md 1).
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/strset.h"
#include "resolve/name_control.h"
#include "resolve/requirement.h"

struct ctx;

enum {
	REQUIREMENT_FILES_DEPTH = 100,
	REQUIREMENT_FILES_MAX = 10000,
	REQUIREMENT_FILES_BYTES = 64 * 1024 * 1024
};

struct requirement_list {
	struct requirement *list; /* in the order of the files */
	size_t count;
	size_t room;              /* private */
};

/* -f, or with INDEX -i or --extra-index-url of a file: URL or path */
struct requirement_place {
	const char *path; /* absolute; a directory or a wheel */
	bool index;
};

struct requirement_places {
	struct requirement_place *list;
	size_t count, room;
};

struct requirement_files {
	struct requirement_list wanted, constraints;
	struct requirement_place *places; /* -f first */
	size_t place_count;
	bool require_hashes;    /* asked for by --require-hashes */
	bool no_require_hashes; /* --no-require-hashes: a hash does not turn hash mode
	                           on; with --require-hashes it is an error */
	bool pre;               /* all_releases.all */
	struct name_list all_releases, only_final, no_binary, only_binary;
	/* private */
	struct name_control releases, formats;
	struct requirement_places links, indexes;
	bool no_index;
	struct strset read[2]; /* paths of the files read, as constraints or not */
	size_t files, bytes;
	bool placed;           /* the diag has a file and line */
};

/* Make F empty. */
void requirement_files_init(struct requirement_files *f);

/*
 * Read FILE (absolute, of the host; NAME is how the user wrote it) and the
 * files that it names into F; a CONSTRAINT file adds constraints, but one that
 * it names by -r adds requirements. A file that is named twice is read once.
 * Paths of requirements are relative to CWD, nested files and -f to the file.
 * ENV has the variables for ${NAME}. Everything is in X's arena. Return 0, or a
 * negative errno with a diag "NAME: line N: REASON", perhaps with a hint: what
 * pip refuses; what would be ignored in silence, such as a second -r in a line;
 * a hash that cannot fit; a cycle; more than the limits above and
 * REQUIREMENT_TEXT_MAX. -EINTR without a diag.
 */
int requirement_files_read(const struct ctx *x, struct requirement_files *f,
                           const char *name, const char *file, bool constraint,
                           const char *cwd, const char *const *env);

/* Parse the single requirement TEXT (of --install) into R: a line of a file
 * without comments, variables and options. SOURCE names it in the diag,
 * "SOURCE: REASON". */
int requirement_parse(const struct ctx *x, struct requirement *r, const char *text,
                      const char *source, const char *cwd);
