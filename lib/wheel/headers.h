#pragma once
/*
 * headers: WHEEL and METADATA, which are like the headers of a mail (PyPA
 * specification "Core metadata"): "Name: value" lines, names without case,
 * continuation lines start with a blank, an empty line ends them.
 */
#include <stdbool.h>
#include <stddef.h>

/*
 * The value number INDEX (0 is the first) of the header NAME in the N bytes at
 * TEXT: *VALUE points into it, without blanks around it, *LEN bytes with
 * continuation lines as they are. False if there are not that many.
 */
bool headers_get(const char *text, size_t n, const char *name, size_t index,
                 const char **value, size_t *len);
