#include "format/json.h"

#include <string.h>

#include "base/buf.h"
#include "base/str.h"

static void
put_escape(struct buf *out, const char *prefix, unsigned char c)
{
	buf_fmt(out, "\\u%s%x%x", prefix, c >> 4U, c & 15U);
}

void
json_string(struct buf *out, const char *s)
{
	size_t n;

	if (!s) {
		buf_puts(out, "null");
		return;
	}
	buf_putc(out, '"');
	for (n = strlen(s); n > 0;) {
		uint32_t cp;
		size_t len = utf8_decode(s, n, &cp);

		if (len == 0) {
			put_escape(out, "dc", (unsigned char)*s);
			len = 1;
		} else if (cp < 0x20) {
			put_escape(out, "00", (unsigned char)*s);
		} else {
			if (*s == '"' || *s == '\\')
				buf_putc(out, '\\');
			buf_add(out, s, len);
		}
		s += len;
		n -= len;
	}
	buf_putc(out, '"');
}

void
json_key(struct buf *out, const char *key)
{
	if (out->len > 0 && out->data[out->len - 1] != '{')
		buf_puts(out, ", ");
	buf_fmt(out, "\"%s\": ", key);
}

void
json_member(struct buf *out, const char *key, const char *s)
{
	json_key(out, key);
	json_string(out, s);
}

void
json_flag(struct buf *out, const char *key, bool value)
{
	json_key(out, key);
	buf_puts(out, value ? "true" : "false");
}
