#include "format/pep440.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"

/* Decimal digits without leading zeros: of any size, as Python's integers. */
struct number {
	const char *s;
	size_t n;
};

/* The parts before a release, in this order; a version without one comes
 * last. */
enum pre { PRE_DEV, PRE_A, PRE_B, PRE_RC, PRE_NONE };

struct version {
	struct number epoch;
	const char *release; /* numbers with dots between */
	size_t release_n;
	enum pre pre;        /* PRE_DEV: only a dev part, and no post */
	bool has_post, has_dev;
	struct number pre_number, post, dev;
	const char *local;   /* after the '+' */
	size_t local_n;      /* 0: none */
};

struct text {
	const char *p, *end;
};

/* A word that may stand before a number, and what it means. */
struct word {
	char name[8];
	enum pre pre;
};

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 28 && c <= 31);
}

static struct text
trimmed(const char *s, size_t n)
{
	struct text t = { s, s + n };

	while (t.p < t.end && is_blank(t.p[0]))
		t.p++;
	while (t.p < t.end && is_blank(t.end[-1]))
		t.end--;
	return t;
}

static bool
skip(struct text *t, const char *characters)
{
	if (t->p == t->end || !*t->p || !strchr(characters, ascii_lower(*t->p)))
		return false;
	t->p++;
	return true;
}

/* False if there are no digits. */
static bool
read_number(struct text *t, struct number *n)
{
	const char *start = t->p;

	while (t->p < t->end && ascii_is_digit(*t->p))
		t->p++;
	n->s = start;
	while (n->s < t->p && *n->s == '0')
		n->s++;
	n->n = (size_t)(t->p - n->s);
	return t->p > start;
}

/* Parse "1.2.3", with no dot after it. */
static bool
read_release(struct text *t, struct version *v)
{
	struct number ignored;

	v->release = t->p;
	if (!read_number(t, &ignored))
		return false;
	while (t->end - t->p > 1 && t->p[0] == '.' && ascii_is_digit(t->p[1])) {
		t->p++;
		read_number(t, &ignored);
	}
	v->release_n = (size_t)(t->p - v->release);
	return true;
}

/* Parse one of the COUNT words at TABLE, and a number if there is one, each
 * perhaps after a separator. */
static const struct word *
read_word(struct text *t, const struct word *table, size_t count,
          struct number *number)
{
	struct text at = *t;

	skip(&at, "._-");
	for (size_t i = 0; i < count; i++) {
		size_t n = strlen(table[i].name), k = 0;

		while (k < n && at.p + k < at.end &&
		       ascii_lower(at.p[k]) == table[i].name[k])
			k++;
		if (k < n)
			continue;
		at.p += n;
		skip(&at, "._-");
		read_number(&at, number);
		*t = at;
		return &table[i];
	}
	return NULL;
}

static void
read_suffixes(struct text *t, struct version *v)
{
	static const struct word pre[] = {
		{ "alpha", PRE_A }, { "a", PRE_A }, { "beta", PRE_B },
		{ "b", PRE_B }, { "preview", PRE_RC }, { "pre", PRE_RC },
		{ "c", PRE_RC }, { "rc", PRE_RC },
	};
	static const struct word post[] = {
		{ "post", PRE_NONE }, { "rev", PRE_NONE }, { "r", PRE_NONE },
	};
	static const struct word dev[] = { { "dev", PRE_DEV } };
	const struct word *w = read_word(t, pre, 8, &v->pre_number);

	v->pre = w ? w->pre : PRE_NONE;
	if (t->end - t->p > 1 && t->p[0] == '-' && ascii_is_digit(t->p[1])) {
		t->p++;
		v->has_post = read_number(t, &v->post);
	} else {
		v->has_post = read_word(t, post, 3, &v->post) != NULL;
	}
	v->has_dev = read_word(t, dev, 1, &v->dev) != NULL;
	if (v->has_dev && !w && !v->has_post)
		v->pre = PRE_DEV;
}

/* "+ubuntu.1": letters and digits with single separators. */
static bool
read_local(struct text *t, struct version *v)
{
	if (!skip(t, "+"))
		return true;
	v->local = t->p;
	do {
		const char *start = t->p;

		while (t->p < t->end && ascii_is_alnum(*t->p))
			t->p++;
		if (t->p == start)
			return false;
	} while (skip(t, "._-"));
	v->local_n = (size_t)(t->p - v->local);
	return true;
}

