#pragma once
/*
 * pathname: paths as text, as Python's posixpath sees them. Nothing is looked
 * up, so a link before ".." is not seen.
 */
#include <stdbool.h>

struct arena;

/*
 * Return PATH below the absolute CWD (not used if PATH is absolute), without
 * ".", ".." and doubled slashes, as os.path.abspath() does. A path that starts
 * with exactly two slashes keeps both, as POSIX allows.
 */
char *pathname_absolute(struct arena *a, const char *cwd, const char *path);

/* Return DIR/NAME, or NAME if it is absolute. */
char *pathname_join(struct arena *a, const char *dir, const char *name);

/* Return the part after the last slash, perhaps "", as os.path.basename(). */
const char *pathname_base(const char *path);

/* Return whether INNER is DIR or below it; both absolute, resolved and
 * normal. */
bool pathname_holds(const char *dir, const char *inner);

/* Return the part before the last slash, as os.path.dirname(): "/" for "/a", ""
 * for "a". */
char *pathname_dir(struct arena *a, const char *path);
