#pragma once
/*
 * wheel_set: the wheels that an environment gets: which, and from where.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "os/blob.h"

struct arena;
struct diag;
struct layout;
struct python;
struct requirement_hash;
struct walk;
struct wheel_source;

/* What is asked for, of files of the host. */
struct wheel_request {
	const char **paths;  /* --wheel: files, directories of wheels */
	size_t path_count;
	bool with_pip, with_setuptools;
	bool elsewhere;      /* the environment will not be used on this system */
	const char *hashes;  /* --require-hashes: a requirements file; NULL */
	const char *cwd;     /* absolute; paths are relative to it */
};

struct wheel_choice {
	const char *file;    /* absolute path; NULL: this program itself */
	const struct walk *walk; /* that leads to it */
	size_t offset, size; /* of the wheel in it; SIZE 0: all of it */
	struct blob_origin origin; /* of the file in which it was found */
	const char *project; /* normalised (PEP 503); NULL: not looked at yet */
	const char *version;
	const char *dist_info; /* its directory NAME-VERSION.dist-info */
	const char *why;     /* why this one, one phrase for -v */
	const struct requirement_hash *lock; /* that it was found to have; NULL:
	                                        none was asked for */
	const uint64_t *marks; /* of its files; see wheel_shared.h */
	size_t mark_count;
	bool purelib;        /* where dist_info is; see struct wheel */
	bool direct;         /* it was given by its own path */
	bool seed;           /* nobody named it: a newer one may stay */
};

struct wheel_set {
	struct wheel_choice *list; /* sorted by project, each once */
	size_t count;
	struct wheel_source *source; /* reads them; the last one that was proved
	                                is still open in it */
};

/*
 * Choose and prove (all but the contents of members) the wheels that R asks
 * for, for PY and the layout L. Of a directory, for each project the newest
 * that PY, a Python below W, can use. -ENOENT: no wheel of a project that is asked for; the notes
 * of D say where was looked. -EINVAL: a wheel is not in order. S is to be ended
 * by wheel_set_close().
 */
int wheel_set_choose(struct wheel_set *s, const struct wheel_request *r,
                     const struct python *py, const struct layout *l,
                     const struct walk *w, struct arena *a, struct diag *d);

void wheel_set_close(struct wheel_set *s);

/* The version of PROJECT (normalised) in S; NULL if it is not there. */
const char *wheel_set_version(const struct wheel_set *s, const char *project);
