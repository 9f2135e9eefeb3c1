#pragma once
/*
 * names: what a directory holds, sorted.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct walk;

struct names {
	char **name;
	size_t count;
};

/* The names in directory PATH that start with PREFIX and end with SUFFIX, in
 * byte order: 0, or the negative errno of the listing. */
int names_list(const struct walk *w, struct arena *a, const char *path,
               const char *prefix, const char *suffix, struct names *n);

/* Bring N into the order of BEFORE, which is true if its first argument has
 * to come before its second; equal ones, or all if it is NULL, into byte
 * order. */
void names_sort(struct names *n, bool (*before)(const char *, const char *));
