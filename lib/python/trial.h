#pragma once
/*
 * trial: try one candidate after the other for a search, and keep what became of
 * them.
 */
#include <sys/types.h>

#include "base/buf.h"
#include "base/diag.h"
#include "python/names.h"
#include "python/python.h"
#include "python/request.h"

struct arena;
struct python_search;

enum { TRIAL_MAX_SEEN = 64, TRIAL_MAX_NOTES = 20, TRIAL_MAX_STORES = 8 };

/* The result of a step of the search. */
enum trial_step {
	TRIAL_NEXT,    /* search on */
	TRIAL_FOUND,
	TRIAL_STOPPED, /* no other Python may be taken; the diag says why */
};

struct trial {
	const struct python_search *search;
	struct arena *arena;
	struct request request;
	struct entries path; /* directories of PATH */
	struct python *py;
	struct diag *diag;
	struct buf notes; /* as the diag's: the first refused candidates */
	struct buf found; /* lines "found 3.11.2 (/usr/bin/python3)" */
	size_t note_count, found_count; /* all, not only those written down */
	const char *last_found; /* its last program, links resolved */
	struct python best; /* for a range: the best one so far */
	struct diag best_diag;
	bool has_best;
	const char *unclear; /* the first wrapper that was passed over, since it
	                        cannot be followed; NULL: none */
	const char *unclear_reason;
	bool has_shim;      /* one was met */
	bool lists;         /* what is found is only for the message */
	bool is_pinned;     /* one was met whose pin cannot be fulfilled: */
	struct diag pin;    /* the reason */
	struct {
		const char *dir, *tool;
	} stores[TRIAL_MAX_STORES]; /* of the shims met */
	size_t store_count;
	size_t seen_count;
	struct {
		dev_t dev;
		ino_t ino;
	} seen[TRIAL_MAX_SEEN];
};

/*
 * Inspect the program PATH, or what it starts if it is a shim, whatever the
 * request; *WHY is replaced by the shim's choice. Return 0 or as *D says; *PIN
 * is set if a shim's pin cannot be fulfilled.
 */
int trial_inspect(struct trial *t, const char *path, const char **why,
                  bool *pin, struct diag *d);

/*
 * Try PATH, which may well not exist. If it is what is asked for, fill in all of
 * the answer, WHY as the reason, and return TRIAL_FOUND; for a range, keep it
 * if it is the best one so far. Else add a note of the reason. TRIAL_STOPPED
 * after an I/O error.
 */
enum trial_step trial_program(struct trial *t, const char *path,
                              const char *why);

/* Try, in directory DIR, the names that fit the request. TRIAL_STOPPED if one
 * is a shim whose pin nothing fulfils and none of the others fits. */
enum trial_step trial_directory(struct trial *t, const char *dir,
                                const char *why);

/* Stop the search with the error CODE of a look at PATH. */
enum trial_step trial_stop(struct trial *t, int code, const char *path);

/* Return TRIAL_FOUND and fill in the answer if a range has a best one. */
enum trial_step trial_take_best(struct trial *t);

/* Note that PATH was refused for REASON. */
void trial_note(struct trial *t, const char *path, const char *reason);

/* Move the notes to the diag, with the number of those left out; with FOUND,
 * also the Pythons that were not asked for. */
void trial_report_notes(struct trial *t, bool found);
