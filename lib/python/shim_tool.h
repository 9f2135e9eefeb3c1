#pragma once
/*
 * shim_tool: what a version manager needs to be known. To add one is a file
 * with a function like these and a row in shim.c.
 */
#include <stdbool.h>
#include <stddef.h>

#include "python/names.h"

struct arena;
struct python_search;

enum { SHIM_MAX_VERSIONS = 16 };

struct shim {
	const struct python_search *search;
	struct arena *arena;
	const char *path; /* of the shim; its last part is the command */
	const char *root; /* the directory that holds shims/ */
	const char *text; /* start of the file, "" if it is no script */

	/* what the tool fills in */
	const char *store;  /* directory of installed versions */
	bool has_schemes;   /* a version may be path:DIR or ref:COMMIT */
	const char *set_by; /* what chose the versions, for messages */
	const char *version[SHIM_MAX_VERSIONS]; /* in order of preference */
	size_t count;
	const char *refusal; /* why it cannot be told, or NULL */
};

/* 1 if SH is a shim of the tool and all is filled in, 0 if it is none,
 * -ENOMEM. */
int shim_pyenv(struct shim *sh);
int shim_asdf(struct shim *sh);
int shim_mise(struct shim *sh);

/* Append the N bytes at V to the versions; too many are dropped. */
int shim_add(struct shim *sh, const char *v, size_t n);

/* Append each word of LIST, separated by any of SEPARATORS, up to a '#'. */
int shim_add_words(struct shim *sh, const char *list, const char *separators);

/* Append the versions of variable NAME: 1, 0 if it is not set. */
int shim_add_variable(struct shim *sh, const char *name,
                      const char *separators);

/* The text of the file PATH, which becomes set_by: 1, 0 if there is none or
 * it is empty. */
int shim_read(struct shim *sh, const char *path, char **text);

/* Append the versions of the .tool-versions at PATH: 1, 0 if it has none. */
int shim_add_tool_versions(struct shim *sh, const char *path);

/* Append the first word of each line of the .python-version at PATH. */
int shim_add_python_version(struct shim *sh, const char *path);

/*
 * Call FN with each directory from DIR up to "/", until it returns other than
 * 0. Nothing is called inside a root, whose files decide nothing here.
 */
int shim_go_up(struct shim *sh, const char *dir,
               int (*fn)(struct shim *sh, const char *dir));
