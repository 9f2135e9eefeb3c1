#pragma once
/*
 * lock: what is selected from a lock file of any format.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strset.h"
#include "format/digest.h"

struct arena;
struct marker_facts;
struct python;

/* A wheel that a lock lists. */
struct lock_wheel {
	const char *file; /* its name, valid for the project and version */
	const char *path; /* absolute, if the lock has a path or a file: URL;
	                     else NULL */
	const struct digest_value *hashes; /* all of them must fit */
	size_t hash_count; /* 0 only if the lock has none, as a uv.lock for
	                      wheels of a local directory */
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
	struct strset exceptions; /* see lock_except() */
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

/* Return whether NAME is a normalized name of a project or extra. */
bool lock_is_normalized(const char *name);

/*
 * Remember that the author of L changed what the project OF of VERSION requires
 * of the project ON; NULL stands for any. Names are normalised.
 */
void lock_except(struct lock *l, const char *of, const char *version,
                 const char *on);

/* Return whether such a change is for the requirement that OF of VERSION has
 * on ON. A is used for a moment. */
bool lock_is_excepted(const struct lock *l, const char *of, const char *version,
                      const char *on, struct arena *a);