/* All of T, which has no blanks around it. */
static bool
read_version(struct text t, struct version *v)
{
	struct text number;

	memset(v, 0, sizeof(*v));
	v->local = "";
	skip(&t, "v");
	number = t;
	if (read_number(&number, &v->epoch) && skip(&number, "!"))
		t = number;
	else
		v->epoch.n = 0;
	if (!read_release(&t, v))
		return false;
	read_suffixes(&t, v);
	return read_local(&t, v) && t.p == t.end;
}

static int
compare_bool(bool a, bool b)
{
	return (int)a - (int)b;
}

static int
compare_numbers(struct number a, struct number b)
{
	if (a.n != b.n)
		return a.n < b.n ? -1 : 1;
	return a.n ? memcmp(a.s, b.s, a.n) : 0;
}

/* Return the next number of a release; 0 after its end. */
static struct number
next_number(struct text *t)
{
	struct number n = { NULL, 0 };

	if (read_number(t, &n))
		skip(t, ".");
	return n;
}

/* Compare numbers until both end, or for a PREFIX until that of B ends. */
static int
compare_releases(const struct version *a, const struct version *b, bool prefix)
{
	struct text s = { a->release, a->release + a->release_n };
	struct text t = { b->release, b->release + b->release_n };
	int order = compare_numbers(a->epoch, b->epoch);

	while (order == 0 && (t.p < t.end || (s.p < s.end && !prefix)))
		order = compare_numbers(next_number(&s), next_number(&t));
	return order;
}

/* All but the local part. */
static int
compare_public(const struct version *a, const struct version *b)
{
	int order = compare_releases(a, b, false);

	if (order == 0)
		order = (int)a->pre - (int)b->pre;
	if (order == 0)
		order = compare_numbers(a->pre_number, b->pre_number);
	if (order == 0)
		order = compare_bool(a->has_post, b->has_post);
	if (order == 0)
		order = compare_numbers(a->post, b->post);
	if (order == 0)
		order = -compare_bool(a->has_dev, b->has_dev);
	return order ? order : compare_numbers(a->dev, b->dev);
}

/* The next segment of a local part: *NUMERIC, and its digits or letters. */
static struct number
next_segment(struct text *t, bool *numeric)
{
	struct text at = *t;
	struct number n;

	*numeric = read_number(&at, &n) &&
	           (at.p == at.end || !ascii_is_alnum(*at.p));
	if (!*numeric) {
		n.s = at.p = t->p;
		while (at.p < at.end && ascii_is_alnum(*at.p))
			at.p++;
		n.n = (size_t)(at.p - n.s);
	}
	*t = at;
	skip(t, "._-");
	return n;
}

static int
compare_text(struct number a, struct number b)
{
	for (size_t i = 0; i < a.n && i < b.n; i++) {
		int order = ascii_lower(a.s[i]) - ascii_lower(b.s[i]);

		if (order != 0)
			return order;
	}
	return compare_bool(a.n > b.n, b.n > a.n);
}

static int
compare_locals(const struct version *a, const struct version *b)
{
	struct text s = { a->local, a->local + a->local_n };
	struct text t = { b->local, b->local + b->local_n };
	int order = 0;

	while (order == 0 && a->local_n && b->local_n && s.p < s.end &&
	       t.p < t.end) {
		bool x, y;
		struct number m = next_segment(&s, &x);
		struct number n = next_segment(&t, &y);

		order = compare_bool(x, y);
		if (order == 0)
			order = x ? compare_numbers(m, n) : compare_text(m, n);
	}
	return order ? order : compare_bool(s.p < s.end, t.p < t.end);
}

static bool
is_prerelease(const struct version *v)
{
	return v->pre != PRE_NONE || v->has_dev;
}

bool
pep440_is_version(const char *s, size_t n)
{
	struct version v;

	return read_version(trimmed(s, n), &v);
}

bool
pep440_is_prerelease(const char *s, size_t n)
{
	struct version v;

	return read_version(trimmed(s, n), &v) && is_prerelease(&v);
}

int
pep440_compare(const char *a, size_t an, const char *b, size_t bn)
{
	struct version v, w;
	bool is_a = read_version(trimmed(a, an), &v);
	bool is_b = read_version(trimmed(b, bn), &w);
	int order;

	if (!is_a && !is_b)
		return compare_text((struct number){ a, an },
		                    (struct number){ b, bn });
	if (!is_a || !is_b)
		return compare_bool(is_a, is_b);
	order = compare_public(&v, &w);
	return order ? order : compare_locals(&v, &w);
}

