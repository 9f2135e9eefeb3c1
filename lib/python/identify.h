#pragma once
/*
 * identify: which Python an ELF program is. CPython 3.11 and newer say it
 * themselves (symbol Py_Version); older ones are known by the name of their
 * library or of the program, and by the files beside them.
 */
#include <stdbool.h>

struct elf;
struct inspection;

struct identity {
	bool by_name;  /* nothing but the file name says it: confirm it */
	char flags[8]; /* letters after X.Y in the name, such as "dm" */
};

/*
 * Learn implementation, X.Y, flags, the library and, where the program says
 * it, the exact version of the program E. Return 1; 0 if it is no Python; or
 * -ENOEXEC, with a diag, if its library, which would tell, cannot.
 */
int identify_program(struct inspection *in, const struct elf *e,
                     struct identity *id);

/* Return true if E contains an interpreter, even one that does not say which it
 * is; then set *DEBUG if it is a debug build. */
bool identify_interpreter(struct inspection *in, const struct elf *e,
                          bool *debug);

/* Learn the rest of the version from the files in py->prefix, or from the
 * bytes of the program. It may stay unknown. */
void identify_micro(struct inspection *in, const struct elf *e,
                    const struct identity *id);
