#pragma once
/*
 * place: where an environment may be, and who can use it there.
 */
#include <stdbool.h>

struct ctx;
struct diag;
struct python;
struct venv_host;
struct venv_options;

/* Return 0 if an environment may be called ENV_DIR, as the caller gave it; PATH is
 * that in absolute form. -EINVAL with a diag. */
int place_check_name(const char *env_dir, const char *path, struct diag *d);

/*
 * Set *RECORDED to the path that the environment at PATH (absolute) records of itself:
 * --env-target of O, or PATH, for a PY of Windows as Windows programs there see it.
 * -EINVAL with a diag: it is not known, or PATH of a shell cannot hold it.
 */
int place_record(const struct ctx *x, const struct venv_options *o,
                 const struct venv_host *h, const struct python *py,
                 const char *path, const char **recorded);

/* Return whether the directory DIR is PATH, as it is named or as it is resolved, or
 * above it. PATH may be NULL. */
bool place_holds(const struct ctx *x, const char *dir, const char *path);

/* Return what the directory DIR is that no environment may replace or change: "the
 * root directory", "where the base Python is installed", PY being that; NULL if it
 * is neither. */
const char *place_fault(const struct ctx *x, const char *dir,
                        const struct python *py);

/*
 * Warn once if ENV_DIR, made for PY, is on a file system mounted noexec, and once
 * if PY is below a directory that other users cannot search although they can
 * reach ENV_DIR.
 */
void place_warn(const struct ctx *x, const struct python *py,
                const char *env_dir);
