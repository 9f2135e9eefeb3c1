#include "resolve/dependency.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/diag.h"
#include "format/pep440.h"
#include "resolve/marker.h"

enum {
	MAX_SHOWN = 200,
	MAX_NAME = 255, /* no file has a longer one */
	MAX_LIST = 8192, /* of specifiers or extras, in bytes */
};

struct parser {
	struct slice all;
	struct slice rest;
	struct diag *diag;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void
advance(struct slice *t, size_t n)
{
	t->s += n;
	t->n -= n;
}

static void
skip_blanks(struct slice *t)
{
	while (t->n > 0 && is_blank(*t->s))
		advance(t, 1);
}

static bool
take(struct slice *t, char c)
{
	if (t->n == 0 || *t->s != c)
		return false;
	advance(t, 1);
	return true;
}

static int
refuse(const struct parser *p, const char *reason)
{
	return diag_set(p->diag, -EINVAL, "'%.*s', character %zu: %s",
	                p->all.n < MAX_SHOWN ? (int)p->all.n : MAX_SHOWN,
	                p->all.s, (size_t)(p->rest.s - p->all.s) + 1, reason);
}

bool
dependency_take_name(struct slice *rest, struct slice *name)
{
	size_t n = 0;

	while (n < rest->n && (ascii_is_alnum(rest->s[n]) ||
	                       (n > 0 && rest->s[n] &&
	                        strchr("._-", rest->s[n]))))
		n++;
	if (n == 0 || rest->s[n - 1] == '.' || rest->s[n - 1] == '-')
		return false;
	*name = (struct slice){ rest->s, n };
	advance(rest, n);
	return true;
}

/* Take "[]", or names with commas between them in brackets. */
bool
dependency_take_extras(struct slice *rest, struct slice *extras)
{
	struct slice t = *rest, name;
	const char *start = t.s + 1, *end;

	*extras = (struct slice){ t.s, 0 };
	if (!take(&t, '['))
		return true;
	skip_blanks(&t);
	if (t.n > 0 && *t.s != ']') {
		do {
			skip_blanks(&t);
			if (!dependency_take_name(&t, &name))
				return false;
			skip_blanks(&t);
		} while (take(&t, ','));
	}
	end = t.s;
	if (!take(&t, ']'))
		return false;
	*extras = slice_trimmed((struct slice){ start, (size_t)(end - start) });
	*rest = t;
	return true;
}

/* Take the next item before a comma, without blanks around it. Return false at the
 * end; an item may be empty. */
static bool
next_item(struct slice *list, struct slice *item)
{
	const char *comma;

	if (list->n == 0)
		return false;
	comma = memchr(list->s, ',', list->n);
	*item = (struct slice){ list->s, comma ? (size_t)(comma - list->s)
	                                       : list->n };
	advance(list, item->n + (comma != NULL));
	*item = slice_trimmed(*item);
	return true;
}

/* Only the last specifier may be empty, because a comma may end the list. */
static int
check_specifiers(struct parser *p, struct slice list)
{
	struct slice item;

	while (next_item(&list, &item)) {
		p->rest.s = item.s;
		if (item.n == 0)
			return refuse(p, "expected a version specifier");
		if (pep440_fits(item.s, item.n, "0", 1) < 0)
			return refuse(p, "it is not a valid version specifier");
	}
	return 0;
}

/* Read "(SPECIFIERS)" or "SPECIFIERS", up to ';' or the end. */
static int
read_specifiers(struct parser *p, struct slice *list)
{
	bool parentheses = take(&p->rest, '(');
	struct slice after;

	for (list->n = 0, list->s = p->rest.s; list->n < p->rest.n; list->n++) {
		if (list->s[list->n] == ';' || list->s[list->n] == ')')
			break;
	}
	advance(&p->rest, list->n);
	if (parentheses && !take(&p->rest, ')'))
		return refuse(p, "expected ')'");
	after = p->rest;
	*list = slice_trimmed(*list);
	if (list->n > MAX_LIST)
		return refuse(p, "more than 8192 bytes of specifiers");
	if (check_specifiers(p, *list) < 0)
		return p->diag->code;
	p->rest = after;
	return 0;
}

/* Read a URL, which ends at a blank. */
static int
read_url(struct parser *p, struct slice *url)
{
	skip_blanks(&p->rest);
	for (*url = (struct slice){ p->rest.s, 0 }; url->n < p->rest.n; url->n++) {
		if (is_blank(url->s[url->n]))
			break;
	}
	advance(&p->rest, url->n);
	return url->n > 0 ? 0 : refuse(p, "expected a URL");
}

static int
read_parts(struct parser *p, struct dependency *d)
{
	skip_blanks(&p->rest);
	if (!dependency_take_name(&p->rest, &d->name))
		return refuse(p, "expected the name of a project");
	if (d->name.n > MAX_NAME)
		return refuse(p, "a name of more than 255 characters");
	skip_blanks(&p->rest);
	if (!dependency_take_extras(&p->rest, &d->extras))
		return refuse(p, "expected names of extras, then ']'");
	if (d->extras.n > MAX_LIST)
		return refuse(p, "more than 8192 bytes of extras");
	skip_blanks(&p->rest);
	if (take(&p->rest, '@'))
		return read_url(p, &d->url);
	return read_specifiers(p, &d->specifiers);
}

int
dependency_parse(struct dependency *d, const char *text, size_t n,
                 struct arena *a, struct diag *diag)
{
	struct parser p = { { text, n }, { text, n }, diag };
	const char *flaw = line_flaw(text, n);

