#pragma once
/*
 * scripts: the scripts in bin of an environment that was copied or renamed. They
 * start the Python of the place they were made in, or nothing.
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct arena;
struct diag;
struct entries;
struct layout;
struct plan;
struct walk;

/* A script whose interpreter is not its environment's. */
struct stale_script {
	const char *name;   /* in bin */
	const char *python; /* what it starts */
	bool missing;       /* that is not there */
	bool mendable;      /* its first lines can be written anew: it is a file
	                       of a form that pip and this program write, and
	                       PYTHON is no Python outside of environments */
	size_t length;      /* of these lines */
	mode_t mode;
};

struct stale_scripts {
	struct stale_script *list;
	size_t count;
};

/*
 * Find the scripts in BIN, the entries of ENV_DIR/bin, whose interpreter is
 * missing, or is a Python that is not in this bin. -ENOMEM.
 */
int scripts_look(struct stale_scripts *s, const struct walk *w,
                 const char *env_dir, const struct entries *bin,
                 struct arena *a);

/* Warn of COUNT scripts in ENV_DIR/bin that start another Python and stay as they
 * are; FIRST is one of them. */
void scripts_warn(const char *env_dir, const char *first, size_t count,
                  struct diag *d);

/*
 * Add to P, the complete and sorted plan of a change of the environment in the
 * directory DIR, with layout L and entries BIN: the scripts that start another
 * Python and can be mended, and the RECORDs that list them. The others are
 * counted in one warning.
 */
int scripts_plan(struct plan *p, const struct layout *l, const char *dir,
                 const struct entries *bin, const struct walk *w,
                 struct arena *a, struct diag *d);
