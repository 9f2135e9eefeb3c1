/*
 * The input is a document. Its tree is not deep and not larger than the input, its
 * strings are UTF-8, and each member is found by its key.
 */
#include "format/toml.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "base/str.h"
#include "tests/fuzz/fuzz.h"

struct seen {
	size_t nodes, bytes;
	uint32_t lines; /* in the document */
};

static void
look(struct seen *s, const struct toml *t, int depth, bool has_key)
{
	bool scalar = t->kind < TOML_ARRAY;

	check(depth <= TOML_MAX_DEPTH && t->kind <= TOML_TABLE);
	check(t->line >= 1 && t->line <= s->lines);
	check((t->key != NULL) == has_key && (t->text != NULL) == scalar);
	s->nodes++;
	s->bytes += t->len + t->key_len;
	if (scalar) {
		check(!t->child && t->text[t->len] == '\0');
		check(utf8_is_valid(t->text, t->len));
		check(t->kind == TOML_STRING || strlen(t->text) == t->len);
	}
	for (const struct toml *c = t->child; c; c = c->next) {
		look(s, c, depth + 1, t->kind == TOML_TABLE);
		if (t->kind != TOML_TABLE)
			continue;
		check(c->key[c->key_len] == '\0');
		check(utf8_is_valid(c->key, c->key_len));
		if (strlen(c->key) == c->key_len)
			check(toml_find(t, c->key) == c && toml_key_is(c, c->key));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen s = { 0, 0, 1 };
	struct toml *root = NULL;
	struct arena a;
	struct diag d;
	int err;

	for (size_t i = 0; i < size; i++)
		s.lines += data[i] == '\n';
	arena_init(&a, NULL, 0);
	diag_init(&d, &a);
	err = toml_parse(&root, size ? (const char *)data : "", size, &a, &d);
	if (err == 0) {
		look(&s, root, 0, false);
		check(s.nodes <= size + 1 && s.bytes <= size);
	} else {
		check(err == -EINVAL && d.code == err && d.text.len > 0 && !root);
	}
	arena_free(&a);
	return 0;
}
