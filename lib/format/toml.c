#include "format/toml.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "base/strset.h"

/* The document has no NUL, and a CR only before a LF: check_bytes() saw to it. */
struct parser {
	const char *p, *end;
	uint32_t line;
	struct toml *table; /* of the last header */
	int depth;          /* of that */
	uint32_t section;   /* the number of headers so far */
	struct arena *arena;
	struct diag *diag;
};

/* A table to put members into. */
struct place {
	struct toml *table;
	int depth;
};

static int
fail(const struct parser *t, const char *reason)
{
	return diag_set(t->diag, -EINVAL, "line %u: %s", t->line, reason);
}

static int
fail_key(const struct parser *t, struct slice key, const char *reason)
{
	return diag_set(t->diag, -EINVAL, "line %u: key '%.*s' %s", t->line,
	                (int)key.n, key.s, reason);
}

/* ---- bytes ----------------------------------------------------------------- */

/* Return the reason why the character at P, of *LEN bytes, is in no document;
 * NULL if there is none. */
static const char *
byte_flaw(const char *p, const char *end, size_t *len)
{
	uint32_t c;

	*len = utf8_decode(p, (size_t)(end - p), &c);
	if (*len == 0)
		return "not UTF-8";
	if (c == '\r' && (p + 1 == end || p[1] != '\n'))
		return "a carriage return without a line feed";
	if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f)
		return "a control character";
	return NULL;
}

/* Check what is the same inside and outside of strings. */
static int
check_bytes(struct parser *t)
{
	size_t len;

	if ((size_t)(t->end - t->p) > INT32_MAX)
		return fail(t, "the document is too large");
	for (const char *p = t->p; p < t->end; p += len) {
		const char *flaw = byte_flaw(p, t->end, &len);

		if (flaw)
			return fail(t, flaw);
		if (*p == '\n')
			t->line++;
	}
	t->line = 1;
	return 0;
}

/* Return the byte at the parser, NUL at the end. */
static char
peek(const struct parser *t)
{
	return t->p < t->end ? *t->p : '\0';
}

static bool
at(const struct parser *t, const char *s)
{
	size_t n = strlen(s);

	return (size_t)(t->end - t->p) >= n && memcmp(t->p, s, n) == 0;
}

/* Skip S if it is at the parser; return true if it was. */
static bool
skip(struct parser *t, const char *s)
{
	bool is_there = at(t, s);

	if (is_there)
		t->p += strlen(s);
	return is_there;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_newline(char c)
{
	return c == '\n' || c == '\r';
}

static void
skip_blanks(struct parser *t)
{
	while (is_blank(peek(t)))
		t->p++;
}

static bool
skip_newline(struct parser *t)
{
	bool is_there = skip(t, "\n") || skip(t, "\r\n");

	t->line += is_there;
	return is_there;
}

static void
skip_comment(struct parser *t)
{
	if (peek(t) != '#')
		return;
	while (t->p < t->end && !is_newline(*t->p))
		t->p++;
}

/* Skip blanks, line ends and comments. */
static void
skip_lines(struct parser *t)
{
	do {
		skip_blanks(t);
		skip_comment(t);
	} while (skip_newline(t));
}

/* ---- strings --------------------------------------------------------------- */

static char *
put_utf8(char *out, uint32_t c)
{
	if (c < 0x80) {
		*out++ = (char)c;
		return out;
	}
	if (c < 0x800) {
		*out++ = (char)(0xc0 | c >> 6);
	} else {
		if (c < 0x10000) {
			*out++ = (char)(0xe0 | c >> 12);
		} else {
			*out++ = (char)(0xf0 | c >> 18);
			*out++ = (char)(0x80 | (c >> 12 & 63));
		}
		*out++ = (char)(0x80 | (c >> 6 & 63));
	}
	*out++ = (char)(0x80 | (c & 63));
	return out;
}

/* Return the value of a hexadecimal digit, 16 if C is none. */
static uint32_t
digit_value(char c)
{
	c = ascii_lower(c);
	if (ascii_is_digit(c))
		return (uint32_t)(c - '0');
	return c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10) : 16;
}

