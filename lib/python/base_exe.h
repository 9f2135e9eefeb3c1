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
 * Choose among EXE and the links that it leads through, PROGRAM and its links
 * if it is not NULL, and py->real: the first from whose directory LM is found.
 * Set executable, home, prefix, platlibdir and stdlib.
 */
void base_exe_choose(struct inspection *in, const char *exe,
                     const char *program, const struct landmark *lm);
