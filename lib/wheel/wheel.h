#pragma once
/*
 * wheel: one wheel, judged by all but the contents of its members (PyPA
 * specification "Binary distribution format"; spec/wheels.md 3).
 *
 * Diags are "FILE: MEMBER: reason" or "FILE: reason".
 */
#include <stdbool.h>
#include <stddef.h>

#include "format/digest.h"
#include "format/zip.h"
#include "wheel/metadata.h"
#include "wheel/name.h"
#include "wheel/rows.h"

struct arena;
struct diag;
struct inflater;
struct python;
struct source;
struct tags;

struct wheel {
	const char *file;      /* where it came from, for messages */
	struct zip zip;
	struct wheel_name name;
	const char *dist_info; /* "NAME-VERSION.dist-info/" */
	struct rows rows;      /* of RECORD, for each member */
	struct entry_points scripts;
	const char *requires_python; /* "" if it has none */
	bool purelib;          /* Root-Is-Purelib */
	bool newer;            /* its Wheel-Version is 1.1 or later */
	bool other_local;      /* only some of its parts have a local version */
	struct untidy {        /* faults that pip overlooks, counted */
		size_t unlisted; /* members that RECORD does not list */
		size_t unhashed; /* without a hash, or with a weak one */
		size_t misspelt; /* hashes that are not in unpadded base64url */
		size_t rooted;   /* rows that start with a slash */
		size_t twins; /* members that are there twice, with equal bytes */
	} untidy;
};

/*
 * Open the wheel of SIZE bytes at START of S, which must outlive W. FILE is its path;
 * if NAMED, its last part is a wheel's file name, else the name is made from
 * the wheel's own metadata. -EINVAL if the wheel is not valid; -EINTR.
 */
int wheel_open(struct wheel *w, const char *file, bool named, struct source *s,
               uint64_t start, uint64_t size, struct inflater *in,
               struct arena *a, struct diag *d);

/* Load the METADATA of W, *N bytes, into *TEXT in A. Return 0, or a negative errno with
 * a diag. */
int wheel_metadata(const struct wheel *w, struct inflater *in, struct arena *a,
                   char **text, size_t *n, struct diag *d);

/* Return whether PY, which T describes, can use W; if not, the diag says why.
 * Warn if that is not certain, and if W is untidy. */
bool wheel_judge(const struct wheel *w, const struct tags *t,
                 const struct python *py, struct diag *d);

/* Return whether DIR of N bytes, "NAME-VERSION" and SUFFIX, belongs to W
 * however it is spelt. *LOCAL is set if only one of the versions has a local
 * part. */
bool wheel_owns_directory(const struct wheel *w, const char *dir, size_t n,
                          const char *suffix, bool *local);

/* Set SUM to the SHA-256 digest of the member M of W, in the diag without its
 * file. */
int wheel_digest(const struct wheel *w, const struct zip_member *m,
                 struct inflater *in, unsigned char sum[DIGEST_MAX],
                 struct diag *d);
