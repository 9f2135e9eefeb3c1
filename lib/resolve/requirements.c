#include "resolve/requirements.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/str.h"
#include "format/pep440.h"
#include "resolve/dependency.h"
#include "resolve/marker.h"
#include "wheel/name.h"

struct reader {
	struct arena *arena;
	struct diag *diag;
	struct buf list;     /* struct requirement */
	struct buf hashes;   /* struct digest_value, of this line */
	bool is_requirement; /* this line */
	size_t line;
	const char *s, *end; /* what is left of it */
};

static const struct option {
	char name[16];
	char letter; /* 0: none */
	enum { FLAG, VALUE, HASH, ELSEWHERE, BUILD } kind;
} options[] = {
	{ "hash", 0, HASH },
	{ "index-url", 'i', VALUE },
	{ "extra-index-url", 0, VALUE },
	{ "find-links", 'f', VALUE },
	{ "trusted-host", 0, VALUE },
	{ "only-binary", 0, VALUE },
	{ "use-feature", 0, VALUE },
	{ "no-index", 0, FLAG },
	{ "pre", 0, FLAG },
	{ "prefer-binary", 0, FLAG },
	{ "require-hashes", 0, FLAG },
	{ "requirement", 'r', ELSEWHERE },
	{ "constraint", 'c', ELSEWHERE },
	{ "editable", 'e', BUILD },
	{ "no-binary", 0, BUILD },
};

static int
refuse(const struct reader *r, struct slice w, const char *reason)
{
	int n = w.n < 200 ? (int)w.n : 200;

	return diag_set(r->diag, -EINVAL, "line %zu: %.*s: %s", r->line, n,
	                w.s, reason);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void
skip_blanks(struct reader *r)
{
	while (r->s < r->end && is_blank(*r->s))
		r->s++;
}

/* Take the next word between blanks; none at the end. */
static struct slice
next_word(struct reader *r)
{
	struct slice w;

	skip_blanks(r);
	w.s = r->s < r->end ? r->s : NULL;
	while (r->s < r->end && !is_blank(*r->s))
		r->s++;
	w.n = w.s ? (size_t)(r->s - w.s) : 0;
	return w;
}

/* Take the letters, digits and characters in MORE that follow. */
static struct slice
take(struct reader *r, const char *more)
{
	struct slice w = { .s = r->s };

	while (r->s < r->end && (ascii_is_alnum(*r->s) || strchr(more, *r->s)))
		r->s++;
	w.n = (size_t)(r->s - w.s);
	return w;
}

static bool
take_text(struct reader *r, const char *text)
{
	size_t n = strlen(text);

	if ((size_t)(r->end - r->s) < n || memcmp(r->s, text, n) != 0)
		return false;
	r->s += n;
	return true;
}

/* Return the option W; NULL if it is unknown. *VALUE: the rest of the same
 * word. */
static const struct option *
find_option(struct slice w, struct slice *value)
{
	const char *end = w.s + w.n, *eq = memchr(w.s, '=', w.n);
	bool is_long = w.n > 1 && w.s[1] == '-';
	size_t n = (size_t)((eq ? eq : end) - w.s);

	value->s = is_long ? (eq ? eq + 1 : NULL) : w.n > 2 ? w.s + 2 : NULL;
	value->n = value->s ? (size_t)(end - value->s) : 0;
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		const struct option *o = &options[i];

		if (is_long ? strncmp(o->name, w.s + 2, n - 2) == 0 &&
		              !o->name[n - 2] :
		              w.n > 1 && o->letter == w.s[1])
			return o;
	}
	return NULL;
}

static int
add_hash(struct reader *r, struct slice w)
{
	const char *colon = memchr(w.s, ':', w.n), *end = w.s + w.n;
	struct digest_value h;

	if (!r->is_requirement)
		return refuse(r, w, "a hash without a requirement");
	if (!colon || !digest_kind_parse(w.s, (size_t)(colon - w.s), &h.kind))
		return refuse(r, w, "not sha256, sha384 or sha512");
	colon++;
	if (!digest_parse_hex(colon, (size_t)(end - colon), h.kind, h.sum))
		return refuse(r, w, "not as many hexadecimal digits");
	buf_add(&r->hashes, &h, sizeof(h));
	return 0;
}

static int
read_option(struct reader *r, struct slice w)
{
	struct slice value;
	const struct option *o = *w.s == '-' ? find_option(w, &value) : NULL;

	if (!o || (o->kind == FLAG && value.s))
		return refuse(r, w, "an option that is not known");
	if (o->kind == ELSEWHERE)
		return refuse(r, w, "other files are not read");
	if (o->kind == BUILD)
		return refuse(r, w, "only wheels can be installed");
	if (o->kind == FLAG)
		return 0;
	if (!value.s)
		value = next_word(r);
	if (!value.s)
		return refuse(r, w, "no value");
	return o->kind == HASH ? add_hash(r, value) : 0;
}

