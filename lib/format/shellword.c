#include "format/shellword.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"

/* Bytes of the quoted part behind the opening quote at S, 0: not closed. */
static size_t
read_single(struct buf *out, const char *s, size_t n)
{
	const char *end = n > 0 ? memchr(s + 1, '\'', n - 1) : NULL;

	if (!end)
		return 0;
	buf_add(out, s + 1, (size_t)(end - s) - 1);
	return (size_t)(end - s) + 1;
}

static size_t
read_double(struct buf *out, const char *s, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (s[i] == '"')
			return i + 1;
		if (s[i] == '$' || s[i] == '`')
			return 0;
		if (s[i] == '\\' && i + 1 < n && strchr("$`\"\\\n", s[i + 1]))
			i++;
		buf_putc(out, s[i]);
	}
	return 0;
}

int
shellword_read(struct buf *out, const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && !strchr(" \t\n;", s[i])) {
		size_t used = 1;

		if (s[i] == '\'') {
			used = read_single(out, s + i, n - i);
		} else if (s[i] == '"') {
			used = read_double(out, s + i, n - i);
		} else if (s[i] == '$' || s[i] == '`') {
			used = 0;
		} else if (s[i] == '\\' && i + 1 < n) {
			buf_putc(out, s[i + 1]);
			used = 2;
		} else {
			buf_putc(out, s[i]);
		}
		if (used == 0)
			return -EINVAL;
		i += used;
	}
	return 0;
}
