#pragma once
/*
 * name: the parts of a wheel's file name,
 * "{name}-{version}(-{build})?-{python}-{abi}-{platform}.whl" (PyPA
 * specification "Binary distribution format"; spec/wheels.md 1).
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct buf;
struct diag;

struct wheel_name {
	const char *project; /* as written */
	const char *version; /* as written, '_' as '-' */
	const char *build;   /* "" if none */
	const char *python, *abi, *platform; /* sets with '.', lower case */
};

/* Split FILE (no directory) into its parts, in the arena. -EINVAL with a diag
 * that says which part is wrong. */
int wheel_name_parse(struct wheel_name *w, const char *file, struct arena *a,
                     struct diag *d);

/* Append the N bytes at S normalised as PEP 503 has it: lower case, runs of
 * "-_." as one '-'. */
void wheel_name_normalize(struct buf *out, const char *s, size_t n);

/* Return the N bytes at S normalised, in A. */
char *wheel_name_normalized(struct arena *a, const char *s, size_t n);

/* Return whether A and B name the same project. */
bool wheel_name_same(const char *a, size_t an, const char *b, size_t bn);

/* Compare two build tags, "" among them: a number, then what follows it. */
int wheel_build_compare(const char *a, const char *b);
