#pragma once
/*
 * unmet: what installed projects require and do not find, in the words of `pip
 * check` (spec/locks.md 10.1).
 */
#include <stdbool.h>
#include <stddef.h>

struct ctx;
struct package_place;
struct python;

/* Takes a finding: CODE is a stable word, TEXT one line. */
typedef void unmet_report(void *to, const char *code, const char *text);

/*
 * Look at each project that PY finds in the PLACES, in their order, those that .pth
 * files in them add included: a project in several counts where it is found first.
 * Report, in the order of project names, requirements that hold without extras and
 * that nothing meets, METADATA that cannot be understood, and wheels in places of the
 * environment that PY cannot use.
 */
void unmet_find(const struct ctx *x, const struct python *py,
                const struct package_place *places, size_t count,
                unmet_report *report, void *to);
