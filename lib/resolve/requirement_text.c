#include "resolve/requirement_text.h"

#include <errno.h>
#include <stdbool.h>

#include "base/diag.h"

enum { MAX_SHOWN = 100 };

static const char wide_blank[] = "a blank that is not ASCII";

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* ---- encoding --------------------------------------------------------------- */

static void
put_utf8(char **out, uint32_t cp)
{
	unsigned shift = cp < 0x80 ? 0 : cp < 0x800 ? 6 : cp < 0x10000 ? 12 : 18;
	unsigned first = cp < 0x80 ? 0 : cp < 0x800 ? 0xc0 :
	                 cp < 0x10000 ? 0xe0 : 0xf0;

	*(*out)++ = (char)(first | cp >> shift);
	while (shift > 0) {
		shift -= 6;
		*(*out)++ = (char)(0x80 | (cp >> shift & 0x3f));
	}
}

static unsigned
unit_at(const unsigned char *p, bool big)
{
	return big ? (unsigned)p[0] << 8 | p[1] : (unsigned)p[1] << 8 | p[0];
}

/* Decode N bytes of UTF-16. Return false if they are not. */
static bool
decode_utf16(struct slice *text, const char *bytes, size_t n, bool big,
             struct arena *a)
{
	const unsigned char *p = (const unsigned char *)bytes, *end = p + n;
	char *out = arena_alloc(a, n / 2 * 3 + 1), *start = out;

	if (n % 2 != 0)
		return false;
	for (; p < end; p += 2) {
		uint32_t cp = unit_at(p, big);

		if (cp >= 0xd800 && cp < 0xe000) {
			uint32_t low = end - p < 4 ? 0 : unit_at(p + 2, big);

			if (cp >= 0xdc00 || low < 0xdc00 || low >= 0xe000)
				return false;
			cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
			p += 2;
		}
		put_utf8(&out, cp);
	}
	*text = (struct slice){ start, (size_t)(out - start) };
	return true;
}

static bool
starts(const char *s, size_t n, const char *mark, size_t mark_len)
{
	return n >= mark_len && memcmp(s, mark, mark_len) == 0;
}

int
requirement_text_open(struct requirement_text *t, const char *bytes, size_t n,
                      const char *const *env, struct arena *a, struct diag *d)
{
	size_t skip = starts(bytes, n, "\xef\xbb\xbf", 3) ? 3 : 0;
	bool little = starts(bytes, n, "\xff\xfe", 2);

	*t = (struct requirement_text){ .env = env, .diag = d };
	buf_init(&t->joined, a);
	buf_init(&t->expanded, a);
	if (n > REQUIREMENT_TEXT_MAX)
		return diag_set(d, -EINVAL, "it is larger than %d MB",
		                REQUIREMENT_TEXT_MAX / 1024 / 1024);
	if (starts(bytes, n, "\xff\xfe\0\0", 4) ||
	    starts(bytes, n, "\0\0\xfe\xff", 4))
		return diag_set(d, -EINVAL, "it is UTF-32, not UTF-8");
	t->rest = (struct slice){ bytes + skip, n - skip };
	if ((little || starts(bytes, n, "\xfe\xff", 2)) &&
	    !decode_utf16(&t->rest, bytes + 2, n - 2, !little, a))
		return diag_set(d, -EINVAL, "it is not valid UTF-16");
	return 0;
}

/* ---- lines ------------------------------------------------------------------ */

/* Take the next physical line, up to LF, CRLF or CR. Return false at the
 * end. */
static bool
take_line(struct requirement_text *t, struct slice *line)
{
	const char *s = t->rest.s;
	size_t n = t->rest.n, len = 0, end;

	if (n == 0)
		return false;
	while (len < n && s[len] != '\n' && s[len] != '\r')
		len++;
	end = len + (len < n);
	if (len + 1 < n && s[len] == '\r' && s[len + 1] == '\n')
		end++;
	*line = (struct slice){ s, len };
	t->rest = (struct slice){ s + end, n - end };
	t->number++;
	return true;
}

static bool
is_comment(struct slice line)
{
	line = slice_trimmed(line);
	return line.n > 0 && *line.s == '#';
}

/* Append LINE without backslashes at both ends, as pip does. */
static void
add_continued(struct buf *b, struct slice line)
{
	while (line.n > 0 && line.s[line.n - 1] == '\\')
		line.n--;
	while (line.n > 0 && *line.s == '\\') {
		line.s++;
		line.n--;
	}
	buf_add(b, line.s, line.n);
}

static int
refuse(struct requirement_text *t, const char *flaw)
{
	t->line = t->number;
	return diag_set(t->diag, -EINVAL, "%s", flaw);
}

/* Take a line and those that continue it. A comment ends a continuation and is
 * not continued itself. Return 1, 0 at the end, or -EINVAL. */
