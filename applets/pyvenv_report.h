#pragma once
/*
 * pyvenv_report: what pyvenv prints on success: plans, facts, findings.
 */
#include <stdbool.h>

struct arena;
struct buf;
struct check;
struct inventory;
struct python;
struct venv_result;
struct wheel_set;

/* Append what would become of R's environment, and its plan as lines "KIND PATH [->
 * TARGET]"; if VERBOSE with the files of wheels. */
void report_plan(struct buf *out, const struct venv_result *r, bool verbose);

/*
 * Append "PROG: using PYTHON: WHY" and, indented below it, NOTES (lines ended
 * by NUL: what else was looked at) and what was found out about PY.
 */
void report_python(struct buf *out, const char *prog, const struct python *py,
                   const struct buf *notes, struct arena *a);

/* Append "PROG: installing PROJECT VERSION: WHY, FILE" for each wheel. */
void report_wheels(struct buf *out, const char *prog,
                   const struct wheel_set *s);

/* Append the problems of C as lines "ENV_DIR: TEXT". */
void report_check(struct buf *out, const char *env_dir, const struct check *c);

/* Append one line with the projects that --sync removed, if there are any. */
void report_removed(struct buf *out, const char *prog,
                    const struct venv_result *r);

/* Append the same as members of a JSON object, without the braces around it. */
void report_python_json(struct buf *out, const struct python *py,
                        struct arena *a);
void report_wheels_json(struct buf *out, const struct wheel_set *s);
void report_result_json(struct buf *out, const struct venv_result *r);
/* Append an array of the warnings in LINES, which are ended by NUL. */
void report_warnings_json(struct buf *out, const struct buf *lines);
void report_inventory_json(struct buf *out, const struct inventory *list);
void report_check_json(struct buf *out, const char *env_dir,
                       const struct check *c);
