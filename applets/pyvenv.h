#pragma once
/*
 * pyvenv: what the files of this applet share.
 */
#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "os/walk.h"
#include "resolve/choose.h"
#include "venv/venv.h"
#include "wheel/launcher.h"

/* A call of the command. */
struct run {
	struct venv_call call;
	const char *python;  /* -p */
	const char *root;    /* --root; NULL: the host's own */
	struct walk walk;    /* inside of it */
	const char *archive; /* --archive: name of the format; NULL: to disk */
	const char *prog;    /* in messages */
	const char *argv0;
	bool help, version, without_pip, check, dry_run, verbose, quiet, json;
	char **env_dirs;
	int env_dir_count;
	struct arena arena;
	struct diag diag;
	struct wheel_request wheels; /* --wheel, --with-pip, ... */
	struct wheel_set chosen;
	struct exe_launchers exe; /* for the scripts of these on Windows */
	const char *chosen_for; /* the real path of the Python that they are for;
	                           NULL: not chosen yet */
	struct buf out;      /* for stdout */
	bool unwritable;     /* that cannot be written to */
	bool described;      /* the last environment is in the JSON */
	struct buf warned;   /* for --json: warnings about all environments */
};

/* Print the summary of the options: an exit code. */
int pyvenv_help(const struct run *r);

/* Read the command line into R: an exit code, its message is out. */
int pyvenv_parse_options(struct run *r, int argc, char **argv);

/* Set *TEXT to the argument of OPTION, which must not be empty, as an unset variable of
 * a script is: an exit code. */
int pyvenv_set_text(struct run *r, const char *option, const char **text);