/* Read the DIGITS at *P as a character. */
static const char *
resolve_character(const char **p, const char *end, size_t digits, char **out)
{
	uint32_t c = 0;

	if ((size_t)(end - *p) < digits)
		return "too few digits in an escape sequence";
	for (; digits > 0; digits--, (*p)++) {
		uint32_t value = digit_value(**p);

		if (value > 15)
			return "too few digits in an escape sequence";
		c = c << 4 | value;
	}
	if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return "an escape sequence that is not a character";
	*out = put_utf8(*out, c);
	return NULL;
}

/* Resolve the escape at *P, after its backslash, into *OUT: none is longer than it
 * is written. Return the reason if it is not valid. */
static const char *
resolve_escape(const char **p, const char *end, bool multi, char **out)
{
	static const char names[] = "btnfr\"\\";
	static const char values[] = "\b\t\n\f\r\"\\";
	static const char unknown[] = "an unknown escape sequence";
	char c = *p < end ? *(*p)++ : '\0';
	const char *known = c ? strchr(names, c) : NULL;

	if (known) {
		*(*out)++ = values[known - names];
		return NULL;
	}
	if (c == 'u' || c == 'U')
		return resolve_character(p, end, c == 'u' ? 4 : 8, out);
	if (!multi)
		return unknown;
	while (*p < end && is_blank(c))
		c = *(*p)++;
	if (!is_newline(c))
		return unknown;
	while (*p < end && (is_blank(**p) || is_newline(**p)))
		(*p)++;
	return NULL;
}

/* Resolve escapes and CRLF in the copy S of a string. */
static int
resolve(const struct parser *t, char *s, size_t *n, bool escapes, bool multi)
{
	const char *p = s, *end = s + *n;
	char *out = s;

	while (p < end) {
		const char *flaw = NULL;
		char c = *p++;

		if (c == '\\' && escapes)
			flaw = resolve_escape(&p, end, multi, &out);
		else if (c != '\r')
			*out++ = c;
		if (flaw)
			return fail(t, flaw);
	}
	*n = (size_t)(out - s);
	*out = '\0';
	return 0;
}

/* Find the end of the text of a string that starts at the parser, which stays; NULL
 * if there is none. Three quotes end it if MULTI; of five, two are text. */
static const char *
find_end(const struct parser *t, char quote, bool multi)
{
	const char *p = t->p;

	while (p < t->end) {
		size_t run = 0;

		if (!multi && is_newline(*p))
			return NULL;
		if (*p == '\\' && quote == '"') {
			p += t->end - p > 1 ? 2 : 1;
			continue;
		}
		while (run < 5 && p < t->end && *p == quote) {
			p++;
			run++;
			if (!multi)
				return p - 1;
		}
		if (run >= 3)
			return p - 3;
		p += run == 0;
	}
	return NULL;
}

/* Read the string at the parser; one of several lines only if MAY_BE_MULTI. */
static int
read_string(struct parser *t, bool may_be_multi, const char **text, size_t *n)
{
	char quote = peek(t);
	bool multi = may_be_multi && at(t, quote == '"' ? "\"\"\"" : "'''");
	const char *end;
	uint32_t lines = 0;
	char *s;
	int err;

	t->p += multi ? 3 : 1;
	if (multi)
		skip_newline(t);
	end = find_end(t, quote, multi);
	if (!end)
		return fail(t, "a string is not closed");
	*n = (size_t)(end - t->p);
	s = arena_dup(t->arena, t->p, *n);
	for (const char *p = t->p; multi && p < end; p++)
		lines += *p == '\n';
	err = resolve(t, s, n, quote == '"', multi);
	t->p = end + (multi ? 3 : 1);
	t->line += lines;
	*text = s;
	return err;
}

/* ---- numbers, dates and times ---------------------------------------------- */

/* These return the end of what starts at P, NULL if nothing of the kind does. */

static const char *
match_digits(const char *p, const char *end, unsigned base)
{
	if (p == end || digit_value(*p) >= base)
		return NULL;
	for (p++; p < end; p++) {
		if (*p == '_' && end - p > 1 && digit_value(p[1]) < base)
			p++;
		else if (digit_value(*p) >= base)
			break;
	}
	return p;
}

