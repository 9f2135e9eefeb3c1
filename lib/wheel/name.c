#include "wheel/name.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "base/str.h"
#include "format/pep440.h"

enum { MAX_PARTS = 6 };

static bool
is_separator(char c)
{
	return c == '-' || c == '_' || c == '.';
}

/* Split the N bytes at S at dashes. Return the number of parts, 0 if there are
 * too many or one is empty. */
static size_t
split(const char *s, size_t n, struct slice parts[MAX_PARTS])
{
	const char *end = s + n;
	size_t count = 0;

	while (count < MAX_PARTS) {
		const char *dash = memchr(s, '-', (size_t)(end - s));

		parts[count].s = s;
		parts[count].n = (size_t)((dash ? dash : end) - s);
		if (parts[count++].n == 0)
			return 0;
		if (!dash)
			return count;
		s = dash + 1;
	}
	return 0;
}

/* Check for the name of a project: letters, digits and "._" between them. */
static bool
is_project(struct slice p)
{
	for (size_t i = 0; i < p.n; i++) {
		if (!ascii_is_alnum(p.s[i]) && !is_separator(p.s[i]))
			return false;
	}
	return ascii_is_alnum(p.s[0]) && ascii_is_alnum(p.s[p.n - 1]);
}

/* "py2.py3": letters, digits and '_', with single dots between. */
static bool
is_tag_set(struct slice p)
{
	char last = '.';

	for (size_t i = 0; i < p.n; i++) {
		char c = p.s[i];

		if (c == '.' ? last == '.' : !ascii_is_alnum(c) && c != '_')
			return false;
		last = c;
	}
	return last != '.';
}

static bool
is_build(struct slice p)
{
	for (size_t i = 0; i < p.n; i++) {
		unsigned char c = (unsigned char)p.s[i];

		if (c < ' ' || c == 0x7f || c == '/')
			return false;
	}
	return p.n > 0 && ascii_is_digit(*p.s);
}

/* Copy the version P. In old names it has '_' for every '-'. */
static char *
dup_version(struct arena *a, struct slice p)
{
	char *version = arena_dup(a, p.s, p.n);

	for (char *c = version; *c; c++) {
		if (*c == '_')
			*c = '-';
	}
	return version;
}

/* Copy the tags P in lower case. */
static char *
dup_tags(struct arena *a, struct slice p)
{
	char *tags = arena_dup(a, p.s, p.n);

	for (char *c = tags; *c; c++)
		*c = ascii_lower(*c);
	return tags;
}

static int
refuse(struct diag *d, const char *reason)
{
	return diag_set(d, -EINVAL, "its name is not that of a wheel: %s",
	                reason);
}

int
wheel_name_parse(struct wheel_name *w, const char *file, struct arena *a,
                 struct diag *d)
{
	struct slice parts[MAX_PARTS];
	size_t n = strlen(file), count;
	const struct slice *tags;

	if (!str_ends_n(file, n, ".whl"))
		return refuse(d, "it does not end in .whl");
	count = split(file, n - 4, parts);
	if (count < 5)
		return refuse(d, "it is not "
		              "NAME-VERSION[-BUILD]-PYTHON-ABI-PLATFORM.whl");
	tags = &parts[count - 3];
	w->project = arena_dup(a, parts[0].s, parts[0].n);
	w->version = dup_version(a, parts[1]);
	w->build = count == 6 ? arena_dup(a, parts[2].s, parts[2].n) : "";
	w->python = dup_tags(a, tags[0]);
	w->abi = dup_tags(a, tags[1]);
	w->platform = dup_tags(a, tags[2]);
	if (!is_project(parts[0]))
		return refuse(d, "its first part is no name of a project");
	if (!pep440_is_version(w->version, parts[1].n))
		return refuse(d, "its second part is no version");
	if (count == 6 && !is_build(parts[2]))
		return refuse(d, "its build number does not start with a "
		              "digit, or has a slash or a control byte in it");
	for (size_t i = 0; i < 3; i++) {
		if (!is_tag_set(tags[i]))
			return refuse(d, "its last three parts are no tags");
	}
	return 0;
}

void
wheel_name_normalize(struct buf *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!is_separator(s[i]))
			buf_putc(out, ascii_lower(s[i]));
		else if (i + 1 == n || !is_separator(s[i + 1]))
			buf_putc(out, '-');
	}
}

/* Take the next byte of the normalised name, '\0' after its end. */
static char
next(struct slice *p)
{
	char c;

	if (p->n == 0)
		return '\0';
	c = ascii_lower(*p->s);
	if (is_separator(c)) {
		c = '-';
		while (p->n > 1 && is_separator(p->s[1])) {
			p->s++;
			p->n--;
		}
	}
	p->s++;
	p->n--;
	return c;
}

bool
wheel_name_same(const char *a, size_t an, const char *b, size_t bn)
{
	struct slice p = { a, an }, q = { b, bn };

	while (p.n > 0 && q.n > 0) {
		if (next(&p) != next(&q))
			return false;
	}
	return p.n == 0 && q.n == 0;
}

int
wheel_build_compare(const char *a, const char *b)
{
	size_t an, bn;

	a += strspn(a, "0");
	b += strspn(b, "0");
	an = strspn(a, "0123456789");
	bn = strspn(b, "0123456789");
	if (an != bn)
		return an < bn ? -1 : 1;
	return strcmp(a, b);
}

char *
wheel_name_normalized(struct arena *a, const char *s, size_t n)
{
	struct buf b;

	buf_init(&b, a);
	wheel_name_normalize(&b, s, n);
	return buf_str(&b);
}
