#pragma once
/*
 * wheel_source: wheels read one at a time, so that many need no more memory
 * than the largest. The last one read stays, in case it is asked for again.
 */
#include "base/arena.h"
#include "format/digest.h"
#include "os/blob.h"
#include "venv/wheel.h"
#include "venv/wheel_files.h"

struct diag;
struct layout;
struct wheel_choice;

struct wheel_source {
	struct inflater *inflater;
	struct arena memory;   /* of the wheel that is open */
	struct blob blob;
	const char *loaded;    /* the file that BLOB has; NULL: none */
	struct wheel wheel;
	struct wheel_files files; /* where its members go; no list: not asked */
	bool platlib;             /* they may go to a second site-packages */
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

/* List where the members of the wheel that is open go, in s->files: see
 * wheel_files_list(). L is the same for all, but for its platlib. */
int wheel_source_list(struct wheel_source *s, const struct layout *l,
                      struct diag *d);

/*
 * Number and places of the wheels that are appended to the running program, the
 * last one first, into LIST (at most MAX); a negative errno. *DAMAGED is why
 * what is between the program and these is no wheel; NULL: nothing is there.
 */
int wheel_source_appended(struct wheel_source *s, struct wheel_choice *list,
                          size_t max, const char **damaged);

void wheel_source_close(struct wheel_source *s);
