#pragma once
/*
 * toml_scalar: the form of TOML's numbers, booleans, dates and times.
 */
#include <stdint.h>

#include "format/toml.h"

/* Return the end of the longest scalar, not a string, at P, and set *KIND; NULL if
 * there is none, with TOML_LOCAL_DATE for a date that does not exist. */
const char *toml_match_scalar(const char *p, const char *end,
                              enum toml_kind *kind);

/* Return the value of the hexadecimal digit C; 16 if it is not one. */
uint32_t toml_digit(char c);
