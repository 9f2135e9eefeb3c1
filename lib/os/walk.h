#pragma once
/*
 * walk: every path that is read goes through here, with a root directory.
 *
 * A path is absolute and virtual: it is what a process inside the root would
 * say. Symlinks, absolute ones too, are resolved inside the root by hand, so
 * that nothing outside it is ever looked at. With the root "" (the host's own)
 * the kernel resolves, and only walk_resolve() goes by hand.
 * Functions return >= 0 or a negative errno; the caller words the message.
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

struct arena;
struct entries;

struct walk {
	int rootfd;       /* the root directory, or -1 for the host's own */
	const char *root; /* its path on the host, "" for the host's own */
};

/* A walker of the host's own tree. */
extern const struct walk walk_host;

/*
 * A walker below the directory PATH, an absolute path of the host, to be ended
 * by walk_leave(). What is found in W->root lives in A.
 */
int walk_enter(struct walk *w, struct arena *a, const char *path);
void walk_leave(struct walk *w);

/* PATH, a canonical one of the host, as it is seen inside W; NULL: outside. */
const char *walk_inside(const struct walk *w, const char *path);

/* The other way round, in the arena; NULL: memory is out. */
const char *walk_outside(const struct walk *w, struct arena *a,
                         const char *path);

/*
 * Resolve every symlink of PATH: *OUT is the canonical virtual path, from the
 * arena. -ENOENT if a component is missing (a dangling link too), -ELOOP
 * after 40 links, -ENOTDIR, -EACCES, -ENAMETOOLONG.
 */
int walk_resolve(const struct walk *w, struct arena *a, const char *path,
                 char **out);

/* Open PATH with open(2) FLAGS, links followed inside the root: a new fd. A
 * device or FIFO in a root is not opened: -EINVAL. */
int walk_open(const struct walk *w, const char *path, int flags);

/* Close a file opened by walk_open(). */
void walk_close(int fd);

/* Status of what PATH leads to. */
int walk_stat(const struct walk *w, const char *path, struct stat *st);

/* Status of PATH, a last link not followed. */
int walk_lstat(const struct walk *w, struct arena *a, const char *path,
               struct stat *st);

/* True if PATH leads to a regular file. */
bool walk_is_file(const struct walk *w, const char *path);

/* True if PATH leads to a directory. */
bool walk_is_dir(const struct walk *w, const char *path);

/* True if PATH leads to a regular file with an execute bit. */
bool walk_is_program(const struct walk *w, const char *path);

/* The target of the link PATH, from the arena; -EINVAL if it is no link. */
int walk_readlink(const struct walk *w, struct arena *a, const char *path,
                  char **out);

/*
 * The first MAX bytes of the regular file PATH, NUL-ended, from the arena;
 * *LEN is the number of bytes. -EINVAL if it is not a regular file.
 */
int walk_read(const struct walk *w, struct arena *a, const char *path,
              size_t max, char **out, size_t *len);

/* The entry names of the directory PATH, from the arena. */
int walk_entries(const struct walk *w, struct arena *a, const char *path,
                 struct entries *e);

/*
 * Call FN with each entry name of the directory PATH ("." and ".." left out)
 * in the order the file system gives; a non-zero result of FN stops and is
 * returned.
 */
int walk_list(const struct walk *w, const char *path,
              int (*fn)(void *ctx, const char *name), void *ctx);
