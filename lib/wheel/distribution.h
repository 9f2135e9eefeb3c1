#pragma once
/*
 * distribution: what is installed in an environment, and the files of it (PyPA
 * specification "Recording installed projects").
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/strset.h"
#include "os/entries.h"

struct arena;
struct ctx;
struct diag;
struct layout;
struct record_row;
struct walk;

struct distribution {
	const char **directories; /* "ROOT/NAME-VERSION.dist-info", relative to
	                             the environment; several if an installer
	                             failed */
	size_t directory_count;
	const char *version;      /* of the first; "" if unknown */
	const char **paths;       /* its files, relative to the environment */
	size_t count;
};

/* A directory of an environment that packages can be in. */
struct distribution_root {
	const char *path;       /* relative to it; NULL: there is none */
	bool read;              /* since the first search for a project */
	struct entries entries; /* if READ */
};

/* The two for one Python. */
struct distribution_roots {
	struct distribution_root purelib, platlib;
};

/*
 * Find the project PROJECT (normalised) in the ROOTS of ENV_DIR, which are read
 * once for all projects. DIST has no directories if it is not there, and no
 * paths yet. -EINVAL if it was not installed from a wheel; or another errno.
 */
int distribution_find(const struct ctx *x, struct distribution *dist,
                      const char *env_dir, struct distribution_roots *roots,
                      const char *project);

/* A file of an environment, and the ".dist-info" directory that owns it. */
struct listed_file {
	const char *path; /* relative to the environment */
	const char *owner;
};

/* The files that RECORDs of an environment list, also those of packages for
 * other Pythons. They are read when they are first needed. */
struct distribution_records {
	const struct ctx *ctx;
	const char *env_dir;
	const struct layout *layout;
	const struct strset *except; /* directories "ROOT/NAME-VERSION.dist-info"
	                                whose RECORDs do not count */
	bool read;
	struct listed_file *list; /* sorted by path */
	size_t count, room;
};

/*
 * Set the paths of DIST, sorted, to the files of its RECORDs and the code that
 * was compiled from them. Leave out files outside the environment, below a
 * link, or part of an environment of layout L, and those that a RECORD of
 * OTHERS (NULL: none) lists. -EINVAL if its RECORD cannot be used.
 */
int distribution_list(const struct ctx *x, struct distribution *dist,
                      const char *env_dir, const struct layout *l,
                      struct distribution_records *others);

/*
 * Call FN with the row of each file inside ENV_DIR that the RECORD in DIRECTORY of
 * ROOT, a root of ENV_DIR, lists, in its order, until FN returns other than 0. Its path
 * is relative to ENV_DIR; the row lasts until FN returns. Return what FN returned last, -EINVAL if RECORD
 * cannot be parsed, with the reason in FLAW unless that is NULL, or the error of a
 * system call; -ELOOP, -ENOTDIR: a link leads to it.
 */
int distribution_each(const struct walk *w, const char *env_dir,
                      const char *root, const char *directory,
                      int (*fn)(void *ctx, const struct record_row *row),
                      void *ctx, struct diag *flaw);

/* Return whether the file of ROW, which distribution_each() gave for ENV_DIR, was lost:
 * it is missing, or empty (as a power failure leaves it) although it was not. Compiled
 * code (.pyc, __pycache__) is never lost, because Python makes it again. */
bool distribution_lost(const struct walk *w, const char *env_dir,
                       const struct record_row *row);

/*
 * Return whether the RECORD in DIRECTORY ("ROOT/NAME-VERSION.dist-info") lists files
 * and none of them was lost. A
 * project without a RECORD, or with one that cannot be parsed, is taken to be
 * whole if it has METADATA.
 */
bool distribution_is_whole(const struct walk *w, const char *env_dir,
                           const char *directory);

/*
 * Return 1 if a RECORD of R lists the file PATH (relative to the environment),
 * and set *OWNER (may be NULL) to its directory; 0 if none does. -EINVAL with a
 * diag if a RECORD cannot be read, because it might list the file; -EINTR.
 */
int distribution_lists(struct distribution_records *r, const char *path,
                       const char **owner);

/* Return the roots of an environment of layout L. */
struct distribution_roots distribution_roots_of(const struct layout *l);
