#pragma once
/*
 * locate: the environment that is meant when none is named.
 */
struct arena;
struct diag;
struct walk;

/*
 * The nearest directory .venv with a pyvenv.cfg in it, in the absolute
 * directory CWD or one above. -ENOENT, -ENOMEM.
 */
int locate_env(const struct walk *w, struct arena *a, const char *cwd,
               char **env_dir, struct diag *d);
