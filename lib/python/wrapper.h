#pragma once
/*
 * wrapper: programs that only start another one, as Nix, Homebrew and
 * administrators wrap interpreters.
 */
#include <stdbool.h>

struct elf;
struct inspection;
struct source;

struct wrapper {
	const char *target; /* absolute path of the program that is started;
	                       NULL: none, the rest says nothing */
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
 * its arguments; set *VALUED if the next word is the option's value. */
bool wrapper_is_option(const char *word, bool *valued);

/*
 * Read the shell script S. Set W->target if every exec in it starts that program,
 * by an absolute path, with the script's own arguments and no others but options
 * of Python; to NULL if not, if another command passes the arguments on, or if
 * only a shell could tell. Set *LINE to its first line without "#!". Return 0 or
 * the error of a read.
 */
int wrapper_read_script(struct inspection *in, struct source *s,
                        struct wrapper *w, const char **line);

/* Read the ELF program E. Return whether Nix's makeCWrapper made it; then set W,
 * with is_tool if its flags make it a tool. */
bool wrapper_read_nix(struct inspection *in, const struct elf *e,
                      struct wrapper *w);
