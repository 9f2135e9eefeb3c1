#pragma once
/*
 * inventory: the projects in an environment, as data for other tools (PyPA
 * specification "Recording installed projects").
 */
#include <stdbool.h>
#include <stddef.h>

struct ctx;
struct python;

struct inventory_project {
	const char *name;       /* normalised (PEP 503) */
	const char *version;    /* "" if unknown */
	const char *direct_url; /* text of direct_url.json; NULL: there is none */
	bool requested;         /* REQUESTED is there: a user asked for it by name */
};

struct inventory {
	struct inventory_project *list; /* by name */
	size_t count;
};

/* List the projects in the environment ENV_DIR (absolute) itself, whose base is PY, in
 * memory of X. What cannot be read is left out. */
void inventory_read(const struct ctx *x, struct inventory *i, const char *env_dir,
                    const struct python *py);
