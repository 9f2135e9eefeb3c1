#pragma once
/*
 * tree: whole directory trees, through directory fds, links never followed.
 */

/*
 * Remove NAME below DFD, which FD is open on, and all in it, at any depth; 0
 * also if it is gone already. A second pass is made when the first one fails:
 * a tree in use may change, and directories in it may have to be made
 * writable. -EBUSY: something is mounted in it.
 */
int tree_remove(int dfd, const char *name, int fd);

/*
 * Make the empty directory DST a copy of SRC that shares every file by hard
 * link; directories in it get the modes and owners of those in SRC. Entries of
 * SRC itself that start with SKIP are left out. -EXDEV, -EPERM, -EMLINK,
 * -EOPNOTSUPP where files cannot be shared or the tree is too deep.
 */
int tree_share(int src, int dst, const char *skip);

/* Give the open directory DST the mode and, if that is allowed, the owner of
 * SRC. */
int tree_like(int src, int dst);
