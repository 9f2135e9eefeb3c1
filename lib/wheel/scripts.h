#pragma once
/*
 * scripts: the scripts in bin of an environment that was copied or renamed. They
 * start the Python of the place they were made in, or nothing.
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct ctx;
struct diag;
struct entries;
struct layout;
struct plan;

/* A script whose first lines are to be written anew. */
struct stale_script {
	const char *name;   /* in bin */
	const char *python; /* what it starts, not its environment's */
	bool missing;       /* that is not there */
	bool bound;         /* or its environment's, by a path that is no longer
	                       right when that is moved */
	bool mendable;      /* its first lines can be written anew: it is a file
	                       of a form that pip and this program write, and
	                       PYTHON is no Python outside of environments */
	size_t length;      /* of these lines */
	mode_t mode;
};

struct stale_scripts {
	struct stale_script *list;
	size_t count;
	size_t bound; /* not counted: scripts that could be made to find their
	                 environment, whose path they name */
};

/*
 * Find the scripts in BIN, the entries of ENV_DIR/bin, whose interpreter is
 * missing, or is a Python that is not in this bin.
 */
void scripts_look(const struct ctx *x, struct stale_scripts *s,
                  const char *env_dir, const struct entries *bin);

/* Return true if the file PATH is a program by its first bytes. */
bool scripts_is_program(const struct ctx *x, const char *path);

/*
 * Set NAMES to the programs in BIN, the entries of ENV_DIR/bin, that nobody can
 * execute although a RECORD of this environment of layout L lists them. 
 */
void scripts_not_executable(const struct ctx *x, struct entries *names,
                            const char *env_dir, const struct entries *bin,
                            const struct layout *l);

/* Warn of COUNT scripts in ENV_DIR/bin that start another Python and stay as they
 * are; FIRST is one of them. */
void scripts_warn(const char *env_dir, const char *first, size_t count,
                  struct diag *d);

/*
 * Add to P, the complete and sorted plan of a change of the environment in the
 * directory DIR, with layout L and entries BIN: the scripts that start another
 * Python and can be mended, the programs of RECORDs that nobody can execute, with
 * UNBIND and a plan of an environment that can be moved the scripts that name its
 * path, and the RECORDs that list them. Scripts that cannot be mended are counted
 * in one warning.
 */
void scripts_plan(const struct ctx *x, struct plan *p, const struct layout *l,
                  const char *dir, const struct entries *bin, bool unbind);
