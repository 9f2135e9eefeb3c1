#pragma once
/*
 * inspection: what the steps of one inspection share.
 */
#include <stdbool.h>

struct arena;
struct diag;
struct python;
struct walk;

struct inspection {
	const struct walk *walk;
	struct arena *arena;
	const char *const *env; /* for LD_LIBRARY_PATH; may be NULL */
	const char *asked;      /* path that messages are about */
	struct python *py;      /* filled step by step */
	unsigned depth;         /* inspections within which this one is */
	unsigned *budget;       /* further ones that may be made; NULL: none */
	struct diag *diag;
};

/* Inspect EXE, on which the inspection IN depends, with its own *PY and D. */
int inspection_of(const struct inspection *in, const char *exe,
                  struct python *py, struct diag *d);

/* Learn implementation, X.Y and, where the program itself says it, the micro
 * version of the program at PATH into in->py, whatever is around it. The major
 * version stays 0 if it is a Python that does not say which. Return false if it
 * is no Python, or cannot be read. */
bool inspection_identify(struct inspection *in, const char *path);

/* Fail with CODE and the line "cannot use 'ASKED': REASON". */
int inspection_refuse(struct inspection *in, int code, const char *reason, ...)
	__attribute__((format(printf, 3, 4)));
