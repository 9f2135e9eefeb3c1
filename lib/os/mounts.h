#pragma once
/*
 * mounts: what is mounted inside a directory.
 */
#include <stdbool.h>

struct arena;

/* True if something is mounted below DIR (resolved, on the host), as far as
 * /proc/self/mountinfo tells: see proc(5). */
bool mounts_below(struct arena *a, const char *dir);
