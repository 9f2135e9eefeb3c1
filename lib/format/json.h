#pragma once
/*
 * json: strings and literals of RFC 8259.
 */
#include <stdbool.h>

struct buf;

/* Append S as a string; bytes that are not UTF-8 become \udcXX, which
 * Python's os.fsencode() turns back. NULL is appended as null. */
void json_string(struct buf *out, const char *s);

/* Append "KEY": to an object, after a comma unless it is the first member. */
void json_key(struct buf *out, const char *key);

/* Append the member KEY with the string S. */
void json_member(struct buf *out, const char *key, const char *s);

/* Append the member KEY with true or false. */
void json_flag(struct buf *out, const char *key, bool value);
