#include "format/toml.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"

struct parser {
	char *p, *end;
	char path[TOML_MAX_PATH]; /* of the value at hand */
	size_t len;
	size_t table;             /* length of the path of the last [header] */
	bool hidden, table_hidden; /* do not report PATH */
	size_t element;
	int depth;
	int (*fn)(void *ctx, const struct toml_value *v);
	void *ctx;
};

static bool
at(const struct parser *t, const char *s)
{
	size_t n = strlen(s);

	return (size_t)(t->end - t->p) >= n && memcmp(t->p, s, n) == 0;
}

static void
skip_blanks(struct parser *t)
{
	while (t->p < t->end && (*t->p == ' ' || *t->p == '\t'))
		t->p++;
}

/* Skip blanks, line ends and comments. */
static void
skip_lines(struct parser *t)
{
	for (;;) {
		while (t->p < t->end && strchr(" \t\r\n", *t->p) && *t->p)
			t->p++;
		if (t->p == t->end || *t->p != '#')
			return;
		while (t->p < t->end && *t->p != '\n')
			t->p++;
	}
}

/* The end of a statement: a comment and the end of the line. */
static bool
skip_rest(struct parser *t)
{
	skip_blanks(t);
	if (t->p < t->end && *t->p == '#') {
		while (t->p < t->end && *t->p != '\n')
			t->p++;
	}
	if (t->p < t->end && *t->p == '\r')
		t->p++;
	return t->p == t->end || *t->p == '\n';
}

static char *
put_utf8(char *out, uint32_t c)
{
	if (c < 0x80) {
		*out++ = (char)c;
	} else if (c < 0x800) {
		*out++ = (char)(0xc0 | c >> 6);
		*out++ = (char)(0x80 | (c & 63));
	} else if (c < 0x10000) {
		*out++ = (char)(0xe0 | c >> 12);
		*out++ = (char)(0x80 | (c >> 6 & 63));
		*out++ = (char)(0x80 | (c & 63));
	} else {
		*out++ = (char)(0xf0 | c >> 18);
		*out++ = (char)(0x80 | (c >> 12 & 63));
		*out++ = (char)(0x80 | (c >> 6 & 63));
		*out++ = (char)(0x80 | (c & 63));
	}
	return out;
}

/* Resolve the escape at the parser, a backslash, into *OUT, which has room for
 * it: no escape is longer than it is written. */
static bool
read_escape(struct parser *t, char **out, bool multi)
{
	static const char names[] = "btnfre\"\\";
	static const char values[] = "\b\t\n\f\r\033\"\\";
	const char *known;
	uint32_t c = 0;
	size_t digits;

	if (++t->p == t->end)
		return false;
	known = *t->p ? strchr(names, *t->p) : NULL;
	if (known) {
		*(*out)++ = values[known - names];
		t->p++;
		return true;
	}
	if (multi && strchr(" \t\r\n", *t->p)) {
		while (t->p < t->end && *t->p && strchr(" \t\r\n", *t->p))
			t->p++;
		return true;
	}
	digits = *t->p == 'u' ? 4 : *t->p == 'U' ? 8 : *t->p == 'x' ? 2 : 0;
	if (digits == 0 || (size_t)(t->end - t->p) <= digits)
		return false;
	for (size_t i = 1; i <= digits; i++) {
		char d = ascii_lower(t->p[i]);

		if (!ascii_is_digit(d) && !(d >= 'a' && d <= 'f'))
			return false;
		c = c << 4 | (uint32_t)(d <= '9' ? d - '0' : d - 'a' + 10);
	}
	t->p += digits + 1;
	if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return false;
	*out = put_utf8(*out, c);
	return true;
}

/* Read the string at the parser, of any of the four kinds. */
static bool
read_string(struct parser *t, char **text, size_t *len)
{
	char quote = *t->p, *out;
	bool multi = at(t, quote == '"' ? "\"\"\"" : "'''");

	t->p += multi ? 3 : 1;
	if (multi && t->p < t->end && *t->p == '\r')
		t->p++;
	if (multi && t->p < t->end && *t->p == '\n')
		t->p++;
	*text = out = t->p;
	while (t->p < t->end) {
		if (*t->p == quote &&
		    (!multi || at(t, quote == '"' ? "\"\"\"" : "'''"))) {
			t->p += multi ? 3 : 1;
			/* two more may be part of the text */
			for (int i = 0; multi && i < 2 && t->p < t->end &&
			     *t->p == quote; i++, t->p++)
				*out++ = quote;
			*len = (size_t)(out - *text);
			return true;
		}
		if (*t->p == '\n' && !multi)
			return false;
		if (*t->p == '\\' && quote == '"') {
			if (!read_escape(t, &out, multi))
				return false;
			continue;
		}
		*out++ = *t->p++;
	}
	return false;
}

