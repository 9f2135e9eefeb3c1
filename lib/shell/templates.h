#pragma once
/*
 * templates: the files of templates/, packed by templates/pack.c, with @NAME@
 * where environments differ. They are not compressed: a run expands four, and
 * inflating them took a twelfth of its time. The text of a template has parts:
 * [0, leave) enters and leaves, [leave, enter) only leaves, [enter, size) only
 * enters. Few shells have a second text, with which a file finds itself: [0,
 * located) goes before the first text, the rest after it.
 */
#include <stddef.h>

struct buf;
struct diag;

struct template {
	const char *name; /* its file name: "activate.sh" */
	const char *text; /* of SIZE bytes, not ended by a NUL */
	size_t size;
	size_t leave;
	size_t enter;
	const char *finder; /* second text; NULL: it cannot find itself */
	size_t finder_size;
	size_t located;
};

/* In the order of the Makefile, ended by a row without a name. */
extern const struct template templates[];

struct template_var {
	const char *name;  /* capitals and underscores */
	const char *value; /* inserted as it is, never looked at again */
	size_t len;
};

/* Return the template NAME; NULL if there is none. */
const struct template *template_find(const char *name);

/*
 * Append the LEN bytes at TEXT to OUT, with the values of the N variables VARS
 * for each @NAME@; any other '@' stands for itself. -EINVAL if TEXT has another
 * variable; OUT is then as it was.
 */
int template_expand(const char *text, size_t len,
                    const struct template_var *vars, size_t n, struct buf *out,
                    struct diag *d);