/* The number of dots in a release. */
static size_t
dots(const struct version *v)
{
	size_t n = 0;

	for (size_t i = 0; i < v->release_n; i++)
		n += v->release[i] == '.';
	return n;
}

/* Versions that start as V does without the last number of its release. */
static bool
is_compatible(const struct version *candidate, const struct version *v)
{
	struct version prefix = *v;

	do {
		prefix.release_n--;
	} while (prefix.release[prefix.release_n] != '.');
	return compare_public(candidate, v) >= 0 &&
	       compare_releases(candidate, &prefix, true) == 0;
}

/* Less, but no pre-release of V itself unless V is one. */
static bool
is_less(const struct version *candidate, const struct version *v)
{
	struct version first = *v;

	if (!is_prerelease(v)) {
		first.has_dev = true;
		if (!first.has_post)
			first.pre = PRE_DEV;
	}
	return compare_public(candidate, &first) < 0;
}

/* Greater, but no post-release of V itself unless V is one, and no local. */
static bool
is_greater(const struct version *candidate, const struct version *v)
{
	struct version last = *v;

	if (!v->has_post && !v->has_dev && candidate->has_post) {
		last.has_post = true;
		last.post = candidate->post;
		last.has_dev = candidate->has_dev;
		last.dev = candidate->dev;
	}
	return compare_public(candidate, &last) > 0;
}

static bool
is_equal(const struct version *candidate, const struct version *v,
         bool wildcard)
{
	if (wildcard)
		return compare_releases(candidate, v, true) == 0;
	return compare_public(candidate, v) == 0 &&
	       (!v->local_n || compare_locals(candidate, v) == 0);
}

/* The "===" before the text T, which may be anything but empty; blanks around
 * the candidate count, as in packaging. */
static int
fits_text(struct text t, struct text candidate)
{
	if (t.p == t.end)
		return -EINVAL;
	for (const char *p = t.p; p < t.end; p++) {
		if (is_blank(*p) || *p == ';' || *p == ')')
			return -EINVAL;
	}
	return compare_text((struct number){ t.p, (size_t)(t.end - t.p) },
	                    (struct number){ candidate.p,
	                                     (size_t)(candidate.end -
	                                              candidate.p) }) == 0;
}

/* The operator at OP, of N bytes, with the text S, which has no blanks around;
 * V is NULL if the candidate is no version. */
static int
fits_operator(const char *op, size_t n, struct text s, struct text candidate,
              const struct version *v)
{
	bool wildcard = false;
	struct version w;

	if (n == 3)
		return fits_text(s, candidate);
	if (op[0] == '=' || op[0] == '!')
		wildcard = s.end - s.p > 2 && memcmp(s.end - 2, ".*", 2) == 0;
	s.end -= wildcard ? 2 : 0;
	if (!read_version(s, &w) ||
	    (wildcard && w.release + w.release_n != s.end) ||
	    (op[0] == '~' && dots(&w) == 0) ||
	    (w.local_n && op[0] != '=' && op[0] != '!'))
		return -EINVAL;
	if (!v)
		return 0;
	switch (op[0]) {
	case '~':
		return is_compatible(v, &w);
	case '=':
		return is_equal(v, &w, wildcard);
	case '!':
		return !is_equal(v, &w, wildcard);
	case '<':
		return n == 1 ? is_less(v, &w) : compare_public(v, &w) <= 0;
	default:
		return n == 1 ? is_greater(v, &w) : compare_public(v, &w) >= 0;
	}
}

/* The length of the operator at the start of S; 0 if there is none. */
static size_t
operator_length(struct text s)
{
	static const char operators[][4] = { "===", "~=", "==", "!=", "<=",
		                             ">=", "<", ">" };

	for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++) {
		size_t n = strlen(operators[i]);

		if ((size_t)(s.end - s.p) >= n &&
		    memcmp(s.p, operators[i], n) == 0)
			return n;
	}
	return 0;
}

