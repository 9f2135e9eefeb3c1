#include "format/base64.h"

#include "base/buf.h"

void
base64url_put(struct buf *out, const unsigned char *p, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                             "abcdefghijklmnopqrstuvwxyz0123456789-_";
	unsigned bits = 0, have = 0;

	for (; n >= 3; n -= 3, p += 3) {
		const char text[] = { digits[p[0] >> 2],
			              digits[(p[0] << 4 | p[1] >> 4) & 63],
			              digits[(p[1] << 2 | p[2] >> 6) & 63],
			              digits[p[2] & 63] };

		buf_add(out, text, sizeof(text));
	}
	for (size_t i = 0; i < n; i++) {
		bits = bits << 8 | p[i];
		for (have += 8; have >= 6; have -= 6)
			buf_putc(out, digits[bits >> (have - 6) & 63]);
	}
	if (have)
		buf_putc(out, digits[bits << (6 - have) & 63]);
}

/* The values of the characters from '-' to 'z'. */
static const signed char values[] = {
	62, -1, -1, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, -1, -1, -1, -1, -1,
	-1, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,
	18, 19, 20, 21, 22, 23, 24, 25, -1, -1, -1, -1, 63, -1, 26, 27, 28, 29,
	30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
	48, 49, 50, 51,
};

static int
value(char c)
{
	return c >= '-' && c <= 'z' ? values[c - '-'] : -1;
}

bool
base64url_get(const char *s, size_t n, unsigned char *out, size_t size)
{
	unsigned bits = 0, have = 0;

	if (n != size + (size + 2) / 3)
		return false;
	for (size_t i = 0; i < n; i++) {
		int v = value(s[i]);

		if (v < 0)
			return false;
		bits = bits << 6 | (unsigned)v;
		have += 6;
		if (have >= 8) {
			have -= 8;
			*out++ = (unsigned char)(bits >> have);
		}
	}
	return (bits & ((1U << have) - 1)) == 0;
}