static void
push(struct parser *t, const char *key, size_t n)
{
	size_t slash = t->len > 0;

	if (t->len + slash + n >= sizeof(t->path) || memchr(key, '/', n)) {
		t->hidden = true;
		return;
	}
	if (slash)
		t->path[t->len++] = '/';
	memcpy(t->path + t->len, key, n);
	t->len += n;
}

/* Read "a.b.'c'" and append it to the path. */
static bool
read_key(struct parser *t)
{
	for (;;) {
		char *key;
		size_t n = 0;

		skip_blanks(t);
		if (t->p == t->end)
			return false;
		key = t->p;
		if (*t->p == '"' || *t->p == '\'') {
			if (!read_string(t, &key, &n))
				return false;
		} else {
			while (t->p < t->end && (ascii_is_alnum(*t->p) ||
			                         *t->p == '_' || *t->p == '-'))
				t->p++;
			n = (size_t)(t->p - key);
			if (n == 0)
				return false;
		}
		push(t, key, n);
		skip_blanks(t);
		if (t->p == t->end || *t->p != '.')
			return true;
		t->p++;
	}
}

static int
report(struct parser *t, const char *text, size_t len, bool is_string)
{
	struct toml_value v = { t->path, t->element, text, len, is_string };

	t->path[t->len] = '\0';
	return t->hidden ? 0 : t->fn(t->ctx, &v);
}

static int read_value(struct parser *t);

/* "KEY = VALUE" below the path as it is. */
static int
read_pair(struct parser *t)
{
	size_t len = t->len;
	bool hidden = t->hidden;
	int err;

	if (!read_key(t) || t->p == t->end || *t->p != '=')
		return -EINVAL;
	t->p++;
	err = read_value(t);
	t->len = len;
	t->hidden = hidden;
	return err;
}

static int
read_array(struct parser *t)
{
	size_t len = t->len;
	bool hidden = t->hidden;

	t->p++;
	push(t, "[]", 2);
	for (;;) {
		int err;

		skip_lines(t);
		if (t->p < t->end && *t->p == ']')
			break;
		if (t->p < t->end && *t->p == '{')
			t->element++;
		err = read_value(t);
		if (err != 0)
			return err;
		skip_lines(t);
		if (t->p < t->end && *t->p == ',')
			t->p++;
		else if (t->p == t->end || *t->p != ']')
			return -EINVAL;
	}
	t->p++;
	t->len = len;
	t->hidden = hidden;
	return 0;
}

static int
read_table(struct parser *t)
{
	t->p++;
	for (;;) {
		int err;

		skip_lines(t);
		if (t->p < t->end && *t->p == '}')
			break;
		err = read_pair(t);
		if (err != 0)
			return err;
		skip_lines(t);
		if (t->p < t->end && *t->p == ',')
			t->p++;
		else if (t->p == t->end || *t->p != '}')
			return -EINVAL;
	}
	t->p++;
	return 0;
}

static int
read_value(struct parser *t)
{
	char *text;
	size_t len;
	int err = -EINVAL;

	skip_blanks(t);
	if (t->p == t->end || t->depth >= TOML_MAX_DEPTH)
		return -EINVAL;
	t->depth++;
	if (*t->p == '"' || *t->p == '\'') {
		if (read_string(t, &text, &len))
			err = report(t, text, len, true);
	} else if (*t->p == '[') {
		err = read_array(t);
	} else if (*t->p == '{') {
		err = read_table(t);
	} else {
		text = t->p;
		while (t->p < t->end && *t->p && !strchr(",]}#\r\n", *t->p))
			t->p++;
		len = (size_t)(t->p - text);
		while (len > 0 && strchr(" \t", text[len - 1]))
			len--;
		if (len > 0)
			err = report(t, text, len, false);
	}
	t->depth--;
	return err;
}

/* "[a.b]" or "[[a.b]]". */
static int
read_header(struct parser *t)
{
	bool array = at(t, "[[");

	t->p += array ? 2 : 1;
	t->len = 0;
	t->hidden = false;
	if (!read_key(t) || !at(t, array ? "]]" : "]"))
		return -EINVAL;
	t->p += array ? 2 : 1;
	if (array) {
		push(t, "[]", 2);
		t->element++;
	}
	t->table = t->len;
	t->table_hidden = t->hidden;
	return 0;
}

int
toml_each(char *text, size_t n,
          int (*fn)(void *ctx, const struct toml_value *v), void *ctx)
{
	struct parser t = { .p = text, .end = text + n, .fn = fn, .ctx = ctx };

	if (at(&t, "\xef\xbb\xbf"))
		t.p += 3;
	for (;;) {
		int err;

		skip_lines(&t);
		if (t.p == t.end)
			return 0;
		t.len = t.table;
		t.hidden = t.table_hidden;
		err = *t.p == '[' ? read_header(&t) : read_pair(&t);
		if (err != 0)
			return err;
		if (!skip_rest(&t))
			return -EINVAL;
	}
}
