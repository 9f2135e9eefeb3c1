#pragma once
/*
 * ascii: letters and digits, whatever the locale and the sign of char.
 */
#include <stdbool.h>
#include <stddef.h>

static inline bool
ascii_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline char
ascii_lower(char c)
{
	if (c >= 'A' && c <= 'Z')
		c = (char)(c + 'a' - 'A');
	return c;
}

static inline bool
ascii_is_alnum(char c)
{
	return ascii_is_digit(c) ||
	       (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
}

/* True if the N bytes at S are WORD, but for capitals in either. */
static inline bool
ascii_same(const char *s, size_t n, const char *word)
{
	size_t i = 0;

	while (i < n && word[i] && ascii_lower(s[i]) == ascii_lower(word[i]))
		i++;
	return i == n && !word[i];
}
