#pragma once
/*
 * seeds: the wheels of pip and setuptools that come with a Python, as its
 * ensurepip finds them (spec/wheels.md 12): ensurepip/_bundled with the version
 * that ensurepip names, and the distribution's directory (WHEEL_PKG_DIR).
 */
struct arena;
struct diag;
struct python;
struct walk;

/*
 * Path of the wheel of PROJECT ("pip", "setuptools") that belongs to PY in
 * *PATH, from the arena. -ENOENT: none; the notes of D say where it looked.
 */
int seeds_find(const struct python *py, const char *project,
               const struct walk *w, struct arena *a, const char **path,
               struct diag *d);
