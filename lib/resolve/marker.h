#pragma once
/*
 * marker: the environment markers of dependency specifiers (PEP 508, PEP 751),
 * evaluated as PyPA's library "packaging" 26 does, against facts of which some
 * may be unknown (spec/locks.md 2).
 */
#include <stddef.h>

struct arena;
struct buf;
struct diag;
struct kernel;
struct python;
struct strset;

enum marker_variable {
	MARKER_OS_NAME,
	MARKER_SYS_PLATFORM,
	MARKER_PLATFORM_MACHINE,
	MARKER_PLATFORM_PYTHON_IMPLEMENTATION,
	MARKER_PLATFORM_RELEASE,
	MARKER_PLATFORM_SYSTEM,
	MARKER_PLATFORM_VERSION,
	MARKER_PYTHON_VERSION,
	MARKER_PYTHON_FULL_VERSION,
	MARKER_IMPLEMENTATION_NAME,
	MARKER_IMPLEMENTATION_VERSION,
	MARKER_FACTS, /* the number of those above */
	MARKER_EXTRA = MARKER_FACTS,
	MARKER_EXTRAS,
	MARKER_DEPENDENCY_GROUPS,
	MARKER_VARIABLES
};

/* The value of a variable: a text; or, if LAST is not NULL, one of the versions
 * from VALUE to LAST. */
struct marker_fact {
	const char *value; /* NULL: unknown */
	const char *last;
};

struct marker_set {
	const char *const *names;
	size_t count;
};

struct marker_facts {
	struct marker_fact fact[MARKER_FACTS];

	/* Markers must not use those that are NULL. Names in any spelling; an
	 * EXTRA of "" is no extra. */
	const char *extra;
	const struct marker_set *extras, *dependency_groups;

	/* If not NULL, EXTRA does not count: 'extra == "NAME"' holds if NAME,
	 * normalised, is in the set. uv.lock has such markers. */
	const struct strset *active;
};

enum marker_truth { MARKER_FALSE, MARKER_TRUE, MARKER_UNKNOWN };

enum { MARKER_MAX = 64 * 1024, MARKER_MAX_DEPTH = 200 };

/*
 * Return the enum marker_truth of the marker TEXT of N bytes: MARKER_UNKNOWN if
 * the facts do not decide; then *UNKNOWN is the variable that would. -EINVAL
 * with a diag for a marker that cannot be parsed, is longer or more deeply
 * nested than the limits above, or compares what cannot be compared, even if
 * the rest of the marker decides.
 */
int marker_evaluate(const char *text, size_t n,
                    const struct marker_facts *facts, struct arena *a,
                    enum marker_variable *unknown, struct diag *d);

/* Check the syntax of a marker. Return 0, or -EINVAL as above. */
int marker_check(const char *text, size_t n, struct arena *a, struct diag *d);

/* Report that the marker TEXT depends on the UNKNOWN variable, and return
 * -EINVAL. */
int marker_refuse(const char *text, size_t n, enum marker_variable unknown,
                  struct diag *d);

/* Append the valid marker TEXT as packaging writes it: single blanks, double
 * quotes, normalised extras, no parentheses around a single comparison. */
void marker_put(struct buf *out, const char *text, size_t n);

/* Return the name of a variable: "os_name". */
const char *marker_variable_name(enum marker_variable v);

/*
 * Set F to the facts of PY; variables about extras stay NULL. KERNEL is the one
 * that PY will run on, or NULL if that is not the running one: with a root, for
 * an archive. Then the release and version of the system are unknown, and so is
 * the machine unless the ELF file tells it. PY and KERNEL must outlive F.
 */
void marker_facts_find(struct marker_facts *f, const struct python *py,
                       const struct kernel *kernel, struct arena *a);
