#include "format/toml.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "base/strset.h"
#include "format/toml_scalar.h"

/* A table to put members into. */
struct place {
	struct toml *table;
	int depth;
};

/* check_bytes() ensures that the text has no NUL, and CR only before LF. */
struct parser {
	const char *p, *end;
	uint32_t line;
	struct place place; /* of the last header */
	uint32_t section;   /* the number of headers so far */
	struct arena *arena;
	struct diag *diag;
};

/* The read_*() functions return false on a flaw; the diag has it then. */

static bool
fail(const struct parser *t, const char *reason)
{
	diag_set(t->diag, -EINVAL, "line %u: %s", t->line, reason);
	return false;
}

static bool
fail_key(const struct parser *t, struct slice key, const char *reason)
{
	diag_set(t->diag, -EINVAL, "line %u: key '%.*s' %s", t->line,
	         (int)key.n, key.s, reason);
	return false;
}

/* ---- bytes ----------------------------------------------------------------- */

/* Return why no document may have the character at P, of *LEN bytes; NULL if it
 * may. */
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

/* Check the rules that hold both inside and outside strings. */
static bool
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
	return true;
}

/* Return the byte at the parser, NUL at the end. */
static char
peek(const struct parser *t)
{
	if (t->p == t->end)
		return '\0';
	return *t->p;
}

static bool
at(const struct parser *t, const char *s)
{
	size_t n = strlen(s);

	return (size_t)(t->end - t->p) >= n && memcmp(t->p, s, n) == 0;
}

/* Skip S if it is at the parser; return whether it was. */
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

/* ---- scalars --------------------------------------------------------------- */

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

