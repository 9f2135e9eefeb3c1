#pragma once
/*
 * version: numbers of a Python release.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct version {
	int major, minor, micro; /* -1: not given */
	char level;              /* 'a', 'b', 'c' (rc) or 'f' (final) */
	int serial;
};

/* Read "X", "X.Y", "X.Y.Z" or "X.Y.ZrcN" at the start of the N bytes at S:
 * the number of bytes read, 0 if there is no version. */
size_t version_parse(const char *s, size_t n, struct version *v);

/* Take PY_VERSION_HEX apart; false if it is no Python 3 version. */
bool version_from_hex(uint64_t hex, struct version *v);

/* Compare A with B: < 0 if A is older, 0 if they are the same, > 0 if newer. */
int version_compare(const struct version *a, const struct version *b);
