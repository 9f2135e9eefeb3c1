#pragma once
/*
 * pyvenv_wheels: the options that choose wheels.
 */
#include <stdbool.h>

struct buf;
struct run;

/* Their codes, for getopt_long(); -r and -c are letters. */
enum {
	OPT_WHEEL = 512,
	OPT_FIND_LINKS,
	OPT_LOCK,
	OPT_EXTRA,
	OPT_GROUP,
	OPT_NO_DEFAULT_GROUPS,
	OPT_INSTALL,
	OPT_REQUIRE_HASHES,
	OPT_NO_DEPS,
	OPT_SYNC,
};

/* The lines of --help about them. */
extern const char pyvenv_wheels_usage[];

/* Take the option C with its value optarg: an exit code; -1: it is not one of these. */
int pyvenv_wheels_option(struct run *r, int c);

/* Check that the options go together: an exit code, its message is out. */
int pyvenv_wheels_check(const struct run *r);

/* Check the same once the current directory is known. */
int pyvenv_wheels_check_paths(struct run *r);

/* Return whether paths are relative to the current directory. */
bool pyvenv_wheels_need_cwd(const struct run *r);

/* Append the options as they were given, for the key `command`. */
void pyvenv_wheels_describe(const struct run *r, struct buf *line);
