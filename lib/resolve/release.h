#pragma once
/*
 * release: one version of a project that can be installed, and what it requires.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"
#include "resolve/dependency.h"
#include "wheel/source.h"

struct admission;
struct arena;
struct candidate;
struct diag;
struct hash_rule;
struct installed;
struct installed_project;
struct marker_facts;

enum release_state { RELEASE_UNTRIED, RELEASE_USABLE, RELEASE_UNUSABLE };

/* A value of Requires-Dist. */
struct requires {
	struct dependency dependency;
	const char *project; /* normalised */
	const char *const *extras; /* normalised */
	size_t extra_count;
	const char *specifiers;
	enum { WANTED_UNKNOWN, WANTED, NOT_WANTED } base; /* without an extra */
};

struct release {
	const char *project;    /* normalised */
	const char *version;
	struct candidate *files; /* COUNT of them, the best one first */
	size_t count;
	bool direct;            /* its file was named by its path */
	const struct installed_project *installed; /* what it is, if not a wheel */
	bool failed;            /* its only file is missing already: it is in no set */
	enum release_state state;
	const char *reason;     /* why it is unusable */
	struct wheel_choice choice; /* of one that is usable */
	struct buf warnings;    /* about its wheel, for when it is chosen */
	struct requires *requires;
	size_t requires_count;
	const char **extras;    /* Provides-Extra, normalised and sorted */
	size_t extra_count;
	size_t evaluations;     /* of markers, for extras */
};

/* Evaluate at most this many markers of one release for extras. */
enum { RELEASE_MAX_EVALUATIONS = 1000 * 1000 };

/*
 * Open the files of R until one is admitted, unless that was done before, and read
 * what it requires. Return 0 with R's state set; a negative errno with a diag for a
 * wheel that is damaged.
 */
int release_open(struct release *r, const struct admission *ad,
                 const struct hash_rule *rule);

/* Read what R, whose wheel is open, requires. */
int release_read(struct release *r, const struct admission *ad);

/* Make R usable, which is one of the projects in I, and read what it requires. */
void release_read_installed(struct release *r, const struct installed *i);

/* Return whether R, usable, provides EXTRA (normalised). */
bool release_provides(const struct release *r, const char *extra);

/*
 * Return 1 if R itself (EXTRA is NULL) has the requirement Q, or if EXTRA (normalised)
 * adds it; 0 if not; -EINVAL with a diag if the facts do not decide; -E2BIG with a diag
 * if R has too many extras and requirements; -EINTR if a signal waits.
 */
int release_wants(struct release *r, struct requires *q, const char *extra,
                  const struct marker_facts *facts, struct diag *d);
