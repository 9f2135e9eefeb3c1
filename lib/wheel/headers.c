#include "wheel/headers.h"

#include "base/ascii.h"

struct line {
	const char *p;
	size_t n; /* without its end */
	size_t total;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_blank_or_end(char c)
{
	return is_blank(c) || c == '\r' || c == '\n';
}

/* The line at P, which LF, CR or both end. */
static struct line
first_line(const char *p, size_t n)
{
	struct line l = { p, 0, 0 };

	while (l.n < n && p[l.n] != '\n' && p[l.n] != '\r')
		l.n++;
	l.total = l.n + (l.n < n);
	if (l.total < n && p[l.n] == '\r' && p[l.total] == '\n')
		l.total++;
	return l;
}

/* Bytes of the name before the colon; the length of the line if it is no
 * header. */
static size_t
name_length(const struct line *l)
{
	size_t i = 0;

	while (i < l->n && l->p[i] != ':' && l->p[i] > ' ' && l->p[i] < 0x7f)
		i++;
	return i < l->n && l->p[i] == ':' ? i : l->n;
}

bool
headers_get(const char *text, size_t n, const char *name, size_t index,
            const char **value, size_t *len)
{
	const char *end = text + n, *p = text;

	while (p < end) {
		struct line l = first_line(p, (size_t)(end - p));
		size_t colon = name_length(&l);

		/* what has no colon is the body, as is all behind it */
		if (colon == l.n && !(l.n > 0 && is_blank(*l.p)))
			return false;
		p += l.total;
		if (colon == l.n || !ascii_same(l.p, colon, name) ||
		    index-- > 0)
			continue;
		while (p < end && is_blank(*p))
			p += first_line(p, (size_t)(end - p)).total;
		for (*value = l.p + colon + 1; *value < p; ++*value) {
			if (!is_blank_or_end(**value))
				break;
		}
		for (*len = (size_t)(p - *value); *len > 0; --*len) {
			if (!is_blank_or_end((*value)[*len - 1]))
				break;
		}
		return true;
	}
	return false;
}
