#pragma once
/*
 * exe_launchers: the programs of Windows that start scripts. This program has none: they
 * come from a wheel of pip (pip/_vendor/distlib).
 */
struct ctx;
struct exe_launchers;
struct python;
struct wheel_set;

/*
 * Set *EXE to the launchers for PY, a Python of Windows, in memory of X: those of pip in
 * the set S, or of the wheel that PY brings. EXE->missing: there is no such wheel. They
 * are only looked for if a wheel of S has an entry point. -ENOENT if that of pip lacks
 * them, -EINVAL or the error of a read, with a diag.
 */
int exe_launchers_find(const struct ctx *x, const struct wheel_set *s,
                       const struct python *py, struct exe_launchers *exe);
