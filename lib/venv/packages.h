#pragma once
/*
 * packages: the directories in which the Python of an environment finds packages.
 */
#include <stdbool.h>
#include <stddef.h>

#include "python/site.h"
#include "resolve/installed.h"

struct ctx;
struct layout;
struct python;
struct venv_options;

struct packages {
	struct package_place list[2 + 2 * SITE_MAX]; /* in the order of sys.path */
	size_t count;
};

/*
 * Set P to the directories of the environment ENV_DIR (absolute; NULL: a new one) of
 * the base PY and the layout L; with SYSTEM_SITE to those of the base as well. They
 * need not exist.
 */
void packages_find(const struct ctx *x, struct packages *p, const char *env_dir,
                   const struct python *py, const struct layout *l,
                   bool system_site);

/* Do the same for the environment that O makes of ENV_DIR, whatever is there
 * now. */
void packages_expect(const struct ctx *x, struct packages *p,
                     const struct venv_options *o, const char *env_dir,
                     const struct python *py, const struct layout *l);
