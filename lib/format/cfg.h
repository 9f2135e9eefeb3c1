#pragma once
/*
 * cfg: pyvenv.cfg as getpath.py and site.py of CPython read it: lines, split
 * at the first '=', key and value stripped of blanks, keys compared without
 * case; no comments, no quotes. spec: PEP 405.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct buf;

/*
 * Find the value of KEY in the LEN bytes at TEXT: *VALUE points into TEXT, *N
 * is its length. LAST takes the last line with that key (as site.py does for
 * include-system-site-packages), else the first (as getpath does for home).
 */
bool cfg_get(const char *text, size_t len, const char *key, bool last,
             const char **value, size_t *n);

/* Append "KEY = VALUE\n". VALUE must pass cfg_can_hold(). */
void cfg_put(struct buf *out, const char *key, const char *value);

/* Return whether VALUE comes back unchanged: UTF-8, no line end or other
 * control byte, no blank at its ends. */
bool cfg_can_hold(const char *value);
