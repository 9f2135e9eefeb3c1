#pragma once
/*
 * script: shell scripts that only start another program.
 */
struct inspection;
struct source;
struct wrapper;

/*
 * Read the shell script S. Return 1 if every exec in it starts the same program,
 * by an absolute path, with the script's own arguments and no others but options
 * of Python; 0 if not, if another command passes the arguments on, or if only a
 * shell could tell; or the error of a read. *LINE is its first line without "#!".
 */
int script_read(struct inspection *in, struct source *s, struct wrapper *w,
                const char **line);
