#pragma once
/*
 * solve: choose one version of each project that is needed, so that all requirements
 * hold (spec/locks.md 9.4). The search is complete: if there is such a set, it is
 * found. Everything that is known of candidates comes from the caller.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct diag;

/* A requirement of the user, or of a candidate. Strings must outlive the result. */
struct solve_need {
	const char *project;       /* normalised */
	const char *const *extras; /* normalised */
	size_t extra_count;
	const char *specifiers;    /* valid (PEP 440); "" accepts any version */
	const char *from;          /* "requirements.txt:3"; NULL for one of a
	                              candidate, which is named instead */
	void *file;                /* only the candidate whose CALLER is equal is
	                              accepted: a path or URL; NULL: any */
};

struct solve_candidate {
	const char *version;
	bool installed; /* tried first, and a pre-release without permission */
	void *caller;   /* of the caller */
};

struct solve_problem {
	const struct solve_need *roots;
	size_t root_count;
	const struct solve_need *constraints; /* limit projects that are needed */
	size_t constraint_count;
	bool pre; /* take pre-releases, as --pre */

	/* Return whether PROJECT has --all-releases or --only-final, which is
	 * stronger, but does not matter if a root or a constraint names a file.
	 * Either may be NULL. */
	bool (*all_releases)(void *ctx, const char *project);
	bool (*only_final)(void *ctx, const char *project);

	/* Set *LIST to the candidates of PROJECT, the newest first; they must
	 * outlive the result. Return 0, or a negative errno with a diag, which ends
	 * the search. Called once for each project. */
	int (*candidates)(void *ctx, const char *project,
	                  struct solve_candidate **list, size_t *count);

	/* Set *LIST to the requirements of C itself (EXTRA is NULL), or to those that
	 * its extra adds. Return 0; SOLVE_UNUSABLE if C cannot be used, so that it
	 * counts as absent; or a negative errno with a diag, which ends the search.
	 * Called at most once for each C and EXTRA, and only for candidates that the
	 * search reaches. */
	int (*needs)(void *ctx, struct solve_candidate *c, const char *extra,
	             const struct solve_need **list, size_t *count);
	void *ctx;
};

enum { SOLVE_UNUSABLE = 1, SOLVE_MAX_STEPS = 100000 };

struct solve_pick {
	const char *project;
	struct solve_candidate *candidate;
	const char *const *extras; /* those wanted, sorted */
	size_t extra_count;
	bool root;                 /* a root names it */
	const char *from;          /* asks for it first: "requirements.txt:3", or
	                              "NAME VERSION" of a candidate */
};

struct solve_result {
	struct solve_pick *picks; /* by project */
	size_t count;
	size_t steps;             /* sets of picks searched; set on errors too */
	size_t memory;            /* bytes used; set on errors too */
};

/*
 * Find a set and put it in R, whose memory is A's. The same problem always has the
 * same result. Return -ENOENT with a diag if there is no set: the text has a conflict
 * that cannot be avoided, the notes have who asks for the projects in it and which
 * versions there are; or text and notes list all roots without candidates. Return
 * -E2BIG if the search takes more than SOLVE_MAX_STEPS steps, 64 MB, or a few seconds'
 * work; -EINTR without a diag if a signal waits; or the error of a callback.
 */
int solve(struct solve_result *r, const struct solve_problem *p, struct arena *a,
          struct diag *d);
