#pragma once
/*
 * sys: the system calls, each as a function that returns a value >= 0 or a
 * negative errno, retries EINTR and opens with O_CLOEXEC. Calls that musl
 * 1.2.3 has no wrapper for are made by number. Only lib/os includes this.
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

/* The same for an existing PATH in which nothing may be a symlink; before
 * Linux 5.6 that holds for its last component only. */
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

/* Status of PATH below DFD; FOLLOW resolves a last symlink. */
int sys_stat(int dfd, const char *path, bool follow, struct stat *st);
int sys_fstat(int fd, struct stat *st);

/* The target of a link into BUF (NUL-ended, at most N - 1 bytes): its length. */
ssize_t sys_readlink(int dfd, const char *path, char *buf, size_t n);

int sys_mkdir(int dfd, const char *path, mode_t mode);
int sys_symlink(const char *target, int dfd, const char *path);
int sys_link(int odfd, const char *old, int ndfd, const char *new);
int sys_unlink(int dfd, const char *path);
int sys_rmdir(int dfd, const char *path);
int sys_fchmod(int fd, mode_t mode);
int sys_fchown(int fd, uid_t uid, gid_t gid);

/* Set access and modification time of PATH (a last link not followed). */
int sys_utime(int dfd, const char *path, const struct timespec times[2]);

/* renameat2; with FLAGS, -ENOSYS or -EINVAL where they are not supported. */
int sys_rename(int odfd, const char *old, int ndfd, const char *new,
               unsigned flags);

/* Lock the open file FD exclusively; -EWOULDBLOCK if another holds it. */
int sys_lock(int fd);

/* Directory entries of FD into BUF as struct linux_dirent64: bytes, 0 at end. */
ssize_t sys_getdents(int fd, void *buf, size_t n);

/* Let N milliseconds pass, or fewer if a signal comes. */
void sys_pause(unsigned n);

/* True if the effective user or the owner of the directory DFD owns FD. */
bool sys_is_trusted(int dfd, int fd);

/* Start reading the directory FD again from its first entry. */
int sys_rewind(int fd);

/* The current directory into BUF, NUL-ended. */
int sys_getcwd(char *buf, size_t n);

/* True if the file system of FD is an overlay (directories do not rename). */
bool sys_is_overlay(int fd);
