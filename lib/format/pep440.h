#pragma once
/*
 * pep440: versions of projects and sets of specifiers (PEP 440).
 */
#include <stdbool.h>
#include <stddef.h>

struct buf;

/* Return whether the N bytes at S are a version. */
bool pep440_is_version(const char *s, size_t n);

/* Order of two versions: below, equal to or above 0. Strings that are none come
 * before all versions. */
int pep440_compare(const char *a, size_t an, const char *b, size_t bn);

/* Return 1 if the comma-separated SPECIFIERS accept VERSION (all operators,
 * wildcards, pre-releases allowed), 0 if not, -EINVAL if they cannot be
 * parsed. */
int pep440_fits(const char *specifiers, size_t sn, const char *version,
                size_t vn);

/*
 * Do the same for one specifier in parts: OP is an operator ("==", "~=", ...),
 * TEXT follows it and may hold commas.
 */
int pep440_fits_one(const char *op, size_t on, const char *text, size_t tn,
                    const char *version, size_t vn);

/* Properties of the comma-separated specifiers of a requirement. */
enum {
	PEP440_PRERELEASE = 1, /* one names a pre-release, which admits them; those
	                          of != and ==X.* do not count */
	PEP440_PINNED = 2,     /* one is ==X or ===X */
	PEP440_BOUNDED = 4,    /* one is <, <=, ~= or ==X.* */
	PEP440_ANY = 8,        /* there is at least one */
};

/* Return the properties of the valid SPECIFIERS of N bytes. */
unsigned pep440_properties(const char *specifiers, size_t n);

/* Return whether the version has a pre-release or dev part. */
bool pep440_is_prerelease(const char *s, size_t n);

/* Append the version of N bytes at S in its normal form ("1.0-alpha" as "1.0a0"); as
 * it is if it is none. */
void pep440_put(struct buf *out, const char *s, size_t n);
