#pragma once
/*
 * enter: what an activation has to know of the environment that is meant.
 */
struct activation;
struct arena;
struct diag;
struct walk;

/*
 * Fill V->env_dir and V->prompt for the environment ENV_DIR, or if NULL the one
 * nearest to the current directory (locate.h). PROMPT is the one asked for ("."
 * is the name of that directory), or if NULL the environment's own, else its
 * name. Only
 * an environment that can be entered will do: it has a pyvenv.cfg with a home,
 * and PATH can hold its path. -ENOENT, -EINVAL, -ENOMEM or another errno.
 */
int enter_look(struct activation *v, const struct walk *w, struct arena *a,
               const char *env_dir, const char *prompt, struct diag *d);
