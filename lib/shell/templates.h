#pragma once
/*
 * templates: what templates/pack.c made of the files in templates/, with @NAME@
 * for what differs between environments. The text of a template has parts: [0,
 * leave) is for entering and leaving, [leave, enter) only for leaving, [enter,
 * size) only for entering. Few shells have a second text, with which a file
 * finds itself: [0, located) goes before the first text, the rest after it.
 */
#include <stddef.h>

struct buf;
struct diag;

struct template {
	const char *name;          /* its file name: "activate.sh" */
	const unsigned char *data; /* raw deflate, DEFLATED bytes */
	size_t deflated;
	size_t size;               /* inflated */
	size_t leave;
	size_t enter;
	const unsigned char *finder; /* as DATA; NULL: it cannot find itself */
	size_t finder_deflated;
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
