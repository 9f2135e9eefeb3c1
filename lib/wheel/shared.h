#pragma once
/*
 * shared: files that several wheels of one run bring, such as the
 * __init__.py of a package that projects share. One of them is installed: that
 * of the last project by name. All of them are in the RECORDs, as pip leaves
 * them.
 */
#include <stddef.h>

struct arena;
struct diag;
struct layout;
struct wheel;
struct wheel_choice;
struct wheel_files;
struct wheel_source;

struct shared_file {
	const char *path; /* relative to the environment */
	const struct wheel_choice *owner; /* whose file is installed */
};

struct wheel_shared {
	struct shared_file *list; /* sorted by path */
	size_t count;
};

/* Set the marks of C, which is the wheel W with FILES, by which its files can be
 * compared with those of other wheels: 0 or -ENOMEM. */
int wheel_shared_mark(struct wheel_choice *c, const struct wheel *w,
                      const struct wheel_files *files, const struct layout *l,
                      struct arena *a);

/*
 * Find the files that several of the COUNT wheels bring, which are sorted by
 * project, and read them from SOURCE. Warn about those whose contents differ,
 * once for each two wheels. Return 0 or the error of a wheel that cannot be
 * read.
 */
int wheel_shared_find(struct wheel_shared *s,
                      const struct wheel_choice *const *wheels, size_t count,
                      struct wheel_source *source, const struct layout *l,
                      struct arena *a, struct diag *d);

/* Return the wheel whose file is installed at PATH, or NULL if it is not
 * shared. */
const struct wheel_choice *wheel_shared_owner(const struct wheel_shared *s,
                                              const char *path);
