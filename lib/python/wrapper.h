#pragma once
/*
 * wrapper: programs that only start another one, as Nix, Homebrew and
 * administrators wrap interpreters.
 */
#include <stdbool.h>

struct wrapper {
	const char *target; /* absolute path of the program that is started */
	bool is_script;     /* it has a "#!" line: the kernel does not give it the
	                       argv[0] that it was started with */
	bool keeps_name;    /* the target gets the wrapper's own argv[0], by which
	                       Python finds an environment */
	bool is_tool;       /* the target gets a program of Python's to execute */
	const char *sets;   /* PYTHONHOME or PYTHONPATH, if the wrapper sets it;
	                       else NULL */
};

enum { WRAPPER_SETTINGS = 2 };

/* List the variables of Python's that a wrapper must not set in silence. */
extern const char *const wrapper_settings[WRAPPER_SETTINGS];

/* Return whether WORD is an option after which Python still takes a program from
 * its arguments; *VALUED: the next word is the option's value. */
bool wrapper_is_option(const char *word, bool *valued);
