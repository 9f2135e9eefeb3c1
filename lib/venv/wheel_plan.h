#pragma once
/*
 * wheel_plan: what wheels add to the plan of an environment.
 */
#include <stdbool.h>
#include <stddef.h>

struct ctx;
struct layout;
struct plan;
struct venv_options;

/*
 * Add to P a node for each wheel of O, with its files: decide which are written,
 * where several wheels have one or one is there. DIR is the environment that is
 * there (NULL: a new one is made): files of other versions of the same projects are
 * removed, unless another project lists them; with --sync, projects
 * that are not needed go; with VENV_EXIST_OK a wheel that is
 * installed is kept. Unless it ADOPTS files, because DIR is an environment,
 * -ENOTEMPTY with a note for each file where one of a wheel goes.
 */
int wheel_plan_add(const struct ctx *x, struct plan *p,
                   const struct venv_options *o, const struct layout *l,
                   const char *dir, bool adopts);

/* Return 1 if each wheel of O is installed in DIR in that version, with all files
 * that its RECORD lists, 0 if not, or a negative errno. */
int wheel_plan_fits(const struct ctx *x, const struct venv_options *o,
                    const struct layout *l, const char *dir);
