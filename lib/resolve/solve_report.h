#pragma once
/*
 * solve_report: tell a person why there is no solution.
 */
#include "resolve/reason.h"

/* Return 0 if all projects that the COUNT roots name have candidates; else -ENOENT with
 * a diag that lists those that have none. */
int solve_report_missing(struct universe *u, const struct demand *roots,
                         size_t count);

/* Report the conflict K (NULL: unknown), with who asks for the projects in it and
 * which versions there are. Return -ENOENT. */
int solve_report_conflict(struct universe *u, const struct demand *roots,
                          size_t count, const struct conflict *k);
