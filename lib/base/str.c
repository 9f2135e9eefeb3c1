#include "base/str.h"

#include <string.h>

struct slice
slice_trimmed(struct slice t)
{
	while (t.n > 0 && (*t.s == ' ' || *t.s == '\t')) {
		t.s++;
		t.n--;
	}
	while (t.n > 0 && (t.s[t.n - 1] == ' ' || t.s[t.n - 1] == '\t'))
		t.n--;
	return t;
}

bool
str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
str_ends_n(const char *s, size_t n, const char *suffix)
{
	size_t tail = strlen(suffix);

	return n >= tail && memcmp(s + n - tail, suffix, tail) == 0;
}

bool
str_ends(const char *s, const char *suffix)
{
	return str_ends_n(s, strlen(s), suffix);
}

size_t
utf8_decode(const char *s, size_t n, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *u = (const unsigned char *)s;
	size_t len;
	uint32_t c;

	if (u[0] < 0x80) {
		*cp = u[0];
		return 1;
	}
	if (u[0] >= 0xc2 && u[0] < 0xe0) {
		len = 2;
		c = u[0] & 0x1fU;
	} else if ((u[0] & 0xf0) == 0xe0) {
		len = 3;
		c = u[0] & 0x0fU;
	} else if (u[0] >= 0xf0 && u[0] < 0xf5) {
		len = 4;
		c = u[0] & 0x07U;
	} else {
		return 0;
	}
	if (len > n)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (u[i] & 0x3fU);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	*cp = c;
	return len;
}

/* Each byte of a word. */
static const uint64_t ones = 0x0101010101010101;

/* Most text is ASCII: return the number of bytes, 8 at a time, without any other. */
static size_t
count_ascii(const char *s, size_t n)
{
	size_t i = 0;
	uint64_t x;

	for (; n - i >= sizeof(x); i += sizeof(x)) {
		memcpy(&x, s + i, sizeof(x));
		if (x & ones * 0x80)
			break;
	}
	return i;
}

/* The same without control characters. */
static size_t
count_plain(const char *s, size_t n)
{
	size_t i = 0;
	uint64_t x;

	for (; n - i >= sizeof(x); i += sizeof(x)) {
		memcpy(&x, s + i, sizeof(x));
		/* a byte below 0x20 borrows, 0x7f overflows */
		if ((x | (x - ones * 0x20) | (x + ones)) & ones * 0x80)
			break;
	}
	return i;
}

bool
utf8_is_valid(const char *s, size_t n)
{
	while (n > 0) {
		uint32_t cp;
		size_t len = count_ascii(s, n);

		if (len == 0)
			len = utf8_decode(s, n, &cp);
		if (len == 0)
			return false;
		s += len;
		n -= len;
	}
	return true;
}

const char *
line_flaw(const char *s, size_t n)
{
	size_t plain = count_plain(s, n);

	for (s += plain, n -= plain; n > 0;) {
		uint32_t cp = (unsigned char)*s;
		size_t len = cp < 0x80 ? 1 : utf8_decode(s, n, &cp);

		if (len == 0)
			return "not UTF-8";
		if ((cp < 0x20 && cp != '\t') || cp == 0x7f)
			return "a control character";
		if (cp == 0x85 || cp == 0x2028 || cp == 0x2029)
			return "a line separator";
		if (cp == 0xfeff)
			return "a byte order mark";
		s += len;
		n -= len;
	}
	return NULL;
}

const char *
env_get(const char *const *env, const char *name)
{
	size_t n = strlen(name);

	for (; env && *env; env++) {
		if (**env == *name && strncmp(*env, name, n) == 0 &&
		    (*env)[n] == '=')
			return *env + n + 1;
	}
	return NULL;
}
