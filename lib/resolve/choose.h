#pragma once
/*
 * choose: the wheels that an environment gets: which, and from where.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct diag;
struct layout;
struct python;
struct walk;
struct wheel_choice;
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

struct wheel_set {
	struct wheel_choice *list; /* sorted by project, each once */
	size_t count;
	struct wheel_source *source; /* reads them; the last one that was verified
	                                is still open in it */
};

/*
 * Choose and verify (all but the contents of members) the wheels that R asks
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
