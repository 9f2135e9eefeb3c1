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
 * Return the path, in the arena, of the wheel of PROJECT ("pip", "setuptools") that
 * belongs to PY. NULL if there is none; D's notes list the directories searched.
 */
const char *seeds_find(const struct python *py, const char *project,
                       const struct walk *w, struct arena *a, struct diag *d);
