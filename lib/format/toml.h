#pragma once
/*
 * toml: the values of a TOML document, one after the other, as version
 * managers keep their settings. spec: toml.io v1.0.0.
 */
#include <stdbool.h>
#include <stddef.h>

enum { TOML_MAX_DEPTH = 16, TOML_MAX_PATH = 512 };

struct toml_value {
	const char *path;  /* keys with '/' between; "[]" for an element of an
	                      array: "tools/python/[]/version" */
	size_t element;    /* differs between the elements of arrays of tables */
	const char *text;  /* string: escapes resolved; else as it is written */
	size_t len;
	bool is_string;
};

/*
 * Call FN with each value of the N bytes at TEXT, in their order, until it
 * returns other than 0, and return that. -EINVAL if TEXT is no TOML: FN was
 * called for what is before the flaw. A key with a '/' in it, and what is deeper
 * than the limits, is passed over. TEXT is changed: escapes are resolved in
 * place.
 */
int toml_each(char *text, size_t n,
              int (*fn)(void *ctx, const struct toml_value *v), void *ctx);