static int
take_joined(struct requirement_text *t, struct slice *line)
{
	bool joins = false;
	struct slice s;

	t->joined.len = 0;
	while (take_line(t, &s)) {
		const char *flaw = line_flaw(s.s, s.n);
		bool comment = is_comment(s);

		if (flaw)
			return refuse(t, flaw);
		if (!joins)
			t->line = t->number;
		if (s.n > 0 && s.s[s.n - 1] == '\\' && !comment) {
			joins = true;
			add_continued(&t->joined, s);
			continue;
		}
		*line = s;
		if (!joins)
			return 1;
		buf_puts(&t->joined, comment ? " " : "");
		buf_add(&t->joined, s.s, s.n);
		break;
	}
	*line = (struct slice){ t->joined.data, t->joined.len };
	return joins;
}

/* Return whether CP is one of the blanks of Unicode, other than ASCII and the
 * ends of lines, that Python strips and pip lets start a comment. */
static bool
is_wide_blank(uint32_t cp)
{
	return cp == 0xa0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200a) ||
	       cp == 0x202f || cp == 0x205f || cp == 0x3000;
}

static bool
has_wide_blank(const char *s, size_t n)
{
	while (n > 0) {
		uint32_t cp = (unsigned char)*s;
		size_t len = cp < 0x80 ? 1 : utf8_decode(s, n, &cp);

		if (len == 0 || is_wide_blank(cp))
			return true;
		s += len;
		n -= len;
	}
	return false;
}

const char *
requirement_text_flaw(const char *s, size_t n)
{
	const char *flaw = line_flaw(s, n);

	if (!flaw && has_wide_blank(s, n))
		return wide_blank;
	return flaw;
}

static void
cut_comment(struct slice *line)
{
	size_t i = 0;

	while (i < line->n && (line->s[i] != '#' ||
	                       (i > 0 && !is_blank(line->s[i - 1]))))
		i++;
	line->n = i;
}

/* ---- variables -------------------------------------------------------------- */

static bool
is_variable_char(char c)
{
	return (c >= 'A' && c <= 'Z') || ascii_is_digit(c) || c == '_';
}

/* Return the length of "${NAME}" at the start of S, 0 if it is not there. */
static size_t
variable_length(struct slice s)
{
	size_t n = 2;

	if (s.n < 4 || s.s[0] != '$' || s.s[1] != '{')
		return 0;
	while (n < s.n && is_variable_char(s.s[n]))
		n++;
	return n > 2 && n < s.n && s.s[n] == '}' ? n + 1 : 0;
}

static const char *
find_value(const char *const *env, const char *name, size_t n)
{
	for (; env && *env; env++) {
		if (strncmp(*env, name, n) == 0 && (*env)[n] == '=')
			return *env + n + 1;
	}
	return NULL;
}

/* Append the value of the variable "${NAME}" at S; if it is empty or unset,
 * append the text as it is. */
static int
put_variable(struct requirement_text *t, const char *s, size_t n)
{
	const char *value = find_value(t->env, s + 2, n - 3), *flaw;
	size_t len = value ? strlen(value) : 0;

	if (len == 0) {
		buf_add(&t->expanded, s, n);
		return 0;
	}
	if (len > REQUIREMENT_TEXT_MAX - t->expansion)
		return diag_set(t->diag, -EINVAL, "the values of variables "
		                "are too long");
	t->expansion += len;
	flaw = requirement_text_flaw(value, len);
	if (flaw)
		return diag_set(t->diag, -EINVAL, "the value of the variable "
		                "%.*s: %s", n < MAX_SHOWN ? (int)n - 3 : MAX_SHOWN,
		                s + 2, flaw);
	buf_add(&t->expanded, value, len);
	return 0;
}

/* Replace the variables in LINE, once. */
static int
expand(struct requirement_text *t, struct slice *line)
{
	struct slice rest = *line;

	if (!memchr(line->s, '$', line->n))
		return 1;
	t->expanded.len = 0;
	while (rest.n > 0) {
		size_t n = variable_length(rest);

		if (n == 0)
			buf_putc(&t->expanded, *rest.s);
		else if (put_variable(t, rest.s, n) < 0)
			return t->diag->code;
		rest.s += n ? n : 1;
		rest.n -= n ? n : 1;
	}
	*line = (struct slice){ t->expanded.data, t->expanded.len };
	return 1;
}

int
requirement_text_next(struct requirement_text *t, struct slice *line)
{
	do {
		int rc = take_joined(t, line);

		if (rc <= 0)
			return rc;
		cut_comment(line);
		if (has_wide_blank(line->s, line->n))
			return diag_set(t->diag, -EINVAL, "%s", wide_blank);
		*line = slice_trimmed(*line);
	} while (line->n == 0);
	return expand(t, line);
}