	memset(d, 0, sizeof(*d));
	if (flaw)
		return refuse(&p, flaw);
	if (read_parts(&p, d) < 0)
		return diag->code;
	skip_blanks(&p.rest);
	if (p.rest.n == 0)
		return 0;
	if (!take(&p.rest, ';'))
		return refuse(&p, "expected ';' or the end");
	d->marker = slice_trimmed(p.rest);
	return marker_check(d->marker.s, d->marker.n, a, diag);
}

bool
dependency_accepts(const struct dependency *d, const char *version)
{
	return d->specifiers.n == 0 ||
	       pep440_fits(d->specifiers.s, d->specifiers.n, version,
	                   strlen(version)) > 0;
}

static int
compare_slices(const void *a, const void *b)
{
	const struct slice *x = a, *y = b;
	int order = memcmp(x->s, y->s, x->n < y->n ? x->n : y->n);

	return order ? order : (x->n > y->n) - (x->n < y->n);
}

/* Return the length of the operator at the start of a specifier. */
static size_t
operator_length(struct slice t)
{
	size_t n = 0;

	while (n < t.n && n < 3 && strchr("=!<>~", t.s[n]))
		n++;
	return n;
}

/* Return ITEM without blanks after its operator. */
static struct slice
joined(struct slice item, struct arena *a)
{
	size_t n = operator_length(item);
	struct slice text = { item.s + n, item.n - n };
	char *copy;

	text = slice_trimmed(text);
	if (text.s == item.s + n)
		return item;
	copy = arena_alloc(a, n + text.n);
	memcpy(copy, item.s, n);
	memcpy(copy + n, text.s, text.n);
	return (struct slice){ copy, n + text.n };
}

/* Append the items of LIST sorted, each once, with commas between them. */
static void
put_items(struct buf *out, struct slice list)
{
	struct slice *items = NULL, item;
	size_t count = 0, room = 0;

	while (next_item(&list, &item)) {
		items = arena_more(out->arena, items, count, &room,
		                   sizeof(*items));
		items[count++] = joined(item, out->arena);
	}
	if (count > 1)
		qsort(items, count, sizeof(*items), compare_slices);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && compare_slices(&items[i - 1], &items[i]) == 0)
			continue;
		if (i > 0)
			buf_putc(out, ',');
		buf_add(out, items[i].s, items[i].n);
	}
}

void
dependency_put(struct buf *out, const struct dependency *d)
{
	buf_add(out, d->name.s, d->name.n);
	if (d->extras.n > 0) {
		buf_putc(out, '[');
		put_items(out, d->extras);
		buf_putc(out, ']');
	}
	put_items(out, d->specifiers);
	if (d->url.n > 0)
		buf_fmt(out, " @ %.*s", (int)d->url.n, d->url.s);
	if (d->marker.n > 0) {
		buf_puts(out, d->url.n > 0 ? " ; " : "; ");
		marker_put(out, d->marker.s, d->marker.n);
	}
}
