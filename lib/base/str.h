#pragma once
/*
 * str: how a string starts and ends.
 */
#include <stdbool.h>
#include <stddef.h>

/* True if S starts with PREFIX. */
bool str_starts(const char *s, const char *prefix);

/* True if S, or the N bytes at it, end with SUFFIX. */
bool str_ends(const char *s, const char *suffix);
bool str_ends_n(const char *s, size_t n, const char *suffix);
