#pragma once
/*
 * state: what is in a directory now, as far as a plan has to know it.
 */
#include <stdbool.h>
#include <stddef.h>

#include "os/entries.h"
#include "python/config.h"

struct ctx;
struct layout;
struct plan;

enum present_kind {
	PRESENT_NOTHING,
	PRESENT_DIR,
	PRESENT_FILE,
	PRESENT_LINK,
	PRESENT_OTHER,
};

/* The file at the path of one node of a plan. */
struct present {
	enum present_kind kind;
	const char *data; /* target of a link, content of a short file */
	size_t len;
	bool equal;       /* a program that is the copy which the node makes */
};

struct state {
	bool environment;     /* there is a pyvenv.cfg with a home key */
	bool has_config;      /* there is a pyvenv.cfg, however damaged */
	struct config config; /* valid if so */
	const struct layout *kind; /* layout_of() it */
	bool interrupted; /* a run on it was killed; not set by state_read() */
	bool copies;          /* bin/python is a file, not a link */
	unsigned activators;  /* set of shells whose scripts are to be kept */
	unsigned activators_chosen; /* by --activators, when it was made */
	bool activators_given; /* there is such a choice */
	unsigned activators_there; /* set of those whose scripts are there */
	bool ignore_file;     /* there is a .gitignore */
	struct entries bin;   /* names in bin, Scripts */
	struct entries lib;   /* names in lib, Lib */
	struct present *present; /* one for each node of the plan */
};

/* Read the settings and names of the directory DIR (absolute). */
int state_read(const struct ctx *x, struct state *s, const char *dir);

/* Look at the place of each node of P in DIR. */
int state_look(const struct ctx *x, struct state *s, const char *dir,
               const struct plan *p);
