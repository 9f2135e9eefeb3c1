#pragma once
/*
 * choose: which wheels an environment gets, and from where.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/strset.h"
#include "wheel/source.h"

struct ctx;
struct layout;
struct package_place;
struct python;

struct text_list {
	const char **list;
	size_t count, room;
};

/* A request for wheels. Paths are those of the host, relative to CWD; texts are as on
 * the command line. */
struct wheel_request {
	struct text_list wheels;      /* --wheel: files, directories of wheels */
	struct text_list links;       /* --find-links */
	struct text_list files;       /* -r */
	struct text_list constraints; /* -c */
	struct text_list installs;    /* --install */
	const char *lock;             /* --lock; NULL */
	struct text_list extras;      /* --extra */
	struct text_list groups;      /* --group */
	bool no_default_groups;
	bool require_hashes;
	bool no_deps;
	bool with_pip, with_setuptools;
	/* Where packages are that the environment has or sees already. With UPGRADE
	 * those that are named make way for newer ones. */
	const struct package_place *places;
	size_t place_count;
	const char *env_dir; /* absolute; NULL: it is a new one */
	bool upgrade;
	bool sync;        /* what is installed and not needed goes */
	bool without_pip; /* with SYNC, pip too */
	bool verbose;   /* list what is passed over */
	bool digests;   /* the choices are to have their SHA-256 */
	bool elsewhere; /* the environment will not be used on this system */
	const char *cwd; /* absolute */
	const char *const *env; /* for ${NAME} in requirements files */
};

struct wheel_set {
	struct wheel_choice *list; /* sorted by project, each once */
	size_t count;
	struct buf passed; /* lines, each ended by NUL: files of chosen projects
	                      that are newer and cannot be used */
	bool sync;         /* all other projects go, except those in KEPT */
	struct strset kept; /* installed projects (normalised) that are needed */
	const struct package_place *places; /* where packages were looked for; */
	size_t place_count;
	const char *there; /* by installed_put_own(); NULL: what is installed does
	                      not count */
	struct wheel_source *source; /* reads them; the last one that was
	                                verified is still open in it */
};

/* Return whether R asks for any wheel. */
bool wheel_request_chooses(const struct wheel_request *r);

/* Return whether what R chooses depends on what wheels require. */
bool wheel_request_resolves(const struct wheel_request *r);

/*
 * Choose the wheels that R asks for, for PY and the layout L; and verify all of them
 * but the contents of members. -ENOENT if a wheel that is asked for is missing or
 * cannot be used; the notes list all that is missing. Close S with
 * wheel_set_close().
 */
int wheel_set_choose(const struct ctx *x, struct wheel_set *s,
                     const struct wheel_request *r, const struct python *py,
                     const struct layout *l);

void wheel_set_close(struct wheel_set *s);

/* Return the wheel of PROJECT (normalised) in S; NULL if it is not there. */
const struct wheel_choice *wheel_set_find(const struct wheel_set *s,
                                          const char *project);
