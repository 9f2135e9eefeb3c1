#pragma once
/*
 * expand: templates with @NAME@ in them, NAME being capitals and underscores.
 * Any other '@' stands for itself.
 */
#include <stddef.h>

struct buf;
struct diag;

struct expand_var {
	const char *name;
	const char *value; /* inserted as it is, never looked at again */
	size_t len;
};

/*
 * Append the LEN bytes at TEXT to OUT with the N variables VARS put in.
 * -EINVAL if one is not among them, with OUT as it was.
 */
int expand(const char *text, size_t len, const struct expand_var *vars,
           size_t n, struct buf *out, struct diag *d);
