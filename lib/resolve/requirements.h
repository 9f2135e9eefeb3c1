#pragma once
/*
 * requirements: the hashes that a requirements file of pip allows
 * ("name==1.2 --hash=sha256:HEX ...", lines continued by a backslash), as
 * pip-compile and uv write them.
 */
#include <stdbool.h>
#include <stddef.h>

#include "format/digest.h"

struct arena;
struct diag;
struct marker_facts;

struct requirement {
	const char *name;    /* normalised (PEP 503) */
	const char *version; /* as pinned by == or === */
	bool exact;          /* by ===: the text counts */
	const struct digest_value *hashes;
	size_t hash_count;   /* at least one */
	const char *marker;  /* its syntax is valid; NULL: none */
	size_t line;         /* where it starts, from 1 */
};

struct requirements {
	struct requirement *list;
	size_t count;
};

/*
 * Read the N bytes at TEXT. Ignore comments, empty lines, extras and options
 * that tell pip where to look. -EINVAL with a diag ("line N: reason") for what
 * pip --require-hashes refuses (a requirement that is not pinned or has no
 * hash, a weak hash, an invalid marker) and for what needs more than this file:
 * "-r", "-c", "-e", --no-binary, URLs, paths and unknown options.
 */
int requirements_parse(struct requirements *r, const char *text, size_t n,
                       struct arena *a, struct diag *d);

/*
 * Keep those requirements whose markers hold with FACTS, at most one for each
 * project, in the order of names. -EINVAL with a diag ("line N: reason") if a
 * marker depends on an unknown fact, or if a project is left with two versions
 * or with two lines that have no hash in common.
 */
int requirements_select(struct requirements *r,
                        const struct marker_facts *facts, struct arena *a,
                        struct diag *d);

/* Return whether R allows VERSION, whose local part counts only if R has one. */
bool requirement_accepts(const struct requirement *r, const char *version);

/*
 * Return the first requirement for the project NAME (normalised) after AFTER
 * (NULL: of all); NULL if there is none. There are several if their markers
 * differ.
 */
const struct requirement *requirements_find(const struct requirements *r,
                                            const char *name,
                                            const struct requirement *after);
