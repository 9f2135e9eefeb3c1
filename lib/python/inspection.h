#pragma once
/*
 * inspection: what the steps of one inspection share.
 */
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
	struct diag *diag;
};

/* Fail with CODE and the line "cannot use 'ASKED': REASON". */
int inspection_refuse(struct inspection *in, int code, const char *reason, ...)
	__attribute__((format(printf, 3, 4)));
