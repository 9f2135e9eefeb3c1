#pragma once
/*
 * lock_table: typed access to the tables of a lock file in TOML. A message
 * names the place: "packages[0].wheels[2].size: expected an integer, not a
 * string".
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/toml.h"

struct arena;
struct diag;

/* A table and its place in the document. */
struct lock_table {
	const struct toml *toml;
	const struct lock_table *parent; /* NULL: it is the document */
	const char *key;   /* its key in PARENT */
	bool is_element;   /* of the array that is the member KEY of PARENT */
	size_t index;      /* from 0 */
	struct diag *diag; /* for all messages */
};

/* Make T the table TOML that is the member KEY of PARENT. */
void lock_table_enter(struct lock_table *t, const struct lock_table *parent,
                      const char *key, const struct toml *toml);

/* Make T the element INDEX, the table TOML, of the array KEY of PARENT. */
void lock_table_enter_element(struct lock_table *t,
                              const struct lock_table *parent, const char *key,
                              size_t index, const struct toml *toml);

/* Report "PLACE.KEY: REASON", or "PLACE: REASON" if KEY is NULL, and return
 * -EINVAL. */
int lock_table_refuse(const struct lock_table *t, const char *key,
                      const char *reason, ...)
	__attribute__((format(printf, 3, 4)));

/* Report "PLACE.KEY[INDEX]: REASON" and return -EINVAL. */
int lock_table_refuse_element(const struct lock_table *t, const char *key,
                              size_t index, const char *reason, ...)
	__attribute__((format(printf, 4, 5)));

/* Return "PLACE" in A; "" for the document. */
char *lock_table_place(const struct lock_table *t, struct arena *a);

/* Return the failure of T's diag with "PLACE.KEY: " in front. */
int lock_table_prefix(const struct lock_table *t, const char *key);

/*
 * Set *VALUE to the member KEY, or to NULL if there is none: all functions
 * lock_table_get...(). Return 0; or -EINVAL with a diag if it has another type.
 */
int lock_table_get(const struct lock_table *t, const char *key,
                   enum toml_kind kind, const struct toml **value);

/* Get a string. -EINVAL as well if it has a NUL in it. */
int lock_table_get_text(const struct lock_table *t, const char *key,
                        const char **value);

/* Get a string that has to be there. */
int lock_table_need_text(const struct lock_table *t, const char *key,
                         const char **value);

/* Get the first element of an array, whose elements are all of KIND. */
int lock_table_get_list(const struct lock_table *t, const char *key,
                        enum toml_kind kind, const struct toml **value);
