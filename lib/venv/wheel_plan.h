#pragma once
/*
 * wheel_plan: what wheels add to the plan of an environment.
 */
#include <stdbool.h>

struct arena;
struct diag;
struct layout;
struct plan;
struct venv_options;
struct walk;

/*
 * Add to P a node for each wheel of O. DIR is the environment that is there
 * (NULL: a new one is made): files of other versions of the same projects are
 * removed; with VENV_EXIST_OK a wheel that is installed is kept.
 */
int wheel_plan_add(struct plan *p, const struct venv_options *o,
                   const struct layout *l, const char *dir,
                   const struct walk *w, struct arena *a, struct diag *d);

/* 1 if each wheel of O is installed in DIR in that version, 0 if not, or a
 * negative errno. */
int wheel_plan_fits(const struct venv_options *o, const struct layout *l,
                    const char *dir, const struct walk *w, struct arena *a,
                    struct diag *d);
