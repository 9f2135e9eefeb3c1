#include "wheel/record.h"

#include <errno.h>
#include <stdbool.h>
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

/* Return where the line at S ends: at LF, END, or unless STRICT at CR; *NEXT:
 * where the next one starts. */
static char *
end_of_line(char *s, char *end, bool strict, char **next)
{
	char *stop = s;

	while (stop < end && *stop != '\n' && (strict || *stop != '\r'))
		stop++;
	*next = stop < end ? stop + 1 : end;
	if (strict && stop > s && stop[-1] == '\r')
		stop--;
	return stop;
}

static int
parse(struct record *r, const char *text, size_t n, bool strict,
      struct arena *a, struct diag *d)
{
	size_t lines = 1, line = 0;
	char *s, *end, *next;

	for (size_t i = 0; i < n; i++)
		lines += text[i] == '\n' || text[i] == '\r';
	/* no row of a strict one is shorter than ",,\n", but the last one */
	if (strict && lines > n / 3 + 1)
		lines = n / 3 + 1;
	s = arena_dup(a, text, n);
	r->rows = arena_zero(a, lines, sizeof(*r->rows));
	r->count = 0;
	for (end = s + n; s < end; s = next) {
		char *stop = end_of_line(s, end, strict, &next);
		const char *bad = NULL;

		line++;
		if (strict || stop > s)
			bad = take_row(&r->rows[r->count++], s, stop, strict);
		if (bad)
			return diag_set(d, -EINVAL, "line %zu: %s", line, bad);
	}
	return 0;
}

int
record_parse(struct record *r, const char *text, size_t n, struct arena *a,
             struct diag *d)
{
	while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r'))
		n--;
	return parse(r, text, n, true, a, d);
}

int
record_parse_installed(struct record *r, const char *text, size_t n,
                       struct arena *a, struct diag *d)
{
	size_t mark = n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	return parse(r, text + mark, n - mark, false, a, d);
}

/* Rows that are equal in the fields before FIELD and in AT bytes of it. */
struct part {
	struct record_row *rows;
	size_t n;
	int field;
	size_t at;
};

static unsigned char
byte_of(const struct record_row *row, const struct part *p)
{
	const char *s = p->field == 0 ? row->path :
	                p->field == 1 ? row->hash : row->size;

	return (unsigned char)s[p->at];
}

/*
 * Split P by one byte, that of its middle row: OUT[0] has less there, OUT[1]
 * the same and continues after it, OUT[2] more.
 */
static void
split(const struct part *p, struct part out[3])
{
	unsigned char middle = byte_of(&p->rows[p->n / 2], p);
	size_t less = 0, more = p->n;

	for (size_t i = 0; i < more;) {
		struct record_row row = p->rows[i];
		unsigned char c = byte_of(&row, p);
		size_t to = c < middle ? less++ : c > middle ? --more : i;

		p->rows[i] = p->rows[to];
		p->rows[to] = row;
		i += c <= middle;
	}
	out[0] = out[1] = out[2] = *p;
	out[0].n = less;
	out[1].rows += less;
	out[1].n = more - less;
	out[1].at++;
	if (!middle) {
		out[1].field++;
		out[1].at = 0;
	}
	out[2].rows += more;
	out[2].n -= more;
}

/*
 * Quicksort by bytes: a prefix that rows share is read once, and no order of
 * rows makes it slow. No call for the largest part keeps the stack flat.
 */
static void
sort(struct part p)
{
	while (p.n > 1 && p.field < 3) {
		struct part parts[3];
		int most = 0;

		split(&p, parts);
		for (int i = 1; i < 3; i++)
			most = parts[i].n > parts[most].n ? i : most;
		for (int i = 0; i < 3; i++) {
			if (i != most)
				sort(parts[i]);
		}
		p = parts[most];
	}
}

void
record_sort(struct record *r)
{
	sort((struct part){ .rows = r->rows, .n = r->count });
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
