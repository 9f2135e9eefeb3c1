#pragma once
/*
 * shim_tool: the functions that a version manager's shim is read with. To add a
 * manager, write a function like shim_pyenv() and a row in shim.c.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "python/shim.h"

struct arena;
struct python_search;

enum { SHIM_MAX_VERSIONS = 16 };

struct shim {
	const struct python_search *search;
	struct arena *arena;
	const char *path; /* of the shim; its last part is the command */
	const char *root; /* the directory that holds shims/ */
	const char *text; /* start of the file, "" if it is no script */

	/* the tool fills in: */
	const char *store;  /* directory of installed versions */
	bool has_schemes;   /* a version may be path:DIR or ref:COMMIT */
	const char *set_by; /* file or variable with the versions, for messages */
	const char *version[SHIM_MAX_VERSIONS]; /* in order of preference */
	size_t count;
	const char *refusal; /* why it cannot be told, or NULL */
	struct buf notes;    /* files passed over, and why: ended by NUL */
};

/* Return whether SH is a shim of the tool; then all is filled in. */
bool shim_pyenv(struct shim *sh);
bool shim_asdf(struct shim *sh);
bool shim_mise(struct shim *sh);

/* Fill *C with what Gentoo's python-exec, at PROGRAM, starts as COMMAND. */
enum shim_start shim_python_exec(const struct python_search *s, struct arena *a,
                                 const char *program, const char *command,
                                 struct shim_choice *c);

/* Append the N bytes at V to the versions; too many are dropped. */
void shim_add(struct shim *sh, const char *v, size_t n);

/* Append each word of LIST, separated by any of SEPARATORS, up to a '#'. */
void shim_add_words(struct shim *sh, const char *list, const char *separators);

/* Append the versions of variable NAME. Return whether there are versions now,
 * false also if it is not set. */
bool shim_add_variable(struct shim *sh, const char *name,
                       const char *separators);

/* Read the file PATH, which becomes set_by, and its length N (may be NULL). Return
 * false if there is none, it is empty or cannot be read (then with a refusal). */
bool shim_read(struct shim *sh, const char *path, char **text, size_t *n);

/* Append the versions that the .tool-versions at PATH has for the first of NAMES
 * (ended by NULL) in it, and set *WHICH to its index. Return false if it has
 * none. */
bool shim_add_tool_versions(struct shim *sh, const char *path,
                            const char *const *names, size_t *which);

/* Append the first word of each line of the .python-version at PATH; where a version
 * has no schemes, a word may be several with colons between. Return false if there
 * is none or it holds no version. */
bool shim_add_python_version(struct shim *sh, const char *path);

/* Append the versions of the file NAME in DIR, in the form of .python-version,
 * unless IS_ALLOWED returns false: then pass over it for REASON. Return false if
 * there are none. */
bool shim_add_legacy(struct shim *sh, const char *dir, const char *name,
                     bool (*is_allowed)(struct shim *sh), const char *reason);

/* Return the current directory as the shell of a shim sees it: $PWD, if that leads
 * there, with the links in it. */
const char *shim_directory(struct shim *sh);

/*
 * Call FN with each directory from DIR up to "/", until it returns true; return
 * that. Nothing is called inside a root, whose files decide nothing here.
 */
bool shim_go_up(struct shim *sh, const char *dir,
                bool (*fn)(struct shim *sh, const char *dir));
