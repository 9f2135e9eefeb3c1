#pragma once
/*
 * pathname: paths as text, as Python's posixpath sees them. Nothing is looked
 * up, so a link before ".." is not seen.
 */
#include <stdbool.h>

struct arena;

/*
 * os.path.abspath(): PATH below the absolute CWD (not used if PATH is
 * absolute), with ".", ".." and doubled slashes removed. A path that starts
 * with exactly two slashes keeps both, as POSIX allows.
 */
char *pathname_absolute(struct arena *a, const char *cwd, const char *path);

/* Return DIR/NAME, or NAME if it is absolute. */
char *pathname_join(struct arena *a, const char *dir, const char *name);

/* os.path.basename(): what follows the last slash, perhaps "". */
const char *pathname_base(const char *path);

/* True if INNER is DIR or below it; both absolute, resolved and normal. */
bool pathname_holds(const char *dir, const char *inner);

/* os.path.dirname(): "/" for "/a", "" for "a". */
char *pathname_dir(struct arena *a, const char *path);
