#pragma once
/*
 * sys: the system calls, each as a function that returns a value >= 0 or a
 * negative errno, retries EINTR and opens with O_CLOEXEC. Calls that musl
 * 1.2.3 has no wrapper for are made by number. Only lib/os and lib/publish
 * include this.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Rename flags of linux/fs.h, which musl does not show. */
enum { SYS_RENAME_NOREPLACE = 1, SYS_RENAME_EXCHANGE = 2 };

/* Open PATH below DFD (AT_FDCWD allowed) with FLAGS | O_CLOEXEC: a new fd. */
int sys_open(int dfd, const char *path, int flags, mode_t mode);

/* Open the existing PATH, in which no component may be a symlink: -ELOOP or
 * -ENOTDIR if one is. */
int sys_open_plain(int dfd, const char *path, int flags);

/* Close FD; the error of a delayed write is returned, EINTR is success. */
int sys_close(int fd);

/* Close *FD if it is open, ignoring errors, and set it to -1. */
void sys_drop(int *fd);

/* Read up to N bytes at OFF; fewer than N only at the end of the file. */
ssize_t sys_pread(int fd, void *p, size_t n, uint64_t off);

/* Read up to N bytes from the fd's position; 0 at the end. */
ssize_t sys_read(int fd, void *p, size_t n);

/* Write all N bytes. */
int sys_write_all(int fd, const void *p, size_t n);

/* Copy all of IN from its start to OUT, sharing blocks where possible. */
int sys_copy(int in, int out);

/* Set *ST to the status of PATH below DFD; FOLLOW resolves a last symlink. */
int sys_stat(int dfd, const char *path, bool follow, struct stat *st);
int sys_fstat(int fd, struct stat *st);

/* Return 0 if the real user can execute the file PATH, or search the directory;
 * links are followed. */
int sys_may_run(const char *path);

/* Return whether the file system of PATH is mounted noexec. */
bool sys_is_noexec(const char *path);

/* Return whether A and B describe the same file. */
bool sys_same_file(const struct stat *a, const struct stat *b);

/* Copy the target of a link to BUF (NUL-ended, at most N - 1 bytes). Return its
 * length. */
ssize_t sys_readlink(int dfd, const char *path, char *buf, size_t n);

int sys_mkdir(int dfd, const char *path, mode_t mode);
int sys_symlink(const char *target, int dfd, const char *path);
int sys_link(int odfd, const char *old, int ndfd, const char *new);
int sys_unlink(int dfd, const char *path);
int sys_rmdir(int dfd, const char *path);
int sys_fchmod(int fd, mode_t mode);
int sys_fchown(int fd, uid_t uid, gid_t gid);

/* Change the mode of NAME below DFD; a link is not followed. */
int sys_chmod(int dfd, const char *name, mode_t mode);

/* Give the directory TO the extended attributes and ACLs of FROM that this user
 * may see. What the file system or the user may not have is left out, except
 * an ACL: it may be what keeps people out. */
int sys_copy_xattrs(int from, int to);

/* Return whether the open file FD has no extended attributes and ACLs, but for the
 * label that SELinux gives to every file. */
bool sys_has_no_xattrs(int fd);

/* Set access and modification time of PATH (a last link not followed). */
int sys_utime(int dfd, const char *path, const struct timespec times[2]);

/* Call renameat2(2). With FLAGS, return -ENOSYS or -EINVAL where they are not
 * supported. */
int sys_rename(int odfd, const char *old, int ndfd, const char *new,
               unsigned flags);

/* Rename OLD to NEW, where nothing may be: -EEXIST. Without renameat2() an empty
 * directory that another process makes at that moment would be replaced. */
int sys_rename_new(int odfd, const char *old, int ndfd, const char *new);

/* Return whether ERR, of a rename, means that another way to the same end, like a
 * plain rename or deletion, may work. */
bool sys_rename_is_refused(int err);

/* Lock the open file FD exclusively; -EWOULDBLOCK if another holds it. */
int sys_lock(int fd);

/* Read entries of the directory FD into BUF as struct linux_dirent64. Return
 * the bytes, 0 at the end. */
ssize_t sys_getdents(int fd, void *buf, size_t n);

/* Let N milliseconds pass, or fewer if a signal comes. */
void sys_pause(unsigned n);

/* Return the effective user, as it was when the program started. */
uid_t sys_user(void);

/* Fill P with N <= 16 bytes that nobody can foresee; early in the boot, where the
 * kernel has none yet, with bytes that are hard to guess. Never waits. */
void sys_random(void *p, size_t n);

/* Return 1 if NAME below DFD is a mount point (itself, not what a link leads
 * to), 0 if not, -ENOSYS where this kernel or its filter of system calls does
 * not tell. Needs no /proc (statx, Linux 5.8). */
int sys_is_mount(int dfd, const char *name);

/* Return 0 if the real user can make files in the directory FD, as far as that can
 * be known without making one; else the errno that an attempt would end with. */
int sys_may_create(int fd);

/* Return whether FD is a file in a proc(5) file system. */
bool sys_is_proc(int fd);

/* Write all that is cached of the file system of FD to its disk. */
int sys_sync(int fd);

/* Start reading the directory FD again from its first entry. */
int sys_rewind(int fd);

/* Copy the current directory to BUF, NUL-ended. */
int sys_getcwd(char *buf, size_t n);

/* Return whether the file system of FD is of a kind that does not keep the owners
 * and modes of files. */
bool sys_forgets_owners(int fd);
