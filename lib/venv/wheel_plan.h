#pragma once
/*
 * wheel_plan: what wheels add to the plan of an environment.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/strset.h"
#include "wheel/distribution.h"
#include "wheel/shared.h"

struct arena;
struct diag;
struct layout;
struct plan;
struct venv_options;
struct walk;

/* The wheels that a run installs, those that are there being left out. */
struct wheel_plan {
	const struct wheel_choice **list; /* sorted by project */
	size_t count;
	struct wheel_shared shared;
	struct strset replaced; /* .dist-info directories that go */
	struct distribution_records *records; /* of the others */
};

/*
 * Add to P a node for each wheel of O. DIR is the environment that is there
 * (NULL: a new one is made): files of other versions of the same projects are
 * removed, unless another project lists them; with VENV_EXIST_OK a wheel that is
 * installed is kept. Unless it ADOPTS files, because DIR is an environment,
 * -ENOTEMPTY with a note for each file that is in the way.
 */
int wheel_plan_add(struct plan *p, const struct venv_options *o,
                   const struct layout *l, const char *dir, bool adopts,
                   const struct walk *w, struct arena *a, struct diag *d);

/* Return 1 if each wheel of O is installed in DIR in that version, with all files
 * that its RECORD lists, 0 if not, or a negative errno. */
int wheel_plan_fits(const struct venv_options *o, const struct layout *l,
                    const char *dir, const struct walk *w, struct arena *a,
                    struct diag *d);
