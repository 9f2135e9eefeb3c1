#pragma once
/*
 * options: what the caller of pyvenv asks for, the same for each ENV_DIR.
 */
#include <stdbool.h>
#include <time.h>

struct progress;
struct wheel_set;

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
	const char *prompt;      /* NULL: not said */
	unsigned activators;     /* set of shells (shell.h) that get a script */
	unsigned
		activators_chosen; /* by --activators, now or before; recorded */
	bool activators_given;   /* there is such a choice */
	bool activators_kept;    /* it, or none, is of before */
	const char *command;     /* the `command` key without ENV_DIR */
	const struct wheel_set *wheels; /* to be installed; NULL: none */
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
