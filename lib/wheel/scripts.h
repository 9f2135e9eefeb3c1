#pragma once
/*
 * scripts: the scripts of an environment that was copied or renamed, or is to be used
 * at another path. They start the Python of the place they were made for, or nothing.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"

struct ctx;
struct diag;
struct entries;
struct layout;
struct plan;
struct walk;

/* The scripts of an environment. */
struct scripts {
	const struct layout *layout; /* its Python's, or that of its kind */
	const struct entries *names; /* in its scripts directory */
	const char *env_dir;    /* absolute */
	const char *recorded;   /* its path where it is used; NULL: unknown, so
	                           that nothing is stale on Windows */
	const char *const *env; /* variables that tell where Windows' drives are */
};

/* A script whose first lines are to be written anew. */
struct stale_script {
	const char *name;   /* in the scripts directory */
	const char *python; /* what it starts, not its environment's */
	bool missing;       /* that is not there */
	bool bound;         /* or its environment's, by a path that is no longer
	                       right when that is moved */
	bool mendable;      /* its first lines can be written anew: it is a file
	                       of a form that pip and this program write, and
	                       PYTHON is no Python outside of environments */
	uint64_t offset;    /* of these lines, and their */
	size_t length;
	mode_t mode;
};

/* A change of the first lines of a program that is too large to be kept in memory. */
struct script_edit {
	uint64_t offset;    /* of these lines, and their */
	size_t length;
	struct buf line;    /* instead */
	const char *hash;   /* of the result, as in a RECORD; NULL: not known yet */
};

struct stale_scripts {
	struct stale_script *list;
	size_t count;
	size_t bound; /* not counted: scripts that could be made to find their
	                 environment, whose path they name */
};

/* Find those of ALL whose interpreter is missing, or is a Python that is not beside
 * them. */
void scripts_look(const struct ctx *x, struct stale_scripts *s,
                  const struct scripts *all);

/* Return whether the file PATH is a program by its first bytes. */
bool scripts_is_program(const struct ctx *x, const char *path);

/*
 * Set NAMES to the programs in BIN, the entries of ENV_DIR/bin, that nobody can
 * execute although a RECORD of this environment of layout L lists them. 
 */
void scripts_not_executable(const struct ctx *x, struct entries *names,
                            const char *env_dir, const struct entries *bin,
                            const struct layout *l);

/* Warn of COUNT scripts in the directory SCRIPTS of ENV_DIR that start another Python
 * and stay as they are; FIRST is one of them. */
void scripts_warn(const char *env_dir, const char *scripts, const char *first,
                  size_t count, struct diag *d);

/*
 * Add to P, the complete and sorted plan of a change of the environment with the
 * scripts ALL: those that start another Python and can be mended, the programs of
 * RECORDs that nobody can execute, with UNBIND and a plan of an environment that can
 * be moved the scripts that name its path, and the RECORDs that list them. Scripts
 * that cannot be mended are counted in one warning.
 */
void scripts_plan(const struct ctx *x, struct plan *p, const struct scripts *all,
                  bool unbind);

/* Append the file PATH with the change E. Return -EINVAL if it is another file than the
 * one that E was made for. */
int scripts_edit(const struct script_edit *e, const struct walk *w,
                 const char *path, struct buf *out);
