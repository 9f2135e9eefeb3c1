#pragma once
/*
 * installed: Pythons that a version manager keeps, by version.
 */
#include <stdbool.h>

#include "python/finder.h"

struct arena;

/* Try what pyenv, asdf, mise and uv have installed, each one's newest first,
 * as finder_try(); without ALL only what may fit the request by its name. */
enum finder_step installed_search(struct finder *f, bool all);

/* Return the directory in which uv keeps its Pythons by the environment ENV; ""
 * if nothing says where. */
char *installed_by_uv(const char *const *env, struct arena *a);
