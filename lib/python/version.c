#include "python/version.h"

#include <string.h>

enum { MAX_NUMBER = 9999 };

/* Read decimal digits at S. Return their count; 0 also if the number is too
 * large. */
static size_t
read_digits(const char *s, size_t n, int *value)
{
	size_t i = 0;

	*value = 0;
	while (i < n && s[i] >= '0' && s[i] <= '9') {
		*value = *value * 10 + (s[i++] - '0');
		if (*value > MAX_NUMBER)
			return 0;
	}
	return i;
}

/* Read "a1", "b2", "rc1", "c1" after X.Y.Z. Return its length. */
static size_t
read_level(const char *s, size_t n, struct version *v)
{
	size_t at = n > 1 && s[0] == 'r' ? 1 : 0;
	size_t digits;
	int serial;

	if (at >= n || !memchr(at ? "c" : "abc", s[at], at ? 1 : 3))
		return 0;
	digits = read_digits(s + at + 1, n - at - 1, &serial);
	if (digits == 0)
		return 0;
	v->level = s[at];
	v->serial = serial;
	return at + 1 + digits;
}

size_t
version_parse(const char *s, size_t n, struct version *v)
{
	int *part[] = { &v->major, &v->minor, &v->micro };
	size_t at = 0;

	*v = (struct version){ -1, -1, -1, 'f', 0 };
	for (int i = 0; i < 3; i++) {
		size_t dot = i > 0;
		size_t digits;
		int value;

		if (dot && (at >= n || s[at] != '.'))
			return at;
		digits = read_digits(s + at + dot, n - at - dot, &value);
		if (digits == 0)
			return at;
		*part[i] = value;
		at += dot + digits;
	}
	return at + read_level(s + at, n - at, v);
}

bool
version_from_hex(uint64_t hex, struct version *v)
{
	static const char levels[] = { 'a', 'b', 'c', 'f' };
	unsigned level = hex >> 4 & 15;

	v->major = (int)(hex >> 24 & 255);
	v->minor = (int)(hex >> 16 & 255);
	v->micro = (int)(hex >> 8 & 255);
	v->serial = (int)(hex & 15);
	if (hex >> 32 != 0 || v->major != 3 || v->minor > 99)
		return false;
	if (level == 15)
		v->level = 'f';
	else if (level >= 10 && level <= 12)
		v->level = levels[level - 10];
	else
		return false;
	return true;
}

int
version_compare(const struct version *a, const struct version *b)
{
	if (a->major != b->major)
		return a->major - b->major;
	if (a->minor != b->minor)
		return a->minor - b->minor;
	if (a->micro != b->micro)
		return a->micro - b->micro;
	if (a->level != b->level)
		return a->level - b->level;
	return a->serial - b->serial;
}
