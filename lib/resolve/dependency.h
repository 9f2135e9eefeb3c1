#pragma once
/*
 * dependency: one dependency specifier (PEP 508), as Requires-Dist of METADATA has
 * it, read as PyPA's library "packaging" 26 reads it.
 */
#include <stdbool.h>

#include "base/str.h"

struct arena;
struct buf;
struct diag;

/* The parts of one, without blanks around them; empty if absent. */
struct dependency {
	struct slice name;       /* as written */
	struct slice extras;     /* between the brackets */
	struct slice specifiers; /* between the parentheses, if there are any */
	struct slice url;
	struct slice marker;
};

/*
 * Split the N bytes at TEXT, "NAME [EXTRAS] SPECIFIERS ; MARKER" or "NAME [EXTRAS] @
 * URL ; MARKER", into the parts of D, which point into TEXT. Return 0, or -EINVAL
 * with a diag if it cannot be parsed: also if the name has more than 255 bytes, or the
 * extras or specifiers more than 8192. A is used for the marker.
 */
int dependency_parse(struct dependency *d, const char *text, size_t n,
                     struct arena *a, struct diag *diag);

/* Return whether VERSION, perhaps a pre-release, is one that D's specifiers accept. */
bool dependency_accepts(const struct dependency *d, const char *version);

/* Append D as that library writes it: extras and specifiers sorted, its marker with
 * single blanks. D was parsed without an error. */
void dependency_put(struct buf *out, const struct dependency *d);

/* Take the name at the start of REST. Return false if there is none. */
bool dependency_take_name(struct slice *rest, struct slice *name);

/* Take "[EXTRAS]" at the start of REST, if it is there, and set EXTRAS to what is
 * between the brackets. Return false if it is not a list of names. */
bool dependency_take_extras(struct slice *rest, struct slice *extras);
