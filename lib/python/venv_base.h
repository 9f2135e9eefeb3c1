#pragma once
/*
 * venv_base: from a program in a virtual environment to the Python it was
 * made from. spec: PEP 405, and getpath for where pyvenv.cfg is looked for.
 *
 * A link is followed to the path that it names, whatever is there now. A copy is
 * known by its own version: its base is the `executable` of pyvenv.cfg, or the
 * interpreter in `home`, that has this version; a name alone says nothing.
 */
struct inspection;

/*
 * Set *BASE to the program one step nearer to the base, and return 1, if EXE
 * (links not resolved; it need not exist) belongs to an environment. Return 0 if
 * it does not, -ENOEXEC if the base is gone (reported). If the path that a link
 * names is gone and another interpreter of `home` is taken, in->py->gone is that
 * path.
 */
int venv_base(struct inspection *in, const char *exe, const char **base);

/* Do the same for the links that EXE, which belongs to none, leads through, and
 * for REAL at their end. */
int venv_base_of_links(struct inspection *in, const char *exe,
                       const char *real, const char **base);
