#pragma once
/*
 * templates: what templates/pack.c made of the files in templates/. The text
 * of one has parts: [0, leave) is for entering and leaving, [leave, enter) only
 * for leaving, [enter, locate) only for entering. A file that finds itself has
 * [locate, located) before all others, and [located, size) behind them.
 */
#include <stddef.h>

struct template {
	const char *name;          /* its file name: "activate.sh" */
	const unsigned char *data; /* raw deflate, DEFLATED bytes */
	size_t deflated;
	size_t size;               /* inflated */
	size_t leave;
	size_t enter;
	size_t locate;
	size_t located;
};

/* In the order of the Makefile, ended by a row without a name. */
extern const struct template templates[];
