#pragma once
/*
 * seeds: the wheels of pip and setuptools that come with a Python.
 */
struct ctx;
struct python;

/*
 * Return the path, in the arena, of the wheel of PROJECT ("pip", "setuptools")
 * that comes with PY, as its ensurepip finds it (spec/wheels.md 12): in
 * ensurepip/_bundled with the version that ensurepip names, or in the
 * distribution's directory (WHEEL_PKG_DIR). NULL if there is none; the notes
 * list the directories searched.
 */
const char *seeds_find(const struct ctx *x, const struct python *py,
                       const char *project);
