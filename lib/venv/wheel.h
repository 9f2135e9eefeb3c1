#pragma once
/*
 * wheel: one wheel, judged by all but the contents of its members (PyPA
 * specification "Binary distribution format"; spec/wheels.md 3).
 *
 * Diags say "FILE: MEMBER: reason" or "FILE: reason".
 */
#include <stdbool.h>
#include <stddef.h>

#include "format/entry_points.h"
#include "format/record.h"
#include "format/wheel_name.h"
#include "format/zip.h"

struct arena;
struct diag;
struct inflater;
struct python;
struct tags;

struct wheel {
	const char *file;      /* where it came from, for messages */
	struct zip zip;
	struct wheel_name name;
	const char *dist_info; /* "NAME-VERSION.dist-info/" */
	const char *data_dir;  /* "NAME-VERSION.data/" */
	struct record record;  /* sorted; only rows of members, each once */
	const struct record_row **rows; /* of each member, NULL: it has none */
	struct entry_points scripts;
	const char *requires_python; /* "" if it does not say */
	bool purelib;          /* Root-Is-Purelib */
	bool newer;            /* its Wheel-Version is 1.1 or later */
};

/*
 * Open the wheel of SIZE bytes at DATA, which must outlive W. FILE is its path;
 * NAMED says that its last part is a wheel's file name (else the name is put
 * together from what the wheel says of itself). -EINVAL if it is not a wheel
 * in order; -ENOMEM.
 */
int wheel_open(struct wheel *w, const char *file, bool named, const void *data,
               size_t size, struct inflater *in, struct arena *a,
               struct diag *d);

/* 0 if the Python that T describes can use W, else -EDOM; a warning where that
 * is not sure. */
int wheel_judge(const struct wheel *w, const struct tags *t,
                const struct python *py, struct diag *d);

/* Row of the member M, or NULL. */
const struct record_row *wheel_row(const struct wheel *w,
                                   const struct zip_member *m);
