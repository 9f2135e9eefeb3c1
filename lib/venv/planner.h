#pragma once
/*
 * planner: the plan of an environment, from what was asked for, the facts of a
 * Python and what is there now. It touches nothing.
 */
struct arena;
struct diag;
struct layout;
struct plan;
struct python;
struct state;
struct venv_options;

/*
 * Make P the plan of a whole new environment that records the path ENV_DIR and is made
 * at PLACE, both absolute. Return -EINVAL if a file cannot hold a value that belongs in
 * it or a shell of O has no file in such an environment, or -ENAMETOOLONG.
 */
int plan_new(struct plan *p, const struct venv_options *o,
             const struct python *py, const struct layout *l,
             const char *env_dir, const char *place, struct arena *a,
             struct diag *d);

/*
 * Fit a new plan to what STATE says is there: keep what is right, replace
 * what is not, remove python names of other versions. -ENOTEMPTY: something is
 * in the way that is not ours to replace.
 */
int plan_merge(struct plan *p, const struct state *state,
               const struct layout *l, struct arena *a, struct diag *d);
