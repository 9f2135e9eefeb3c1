#pragma once
/*
 * utf8: telling text from bytes that are not text.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Length in bytes (1 to 4) of the valid UTF-8 sequence at S (at most N bytes,
 * N > 0), with its code point in *CP; 0 if the bytes there are not UTF-8
 * (overlong forms and surrogates included).
 */
size_t utf8_decode(const char *s, size_t n, uint32_t *cp);

/* True if all of the N bytes at S are UTF-8. */
bool utf8_is_valid(const char *s, size_t n);
