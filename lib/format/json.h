#pragma once
/*
 * json: strings and literals of RFC 8259.
 */
#include <stdbool.h>

struct buf;

/* Append S as a string; bytes that are not UTF-8 become \udcXX, which
 * Python's os.fsencode() turns back. NULL is appended as null. */
void json_string(struct buf *out, const char *s);

/* Append "KEY": and the string S. */
void json_member(struct buf *out, const char *key, const char *s);

/* Append "KEY": true or false. */
void json_flag(struct buf *out, const char *key, bool value);
