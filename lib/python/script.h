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
	bool keeps_name;    /* it gets the wrapper's own argv[0], by which Python
	                       finds an environment */
	const char *sets;   /* PYTHONHOME or PYTHONPATH, if the wrapper sets it;
	                       else NULL */
};

/*
 * Read the shell script S: 1 if every exec line in it starts the same program, by
 * an absolute path, with the script's own arguments; 0 if not, or if another line
 * passes the arguments on. *LINE is its first line without "#!". -ENOMEM, or the
 * error of a read.
 */
int script_read(struct inspection *in, struct source *s, struct wrapper *w,
                const char **line);

/* The same for the ELF program E, if Nix's makeCWrapper made it. */
int script_read_nix(struct inspection *in, const struct elf *e,
                    struct wrapper *w);
