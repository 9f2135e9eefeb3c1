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
 * 1 and *BASE, the program one step nearer to the base, if EXE (links not
 * resolved; it need not exist) belongs to an environment; 0 if not; -ENOEXEC if
 * the base is gone (reported); -ENOMEM. If the path that a link names is gone and
 * another interpreter of `home` is taken, in->py->gone is that path.
 */
int venv_base(struct inspection *in, const char *exe, const char **base);

/* The same for what EXE, which belongs to none, is a link to: each link of the
 * chain, and REAL at its end. */
int venv_base_of_links(struct inspection *in, const char *exe,
                       const char *real, const char **base);
