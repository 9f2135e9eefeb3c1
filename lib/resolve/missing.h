#pragma once
/*
 * missing: wheels that are asked for and cannot be installed, so that one error
 * lists all of them.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/strset.h"

struct arena;
struct diag;
struct missing_wheel;

struct missing {
	struct arena *arena;
	struct missing_wheel *list;
	size_t count, room;
	struct strset reasons; /* of those in the list */
};

void missing_init(struct missing *m, struct arena *a);

/* Add REASON, one line, unless it is there already. PROJECT is what another file may
 * still bring; NULL: nothing can. */
void missing_add(struct missing *m, const char *project, const char *reason);

/* Move the failure ERR from D to M. Return 0, or -EINTR if that is ERR. */
int missing_add_failure(struct missing *m, const char *project, int err,
                        struct diag *d);

/* Return 0 if nothing is missing but projects that HAS knows; else -ENOENT, with all
 * that is missing in D. */
int missing_report(const struct missing *m,
                   bool (*has)(void *ctx, const char *project), void *ctx,
                   struct diag *d);
