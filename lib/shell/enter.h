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
 * name. Fail with -ENOENT, -EINVAL or another errno unless the environment can be
 * entered: it has a pyvenv.cfg with a home, and PATH can hold its path.
 */
int enter_look(struct activation *v, const struct walk *w, struct arena *a,
               const char *env_dir, const char *prompt, struct diag *d);

/*
 * Find COMMAND in the bin directory of V, which is entered: *PATH is what is
 * there under this name, whatever it is, and so are "python" and "python3", which
 * every environment has. *PATH is NULL if COMMAND is to be looked for elsewhere.
 * A negative errno if bin is missing or cannot be searched.
 */
int enter_command(char **path, const struct activation *v,
                  const struct walk *w, struct arena *a, const char *command,
                  struct diag *d);
