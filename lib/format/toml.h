#pragma once
/*
 * toml: a strict reader of TOML 1.0.0 that builds a tree. It accepts and refuses
 * what Python's tomllib does, except for depth. spec: toml.io/en/v1.0.0.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct diag;

/* The document has depth 0, a value of it depth 1. */
enum { TOML_MAX_DEPTH = 64 };

enum toml_kind {
	TOML_STRING,
	TOML_INTEGER,
	TOML_FLOAT,
	TOML_BOOLEAN,
	TOML_OFFSET_DATETIME,
	TOML_LOCAL_DATETIME,
	TOML_LOCAL_DATE,
	TOML_LOCAL_TIME,
	TOML_ARRAY,
	TOML_TABLE
};

struct toml {
	const char *key;  /* of a member of a table, else NULL */
	size_t key_len;
	const char *text; /* string: escapes resolved, may hold NUL; number: as
	                     written, without '_'; boolean, date and time: as
	                     written; array and table: NULL */
	size_t len;       /* of TEXT, which ends with a NUL */
	struct toml *child; /* first element or member, in document order */
	struct toml *next;
	/* private: the last child; the members as a tree by the bits of their
	 * keys' hashes, which starts at the table's INDEX */
	struct toml *last;
	struct toml *index, *branch[2];
	uint32_t line;    /* of its header or key, or where the element starts */
	uint32_t section; /* private: where dotted keys may extend it */
	enum toml_kind kind;
	bool defined, frozen; /* private: it cannot be defined, extended again */
};

/* Read the N bytes at TEXT into the tree *ROOT, a table in A that does not refer
 * to TEXT. -EINVAL if it is not TOML; then D has "line N: REASON". */
int toml_parse(struct toml **root, const char *text, size_t n, struct arena *a,
               struct diag *d);

/* Return the member KEY of TABLE; NULL if there is none, also if TABLE is NULL or
 * not a table. */
struct toml *toml_find(const struct toml *table, const char *key);

/* Return whether T is the member KEY of its table. */
bool toml_key_is(const struct toml *t, const char *key);

/* Return the text of T; NULL if T is NULL, is not a string, or has a NUL in it. */
const char *toml_string(const struct toml *t);

/* Set *VALUE to that of T. Return false if T is NULL, is not an integer, or needs
 * more than 64 bits. */
bool toml_integer(const struct toml *t, int64_t *value);

/* Return the words for KIND, such as "an array". */
const char *toml_kind_name(enum toml_kind kind);
