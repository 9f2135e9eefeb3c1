#pragma once
/*
 * strset: a set of strings in an arena.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct strset_entry;

struct strset {
	struct arena *arena;
	struct strset_entry *slots; /* CAP of them, a power of two, or none */
	size_t cap;
	size_t count;
};

/* Make S an empty set whose strings are copied into ARENA. */
void strset_init(struct strset *s, struct arena *arena);

/* Return whether S has the N bytes at TEXT. */
bool strset_has(const struct strset *s, const char *text, size_t n);

/* Add the N bytes at TEXT; return false if they were in S already. */
bool strset_add(struct strset *s, const char *text, size_t n);

/*
 * Return a hash of the N bytes at TEXT, which differs from run to run: no archive can
 * be made whose names all have the same one. strset_hash_more() continues HASH with
 * more bytes, from strset_hash_start() on; strset_hash_end() ends it.
 */
uint64_t strset_hash(const char *text, size_t n);
uint64_t strset_hash_start(void);
uint64_t strset_hash_more(uint64_t hash, const char *text, size_t n);
uint64_t strset_hash_end(uint64_t hash);

/* Set by the program to a secret number. */
extern uint64_t strset_seed;
