#pragma once
/*
 * wheel_added: what the installer adds to the members of a wheel: a launcher
 * for each entry point, INSTALLER, REQUESTED, direct_url.json and RECORD.
 */
#include <stddef.h>

struct arena;
struct entry_point;
struct layout;
struct wheel;
struct writing;

/* Return how many rows of RECORD these can be for W. */
size_t wheel_added_rows(const struct wheel *w);

/* Call FN with the name of each launcher of W in an environment of layout L,
 * from the arena, and with its entry point, until it returns other than 0.
 * -ENOMEM. */
int wheel_added_each_script(const struct wheel *w, const struct layout *l,
                            int (*fn)(void *ctx, const char *name,
                                      const struct entry_point *e),
                            void *ctx, struct arena *a);

/* Write all of it, RECORD last. */
int wheel_added_put(struct writing *wr);
