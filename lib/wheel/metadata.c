#include "wheel/metadata.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/str.h"

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

/* Return the length of the first line of the N bytes at P, without its end (LF,
 * CR or both), with which it has *TOTAL bytes. */
static size_t
first_line(const char *p, size_t n, size_t *total)
{
	size_t len = 0;

	while (len < n && p[len] != '\n' && p[len] != '\r')
		len++;
	*total = len + (len < n);
	if (*total < n && p[len] == '\r' && p[*total] == '\n')
		++*total;
	return len;
}

/* Return the length of the name before the colon in the line at P, of N bytes;
 * N if it is no header. */
static size_t
name_length(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && p[i] != ':' && p[i] > ' ' && p[i] < 0x7f)
		i++;
	return i < n && p[i] == ':' ? i : n;
}

bool
metadata_next(const char *text, size_t n, size_t *at, const char *name,
              const char **value, size_t *len)
{
	const char *end = text + n, *p = text + *at;

	while (p < end) {
		size_t total, line = first_line(p, (size_t)(end - p), &total);
		size_t colon = name_length(p, line);
		const char *start = p + colon;
		bool wanted = colon < line && ascii_same(p, colon, name);

		/* a line without a colon starts the body */
		if (colon == line && !(line > 0 && is_blank(*p)))
			return false;
		p += total;
		if (!wanted)
			continue;
		for (; p < end && is_blank(*p); p += total)
			(void)first_line(p, (size_t)(end - p), &total);
		for (start++; start < p && is_blank_or_end(*start);)
			start++;
		*value = start;
		for (*len = (size_t)(p - start); *len > 0; --*len) {
			if (!is_blank_or_end(start[*len - 1]))
				break;
		}
		*at = (size_t)(p - text);
		return true;
	}
	return false;
}

bool
metadata_header(const char *text, size_t n, const char *name,
                const char **value, size_t *len)
{
	size_t at = 0;

	return metadata_next(text, n, &at, name, value, len);
}

char *
metadata_unfold(struct arena *a, const char *value, size_t n)
{
	char *line = arena_dup(a, value, n);

	for (size_t i = 0; i < n; i++) {
		if (line[i] == '\n' || line[i] == '\r')
			line[i] = ' ';
	}
	return line;
}

/* CONSOLE and GUI are the sections of scripts. */
enum section { NONE, OTHER, CONSOLE, GUI };

struct item {
	struct entry_point point;
	enum section section;
	unsigned line;
};

struct reading {
	struct arena *arena;
	struct arena list; /* of the items, which grows */
	struct diag *diag;
	struct item *items;
	size_t count, room;
	unsigned line;
	enum section section;
	bool seen[GUI + 1];
	bool in_value; /* a line with more blanks before it goes on with it */
	size_t indent; /* of the line before */
};

static int
refuse(struct reading *r, const char *reason)
{
	return diag_set(r->diag, -EINVAL, "line %u: %s", r->line, reason);
}

/* Return whether C can be in a name: \w of a regular expression, and all that
 * is not ASCII. */
static bool
is_word(char c)
{
	return ascii_is_alnum(c) || c == '_' || (unsigned char)c >= 0x80;
}

/* Take a dotted identifier and the blanks around it off T; it is empty if
 * there is none. */
static struct slice
take_dotted(struct slice *t)
{
	struct slice dotted;
	size_t n = 0;
	char last = '.';

	*t = slice_trimmed(*t);
	dotted.s = t->s;
	while (n < t->n && (is_word(t->s[n]) || t->s[n] == '.')) {
		char c = t->s[n];

		if (last == '.' && (c == '.' || ascii_is_digit(c)))
			break;
		last = c;
		n++;
	}
	t->s += n;
	t->n -= n;
	*t = slice_trimmed(*t);
	dotted.n = last == '.' ? 0 : n;
	return dotted;
}

/* Return whether T can be the name of a file in the directory of scripts. Those
 * control characters that end a text are not in it. */
static bool
is_name(struct slice t)
{
	for (size_t i = 0; i < t.n;) {
		uint32_t cp;

		i += utf8_decode(t.s + i, t.n - i, &cp);
		if (cp < ' ' || (cp >= 0x7f && cp < 0xa0))
			return false;
	}
	return t.n > 0 && !memchr(t.s, '/', t.n) &&
	       !(*t.s == '.' && (t.n == 1 || (t.n == 2 && t.s[1] == '.')));
}

static struct item *
new_item(struct reading *r)
{
	r->items = arena_more(&r->list, r->items, r->count, &r->room,
	                      sizeof(*r->items));
	return &r->items[r->count++];
}

