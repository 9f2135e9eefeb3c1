#pragma once
/*
 * fates: what becomes of each file of the wheels of one run, decided before anything
 * is written.
 *
 * conflicts.c: several wheels may bring one file, such as the __init__.py of a
 * package that projects share. That of the last project by name is installed. All
 * of them are in the RECORDs, as pip leaves them.
 * places.c: something may be there where a file goes.
 */
#include <stdbool.h>
#include <stddef.h>

#include "wheel/files.h"
#include "wheel/source.h"

struct arena;
struct diag;
struct distribution_records;
struct launch;
struct plan;
struct walk;

/* The fate of a file of a wheel. */
enum wheel_fate {
	FATE_WRITTEN,
	FATE_KEPT,     /* it is there, with the same bytes */
	FATE_ANOTHERS, /* another wheel's is installed */
};

/* A wheel that is installed in one environment. */
struct wheel_install {
	const struct wheel_choice *choice;
	struct wheel_files files;
	unsigned char *fates; /* an enum wheel_fate for each file */
};

/*
 * Set the fates of files in the wheels of P that give way to another one's, and warn
 * about those that differ, once for each two wheels; their contents come from
 * SOURCE. -EINVAL with a diag if a file of one is a directory of another, or one of
 * the environment's own, or the error of a wheel that cannot be read.
 */
int wheel_conflicts_settle(struct plan *p, struct wheel_source *source,
                           struct arena *a, struct diag *d);

/* Return whether a wheel of P brings the file PATH. */
bool wheel_conflicts_find(const struct plan *p, const char *path);

/* A directory that is changed, an environment or not. */
struct places {
	const struct plan *plan; /* what is removed; sorted */
	const char *dir;         /* absolute path */
	bool adopts;             /* files of DIR may be replaced: it is an
	                            environment */
	struct distribution_records *records; /* of DIR; those of replaced
	                                         projects are left out */
	struct wheel_source *source;
	const struct launch *launch; /* what scripts start */
	const struct walk *walk;
	struct arena *arena;     /* for a short time */
	struct diag *diag;
};

/* Return whether the entry PATH of P stays: not all of it is removed. */
bool places_keep(const struct places *p, const char *path);

/*
 * Set the fate of each file of W whose place is taken: FATE_KEPT if the same bytes
 * are there, else warn that the file is replaced, once for each kind. -EINVAL with
 * a diag if it cannot be. Without P->adopts, add a note to the diag, whose code
 * becomes -ENOTEMPTY, for each file that is there.
 */
int places_judge(const struct places *p, struct wheel_install *w);
