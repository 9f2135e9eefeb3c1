#pragma once
/*
 * base64: base64url without '=' (RFC 4648 section 5), as RECORD has it.
 */
#include <stdbool.h>
#include <stddef.h>

struct buf;

/* Append the N bytes at P. */
void base64url_put(struct buf *out, const unsigned char *p, size_t n);

/*
 * Read the N characters at S into exactly SIZE bytes at OUT; false if they are
 * not what base64url_put() writes for so many bytes.
 */
bool base64url_get(const char *s, size_t n, unsigned char *out, size_t size);
