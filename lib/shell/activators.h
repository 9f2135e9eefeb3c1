#pragma once
/*
 * activators: the activation scripts that an environment has already. People and
 * tools add lines to them, so they are touched only by what asks for them.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct config;
struct ctx;
struct entries;
struct layout;
struct plan;
struct python;

/* Return the name of the activation file number I, of any tool, in bin; NULL after
 * the last. */
const char *activators_file(size_t i);

/* Describe the activation files that an environment is to have. */
struct activators_place {
	const struct layout *layout; /* its Python's, or that of its kind */
	const char *env_dir;  /* absolute */
	const char *recorded; /* its path where it is used; NULL: unknown */
	const char *prompt;   /* NULL: any. On Windows Activate.ps1 reads that of
	                         pyvenv.cfg, and the other files have to agree. */
	const char *const *env; /* variables that tell where Windows' drives are */
};

/*
 * Return what is wrong with the activation FILE of the environment P, whose N bytes are
 * at TEXT, in words that follow its name: "enters '/old'"; NULL if nothing is, or the
 * file finds out what it needs, or that cannot be told.
 */
const char *activators_fault(const struct ctx *x,
                             const struct activators_place *p,
                             const char *file, const char *text, size_t n);

/*
 * Change in P, the plan of a change of the environment in the directory DIR with
 * the layout L, the settings NOW and LIB, the names in its lib, what becomes of activation
 * scripts that are there. They are kept unless they are ASKED for, or the file
 * enters another directory. In one that is renewed the lines stay that were added
 * after the end of what this program, or venv of PY or of the Python before,
 * writes; one that was changed in another way is kept as NAME.orig. One warning
 * reports that.
 */
int activators_plan(const struct ctx *x, struct plan *p, bool asked,
                    const struct config *now, const struct entries *lib,
                    const struct python *py, const struct layout *l,
                    const char *dir);
