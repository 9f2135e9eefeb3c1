#pragma once
/*
 * own_python: the Python of an environment that exists.
 *
 * An environment keeps the interpreter path that it was made from, whatever is
 * there now, and whatever PATH, a pin or a variable would choose. What is there and
 * is no Python to use is an error; only where nothing is, another one is taken. A
 * copy keeps its X.Y (see python/venv_base.h).
 */
struct arena;
struct diag;
struct python;
struct walk;

/*
 * Fill PY with the Python of ENV_DIR (absolute). ENV are the environment variables
 * that the dynamic linker would see. Return 1; 0 if ENV_DIR is no environment, or
 * its Python is gone: then PY->gone is where it was, and the notes of D list the
 * paths tried; -EINVAL with a diag if its Python is there and cannot be used, or
 * is a copy that must not become another version; the error of a read of
 * pyvenv.cfg, with a diag.
 */
int own_python_find(struct python *py, const struct walk *w, struct arena *a,
                    const char *const *env, const char *env_dir,
                    struct diag *d);
