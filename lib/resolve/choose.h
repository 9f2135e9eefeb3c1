#pragma once
/*
 * choose: which wheels an environment gets, and from where.
 */
#include <stdbool.h>
#include <stddef.h>

#include "wheel/source.h"

struct ctx;
struct layout;
struct python;

/* What is asked for; files are those of the host. */
struct wheel_request {
	const char **paths;  /* --wheel: files, directories of wheels */
	size_t path_count;
	bool with_pip, with_setuptools;
	bool elsewhere; /* the environment will not be used on this system */
	const char *hashes;  /* --require-hashes: a requirements file; NULL */
	const char *cwd;     /* absolute; paths are relative to it */
};

struct wheel_set {
	struct wheel_choice *list; /* sorted by project, each once */
	size_t count;
	struct wheel_source *source; /* reads them; the last one that was
	                                verified is still open in it */
};

/*
 * Choose the wheels that R asks for, for PY and the layout L; and verify all of them but the contents of members. From a directory, take
 * the newest compatible version of each project. -ENOENT if a wheel that is
 * asked for is missing or cannot be used; the notes list what is missing, or
 * the directories searched. Close S with wheel_set_close().
 */
int wheel_set_choose(const struct ctx *x, struct wheel_set *s,
                     const struct wheel_request *r, const struct python *py,
                     const struct layout *l);

void wheel_set_close(struct wheel_set *s);

/* Return the version of PROJECT (normalised) in S; NULL if it is not there. */
const char *wheel_set_version(const struct wheel_set *s, const char *project);
