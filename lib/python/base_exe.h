#pragma once
/*
 * base_exe: which of the names that lead to an interpreter an environment has
 * to record. A Python finds its library from the directory of the recorded
 * name (`home`), which may find another library than from the file itself:
 * an environment made so does not start (cpython#106045).
 */
struct inspection;
struct landmark;

/*
 * Choose among EXE (and the links that it is one after the other), PROGRAM if
 * not NULL (and its links), and py->real: the first from whose directory LM is
 * found. Sets executable, home, prefix, platlibdir and stdlib. -ENOMEM.
 */
int base_exe_choose(struct inspection *in, const char *exe,
                    const char *program, const struct landmark *lm);
