#pragma once
/*
 * environ: environment lists (NAME=VALUE strings, ended by NULL) in which a
 * virtual environment is active, or none.
 */
#include <stdbool.h>

#include "shell/forms.h"

struct activation;
struct arena;
struct diag;
struct walk;

enum { ENVIRON_CHANGES = 9 }; /* room that environ_changes() needs */

/*
 * Return the name of the directory of scripts by which PATH of the list ENV
 * has the environment DIR, which may be NULL: that of Windows only if it has
 * no other.
 */
const char *environ_scripts(const char *const *env, const char *dir);

/* Return the path of the environment DIR for programs of Windows if PATH of
 * ENV has its Scripts; NULL if it does not, or they cannot reach it. */
char *environ_windows_dir(struct arena *a, const struct walk *w,
                          const char *const *env, const char *dir);

/*
 * Return ENV without the active virtual environment (ENV itself if VIRTUAL_ENV
 * is not set): without VIRTUAL_ENV, its directory in PATH and what activation
 * scripts save in exported variables (fish's of CPython do), with the
 * PYTHONHOME they saved. A PATH that had nothing else goes too, because an
 * empty one means the current directory.
 */
const char *const *environ_leave(struct arena *a, const char *const *env);

/*
 * Return ENV with the entries of PATH that are the bin of the active
 * environment, by their path or because they lead to it, spelt
 * VIRTUAL_ENV/bin, and VIRTUAL_ENV without doubled slashes or one at its end.
 * If it is not set and ANY is, the entries that are the bin of any environment
 * are spelt DIR/bin. For Windows bin is Scripts, and the entries that
 * environ_interop() has added for this environment are removed. Return ENV
 * itself if all is so already, or W is NULL.
 */
const char *const *environ_normal(struct arena *a, const struct walk *w,
                                  const char *const *env, bool any);

/*
 * Return the environments, ended by NULL, whose bin is an entry of PATH in ENV
 * although VIRTUAL_ENV is not set: what started this session passed on PATH
 * alone (tmux, sudo -E). There are none if VIRTUAL_ENV is set.
 */
const char *const *environ_inherited(struct arena *a, const struct walk *w,
                                     const char *const *env);

/* Return what environ_leave() makes of environ_normal(), for each of DIRS in
 * turn if there are any. */
const char *const *environ_leave_all(struct arena *a, const struct walk *w,
                                     const char *const *env,
                                     const char *const *dirs);

/*
 * Return V->env with the virtual environment V active instead of the one that
 * was, however PATH spells that one in V->walk. If RETURNS, keep what
 * environ_leave() needs to restore all of V->env; else a PATH that was not set
 * gets the usual directories after V's.
 */
const char *const *environ_enter(struct arena *a, const struct activation *v,
                                 bool returns);

/*
 * Return ENV, in which V is active, with the variables that programs of
 * Windows need when they are started from it: for WSL the names VIRTUAL_ENV and
 * VIRTUAL_ENV_PROMPT in WSLENV, for wine Scripts in WINEPATH. Return ENV itself
 * if V is not for Windows. Source: UtilParseWslEnv() of WSL; wine(1).
 */
const char *const *environ_interop(struct arena *a, const struct activation *v,
                                   const char *const *env);

/*
 * Reduce *ENV to the variables that a shell on Windows needs: PATH and, if VIRTUAL_ENV
 * is set, that and VIRTUAL_ENV_PROMPT. Leave out the directories that Windows
 * cannot reach in W. Under wine, add its own, which are in no PATH here.
 * -EINVAL if under WSL no directory of PATH has cmd.exe: the PATH of Windows
 * would be lost.
 */
int environ_on_windows(struct arena *a, const struct walk *w,
                       const char *const **env, struct diag *d);

/*
 * Set V, ended by a row without a name, to what must be set and unset to come
 * from the list BEFORE to AFTER. It has VIRTUAL_ENV, VIRTUAL_ENV_PROMPT and
 * PATH even if they stay as they are.
 */
void environ_changes(struct variable v[ENVIRON_CHANGES],
                     const char *const *before, const char *const *after);
