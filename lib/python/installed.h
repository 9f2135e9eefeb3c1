#pragma once
/*
 * installed: Pythons that a version manager keeps, by version.
 */
#include <stdbool.h>

struct finder;

/* Try what pyenv, asdf, mise and uv have installed, each one's newest first,
 * as finder_try(); without ALL only what may fit the request by its name. */
int installed_search(struct finder *f, bool all);
