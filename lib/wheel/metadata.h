#pragma once
/*
 * metadata: the text files of a .dist-info directory, except RECORD (record.h):
 * WHEEL and METADATA, which look like the headers of a mail (PyPA specification
 * "Core metadata"), and entry_points.txt (PyPA specification "Entry points";
 * spec/wheels.md 5.2).
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct diag;

/*
 * Find the next value of the header NAME, in any case, from *AT on in the N bytes at
 * TEXT: *VALUE points to it, *LEN bytes without blanks around it, with continuation
 * lines (which start with a blank) as they are. *AT becomes where to go on; begin
 * with 0. Return false if there is none before the first empty line.
 */
bool metadata_next(const char *text, size_t n, size_t *at, const char *name,
                   const char **value, size_t *len);

/* Find the first value of the header NAME. */
bool metadata_header(const char *text, size_t n, const char *name,
                     const char **value, size_t *len);

/* Return a copy of a value of N bytes as one line: a folded value has a blank in place
 * of each end of a line. */
char *metadata_unfold(struct arena *a, const char *value, size_t n);

struct entry_point {
	const char *name;      /* of the script */
	const char *module;    /* dotted */
	const char *attribute; /* dotted; never empty */
	bool gui;              /* of gui_scripts */
};

struct entry_points {
	struct entry_point *list; /* console_scripts and gui_scripts, each name
	                             once (the gui's wins), in byte order */
	size_t count;
};

/*
 * Read the entry_points.txt of N bytes at TEXT as Python's configparser does
 * with delimiters=('=',) and case-sensitive names. -EINVAL with a diag ("line
 * N: reason") for what another reader of Python could read in another way, a
 * script without an attribute, a module or attribute that is no dotted
 * identifier, a name that is ".", ".." or has a slash or a control byte. Other
 * sections are ignored.
 */
int metadata_entry_points(struct entry_points *e, const char *text, size_t n,
                          struct arena *a, struct diag *d);