static const char *
match_based(const char *p, const char *end)
{
	if (end - p < 3 || *p != '0')
		return NULL;
	switch (p[1]) {
	case 'x':
		return match_digits(p + 2, end, 16);
	case 'o':
		return match_digits(p + 2, end, 8);
	case 'b':
		return match_digits(p + 2, end, 2);
	default:
		return NULL;
	}
}

static const char *
match_fraction(const char *p, const char *end)
{
	return p < end && *p == '.' ? match_digits(p + 1, end, 10) : NULL;
}

static const char *
match_exponent(const char *p, const char *end)
{
	if (p == end || ascii_lower(*p) != 'e')
		return NULL;
	p++;
	if (p < end && (*p == '+' || *p == '-'))
		p++;
	return match_digits(p, end, 10);
}

static const char *
match_number(const char *p, const char *end, enum toml_kind *kind)
{
	const char *next = match_based(p, end);

	*kind = TOML_INTEGER;
	if (next)
		return next;
	if (p < end && (*p == '+' || *p == '-'))
		p++;
	if (end - p >= 3 &&
	    (memcmp(p, "inf", 3) == 0 || memcmp(p, "nan", 3) == 0)) {
		*kind = TOML_FLOAT;
		return p + 3;
	}
	p = p < end && *p == '0' ? p + 1 : match_digits(p, end, 10);
	if (p && (next = match_fraction(p, end))) {
		*kind = TOML_FLOAT;
		p = next;
	}
	if (p && (next = match_exponent(p, end))) {
		*kind = TOML_FLOAT;
		p = next;
	}
	return p;
}

/* Match FORM, in which a 0 stands for a digit. */
static const char *
match_form(const char *p, const char *end, const char *form)
{
	for (; *form; form++, p++) {
		if (p == end ||
		    (*form == '0' ? !ascii_is_digit(*p) : *p != *form))
			return NULL;
	}
	return p;
}

static int
two_digits(const char *p)
{
	return (p[0] - '0') * 10 + (p[1] - '0');
}

static const char *
match_time(const char *p, const char *end)
{
	const char *next = match_form(p, end, "00:00:00");

	if (!next || two_digits(p) > 23 || two_digits(p + 3) > 59 ||
	    two_digits(p + 6) > 59)
		return NULL;
	if (end - next > 1 && *next == '.' && ascii_is_digit(next[1])) {
		next++;
		while (next < end && ascii_is_digit(*next))
			next++;
	}
	return next;
}

static const char *
match_offset(const char *p, const char *end)
{
	const char *next;

	if (p < end && ascii_lower(*p) == 'z')
		return p + 1;
	if (p == end || (*p != '+' && *p != '-'))
		return NULL;
	next = match_form(p + 1, end, "00:00");
	return next && two_digits(p + 1) < 24 && two_digits(p + 4) < 60 ? next
	                                                                : NULL;
}

static const char *
match_date(const char *p, const char *end)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30,
		                    31, 31, 30, 31, 30, 31 };
	const char *next = match_form(p, end, "0000-00-00");
	int year, month, day;
	bool leap;

	if (!next)
		return NULL;
	year = two_digits(p) * 100 + two_digits(p + 2);
	month = two_digits(p + 5);
	day = two_digits(p + 8);
	leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	if (year < 1 || month < 1 || month > 12 || day < 1)
		return NULL;
	return day <= days[month - 1] + (leap && month == 2) ? next : NULL;
}

static const char *
match_datetime(const char *p, const char *end, enum toml_kind *kind)
{
	const char *next = match_date(p, end), *more;

	*kind = TOML_LOCAL_DATE;
	if (!next || next == end || (ascii_lower(*next) != 't' && *next != ' '))
		return next;
	more = match_time(next + 1, end);
	if (!more)
		return next;
	*kind = TOML_LOCAL_DATETIME;
	next = match_offset(more, end);
	if (!next)
		return more;
	*kind = TOML_OFFSET_DATETIME;
	return next;
}

