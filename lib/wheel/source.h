#pragma once
/*
 * source: wheels read one at a time, so that many need no more memory
 * than the largest. The last one read stays, in case it is asked for again.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "format/digest.h"
#include "os/blob.h"
#include "wheel/files.h"
#include "wheel/wheel.h"

struct diag;
struct walk;

/* A wheel that is installed, and where it is. */
struct wheel_choice {
	const char *file;    /* absolute path; NULL: this program itself */
	const struct walk *walk; /* that leads to it */
	size_t offset, size; /* of the wheel in it; SIZE 0: all of it */
	struct blob_origin origin; /* of the file in which it was found */
	const char *project; /* normalised (PEP 503); NULL: not looked at yet */
	const char *version;
	const char *dist_info; /* its directory NAME-VERSION.dist-info */
	const char *why;     /* why this one, one phrase for -v */
	const struct digest_value *lock; /* that it was found to have; NULL:
	                                        none was asked for */
	struct wheel_files files; /* in the environment that it is for, */
	bool platlib;        /* which has a second site-packages */
	bool purelib;        /* where dist_info is; see struct wheel */
	bool direct;         /* it was given by its own path */
	bool seed;           /* nobody named it: a newer one may stay */
};

struct wheel_source {
	struct inflater *inflater;
	struct arena memory;   /* of the wheel that is open */
	struct blob blob;
	const char *loaded;    /* the file that BLOB has; NULL: none */
	struct wheel wheel;
	const void *data;      /* bytes of the choice that was loaded last, */
	size_t size;           /* 0: none */
	size_t offset;         /* in the file */
	bool summed[DIGEST_KINDS]; /* SUM has the digest of these bytes */
	unsigned char sum[DIGEST_KINDS][DIGEST_MAX];
	const char *file;      /* of the wheel that is open; NULL: none */
};

void wheel_source_init(struct wheel_source *s);

/* Read the bytes of C into s->data, without looking into them: 0 or a negative
 * errno with a diag. */
int wheel_source_load(struct wheel_source *s, const struct wheel_choice *c,
                      struct diag *d);

/* The digest of the bytes that are loaded, digest_size() bytes that belong to S:
 * computed when it is first asked for. */
const unsigned char *wheel_source_sum(struct wheel_source *s,
                                      enum digest_kind kind);

/*
 * Read and open C; what was open before goes: 0, s->wheel, and its memory, for
 * what belongs to it, or a negative errno with a diag. -EINVAL, too: C was
 * looked at before, and has changed.
 */
int wheel_source_open(struct wheel_source *s, const struct wheel_choice *c,
                      struct diag *d);

/*
 * Number and places of the wheels that are appended to the running program, the
 * last one first, into LIST (at most MAX); a negative errno. *DAMAGED is why
 * what is between the program and these is no wheel; NULL: nothing is there.
 */
int wheel_source_appended(struct wheel_source *s, struct wheel_choice *list,
                          size_t max, const char **damaged);

void wheel_source_close(struct wheel_source *s);