/* Return whether W looks like a version, whose syntax does not matter here. */
static bool
is_version(struct slice w)
{
	return w.n > 0 && ascii_is_alnum(w.s[0]) &&
	       ascii_is_alnum(w.s[w.n - 1]);
}

/* Take "NAME[EXTRAS]==VERSION", up to markers and options. */
static bool
take_pin(struct reader *r, struct slice *name, struct slice *version, bool *exact)
{
	struct slice rest = { r->s, (size_t)(r->end - r->s) }, extras;

	if (!dependency_take_name(&rest, name))
		return false;
	r->s = rest.s;
	skip_blanks(r);
	rest = (struct slice){ r->s, (size_t)(r->end - r->s) };
	if (!dependency_take_extras(&rest, &extras))
		return false;
	r->s = rest.s;
	skip_blanks(r);
	*exact = take_text(r, "===");
	if (!*exact && !take_text(r, "=="))
		return false;
	skip_blanks(r);
	*version = take(r, ".!+_-");
	skip_blanks(r);
	return is_version(*version) &&
	       (r->s == r->end || *r->s == ';' || *r->s == '-');
}

static int
read_options(struct reader *r)
{
	for (;;) {
		struct slice w = next_word(r);
		int rc = w.s ? read_option(r, w) : 0;

		if (rc != 0 || !w.s)
			return rc;
	}
}

/* Read the marker after ';', NULL if it is empty. As for pip, it ends before a
 * word that begins with '-'. */
static int
read_marker(struct reader *r, const char **marker)
{
	const char *start, *end;

	skip_blanks(r);
	start = r->s;
	while (r->s < r->end && (*r->s != '-' || !is_blank(r->s[-1])))
		r->s++;
	for (end = r->s; end > start && is_blank(end[-1]);)
		end--;
	*marker = NULL;
	if (start == end)
		return 0;
	if (marker_check(start, (size_t)(end - start), r->arena, r->diag) < 0)
		return diag_prefix(r->diag, -EINVAL, "line %zu: ", r->line);
	*marker = arena_dup(r->arena, start, (size_t)(end - start));
	return 0;
}

static int
read_requirement(struct reader *r)
{
	const char *start = r->s;
	struct requirement req = { .line = r->line };
	struct slice name, version;
	struct buf normal;
	int rc = 0;

	if (!take_pin(r, &name, &version, &req.exact)) {
		r->s = start;
		return refuse(r, next_word(r), "not pinned as NAME==VERSION");
	}
	buf_init(&r->hashes, r->arena);
	if (take_text(r, ";"))
		rc = read_marker(r, &req.marker);
	if (rc == 0)
		rc = read_options(r);
	if (rc != 0)
		return rc;
	if (r->hashes.len == 0)
		return refuse(r, name, "no --hash");
	buf_init(&normal, r->arena);
	wheel_name_normalize(&normal, name.s, name.n);
	req.name = buf_str(&normal);
	req.version = arena_dup(r->arena, version.s, version.n);
	req.hashes = (const void *)r->hashes.data;
	req.hash_count = r->hashes.len / sizeof(*req.hashes);
	buf_add(&r->list, &req, sizeof(req));
	return 0;
}

static int
read_line(struct reader *r)
{
	skip_blanks(r);
	r->is_requirement = r->s < r->end && *r->s != '-';
	return r->is_requirement ? read_requirement(r) : read_options(r);
}

/* Read B, whose lines are already joined, up to its comment. */
static int
read_joined(struct reader *r, const struct buf *b)
{
	if (b->len == 0)
		return 0;
	r->s = b->data;
	for (r->end = r->s; r->end < b->data + b->len; r->end++) {
		char c = *r->end;

		if (c == '#' && (r->end == r->s || is_blank(r->end[-1])))
			break;
		/* to pip, blanks of Unicode begin comments and end words */
		if ((unsigned char)c > 0x7e)
			return diag_set(r->diag, -EINVAL,
			                "line %zu: not ASCII", r->line);
	}
	return read_line(r);
}

static bool
is_comment(const char *s, size_t n)
{
	while (n > 0 && is_blank(*s)) {
		s++;
		n--;
	}
	return n > 0 && *s == '#';
}

/* Join lines and read them, as pip does: a comment is not continued. */
static int
read_all(struct reader *r, const char *s, size_t n)
{
	size_t number = 0;
	struct buf line;
	int rc = 0;

	buf_init(&line, r->arena);
	while (rc == 0 && n > 0) {
		const char *nl = memchr(s, '\n', n);
		size_t whole = nl ? (size_t)(nl - s) + 1 : n;
		size_t len = nl ? whole - 1 : n;
		const char *flaw;
		bool goes_on = false;

		len -= nl && len > 0 && s[len - 1] == '\r';
		number++;
		if (line.len == 0)
			r->line = number;
		flaw = line_flaw(s, len);
		if (flaw)
			return diag_set(r->diag, -EINVAL, "line %zu: %s",
			                number, flaw);
		if (is_comment(s, len))
			buf_putc(&line, ' ');
		else
			goes_on = len > 0 && s[len - 1] == '\\';
		buf_add(&line, s, len - goes_on);
		s += whole;
		n -= whole;
		if (!goes_on || n == 0) {
			rc = read_joined(r, &line);
			line.len = 0;
		}
	}
	return rc;
}

