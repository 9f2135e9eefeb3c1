#pragma once
/*
 * env: environment variables from an explicit list, so that a run inside a
 * foreign root can be given an empty one.
 */

/* Value of NAME in the NULL-ended list ENV of NAME=VALUE; NULL if not set. */
const char *env_get(const char *const *env, const char *name);
