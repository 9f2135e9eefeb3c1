#include "base/strset.h"

#include <string.h>

#include "base/arena.h"

enum { FIRST_CAP = 64 };

struct strset_entry {
	const char *text; /* NULL: free */
	size_t len;
};

void
strset_init(struct strset *s, struct arena *arena)
{
	*s = (struct strset){ .arena = arena };
}

uint64_t strset_seed;

/* FNV-1a, from another start */
uint64_t
strset_hash_start(void)
{
	return 0xcbf29ce484222325 ^ strset_seed;
}

uint64_t
strset_hash_more(uint64_t hash, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3;
	return hash;
}

uint64_t
strset_hash_end(uint64_t hash)
{
	return hash ^ (hash >> 32);
}

uint64_t
strset_hash(const char *text, size_t n)
{
	return strset_hash_end(strset_hash_more(strset_hash_start(), text, n));
}

/* Where the string is, or would be put; there is always a free slot. */
static struct strset_entry *
find(const struct strset *s, const char *text, size_t n)
{
	size_t i = (size_t)strset_hash(text, n);

	for (;; i++) {
		struct strset_entry *e = &s->slots[i & (s->cap - 1)];

		if (!e->text ||
		    (e->len == n && memcmp(e->text, text, n) == 0))
			return e;
	}
}

bool
strset_has(const struct strset *s, const char *text, size_t n)
{
	return s->cap > 0 && find(s, text, n)->text;
}

static void
grow(struct strset *s)
{
	struct strset old = *s;

	s->cap = old.cap ? old.cap * 2 : FIRST_CAP;
	s->slots = arena_zero(s->arena, s->cap, sizeof(*s->slots));
	for (size_t i = 0; i < old.cap; i++) {
		const struct strset_entry *e = &old.slots[i];

		if (e->text)
			*find(s, e->text, e->len) = *e;
	}
}

bool
strset_add(struct strset *s, const char *text, size_t n)
{
	struct strset_entry *e;

	if (s->count >= s->cap / 2)
		grow(s);
	e = find(s, text, n);
	if (e->text)
		return false;
	e->text = arena_dup(s->arena, text, n);
	e->len = n;
	s->count++;
	return true;
}
