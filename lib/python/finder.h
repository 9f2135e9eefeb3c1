#pragma once
/*
 * finder: one search, and what became of the candidates it has looked at.
 */
#include <sys/types.h>

#include "base/buf.h"
#include "python/names.h"
#include "python/request.h"

struct arena;
struct diag;
struct python;
struct python_search;

enum { FINDER_MAX_SEEN = 64, FINDER_MAX_NOTES = 20 };

struct finder {
	const struct python_search *search;
	struct arena *arena;
	struct request request;
	struct names path; /* directories of PATH */
	struct python *py;
	struct diag *diag;
	struct buf notes; /* as the diag's: the first refused candidates */
	struct buf found; /* "3.11.2 (/usr/bin/python3), ..." */
	size_t note_count, found_count; /* all, not only those written down */
	const char *last_found; /* its last program, links resolved */
	size_t seen_count;
	struct {
		dev_t dev;
		ino_t ino;
	} seen[FINDER_MAX_SEEN];
};

/*
 * Inspect the program PATH, or what it starts if it is a shim, whatever the
 * request; *WHY is replaced by the shim's choice. 0 or as *D says.
 */
int finder_inspect(struct finder *f, const char *path, const char **why,
                   struct diag *d);

/*
 * Try PATH, which may well not exist (or be NULL: out of memory): 1 if it is
 * what is asked for, then all of the answer is filled in, WHY as the reason;
 * 0 if not, with a note of the reason; -ENOMEM.
 */
int finder_try(struct finder *f, const char *path, const char *why);

/* Try, in directory DIR, the names that fit the request. */
int finder_try_dir(struct finder *f, const char *dir, const char *why);

/* Note that PATH was refused for REASON. */
void finder_note(struct finder *f, const char *path, const char *reason);

/* Move the notes to the diag, with the number of those left out. */
void finder_tell_notes(struct finder *f);