static const char *
match_boolean(const char *p, const char *end)
{
	if (end - p >= 4 && memcmp(p, "true", 4) == 0)
		return p + 4;
	return end - p >= 5 && memcmp(p, "false", 5) == 0 ? p + 5 : NULL;
}

static const char *
match_scalar(const char *p, const char *end, enum toml_kind *kind)
{
	const char *next = match_boolean(p, end);

	*kind = TOML_BOOLEAN;
	if (next)
		return next;
	if (match_form(p, end, "0000-00-00"))
		return match_datetime(p, end, kind);
	next = match_time(p, end);
	*kind = TOML_LOCAL_TIME;
	return next ? next : match_number(p, end, kind);
}

/* Read a value that is none of a string, an array and a table. What comes after it
 * is for the caller to refuse. */
static int
read_scalar(struct parser *t, struct toml *node)
{
	const char *next = match_scalar(t->p, t->end, &node->kind);
	char *text;

	if (!next)
		return fail(t, match_form(t->p, t->end, "0000-00-00")
		                       ? "there is no such date"
		                       : "expected a value");
	text = arena_dup(t->arena, t->p, (size_t)(next - t->p));
	for (const char *p = t->p; p < next; p++) {
		if (*p != '_')
			text[node->len++] = *p;
	}
	text[node->len] = '\0';
	node->text = text;
	t->p = next;
	return 0;
}

/* ---- the tree -------------------------------------------------------------- */

/* Return where TABLE keeps the member KEY, or would. */
static struct toml **
find_slot(struct toml *table, struct slice key)
{
	uint64_t hash = strset_hash(key.s, key.n);
	struct toml **slot = &table->index;

	for (; *slot; hash >>= 1) {
		if ((*slot)->key_len == key.n &&
		    memcmp((*slot)->key, key.s, key.n) == 0)
			break;
		slot = &(*slot)->branch[hash & 1];
	}
	return slot;
}

/* Set *NODE to a new last child of PARENT. */
static int
add_child(const struct parser *t, struct toml *parent, enum toml_kind kind,
          int depth, struct toml **node)
{
	struct toml *new;

	if (depth > TOML_MAX_DEPTH)
		return diag_set(t->diag, -EINVAL, "line %u: more than %d levels",
		                t->line, TOML_MAX_DEPTH);
	new = arena_zero(t->arena, 1, sizeof(*new));
	new->kind = kind;
	new->line = t->line;
	if (parent->last)
		parent->last->next = new;
	else
		parent->child = new;
	parent->last = new;
	*node = new;
	return 0;
}

/* Set *NODE to the member KEY of PLACE, made a KIND if it is new, then *IS_NEW. */
static int
open_member(const struct parser *t, struct place place, struct slice key,
            enum toml_kind kind, struct toml **node, bool *is_new)
{
	struct toml **slot = find_slot(place.table, key);
	int err = 0;

	*is_new = !*slot;
	if (*is_new)
		err = add_child(t, place.table, kind, place.depth + 1, slot);
	*node = *slot;
	if (*is_new && err == 0) {
		(*node)->key = key.s;
		(*node)->key_len = key.n;
	}
	return err;
}

/* Read one part of a key, into the arena. */
static int
read_key_part(struct parser *t, struct slice *key)
{
	const char *p = t->p;

	if (peek(t) == '"' || peek(t) == '\'')
		return read_string(t, false, &key->s, &key->n);
	while (p < t->end && (ascii_is_alnum(*p) || *p == '_' || *p == '-'))
		p++;
	if (p == t->p)
		return fail(t, "expected a key");
	key->n = (size_t)(p - t->p);
	key->s = arena_dup(t->arena, t->p, key->n);
	t->p = p;
	return 0;
}