int
pep440_fits_one(const char *op, size_t on, const char *text, size_t tn,
                const char *version, size_t vn)
{
	struct text candidate = { version, version + vn };
	struct version v;
	bool is_version = read_version(trimmed(version, vn), &v);

	if (on == 0 || operator_length((struct text){ op, op + on }) != on)
		return -EINVAL;
	return fits_operator(op, on, trimmed(text, tn), candidate,
	                     is_version ? &v : NULL);
}

int
pep440_fits(const char *specifiers, size_t sn, const char *version, size_t vn)
{
	const char *end = specifiers + sn;
	struct text candidate = { version, version + vn };
	struct version v;
	bool is_version = read_version(trimmed(version, vn), &v);
	int fits = 1;

	while (specifiers < end) {
		const char *comma = memchr(specifiers, ',',
		                           (size_t)(end - specifiers));
		const char *stop = comma ? comma : end;
		struct text s = trimmed(specifiers,
		                        (size_t)(stop - specifiers));

		if (s.p < s.end) {
			size_t n = operator_length(s);
			struct text t = trimmed(s.p + n,
			                        (size_t)(s.end - s.p) - n);
			int one = n ? fits_operator(s.p, n, t, candidate,
			                            is_version ? &v : NULL)
			            : -EINVAL;

			if (one < 0)
				return one;
			fits &= one;
		}
		specifiers = stop + (comma != NULL);
	}
	return fits;
}

/* Return the properties of one specifier: its operator of ON bytes and the text T. */
static unsigned
properties_of_one(const char *op, size_t on, struct text t)
{
	bool equal = op[0] == '=' && on == 2;
	bool wildcard = t.end - t.p > 2 && memcmp(t.end - 2, ".*", 2) == 0;
	unsigned properties = PEP440_ANY;

	if (equal && wildcard)
		return properties | PEP440_BOUNDED;
	if (op[0] == '!')
		return properties;
	if (op[0] == '=')
		properties |= PEP440_PINNED;
	if (op[0] == '<' || op[0] == '~')
		properties |= PEP440_BOUNDED;
	if (pep440_is_prerelease(t.p, (size_t)(t.end - t.p)))
		properties |= PEP440_PRERELEASE;
	return properties;
}

unsigned
pep440_properties(const char *specifiers, size_t n)
{
	const char *end = specifiers + n;
	unsigned properties = 0;

	while (specifiers < end) {
		const char *comma = memchr(specifiers, ',',
		                           (size_t)(end - specifiers));
		const char *stop = comma ? comma : end;
		struct text s = trimmed(specifiers,
		                        (size_t)(stop - specifiers));
		size_t on = operator_length(s);

		if (on > 0)
			properties |= properties_of_one(
				s.p, on, trimmed(s.p + on,
			                         (size_t)(s.end - s.p) - on));
		specifiers = stop + (comma != NULL);
	}
	return properties;
}

static void
put_number(struct buf *out, const char *before, struct number n)
{
	buf_puts(out, before);
	if (n.n > 0)
		buf_add(out, n.s, n.n);
	else
		buf_putc(out, '0');
}

static void
put_local(struct buf *out, const struct version *v)
{
	struct text t = { v->local, v->local + v->local_n };
	const char *before = "+";

	for (; t.p < t.end; before = ".") {
		bool numeric;
		struct number n = next_segment(&t, &numeric);

		if (numeric) {
			put_number(out, before, n);
			continue;
		}
		buf_puts(out, before);
		for (size_t i = 0; i < n.n; i++)
			buf_putc(out, ascii_lower(n.s[i]));
	}
}

static void
put_version(struct buf *out, const struct version *v)
{
	static const char *const names[] = { [PRE_A] = "a", [PRE_B] = "b",
		                             [PRE_RC] = "rc" };
	struct text t = { v->release, v->release + v->release_n };
	const char *before = "";

	if (v->epoch.n > 0) {
		put_number(out, "", v->epoch);
		before = "!";
	}
	for (; t.p < t.end; before = ".")
		put_number(out, before, next_number(&t));
	if (v->pre != PRE_DEV && v->pre != PRE_NONE)
		put_number(out, names[v->pre], v->pre_number);
	if (v->has_post)
		put_number(out, ".post", v->post);
	if (v->has_dev)
		put_number(out, ".dev", v->dev);
	put_local(out, v);
}

void
pep440_put(struct buf *out, const char *s, size_t n)
{
	struct version v;

	if (read_version(trimmed(s, n), &v))
		put_version(out, &v);
	else
		buf_add(out, s, n);
}
