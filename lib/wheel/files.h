#pragma once
/*
 * files: where the members of a wheel go in an environment
 * (spec/wheels.md 4).
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct diag;
struct entry_point;
struct inflater;
struct layout;
struct record_row;
struct wheel;
struct zip_member;

struct wheel_file {
	const char *path; /* relative to the environment directory */
	const struct zip_member *member;
	const struct record_row *row;
	bool script;      /* its first line may ask for the interpreter */
};

struct wheel_files {
	struct wheel_file *list; /* sorted by path; no two equal */
	size_t count;
	const char *root;        /* what RECORD's paths are relative to:
	                            site-packages, or the second one */
};

/*
 * Fill F for the wheel W in an environment of layout L. Left out are
 * directories, RECORD and its signatures, compiled code (it would hide the
 * source), and what the installer writes anew. -EINVAL with a diag ("FILE:
 * MEMBER: reason") if one would replace a part of the environment itself, has
 * no place, or two with different bytes have one; -ENOMEM.
 */
int wheel_files_list(struct wheel_files *f, const struct wheel *w,
                     const struct layout *l, struct inflater *in,
                     struct arena *a, struct diag *d);

/* True if PATH, relative to an environment of layout L, is a part of the
 * environment that no wheel may replace. */
bool wheel_files_protected(const struct layout *l, const char *path);

/* Return how many rows of RECORD these can be for W. */
size_t wheel_files_added(const struct wheel *w);

/* Call FN with the name of each launcher of W in an environment of layout L,
 * from the arena, and with its entry point, until it returns other than 0.
 * -ENOMEM. */
int wheel_files_each_script(const struct wheel *w, const struct layout *l,
                            int (*fn)(void *ctx, const char *name,
                                      const struct entry_point *e),
                            void *ctx, struct arena *a);
