#pragma once
/*
 * check: what is wrong with an environment.
 */
#include <stdbool.h>
#include <stddef.h>

#include "python/python.h"
#include "venv/state.h"

struct ctx;

struct problem {
	const char *code; /* stable word: "python-dangling", ... */
	const char *text; /* one line */
};

struct check {
	struct state state;
	bool has_base;      /* BASE is valid */
	struct python base; /* the Python that runs the environment */
	struct problem *problems;
	size_t count;       /* 0: nothing is wrong */
	/* Without WHOLE: scripts that start another Python and that pyvenv cannot
	 * write anew are no problems, but counted. */
	size_t unmendable;
	const char *first_unmendable; /* in bin */
	size_t bound; /* scripts that name its path and could find it */
};

/*
 * Look at the environment ENV_DIR (absolute). ENV are the variables that the
 * dynamic linker would see. With WHOLE, look for other runs on it, too, and for each
 * file that a RECORD lists. A finding is no failure; a failure keeps us from looking.
 */
int check_environment(const struct ctx *x, struct check *c,
                      const char *const *env, const char *env_dir, bool whole);
