#pragma once
/*
 * shim_tool: what a version manager needs to be known. To add one is a file
 * with a function like these and a row in shim.c.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "python/names.h"

struct arena;
struct python_search;
struct shim_choice;

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
	struct buf notes;    /* files passed over, and why: ended by NUL */
};

/* 1 if SH is a shim of the tool and all is filled in, 0 if it is none,
 * -ENOMEM. */
int shim_pyenv(struct shim *sh);
int shim_asdf(struct shim *sh);
int shim_mise(struct shim *sh);

/* Fill *C with what Gentoo's python-exec, at PROGRAM, starts as COMMAND; return
 * as shim_resolve() does. */
int shim_python_exec(const struct python_search *s, struct arena *a,
                     const char *program, const char *command,
                     struct shim_choice *c);

/* Append the N bytes at V to the versions; too many are dropped. */
int shim_add(struct shim *sh, const char *v, size_t n);

/* Append each word of LIST, separated by any of SEPARATORS, up to a '#'. */
int shim_add_words(struct shim *sh, const char *list, const char *separators);

/* Append the versions of variable NAME: 1, 0 if it is not set. */
int shim_add_variable(struct shim *sh, const char *name,
                      const char *separators);

/* Read the file PATH, which becomes set_by, and its length N (may be NULL): 1, 0
 * if there is none, it is empty or cannot be read (then with a refusal). */
int shim_read(struct shim *sh, const char *path, char **text, size_t *n);

/* Append the versions that the .tool-versions at PATH has for the first of NAMES
 * (ended by NULL) in it, whose index is *WHICH then. Return 1, 0 if it has none. */
int shim_add_tool_versions(struct shim *sh, const char *path,
                           const char *const *names, size_t *which);

/* Append the first word of each line of the .python-version at PATH; where a version
 * has no schemes, a word may be several with colons between. Return 1, 0 if there
 * is none or it holds no version. */
int shim_add_python_version(struct shim *sh, const char *path);

/* Append the versions of the file NAME in DIR, in the form of .python-version. If
 * IS_ALLOWED does not return 1, pass over it for REASON. Return 1, 0 if there are
 * none, -ENOMEM. */
int shim_add_legacy(struct shim *sh, const char *dir, const char *name,
                    int (*is_allowed)(struct shim *sh), const char *reason);

/* Note that the file PATH has no say for REASON. */
void shim_pass_over(struct shim *sh, const char *path, const char *reason);

/* Set *DIR to the directory that version V is installed in, by all ways to
 * write a version: 1, or 0 if it is not installed; -ENOMEM. */
int shim_version_dir(struct shim *sh, const char *v, const char **dir);

/* Append a line for each installed version to OUT, NAME being the tool's. */
int shim_list_installed(struct shim *sh, const char *name, struct buf *out);

/* Return the current directory as the shell of a shim sees it: $PWD, if that leads
 * there, with the links in it. */
const char *shim_directory(struct shim *sh);

/*
 * Call FN with each directory from DIR up to "/", until it returns other than
 * 0. Nothing is called inside a root, whose files decide nothing here.
 */
int shim_go_up(struct shim *sh, const char *dir,
               int (*fn)(struct shim *sh, const char *dir));