/* Let PLACE be the table KEY in it, for a header or a dotted key. */
static int
enter(const struct parser *t, struct place *place, struct slice key, bool header)
{
	struct toml *node;
	bool is_new;
	int err = open_member(t, *place, key, TOML_TABLE, &node, &is_new);

	if (err < 0)
		return err;
	place->depth++;
	if (node->frozen)
		return fail_key(t, key, "cannot be extended");
	if (header && node->kind == TOML_ARRAY) {
		node = node->last;
		place->depth++;
	}
	if (node->kind != TOML_TABLE)
		return fail_key(t, key, "is not a table");
	if (!header) {
		if (node->defined && node->section != t->section)
			return fail_key(t, key, "is defined elsewhere");
		node->defined = true;
		node->section = t->section;
	}
	place->table = node;
	return 0;
}

/* Read a key, let PLACE be the table that its last part, *KEY, belongs to. */
static int
read_key(struct parser *t, struct place *place, bool header, struct slice *key)
{
	for (;;) {
		int err;

		skip_blanks(t);
		err = read_key_part(t, key);
		if (err < 0)
			return err;
		skip_blanks(t);
		if (!skip(t, "."))
			return 0;
		err = enter(t, place, *key, header);
		if (err < 0)
			return err;
	}
}

static int read_value(struct parser *t, struct toml *node, int depth);

/* "KEY = VALUE" */
static int
read_pair(struct parser *t, struct place place)
{
	struct slice key;
	struct toml *node;
	bool is_new;
	int err = read_key(t, &place, false, &key);

	if (err < 0)
		return err;
	if (!skip(t, "="))
		return fail(t, "expected '=' after a key");
	err = open_member(t, place, key, TOML_TABLE, &node, &is_new);
	if (err < 0)
		return err;
	if (!is_new)
		return fail_key(t, key, "is there twice");
	skip_blanks(t);
	return read_value(t, node, place.depth + 1);
}

static int
read_array(struct parser *t, struct toml *array, int depth)
{
	for (;;) {
		struct toml *node;
		int err;

		skip_lines(t);
		if (skip(t, "]"))
			return 0;
		err = add_child(t, array, TOML_STRING, depth + 1, &node);
		if (err == 0)
			err = read_value(t, node, depth + 1);
		if (err < 0)
			return err;
		skip_lines(t);
		if (!skip(t, ",") && peek(t) != ']')
			return fail(t, "expected ',' or ']' in an array");
	}
}

static int
read_inline_table(struct parser *t, struct toml *table, int depth)
{
	struct place place = { table, depth };

	skip_blanks(t);
	if (skip(t, "}"))
		return 0;
	for (;;) {
		int err = read_pair(t, place);

		if (err < 0)
			return err;
		skip_blanks(t);
		if (skip(t, "}"))
			return 0;
		if (!skip(t, ","))
			return fail(t, "expected ',' or '}' in an inline table");
	}
}

/* Read the value at the parser into NODE, which is DEPTH deep. */
static int
read_value(struct parser *t, struct toml *node, int depth)
{
	switch (peek(t)) {
	case '"':
	case '\'':
		node->kind = TOML_STRING;
		return read_string(t, true, &node->text, &node->len);
	case '[':
		t->p++;
		node->kind = TOML_ARRAY;
		node->frozen = true;
		return read_array(t, node, depth);
	case '{':
		t->p++;
		node->kind = TOML_TABLE;
		node->frozen = true;
		return read_inline_table(t, node, depth);
	default:
		return read_scalar(t, node);
	}
}

/* ---- the document ---------------------------------------------------------- */

/* Define the table KEY in PLACE, and let PLACE be that. */
static int
define_table(const struct parser *t, struct place *place, struct slice key)
{
	struct toml *node;
	bool is_new;
	int err = open_member(t, *place, key, TOML_TABLE, &node, &is_new);

	if (err < 0)
		return err;
	if (node->kind != TOML_TABLE || node->frozen || node->defined)
		return fail_key(t, key, "is there twice");
	node->defined = true;
	node->line = t->line;
	place->table = node;
	place->depth++;
	return 0;
}

/* Append a table to the array KEY in PLACE, and let PLACE be that. */
static int
append_table(const struct parser *t, struct place *place, struct slice key)
{
	struct toml *array;
	bool is_new;
	int err = open_member(t, *place, key, TOML_ARRAY, &array, &is_new);

	if (err < 0)
		return err;
	if (array->kind != TOML_ARRAY || array->frozen)
		return fail_key(t, key, "is not an array of tables");
	place->depth += 2;
	return add_child(t, array, TOML_TABLE, place->depth, &place->table);
}

