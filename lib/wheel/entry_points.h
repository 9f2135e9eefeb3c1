#pragma once
/*
 * entry_points: entry_points.txt as Python's configparser reads it with
 * delimiters=('=',) and case-sensitive names (PyPA specification "Entry
 * points"; spec/wheels.md 5.2). What other readers of Python could read in
 * another way is refused.
 */
#include <stddef.h>

struct arena;
struct diag;

struct entry_point {
	const char *name;      /* of the script */
	const char *module;    /* dotted */
	const char *attribute; /* dotted; never empty */
};

struct entry_points {
	struct entry_point *list; /* console_scripts and gui_scripts, each name
	                             once (the gui's wins), in byte order */
	size_t count;
};

/*
 * Read the N bytes at TEXT. -EINVAL with a diag ("line N: reason") for what is
 * no such file, a script without an attribute, a module or attribute that is no
 * dotted identifier, a name that is ".", ".." or has a slash or a control byte.
 * Other sections are ignored.
 */
int entry_points_parse(struct entry_points *e, const char *text, size_t n,
                       struct arena *a, struct diag *d);
