#pragma once
/*
 * change_order: the order of changes in a directory, and how they are found.
 */
#include <stdbool.h>
#include <stddef.h>

#include "publish/change.h"

/* The phases of a publication, in this order. */
enum change_phase { PHASE_FILES, PHASE_DIST_INFO, PHASE_CONFIG };

enum change_phase change_phase(const char *path);

/* Return the length of the path of the .dist-info directory that PATH is or is in;
 * 0 if there is none. */
size_t change_dist_info(const char *path);

/* Return whether PATH is in a site-packages directory, and not in a .dist-info
 * directory. */
bool change_in_package(const char *path);

/* Return whether PATH is inside the directory DIR. */
bool change_is_below(const char *path, const char *dir);

/*
 * Sort the changes by path, what is in a directory right after it. Set those done
 * that others of C make void: a file that is both removed and written is
 * replaced, and a directory that is written to is not pruned.
 */
void changes_sort(struct changes *c);

/* Find a change in C, which is sorted; NULL: there is none. */
const struct change *changes_find(const struct changes *c,
                                  enum change_kind kind, const char *path);