/* "[KEY]" or "[[KEY]]" */
static int
read_header(struct parser *t, struct toml *root)
{
	bool array = at(t, "[[");
	struct place place = { root, 0 };
	struct slice key;
	int err;

	t->p += array ? 2 : 1;
	err = read_key(t, &place, true, &key);
	if (err < 0)
		return err;
	if (!skip(t, array ? "]]" : "]"))
		return fail(t, array ? "expected ']]'" : "expected ']'");
	err = array ? append_table(t, &place, key)
	            : define_table(t, &place, key);
	t->table = place.table;
	t->depth = place.depth;
	t->section++;
	return err;
}

static int
read_document(struct parser *t, struct toml *root)
{
	for (;;) {
		int err;

		skip_lines(t);
		if (t->p == t->end)
			return 0;
		if (peek(t) == '[')
			err = read_header(t, root);
		else
			err = read_pair(t, (struct place){ t->table, t->depth });
		if (err < 0)
			return err;
		skip_blanks(t);
		skip_comment(t);
		if (t->p < t->end && !is_newline(*t->p))
			return fail(t, "expected the end of the line");
	}
}

int
toml_parse(struct toml **root, const char *text, size_t n, struct arena *a,
           struct diag *d)
{
	struct parser t = { .p = text, .end = text + n, .line = 1, .arena = a,
		            .diag = d };
	struct toml *document;
	int err = check_bytes(&t);

	if (err < 0)
		return err;
	document = t.table = arena_zero(a, 1, sizeof(*document));
	document->kind = TOML_TABLE;
	document->line = 1;
	err = read_document(&t, document);
	if (err == 0)
		*root = document;
	return err;
}

struct toml *
toml_find(const struct toml *table, const char *key)
{
	uint64_t hash = strset_hash(key, strlen(key));
	struct toml *node = table ? table->index : NULL;

	for (; node && !toml_key_is(node, key); hash >>= 1)
		node = node->branch[hash & 1];
	return node;
}

bool
toml_key_is(const struct toml *t, const char *key)
{
	return t->key && t->key_len == strlen(key) &&
	       memcmp(t->key, key, t->key_len) == 0;
}

const char *
toml_string(const struct toml *t)
{
	if (!t || t->kind != TOML_STRING || strlen(t->text) != t->len)
		return NULL;
	return t->text;
}

bool
toml_integer(const struct toml *t, int64_t *value)
{
	uint64_t base = 10, sum = 0, limit = INT64_MAX;
	const char *p;
	bool negative;

	if (!t || t->kind != TOML_INTEGER)
		return false;
	p = t->text;
	negative = *p == '-';
	p += negative || *p == '+';
	limit += negative;
	if (*p == '0' && p[1]) {
		base = p[1] == 'x' ? 16 : p[1] == 'o' ? 8 : 2;
		p += 2;
	}
	for (; *p; p++) {
		uint64_t digit = digit_value(*p);

		if (sum > (limit - digit) / base)
			return false;
		sum = sum * base + digit;
	}
	/* not -(int64_t)sum, which may overflow */
	*value = negative && sum > 0 ? -(int64_t)(sum - 1) - 1 : (int64_t)sum;
	return true;
}

const char *
toml_kind_name(enum toml_kind kind)
{
	static const char *const names[] = {
		[TOML_STRING] = "a string",
		[TOML_INTEGER] = "an integer",
		[TOML_FLOAT] = "a float",
		[TOML_BOOLEAN] = "a boolean",
		[TOML_OFFSET_DATETIME] = "an offset date-time",
		[TOML_LOCAL_DATETIME] = "a local date-time",
		[TOML_LOCAL_DATE] = "a local date",
		[TOML_LOCAL_TIME] = "a local time",
		[TOML_ARRAY] = "an array",
		[TOML_TABLE] = "a table",
	};

	return names[kind];
}
