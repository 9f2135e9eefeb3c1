#pragma once
/*
 * name_control: pairs of lists of projects in which a project is in one list at
 * most, as pip keeps them for --no-binary with --only-binary, and for
 * --all-releases with --only-final. Later options count; ":all:" empties both
 * lists, ":none:" one.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;

struct name_list {
	const char **names; /* normalised (PEP 503), each once */
	size_t count;
	bool all;           /* ":all:" is in the list */
};

struct name_control {
	struct name_step *steps; /* private: what the options did */
	size_t count, room;
};

/* Record that the value VALUE, names with commas between them, of an option was
 * given for the list WHICH (0 or 1). Linear in VALUE. */
void name_control_add(struct name_control *c, int which, const char *value,
                      struct arena *a);

/* Record that ":all:" joins the list WHICH and empties none, as --pre does. */
void name_control_add_all(struct name_control *c, int which, struct arena *a);

/* Set the lists ZERO and ONE to what the options up to now say. */
void name_control_lists(const struct name_control *c, struct name_list *zero,
                        struct name_list *one, struct arena *a);
