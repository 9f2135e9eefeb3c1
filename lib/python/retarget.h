#pragma once
/*
 * retarget: an interpreter whose path will be another one where it is used.
 */
struct arena;
struct diag;
struct python;

/*
 * Make the absolute PATH the one that links to PY lead to, and its directory
 * the home; nothing has to be there. All other facts stay those of the file
 * that was found. -EINVAL: PATH cannot be that of this Python.
 */
int python_retarget(struct python *py, const char *path, struct arena *a,
                    struct diag *d);
