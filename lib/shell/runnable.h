#pragma once
/*
 * runnable: why a program cannot be executed.
 */
struct ctx;

/*
 * Return why this user cannot execute the program PATH, in words that follow
 * its name: "is not executable", "leads to nothing", "names the interpreter
 * '/opt/bin/python', which is missing"; NULL if nothing prevents it. ELF
 * interpreters are not looked at.
 */
const char *runnable_fault(const struct ctx *x, const char *path);

/* Return the same for the file alone, whatever its interpreter is. */
const char *runnable_file_fault(const struct ctx *x, const char *path);

/* Return the first directory above PATH, or above one of the links that it
 * leads through, which this user cannot search; NULL if there is none. */
const char *runnable_closed(const struct ctx *x, const char *path);
