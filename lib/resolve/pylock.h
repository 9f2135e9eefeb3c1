#pragma once
/*
 * pylock: the lock files of PEP 751, and which of their packages an environment
 * gets (spec/locks.md 6).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/digest.h"

struct arena;
struct diag;
struct marker_facts;
struct python;

/* A wheel that a lock lists. */
struct lock_wheel {
	const char *file; /* its name, valid for the project and version */
	const char *path; /* absolute, if the lock has a path or a file: URL;
	                     else NULL */
	const struct digest_value *hashes; /* all of them must fit */
	size_t hash_count; /* at least one */
	bool sized;        /* the lock has its SIZE, in bytes */
	uint64_t size;
};

enum lock_kind {
	LOCK_WHEELS,
	LOCK_ARCHIVE, /* its only wheel; none if its name is not a wheel's */
	LOCK_SDIST,   /* there is no wheel */
	LOCK_DIRECTORY,
	LOCK_VCS
};

/* A selected package. */
struct lock_package {
	const char *project;   /* normalised */
	const char *version;   /* NULL: the lock has none */
	enum lock_kind kind;
	struct lock_wheel *wheels; /* in the order of the lock */
	size_t wheel_count;
	bool has_sdist;        /* the lock lists a source distribution */
	const char *source;    /* path or URL of the archive, directory,
	                          repository or source distribution, as written;
	                          NULL if there are only wheels */
	const char *directory; /* the same, of a LOCK_DIRECTORY; else NULL */
	bool editable;
	const char *where;     /* "packages[3]", for messages */
};

struct lock {
	struct lock_package *packages; /* in the order of names, each once */
	size_t count;
	bool empty; /* the lock itself lists no packages */
};

/* Select at most this many extras, and as many groups. */
enum { LOCK_MAX_NAMES = 256 };

struct lock_request {
	const char *path;     /* absolute, of the lock; paths start there */
	const char **extras;  /* --extra, in any spelling */
	size_t extra_count;
	const char **groups;  /* --group: added to the default groups */
	size_t group_count;
	bool no_default_groups;
	const struct python *python;       /* for requires-python */
	const struct marker_facts *facts;  /* without extras and groups */
};

/*
 * Read the lock of N bytes at TEXT, and select the packages that R asks for
 * into L. What L points to is in A. Return 0; or -EINVAL with a diag that
 * starts with the place, such as "packages[0].wheels[0].hashes: REASON" or
 * "line 3: REASON": if PEP 751 does not allow the document, if it is not for
 * this Python or environment, if it does not declare an extra or group, if a
 * marker depends on an unknown fact, or if a project is selected twice. Warn
 * about a newer minor version, and if requires-python depends on the last
 * number of the Python's version, which is unknown.
 */
int pylock_read(struct lock *l, const char *text, size_t n,
                const struct lock_request *r, struct arena *a, struct diag *d);
