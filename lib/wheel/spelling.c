#include "wheel/spelling.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"
#include "base/strset.h"
#include "os/walk.h"
#include "wheel/fates.h"

enum { FIRST_CAP = 256 };

struct spelling_slot {
	const char *path; /* its first LEN bytes; NULL: free */
	uint32_t len;
	bool listed; /* the entries of this directory were entered */
};

static uint64_t
hash_more(uint64_t hash, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char c = ascii_lower(s[i]);

		hash = strset_hash_more(hash, &c, 1);
	}
	return hash;
}

/* Return the slot of the N bytes at PATH, whose hash is HASH, or the free one for
 * them. */
static struct spelling_slot *
find(const struct spelling *s, const char *path, size_t n, uint64_t hash)
{
	for (size_t i = (size_t)strset_hash_end(hash);; i++) {
		struct spelling_slot *slot = &s->slots[i & (s->cap - 1)];
		size_t k = 0;

		if (!slot->path)
			return slot;
		while (k < n && slot->len == n &&
		       ascii_lower(slot->path[k]) == ascii_lower(path[k]))
			k++;
		if (k == n)
			return slot;
	}
}

static void
grow(struct spelling *s)
{
	struct spelling old = *s;

	arena_init(&s->memory, NULL, 0);
	s->cap = old.cap ? old.cap * 2 : FIRST_CAP;
	while (s->cap / 8 * 7 < s->room)
		s->cap *= 2;
	s->slots = arena_zero(&s->memory, s->cap, sizeof(*s->slots));
	for (size_t i = 0; i < old.cap; i++) {
		const struct spelling_slot *e = &old.slots[i];

		if (e->path)
			*find(s, e->path, e->len,
			      hash_more(strset_hash_start(), e->path, e->len)) = *e;
	}
	arena_free(&old.memory);
}

/* Return the slot of the first N bytes of PATH, which get PATH's spelling if they had
 * none. It lasts until the next call. */
static struct spelling_slot *
enter(struct spelling *s, const char *path, size_t n, uint64_t hash)
{
	struct spelling_slot *slot;

	if (s->count >= s->cap / 8 * 7)
		grow(s);
	slot = find(s, path, n, hash);
	s->count += !slot->path;
	if (!slot->path)
		*slot = (struct spelling_slot){ .path = path,
		                                .len = (uint32_t)n };
	return slot;
}

/* Enter what is in the directory of the first N bytes of PATH and stays there. */
static void
enter_there(struct spelling *s, const char *path, size_t n)
{
	const struct places *p = s->there;
	struct entries e;

	if (!p || walk_entries(p->walk, s->arena,
	                       arena_fmt(s->arena, "%s/%.*s", p->dir, (int)n,
	                                 path),
	                       &e) < 0)
		return;
	for (size_t i = 0; i < e.count; i++) {
		char *entry = arena_fmt(s->arena, "%.*s%s%s", (int)n, path,
		                        n ? "/" : "", e.names[i]);
		size_t len = strlen(entry);

		if (places_keep(p, entry))
			(void)enter(s, entry, len, hash_more(strset_hash_start(),
			                                     entry, len));
	}
}

void
spelling_init(struct spelling *s, const struct places *there, size_t files,
              struct arena *a)
{
	*s = (struct spelling){ .there = there, .arena = a, .room = 2 * files };
	arena_init(&s->memory, NULL, 0);
	enter_there(s, "", 0);
}

void
spelling_end(struct spelling *s)
{
	arena_free(&s->memory);
}

const char *
spelling_settle(struct spelling *s, const char *path)
{
	uint64_t hash = strset_hash_start();
	char *mine = NULL;

	for (size_t n = 0, end; path[n]; n = end) {
		struct spelling_slot *slot;
		bool lists;

		end = n + (path[n] == '/');
		end += strcspn(path + end, "/");
		hash = hash_more(hash, path + n, end - n);
		slot = enter(s, path, end, hash);
		lists = path[end] && !slot->listed;
		slot->listed |= lists;
		if (memcmp(slot->path + n, path + n, end - n) != 0) {
			if (!mine)
				path = mine = arena_str(s->arena, path);
			memcpy(mine + n, slot->path + n, end - n);
		}
		if (lists)
			enter_there(s, path, end);
	}
	return path;
}
