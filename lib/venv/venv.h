#pragma once
/*
 * venv: what a caller asks for, and makes of it: environments, all or nothing.
 */
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "publish/plan.h"

struct archive_format;
struct ctx;
struct exe_launchers;
struct layout;
struct progress;
struct python;
struct wheel_set;

/* The options of a run, the same for each ENV_DIR. */
enum venv_mode {
	VENV_NEW,      /* an existing ENV_DIR is an error */
	VENV_CLEAR,    /* delete what is there */
	VENV_UPGRADE,  /* point what is there at this Python */
	VENV_EXIST_OK, /* leave a healthy environment alone, repair others */
};

struct venv_options {
	enum venv_mode mode;
	int system_site;         /* 0 or 1; -1: not said */
	int copies;              /* 0 or 1; -1: not said */
	bool python_given;       /* a Python was asked for by name */
	bool ignore_files;       /* write .gitignore */
	bool minimal;            /* pyvenv.cfg, links, site-packages, no more */
	bool relocatable;        /* activators and scripts find themselves */
	const char *python_target; /* interpreter path to be written, which need
	                              not exist here; NULL: as it was found */
	const char *env_target;  /* path of ENV_DIR where it will be used; NULL:
	                            the one that it has here */
	const char *prompt;      /* NULL: not said */
	unsigned activators;     /* set of shells (shell.h) that get a script */
	unsigned
		activators_chosen; /* by --activators, now or before; recorded */
	bool activators_given;   /* there is such a choice */
	bool activators_kept;    /* it, or none, is of before */
	const char *command;     /* the `command` key without ENV_DIR */
	const struct wheel_set *wheels; /* to be installed; NULL: none */
	const struct exe_launchers *exe; /* for their scripts on Windows; or NULL */
	bool fsync;              /* what is published is on the disk, too */
	bool has_epoch;
	time_t epoch;            /* SOURCE_DATE_EPOCH */
};

/* Where it was asked. */
struct venv_host {
	const char *const *env;  /* NAME=VALUE strings, ended by NULL */
	const char *cwd;         /* current directory, absolute */
	const char *home;        /* the user's home directory; NULL: unknown */
};

struct venv_call {
	struct venv_options options;
	struct venv_host host;
	struct progress *progress; /* of installing wheels; NULL: not told */
};

enum venv_outcome {
	VENV_CREATED,   /* where nothing was */
	VENV_REPLACED,  /* instead of what was there */
	VENV_CHANGED,   /* what was there was upgraded or repaired */
	VENV_UNCHANGED, /* it was as it should be */
};

struct venv_result {
	const char *env_dir; /* absolute, where it is made */
	enum venv_outcome outcome;
	struct plan plan;    /* no nodes if nothing had to be planned */
};

/*
 * Make ENV_DIR (as the caller gave it) an environment for PY as CALL says. With
 * DRY_RUN only R is filled.
 */
int venv_create(const struct ctx *x, struct venv_result *r,
                const struct venv_call *call, const struct python *py,
                const char *env_dir, bool dry_run);

/* Change O and L so that nothing is made but what an environment needs. */
void venv_minimize(struct venv_options *o, struct layout *l,
                   const struct python *py);

/* Return the word for an outcome: "created", ... */
const char *venv_outcome_name(enum venv_outcome outcome);

/*
 * Write the COUNT environments ENV_DIRS (as the caller gave them) for PY, made
 * as CALL says, as one archive in format F. What is on the disk in their places is
 * not looked at. Nothing is written unless all of them can be made; after that
 * an archive without its end mark may be left by a file that changes, or cannot
 * be read or written.
 */
int venv_archive(const struct ctx *x, const struct archive_format *f,
                 const struct venv_call *call, const struct python *py,
                 char *const *env_dirs, size_t count);
