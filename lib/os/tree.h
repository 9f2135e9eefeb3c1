#pragma once
/*
 * tree: whole directory trees, through directory fds, links never followed.
 */
/* Remove NAME below DFD and all in it; 0 also if it is not there. A second
 * pass is made when the first one fails: a tree in use may change, and
 * directories in it may have to be made writable. */
int tree_remove(int dfd, const char *name);

/*
 * Make the empty directory DST a copy of SRC that shares every file by hard
 * link; directories get SRC's modes and owners. Entries of SRC itself that
 * start with SKIP are left out. -EXDEV, -EPERM, -EMLINK, -EOPNOTSUPP where
 * files cannot be shared.
 */
int tree_share(int src, int dst, const char *skip);

/* Give the open directory DST the mode and, if that is allowed, the owner of
 * SRC. */
int tree_like(int src, int dst);
