#pragma once
/*
 * store: the Pythons that version managers have installed, and the ways to name
 * one of their versions.
 */
#include <stdbool.h>

#include "python/trial.h"

struct buf;
struct shim;

/* Try what pyenv, asdf, mise and uv have installed, each one's newest first;
 * without ALL only what may fit the request by its name. */
enum trial_step store_search(struct trial *t, bool all);

/* Set *DIR to the directory that version V is installed in, by all ways to
 * write a version. Return false if it is not installed. */
bool store_version_dir(struct shim *sh, const char *v, const char **dir);

/* Append a line for each installed version to OUT, NAME being the tool's. */
void store_list(struct shim *sh, const char *name, struct buf *out);
