#pragma once
/*
 * source: wheels opened one at a time, and never read into memory as a whole. The
 * last one stays open, in case it is asked for again. What was verified of a wheel
 * can be kept: then it is opened again without reading it.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "format/digest.h"
#include "os/file.h"
#include "wheel/files.h"
#include "wheel/wheel.h"

struct diag;
struct walk;

/* A wheel that is installed, and where it is. */
struct wheel_choice {
	const char *file;    /* absolute path; NULL: this program itself */
	const struct walk *walk; /* that leads to it */
	uint64_t offset, size; /* of the wheel in it; SIZE 0: all of it */
	struct file_origin origin; /* of the file in which it was found */
	const struct wheel *wheel; /* as it was read; NULL: not yet */
	const char *project; /* normalised (PEP 503) */
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
	bool digested;       /* SHA256 is known */
	unsigned char sha256[32]; /* of the wheel */
};

struct wheel_source {
	struct inflater *inflater;
	struct arena memory;   /* of the inflater and of wheels */
	struct arena_mark kept; /* what is older stays; the rest is of the wheel
	                           that is open */
	struct file file;
	const char *path;      /* that FILE was opened by; NULL: it is closed */
	uint64_t offset, size; /* of the choice in FILE; SIZE 0: none was found */
	bool summed[DIGEST_KINDS]; /* SUM has the digest of these bytes */
	unsigned char sum[DIGEST_KINDS][DIGEST_MAX];
	struct wheel wheel;
	bool opened;           /* WHEEL is that choice */
};

void wheel_source_init(struct wheel_source *s);

/* Open the file of C, without looking into it: 0 or a negative errno with a diag.
 * -EINVAL, too: C was read before, and its file has changed. */
int wheel_source_find(struct wheel_source *s, const struct wheel_choice *c,
                      struct diag *d);

/* Set *SUM to the digest of the choice that was found, digest_size() bytes that
 * belong to S; it is computed when it is first asked for. -EINTR or the error of a
 * read, with a diag. */
int wheel_source_sum(struct wheel_source *s, enum digest_kind kind,
                     const unsigned char **sum, struct diag *d);

/* Find and open C as s->wheel, which is read unless C has it; what was open before
 * goes. Return 0 or a negative errno with a diag. */
int wheel_source_open(struct wheel_source *s, const struct wheel_choice *c,
                      struct diag *d);

/* Return the wheel that is open, for a choice; it stays until S is closed, but only
 * wheel_source_open() can read its file. */
const struct wheel *wheel_source_keep(struct wheel_source *s);

/* Return 0 if the file that is open is in the state that it was opened in, else
 * -EBUSY with a diag: what was read of it may not be what was verified. */
int wheel_source_unchanged(const struct wheel_source *s, struct diag *d);

/*
 * Write the places of the wheels that are appended to the running program, the last
 * one first, to LIST (at most MAX), and return their number or a negative errno. *DAMAGED is why
 * what is between the program and these is no wheel; NULL: nothing is there.
 */
int wheel_source_appended(struct wheel_source *s, struct wheel_choice *list,
                          size_t max, const char **damaged);

/* Close the file, and drop the inflater and all wheels. */
void wheel_source_close(struct wheel_source *s);
