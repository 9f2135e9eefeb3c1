#pragma once
/*
 * reach: who can use an environment, as far as its place and its base tell.
 */
struct arena;
struct diag;
struct python;
struct walk;

/*
 * Warn once if ENV_DIR, made for PY, is on a file system mounted noexec, and once
 * if PY is below a directory that other users cannot search although they can
 * reach ENV_DIR.
 */
void reach_warn(const struct python *py, const char *env_dir,
                const struct walk *w, struct arena *a, struct diag *d);
