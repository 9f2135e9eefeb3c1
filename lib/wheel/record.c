#include "wheel/record.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "base/str.h"
#include "format/digest.h"

/*
 * Unquote the field at *P, which ends before END, in place, and end it with a
 * NUL. *P is then after the comma, or NULL after the last field.
 */
static const char *
take_field(char **p, char *end, const char **field)
{
	char *s = *p, *to = s;

	*field = s;
	if (s < end && *s == '"') {
		for (s++;; *to++ = *s++) {
			if (s == end)
				return "a quote is not closed";
			if (*s == '"' && (++s == end || *s != '"'))
				break;
		}
		if (s < end && *s != ',')
			return "text after a quote";
	} else {
		s = memchr(s, ',', (size_t)(end - s));
		s = s ? s : end;
		if (memchr(*p, '"', (size_t)(s - *p)))
			return "a quote inside a field";
		to = s;
	}
	*p = s < end ? s + 1 : NULL;
	*to = '\0';
	return NULL;
}

static const char *
take_row(struct record_row *row, char *s, char *end, bool strict)
{
	const char **fields[] = { &row->path, &row->hash, &row->size };
	const char *bad = line_flaw(s, (size_t)(end - s)), *rest;
	int i = 0;

	row->path = row->hash = row->size = "";
	for (; !bad && s; i++)
		bad = take_field(&s, end, i < 3 ? fields[i] : &rest);
	return !bad && strict && i != 3 ? "not three fields" : bad;
}

const char *
record_parse_line(struct record_row *row, char *s, size_t n)
{
	return take_row(row, s, s + n, true);
}

void
record_reader_init(struct record_reader *r, bool strict,
                   int (*row)(void *ctx, const struct record_row *row),
                   void *ctx, struct arena *a)
{
	*r = (struct record_reader){ .strict = strict, .row = row, .ctx = ctx,
		                      .prefix = "" };
	buf_init(&r->line, a);
}

/* Pass on the row in the line that has been collected. */
static int
end_line(struct record_reader *r, struct diag *d)
{
	const char *bad = NULL;
	char *s = r->line.data;
	size_t n = r->line.len;
	struct record_row row;

	r->lines++;
	r->line.len = 0;
	if (r->strict && n > 0 && s[n - 1] == '\r')
		n--;
	if (!r->strict && r->lines == 1 && n >= 3 &&
	    memcmp(s, "\xef\xbb\xbf", 3) == 0) {
		s += 3;
		n -= 3;
	}
	if (n == 0) {
		r->empty = r->empty ? r->empty : r->lines;
		return 0;
	}
	if (r->strict && r->empty)
		return diag_set(d, -EINVAL, "%sline %zu: not three fields",
		                r->prefix, r->empty);
	r->empty = 0;
	bad = take_row(&row, s, s + n, r->strict);
	if (bad)
		return diag_set(d, -EINVAL, "%sline %zu: %s", r->prefix,
		                r->lines, bad);
	return r->row(r->ctx, &row);
}

/* Return the number of bytes before the end of a line, in the N at S; N if there is
 * none. */
static size_t
find_end(const struct record_reader *r, const char *s, size_t n)
{
	const char *end = memchr(s, '\n', n);
	size_t i = 0;

	if (end)
		n = (size_t)(end - s);
	if (r->strict)
		return n;
	while (i < n && s[i] != '\r')
		i++;
	return i;
}

int
record_read(struct record_reader *r, const void *p, size_t n, struct diag *d)
{
	const char *s = p;
	int err = 0;

	while (err == 0 && n > 0) {
		size_t part = find_end(r, s, n);

		if (part > RECORD_MAX_LINE - r->line.len)
			return diag_set(d, -EINVAL, "%sline %zu: longer than "
			                "%d bytes", r->prefix, r->lines + 1,
			                RECORD_MAX_LINE);
		buf_add(&r->line, s, part);
		if (part == n)
			break;
		buf_str(&r->line); /* room for the NUL of the last field */
		err = end_line(r, d);
		s += part + 1;
		n -= part + 1;
	}
	return err;
}

int
record_read_end(struct record_reader *r, struct diag *d)
{
	buf_str(&r->line);
	return r->line.len > 0 ? end_line(r, d) : 0;
}

static void
put_field(struct buf *out, const char *s)
{
	if (!s[strcspn(s, ",\"\r\n")]) {
		buf_puts(out, s);
		return;
	}
	buf_putc(out, '"');
	for (; *s; s++) {
		if (*s == '"')
			buf_putc(out, '"');
		buf_putc(out, *s);
	}
	buf_putc(out, '"');
}

void
record_put(struct buf *out, const struct record_row *row)
{
	put_field(out, row->path);
	buf_putc(out, ',');
	put_field(out, row->hash);
	buf_putc(out, ',');
	put_field(out, row->size);
	buf_puts(out, "\r\n");
}

void
record_describe(struct record_row *row, const void *text, size_t n,
                struct arena *a)
{
	unsigned char sum[DIGEST_MAX];
	struct digest digest;
	struct buf hash;

	digest_init(&digest, DIGEST_SHA256);
	digest_add(&digest, text, n);
	digest_end(&digest, sum);
	buf_init(&hash, a);
	digest_put_record(&hash, DIGEST_SHA256, sum);
	row->hash = buf_str(&hash);
	row->size = arena_fmt(a, "%zu", n);
}
