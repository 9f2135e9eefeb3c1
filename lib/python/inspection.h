#pragma once
/*
 * inspection: the steps of one inspection, and what they share.
 */
#include <stdbool.h>

struct arena;
struct config;
struct diag;
struct elf;
struct file_source;
struct landmark;
struct python;
struct source;
struct walk;

struct inspection {
	const struct walk *walk;
	struct arena *arena;
	const char *const *env; /* for LD_LIBRARY_PATH; may be NULL */
	const char *asked;      /* path that messages are about */
	struct python *py;      /* filled step by step */
	unsigned depth;         /* inspections within which this one is */
	unsigned *budget;       /* further ones that may be made; NULL: none */
	struct diag *diag;
};

/* How a program was identified. */
struct identity {
	bool by_name;  /* nothing but the file name says it: confirm it */
	char flags[8]; /* letters after X.Y in the name, such as "dm" */
};

/* Inspect EXE, on which the inspection IN depends, with its own *PY and D. */
int inspection_of(const struct inspection *in, const char *exe,
                  struct python *py, struct diag *d);

/* Learn implementation, X.Y and, where the program itself says it, the micro
 * version of the program at PATH into in->py, whatever is around it. The major
 * version stays 0 if it is a Python that does not say which. Return false if it
 * is no Python, or cannot be read. */
bool inspection_identify(struct inspection *in, const char *path);

/* Fail with CODE and the line "cannot use 'ASKED': REASON". */
int inspection_refuse(struct inspection *in, int code, const char *reason, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Go one step from a program in a virtual environment to the Python that it was
 * made from (venv_base.c). A link is followed to the path that it names,
 * whatever is there now. A copy is known by its own version: its base is the
 * `executable` of pyvenv.cfg, or the interpreter in `home`, that has this
 * version; a name alone says nothing.
 * spec: PEP 405, and getpath for where pyvenv.cfg is looked for.
 *
 * Set *BASE to the next program, and return 1, if EXE (links not resolved; it
 * need not exist) belongs to an environment. Return 0 if it does not, -ENOEXEC
 * if the base is gone (reported). If the path that a link names is gone and
 * another interpreter of `home` is taken, in->py->gone is that path.
 */
int venv_base(struct inspection *in, const char *exe, const char **base);

/* Do the same for the links that EXE, which belongs to none, leads through, and
 * for REAL at their end. */
int venv_base_of_links(struct inspection *in, const char *exe,
                       const char *real, const char **base);

/*
 * Learn implementation, X.Y, flags, the library and, where the program says it,
 * the exact version of the ELF program E (identify.c). CPython 3.11 and newer
 * say it themselves (symbol Py_Version); older ones are known by the name of
 * their library or of the program, and by the files beside them. Return 1; 0 if
 * it is no Python; or -ENOEXEC, with a diag, if its library cannot be read.
 */
int identify_program(struct inspection *in, const struct elf *e,
                     struct identity *id);

/* Return whether E contains an interpreter, even one that does not say which it
 * is; then set *DEBUG if it is a debug build. */
bool identify_interpreter(struct inspection *in, const struct elf *e,
                          bool *debug);

/* Learn the rest of the version from the files in py->prefix, or from the
 * bytes of the program. It may stay unknown. */
void identify_micro(struct inspection *in, const struct elf *e,
                    const struct identity *id);

/*
 * Find and open library NAME, which may be a path, for the program E
 * (libpython.c), whose resolved path is py->real, as the dynamic linker does
 * (ld.so(8); musl's own rules for its programs), without ld.so.cache. Set
 * py->libpython and py->libpython_origin, fill *F and *LIB; close with
 * file_source_close(). Return false if it is nowhere.
 */
bool libpython_open(struct inspection *in, const struct elf *e,
                    const char *name, struct file_source *f, struct elf *lib);

/* Open the file PATH as LIB in *F. Return false if it is no library that PROGRAM
 * could load: one for another machine is skipped, as the dynamic linker does. */
bool libpython_open_file(const struct walk *w, const char *path,
                         const struct elf *program, struct file_source *f,
                         struct elf *lib);

/*
 * Choose the name of the interpreter that an environment records (base_exe.c).
 * A Python searches for its library from the directory of that name (`home`).
 * From there it may find another library than from the file itself; then the
 * environment does not start (cpython#106045).
 *
 * Choose among EXE and the links that it leads through, PROGRAM and its links
 * if it is not NULL, and py->real: the first from whose directory LM is found.
 * Set executable, home, prefix, platlibdir and stdlib, by names that outlive a
 * patch release: Homebrew and uv keep each release in a directory of its own,
 * which the next one removes, and a link that always leads to the newest.
 */
void base_exe_choose(struct inspection *in, const char *exe,
                     const char *program, const struct landmark *lm);

/*
 * Learn all facts of the Python for Windows in S, whose resolved path is
 * py->real and to which EXE leads, from the files of its installation
 * (windows.c). Return 0 or -ENOEXEC with a diag.
 * spec: PEP 405, Lib/venv of CPython 3.7 to 3.15, PC/python_ver_rc.h, PEP 773.
 */
int windows_inspect(struct inspection *in, struct source *s, const char *exe);

/* Set *BASE to the program of Windows that the environment with the settings C, in whose
 * scripts directory EXE is, was made from. Return 1, or -ENOEXEC with a diag. */
int windows_base(struct inspection *in, const char *exe, const struct config *c,
                 const char **base);

/* Return whether PATH is in the directory of Microsoft's store, whose programs cannot be
 * read from outside Windows. */
bool windows_is_store_alias(const char *path);

/* Report that PATH is such a program. */
int windows_refuse_store_alias(struct inspection *in);
