#pragma once
/*
 * places: what is there where the files of wheels go, in an environment or another
 * directory that is changed.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct diag;
struct distribution_records;
struct launch;
struct plan;
struct walk;
struct wheel_install;
struct wheel_source;

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

/*
 * Set the fate of each file of W whose place is taken: FATE_KEPT if the same bytes
 * are there, else warn that the file is replaced, once for each kind. -EINVAL with
 * a diag if it cannot be. Without P->adopts, add a note to the diag, whose code
 * becomes -ENOTEMPTY, for each file that is there.
 */
int places_judge(const struct places *p, struct wheel_install *w);
