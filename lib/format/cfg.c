#include "format/cfg.h"

#include <string.h>

#include "base/buf.h"
#include "base/str.h"

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void
strip(const char **p, size_t *n)
{
	while (*n > 0 && is_blank(**p)) {
		(*p)++;
		(*n)--;
	}
	while (*n > 0 && is_blank((*p)[*n - 1]))
		(*n)--;
}

static bool
same_key(const char *p, size_t n, const char *key)
{
	if (n != strlen(key))
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c != key[i])
			return false;
	}
	return true;
}

bool
cfg_get(const char *text, size_t len, const char *key, bool last,
        const char **value, size_t *n)
{
	bool found = false;

	while (len > 0) {
		const char *nl = memchr(text, '\n', len);
		size_t line = nl ? (size_t)(nl - text) : len;
		const char *eq = memchr(text, '=', line);

		if (eq && (last || !found)) {
			const char *k = text, *v = eq + 1;
			size_t kn = (size_t)(eq - text);
			size_t vn = line - kn - 1;

			strip(&k, &kn);
			if (same_key(k, kn, key)) {
				strip(&v, &vn);
				*value = v;
				*n = vn;
				found = true;
			}
		}
		line += nl ? 1 : 0;
		text += line;
		len -= line;
	}
	return found;
}

void
cfg_put(struct buf *out, const char *key, const char *value)
{
	buf_puts(out, key);
	buf_puts(out, " = ");
	buf_puts(out, value);
	buf_putc(out, '\n');
}

bool
cfg_can_hold(const char *value)
{
	size_t n = strlen(value);

	if (n > 0 && (is_blank(value[0]) || is_blank(value[n - 1])))
		return false;
	for (size_t i = 0; i < n;) {
		uint32_t cp;
		size_t len = utf8_decode(value + i, n - i, &cp);

		/* str.splitlines-like readers also end a line at these */
		if (len == 0 || cp < 0x20 || cp == 0x7f || cp == 0x85 ||
		    cp == 0x2028 || cp == 0x2029)
			return false;
		i += len;
	}
	return true;
}
