#pragma once
/*
 * winpath: paths as Windows programs see them, and the same places as seen from
 * here.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct diag;
struct walk;

/* The longest path, in units of winpath_length(): MAX_PATH without the NUL. */
enum { WINPATH_MAX = 259 };

/* Return whether PATH is absolute on Windows: "C:\...", "C:/...", "\\host\...". */
bool winpath_is_absolute(const char *path);

/* Return what Windows does not allow in the name of N bytes at NAME, a clause such as
 * "it ends with a dot"; NULL if it can hold it. */
const char *winpath_name_fault(const char *name, size_t n);

/* Return the length of PATH, UTF-8, in the units of 16 bits that Windows counts. */
size_t winpath_length(const char *path);

/*
 * Set *OUT to PATH, given as OPTION, as Windows writes it: with backslashes, without
 * "." and "..", and no backslash at its end except in "C:\". -EINVAL with a diag if
 * it is not absolute or too long, or a name in it cannot exist.
 */
int winpath_normalize(const char *path, const char *option, struct arena *a,
                      char **out, struct diag *d);

/* Return the directory of the normal PATH of Windows. */
char *winpath_dir(const char *path, struct arena *a);

/* Return what follows the last backslash or slash of PATH. */
const char *winpath_base(const char *path);

/* A drive of Windows and the directory that it is here. */
struct winpath_drive {
	const char *name;  /* "C:" or "\\host\share" */
	const char *place; /* without links */
};

/* Read LINE, one of /proc/mounts, into *D. Return false if it is of no drive that WSL
 * has mounted. */
bool winpath_parse_mount(const char *line, struct winpath_drive *d,
                         struct arena *a);

/*
 * Return the name that Windows programs have for the host's absolute PATH, which need
 * not exist, or NULL if none is known: below a drive that WSL has mounted
 * (/proc/mounts: drvfs, or 9p with aname=drvfs), or one of wine ($WINEPREFIX or
 * ~/.wine, of ENV). In a root there are none, and a path has none if there is a
 * backslash in it below the drive.
 */
char *winpath_from_host(const struct walk *w, struct arena *a,
                        const char *const *env, const char *path);

/* Return whether P and Q, absolute paths of Windows, are one place, by their names or
 * by what is there on this host; ENV as above. */
bool winpath_is_same(const struct walk *w, struct arena *a,
                     const char *const *env, const char *p, const char *q);

/* Return where the absolute PATH of Windows is on this host; NULL if its drive is not
 * mounted. */
char *winpath_to_host(const struct walk *w, struct arena *a,
                      const char *const *env, const char *path);
