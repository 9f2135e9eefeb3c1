#pragma once
/*
 * remove: empty a private directory, whatever is in it.
 */
#include <stddef.h>

/*
 * Delete all entries of the directory TOP, which nobody else can enter, except
 * the one called KEEP. Trees of any depth need two descriptors, no memory and no
 * long path: a directory that is not empty is moved up to TOP and emptied from
 * there. Links are not followed, and what is mounted is not entered: rmdir(2)
 * reports a mount point before it asks whether the directory is empty. Return
 * the number of entries that stay. A second signal ends it early.
 */
size_t remove_entries(int top, const char *keep);
