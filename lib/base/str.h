#pragma once
/*
 * str: strings, ASCII whatever the locale and the sign of char, and UTF-8.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A part of a text. */
struct slice {
	const char *s; /* N bytes */
	size_t n;
};

/* Return T without the blanks and tabs around it. */
struct slice slice_trimmed(struct slice t);

/* Return whether S starts with PREFIX. */
bool str_starts(const char *s, const char *prefix);

/* Return whether S, or the N bytes at it, end with SUFFIX. */
bool str_ends(const char *s, const char *suffix);
bool str_ends_n(const char *s, size_t n, const char *suffix);

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

/* Return the value of the hexadecimal digit C; -1 if it is not one. */
static inline int
ascii_hex(char c)
{
	if (ascii_is_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Return whether the N bytes at S are WORD, whatever the case of the letters. */
static inline bool
ascii_same(const char *s, size_t n, const char *word)
{
	size_t i = 0;

	while (i < n && word[i] && ascii_lower(s[i]) == ascii_lower(word[i]))
		i++;
	return i == n && !word[i];
}

/* Return whether S starts with PREFIX, or its N bytes end with SUFFIX, in any case. */
static inline bool
ascii_starts(const char *s, const char *prefix)
{
	for (; *prefix; s++, prefix++) {
		if (ascii_lower(*s) != ascii_lower(*prefix))
			return false;
	}
	return true;
}

static inline bool
ascii_ends(const char *s, size_t n, const char *suffix)
{
	size_t len = strlen(suffix);

	return n >= len && ascii_same(s + n - len, len, suffix);
}

/*
 * Return the length in bytes (1 to 4) of the valid UTF-8 sequence at S (at most
 * N bytes, N > 0), and set *CP to its code point. Return 0 if the bytes there
 * are not UTF-8 (overlong forms and surrogates included).
 */
size_t utf8_decode(const char *s, size_t n, uint32_t *cp);

/* Return whether the N bytes at S are valid UTF-8. */
bool utf8_is_valid(const char *s, size_t n);

/*
 * Return the name of what keeps some readers from taking the N bytes at S as
 * text within one line (Python's str.splitlines() knows ten ends of a line):
 * bytes that are not UTF-8, control characters but the tab, separators of
 * lines, a byte order mark. Return NULL if there is nothing.
 */
const char *line_flaw(const char *s, size_t n);

/* Return the value of NAME in ENV, NAME=VALUE strings ended by NULL; NULL if it is
 * not set. */
const char *env_get(const char *const *env, const char *name);
