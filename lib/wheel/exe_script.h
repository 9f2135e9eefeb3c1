#pragma once
/*
 * exe_script: scripts of an environment for Windows. That of an entry point is a
 * program, as distlib of pip puts it together: a launcher, "#!" and the path of the
 * Python, and a zip archive with the script. Other scripts are text, with such a line
 * at the start.
 */
struct arena;
struct buf;
struct entry_point;
struct launch;
struct launcher_start;
struct source;

/* Append the program for the script BODY of E, with one of LAUNCH->exe. -EINVAL if
 * there is none. */
int exe_script_put(struct buf *out, const struct launch *launch,
                   const struct entry_point *e, const struct buf *body);

/* Append "#!" and the path of the Python NAME in the directory of LAUNCH->python, as
 * it is in a program, without the end of the line. With LAUNCH->base the program finds
 * it beside itself. */
void exe_script_put_line(struct buf *out, const struct launch *launch,
                         const char *name);

/*
 * Read what the script S starts, a path of Windows, from A. START->length, at
 * START->offset, is that of the line from "#!" up to its end; 0 if the line has more
 * than a path. START->program is NULL if S is neither a text nor a program of this form,
 * or cannot be read. At most 64 KiB at its start or end are read.
 */
void exe_script_read(struct launcher_start *start, struct source *s,
                     struct arena *a);