int
requirements_parse(struct requirements *r, const char *text, size_t n,
                   struct arena *a, struct diag *d)
{
	static const char bom[] = { '\xef', '\xbb', '\xbf' };
	size_t skip = n >= 3 && memcmp(text, bom, 3) == 0 ? 3 : 0;
	struct reader reader = { .arena = a, .diag = d };
	int rc;

	buf_init(&reader.list, a);
	rc = read_all(&reader, text + skip, n - skip);
	if (rc != 0)
		return rc;
	r->list = (void *)reader.list.data;
	r->count = reader.list.len / sizeof(*r->list);
	return 0;
}

/* Return 1 if the marker of Q holds, 0 if not. */
static int
is_wanted(const struct requirement *q, const struct marker_facts *facts,
          struct arena *a, struct diag *d)
{
	enum marker_variable unknown;
	size_t n = q->marker ? strlen(q->marker) : 0;
	int rc = MARKER_TRUE;

	if (q->marker)
		rc = marker_evaluate(q->marker, n, facts, a, &unknown, d);
	if (rc == MARKER_UNKNOWN)
		rc = marker_refuse(q->marker, n, unknown, d);
	return rc < 0 ? diag_prefix(d, rc, "line %zu: ", q->line) : rc;
}

static int
compare_names(const void *a, const void *b)
{
	const struct requirement *p = a, *q = b;
	int order = strcmp(p->name, q->name);

	return order ? order : (p->line > q->line) - (p->line < q->line);
}

static bool
has_hash(const struct requirement *q, const struct digest_value *h)
{
	for (size_t i = 0; i < q->hash_count; i++) {
		if (q->hashes[i].kind == h->kind &&
		    memcmp(q->hashes[i].sum, h->sum, digest_size(h->kind)) == 0)
			return true;
	}
	return false;
}

/* Leave in P, which has the same name as Q, what both allow, as pip does. */
static int
merge(struct requirement *p, const struct requirement *q, struct arena *a,
      struct diag *d)
{
	struct buf common;

	if (pep440_compare(p->version, strlen(p->version), q->version,
	                   strlen(q->version)) != 0)
		return diag_set(d, -EINVAL, "line %zu: %s==%s conflicts with "
		                "%s==%s on line %zu", q->line, q->name,
		                q->version, p->name, p->version, p->line);
	buf_init(&common, a);
	for (size_t i = 0; i < p->hash_count; i++) {
		if (has_hash(q, &p->hashes[i]))
			buf_add(&common, &p->hashes[i], sizeof(*p->hashes));
	}
	if (common.len == 0)
		return diag_set(d, -EINVAL, "line %zu: %s has no hash in "
		                "common with line %zu", q->line, q->name, p->line);
	p->hashes = (const void *)common.data;
	p->hash_count = common.len / sizeof(*p->hashes);
	return 0;
}

int
requirements_select(struct requirements *r, const struct marker_facts *facts,
                    struct arena *a, struct diag *d)
{
	struct requirement *q = r->list, *end = q + r->count;
	size_t count = 0;

	for (; q < end; q++) {
		int rc = is_wanted(q, facts, a, d);

		if (rc < 0)
			return rc;
		if (rc)
			r->list[count++] = *q;
	}
	if (count > 1)
		qsort(r->list, count, sizeof(*q), compare_names);
	end = r->list + count;
	count = 0;
	for (q = r->list; q < end; q++) {
		struct requirement *last = count ? &r->list[count - 1] : NULL;

		if (!last || strcmp(last->name, q->name) != 0)
			r->list[count++] = *q;
		else if (merge(last, q, a, d) < 0)
			return d->code;
	}
	r->count = count;
	return 0;
}

bool
requirement_accepts(const struct requirement *r, const char *version)
{
	size_t n = strlen(version);

	if (!r->version)
		return true;
	if (r->exact)
		return ascii_same(r->version, strlen(r->version), version);
	if (!strchr(r->version, '+'))
		n = strcspn(version, "+");
	return pep440_compare(r->version, strlen(r->version), version, n) == 0;
}

const struct requirement *
requirements_find(const struct requirements *r, const char *name,
                  const struct requirement *after)
{
	const struct requirement *end = r->list + r->count;
	const struct requirement *q = after ? after + 1 : r->list;

	while (q < end && strcmp(q->name, name) != 0)
		q++;
	return q < end ? q : NULL;
}
