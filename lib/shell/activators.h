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

/*
 * Return the directory that the N bytes at TEXT, the activation file FILE, record
 * as that of their environment, in the arena; NULL if they find it out, or that
 * cannot be told.
 */
const char *activators_recorded(const char *file, const char *text, size_t n,
                                struct arena *a);

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
