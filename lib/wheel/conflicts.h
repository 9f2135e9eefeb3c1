#pragma once
/*
 * conflicts: files that several wheels of one run bring, such as the __init__.py
 * of a package that projects share. One of them is installed: that of the last
 * project by name. All of them are in the RECORDs, as pip leaves them.
 */
#include <stddef.h>

#include "wheel/files.h"

struct arena;
struct diag;
struct wheel_choice;
struct wheel_source;

/* What becomes of a file of a wheel. */
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
 * Set the fates of files in the COUNT wheels of LIST, sorted by project, that give
 * way to another one's, and warn about those that differ, once for each two
 * wheels; their contents come from SOURCE. -EINVAL with a diag if a file of one
 * is a directory of another, or the error of a wheel that cannot be read.
 */
int wheel_conflicts_settle(struct wheel_install *list, size_t count,
                           struct wheel_source *source, struct arena *a,
                           struct diag *d);
