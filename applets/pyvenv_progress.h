#pragma once
/*
 * pyvenv_progress: a line on a terminal that says what a long run is at.
 */
#include <stdbool.h>
#include <stdint.h>

#include "wheel/write.h"

struct progress_line {
	struct progress progress; /* for the options */
	const char *prog;
	size_t columns;           /* of the terminal */
	size_t shown;             /* bytes of the line that is there */
	uint64_t next;            /* when it may be drawn, milliseconds */
};

/* Return whether stderr is a terminal: L is then ready for a run that begins
 * now. */
bool progress_line_begin(struct progress_line *l, const char *prog);

/* Erase the line, if there is one. */
void progress_line_end(struct progress_line *l);