/* "NAME = MODULE:ATTRIBUTE [EXTRAS]", and the extras are of no use here. */
static int
read_script(struct reading *r, struct slice t)
{
	const char *equals = memchr(t.s, '=', t.n);
	struct slice name, module, attribute = { NULL, 0 };
	struct item *item;

	if (!equals)
		return refuse(r, "it has no '='");
	name = slice_trimmed((struct slice){ t.s, (size_t)(equals - t.s) });
	t.n -= (size_t)(equals - t.s) + 1;
	t.s = equals + 1;
	if (!is_name(name))
		return refuse(r, "no script can have this name");
	module = take_dotted(&t);
	if (module.n && t.n && *t.s == ':') {
		t.s++;
		t.n--;
		attribute = take_dotted(&t);
	}
	if (!attribute.n || (t.n && (t.n < 2 || *t.s != '[' ||
	                             t.s[t.n - 1] != ']')))
		return refuse(r, "its value is not MODULE:FUNCTION");
	item = new_item(r);
	item->section = r->section;
	item->line = r->line;
	item->point.gui = r->section == GUI;
	item->point.name = arena_dup(r->arena, name.s, name.n);
	item->point.module = arena_dup(r->arena, module.s, module.n);
	item->point.attribute = arena_dup(r->arena, attribute.s, attribute.n);
	return 0;
}

static int
read_section(struct reading *r, struct slice t)
{
	struct slice name = { t.s + 1, t.n - 2 };

	if (t.n < 3 || t.s[t.n - 1] != ']' || memchr(name.s, '[', name.n) ||
	    memchr(name.s, ']', name.n))
		return refuse(r, "it is not a [SECTION]");
	r->in_value = false;
	r->section = OTHER;
	if (name.n == 15 && memcmp(name.s, "console_scripts", 15) == 0)
		r->section = CONSOLE;
	else if (name.n == 11 && memcmp(name.s, "gui_scripts", 11) == 0)
		r->section = GUI;
	if (r->section != OTHER && r->seen[r->section])
		return refuse(r, "the section is there twice");
	r->seen[r->section] = true;
	return 0;
}

/* Readers of Python do not agree what goes on with a value: where it could be
 * a script or a section, it is refused. */
static int
read_line(struct reading *r, struct slice line)
{
	struct slice t = slice_trimmed(line);
	size_t indent = (size_t)(t.s - line.s);

	if (t.n == 0 || *t.s == '#' || *t.s == ';')
		return 0;
	if (r->in_value && indent > r->indent) {
		if (r->section != OTHER || *t.s == '[')
			return refuse(r, "it belongs to the line before");
		return 0;
	}
	r->indent = indent;
	if (*t.s == '[')
		return read_section(r, t);
	if (r->section == NONE)
		return refuse(r, "it is in no section");
	r->in_value = true;
	return r->section == OTHER ? 0 : read_script(r, t);
}

/* UTF-8 with one notion of what a line is: some readers of Python end one at
 * each of these. */
static int
check_text(struct reading *r, struct slice t)
{
	unsigned line = 1;

	for (size_t i = 0; i < t.n;) {
		uint32_t cp;
		size_t len = utf8_decode(t.s + i, t.n - i, &cp);
		bool ends = cp == '\r' && i + 1 < t.n && t.s[i + 1] == '\n';

		if (len == 0 ||
		    (cp < ' ' && cp != '\n' && cp != '\t' && !ends) ||
		    cp == 0x85 || cp == 0x2028 || cp == 0x2029) {
			r->line = line;
			return refuse(r, len ? "it holds a control character"
			                     : "it is not UTF-8");
		}
		line += cp == '\n';
		i += len;
	}
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = strcmp(x->point.name, y->point.name);

	if (order == 0)
		order = (int)x->section - (int)y->section;
	return order ? order : (x->line > y->line) - (x->line < y->line);
}

/* Sort the scripts into E, each name once: if both sections have it, the gui's. */
static int
put_in_order(struct reading *r, struct entry_points *e)
{
	e->count = 0;
	e->list = arena_zero(r->arena, r->count, sizeof(*e->list));
	if (r->count > 1)
		qsort(r->items, r->count, sizeof(*r->items), compare);
	for (size_t i = 0; i < r->count; i++) {
		const struct item *item = &r->items[i];

		if (i > 0 && strcmp(item->point.name,
		                    item[-1].point.name) == 0) {
			r->line = item->line;
			if (item->section == item[-1].section)
				return refuse(r, "the script is there twice");
			e->count--;
		}
		e->list[e->count++] = item->point;
	}
	return 0;
}

int
metadata_entry_points(struct entry_points *e, const char *text, size_t n,
                      struct arena *a, struct diag *d)
{
	struct reading r = { .arena = a, .diag = d };
	const char *end = text + n;
	int err = check_text(&r, (struct slice){ text, n });

	arena_init(&r.list, NULL, 0);
	while (err == 0 && text < end) {
		const char *nl = memchr(text, '\n', (size_t)(end - text));
		struct slice line = { text,
			             (size_t)((nl ? nl : end) - text) };

		line.n -= nl && line.n > 0 && nl[-1] == '\r';
		r.line++;
		err = read_line(&r, line);
		text = nl ? nl + 1 : end;
	}
	if (err == 0)
		err = put_in_order(&r, e);
	arena_free(&r.list);
	return err;
}