/* Append to *OUT the character whose DIGITS are at *P, or return a reason. */
static const char *
resolve_character(const char **p, const char *end, size_t digits, char **out)
{
	uint32_t c = 0;

	if ((size_t)(end - *p) < digits)
		return "too few digits in an escape sequence";
	for (; digits > 0; digits--, (*p)++) {
		uint32_t value = toml_digit(**p);

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
	const char *known;
	char c;

	if (*p == end)
		return unknown;
	c = *(*p)++;
	known = strchr(names, c);
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
static bool
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
	return true;
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
static bool
read_string(struct parser *t, bool may_be_multi, const char **text, size_t *n)
{
	char quote = peek(t);
	bool multi = may_be_multi && at(t, quote == '"' ? "\"\"\"" : "'''");
	const char *end;
	uint32_t lines = 0;
	bool is_valid;
	char *s;

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
	is_valid = resolve(t, s, n, quote == '"', multi);
	t->p = end + (multi ? 3 : 1);
	t->line += lines;
	*text = s;
	return is_valid;
}

/* Read a number, boolean, date or time. The caller checks what follows it. */
static bool
read_scalar(struct parser *t, struct toml *node)
{
	const char *next = toml_match_scalar(t->p, t->end, &node->kind);
	char *text;

	if (!next)
		return fail(t, node->kind == TOML_LOCAL_DATE
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
	return true;
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

/* Return a new last child of PARENT; NULL if it is too deep. */
static struct toml *
add_child(const struct parser *t, struct toml *parent, enum toml_kind kind,
          int depth)
{
	struct toml *node;

	if (depth > TOML_MAX_DEPTH) {
		diag_set(t->diag, -EINVAL, "line %u: more than %d levels",
		         t->line, TOML_MAX_DEPTH);
		return NULL;
	}
	node = arena_zero(t->arena, 1, sizeof(*node));
	node->kind = kind;
	node->line = t->line;
	if (parent->last)
		parent->last->next = node;
	else
		parent->child = node;
	parent->last = node;
	return node;
}

/* Return the member KEY of PLACE. If there is none, set *IS_NEW and add one of KIND;
 * NULL if it is too deep. */
static struct toml *
open_member(const struct parser *t, struct place place, struct slice key,
            enum toml_kind kind, bool *is_new)
{
	struct toml **slot = find_slot(place.table, key);
	struct toml *node = *slot;

	*is_new = !node;
	if (node)
		return node;
	node = add_child(t, place.table, kind, place.depth + 1);
	if (node) {
		node->key = key.s;
		node->key_len = key.n;
		*slot = node;
	}
	return node;
}

/* Read one part of a key, into the arena. */
static bool
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
	return true;
}

/* Move PLACE to the table KEY in it, for a header or a dotted key. */
static bool
enter(const struct parser *t, struct place *place, struct slice key, bool header)
{
	bool is_new;
	struct toml *node = open_member(t, *place, key, TOML_TABLE, &is_new);

	if (!node)
		return false;
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
	return true;
}

/* Read a key, and move PLACE to the table that has its last part, *KEY. */
static bool
read_key(struct parser *t, struct place *place, bool header, struct slice *key)
{
	for (;;) {
		skip_blanks(t);
		if (!read_key_part(t, key))
			return false;
		skip_blanks(t);
		if (!skip(t, "."))
			return true;
		if (!enter(t, place, *key, header))
			return false;
	}
}

static bool read_value(struct parser *t, struct toml *node, int depth);

/* "KEY = VALUE" */
static bool
read_pair(struct parser *t, struct place place)
{
	struct slice key = { NULL, 0 };
	struct toml *node;
	bool is_new;

	if (!read_key(t, &place, false, &key))
		return false;
	if (!skip(t, "="))
		return fail(t, "expected '=' after a key");
	node = open_member(t, place, key, TOML_STRING, &is_new);
	if (!node)
		return false;
	if (!is_new)
		return fail_key(t, key, "is there twice");
	skip_blanks(t);
	return read_value(t, node, place.depth + 1);
}

static bool
read_array(struct parser *t, struct toml *array, int depth)
{
	for (;;) {
		struct toml *node;

		skip_lines(t);
		if (skip(t, "]"))
			return true;
		node = add_child(t, array, TOML_STRING, depth + 1);
		if (!node || !read_value(t, node, depth + 1))
			return false;
		skip_lines(t);
		if (!skip(t, ",") && peek(t) != ']')
			return fail(t, "expected ',' or ']' in an array");
	}
}

static bool
read_inline_table(struct parser *t, struct toml *table, int depth)
{
	struct place place = { table, depth };

	skip_blanks(t);
	if (skip(t, "}"))
		return true;
	for (;;) {
		if (!read_pair(t, place))
			return false;
		skip_blanks(t);
		if (skip(t, "}"))
			return true;
		if (!skip(t, ","))
			return fail(t, "expected ',' or '}' in an inline table");
	}
}

/* Read the value at the parser into NODE, which is DEPTH deep. */
static bool
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

/* Define the table KEY in PLACE, and move PLACE to it. */
static bool
define_table(const struct parser *t, struct place *place, struct slice key)
{
	bool is_new;
	struct toml *node = open_member(t, *place, key, TOML_TABLE, &is_new);

	if (!node)
		return false;
	if (node->kind != TOML_TABLE || node->frozen || node->defined)
		return fail_key(t, key, "is there twice");
	node->defined = true;
	node->line = t->line;
	place->table = node;
	place->depth++;
	return true;
}

/* Append a table to the array KEY in PLACE, and move PLACE to it. */
static bool
append_table(const struct parser *t, struct place *place, struct slice key)
{
	bool is_new;
	struct toml *array = open_member(t, *place, key, TOML_ARRAY, &is_new);

	if (!array)
		return false;
	if (array->kind != TOML_ARRAY || array->frozen)
		return fail_key(t, key, "is not an array of tables");
	place->depth += 2;
	place->table = add_child(t, array, TOML_TABLE, place->depth);
	return place->table != NULL;
}

/* "[KEY]" or "[[KEY]]" */
static bool
read_header(struct parser *t, struct toml *root)
{
	bool array = at(t, "[[");
	struct place place = { root, 0 };
	struct slice key = { NULL, 0 };

	t->p += array ? 2 : 1;
	if (!read_key(t, &place, true, &key))
		return false;
	if (!skip(t, array ? "]]" : "]"))
		return fail(t, array ? "expected ']]'" : "expected ']'");
	t->section++;
	if (!(array ? append_table(t, &place, key)
	            : define_table(t, &place, key)))
		return false;
	t->place = place;
	return true;
}

static bool
read_document(struct parser *t, struct toml *root)
{
	t->place = (struct place){ root, 0 };
	for (;;) {
		skip_lines(t);
		if (t->p == t->end)
			return true;
		if (!(peek(t) == '[' ? read_header(t, root)
		                     : read_pair(t, t->place)))
			return false;
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
	struct toml *document = arena_zero(a, 1, sizeof(*document));

	document->kind = TOML_TABLE;
	document->line = 1;
	if (!check_bytes(&t) || !read_document(&t, document))
		return -EINVAL;
	*root = document;
	return 0;
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
		uint64_t digit = toml_digit(*p);

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
