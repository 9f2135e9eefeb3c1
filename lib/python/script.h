#pragma once
/*
 * script: programs that only start another one, as Nix, Homebrew and
 * administrators wrap interpreters.
 */
#include <stdbool.h>
#include <stddef.h>

struct elf;
struct inspection;
struct source;

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

/*
 * Read the shell script S: 1 if every exec in it starts the same program, by an
 * absolute path, with the script's own arguments and no others but options of
 * Python; 0 if not, if another command passes the arguments on, or if only a shell
 * could tell. *LINE is its first line without "#!". -ENOMEM, or the error of a
 * read.
 */
int script_read(struct inspection *in, struct source *s, struct wrapper *w,
                const char **line);

/* The same for the ELF program E, if Nix's makeCWrapper made it. If that starts a
 * tool, it is 1 and W->is_tool. */
int script_read_nix(struct inspection *in, const struct elf *e,
                    struct wrapper *w);
