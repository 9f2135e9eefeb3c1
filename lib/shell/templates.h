#pragma once
/*
 * templates: what templates/pack.c made of the files in templates/. The text
 * of one has parts: [0, leave) is for entering and leaving, [leave, enter) only
 * for leaving, [enter, size) only for entering. What a file needs to find itself
 * is a text of its own, as few do: [0, located) goes before all others, the rest
 * behind them.
 */
#include <stddef.h>

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
