#pragma once
/*
 * diag: what went wrong, as a value.
 *
 * The library never prints and never exits. A function that can fail takes a
 * struct diag last, and returns 0 or a negative errno value; on failure the
 * diag holds one line that says "cannot VERB 'PATH': reason", perhaps a hint
 * with the way out, and notes (one line each) with what was looked at.
 * Warnings are collected as well: they do not make a run fail.
 * Text may hold any byte of a path; the printer escapes control bytes.
 */
#include "base/buf.h"

struct diag {
	int code;            /* 0, or the negative errno of the failure */
	struct buf text;     /* the line, without program name or newline */
	struct buf hint;     /* empty: nothing useful to say */
	struct buf notes;    /* lines, each ended by NUL */
	struct buf warnings; /* lines, each ended by NUL */
	struct buf alarms;   /* the same; not to be silenced, because something
	                        is left that only a person can deal with */
};

/* Make D a diag without a failure, whose text comes from ARENA. */
void diag_init(struct diag *d, struct arena *arena);

/* Record a failure (CODE < 0), replacing an earlier one; returns CODE. */
int diag_set(struct diag *d, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Record the failed system call "cannot VERB 'PATH': strerror"; CODE < 0. */
int diag_sys(struct diag *d, int code, const char *verb, const char *path);

/* Return the meaning of the error CODE (negative errno) in words. */
const char *diag_reason(int code);

/* Put text in front of the line of a failure, and return its code. If D has none,
 * because it is a signal's, return ERR. */
int diag_prefix(struct diag *d, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Set the hint, one line that says what to do. */
void diag_hint(struct diag *d, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Append one line to the notes. */
void diag_note(struct diag *d, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Append one warning, unless it is there already. */
void diag_warn(struct diag *d, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Append one alarm. */
void diag_alarm(struct diag *d, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Forget the failure, hint and notes; warnings and alarms stay. */
void diag_clear(struct diag *d);
