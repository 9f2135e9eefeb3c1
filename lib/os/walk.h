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

#include "os/entries.h"

struct arena;

struct walk {
	int rootfd;       /* the root directory, or -1 for the host's own */
	const char *root; /* its path on the host, "" for the host's own */
};

/* A walker of the host's own tree. */
extern const struct walk walk_host;

/*
 * Make W a walker below the directory PATH, an absolute path of the host; end
 * it with walk_leave(). W->root lives in A.
 */
int walk_enter(struct walk *w, struct arena *a, const char *path);
void walk_leave(struct walk *w);

/* Return the canonical host path PATH as seen inside W; NULL: outside. */
const char *walk_inside(const struct walk *w, const char *path);

/* Return the path on the host of PATH inside W, from the arena. */
const char *walk_outside(const struct walk *w, struct arena *a,
                         const char *path);

/*
 * Resolve every symlink of PATH: *OUT is the canonical virtual path, from the
 * arena. -ENOENT if a component is missing (a dangling link too), -ELOOP
 * after 40 links, -ENOTDIR, -EACCES, -ENAMETOOLONG.
 */
int walk_resolve(const struct walk *w, struct arena *a, const char *path,
                 char **out);

/*
 * Resolve PATH as far as it exists, in the way that systemd calls safe: a
 * symlink counts only if root, this user, or the owner of the thing that it
 * leads to has made it. *OUT is the canonical path of the part that exists and
 * *REST the components after it, "" if all do; both from the arena. The errors
 * of walk_resolve(), and -EPERM for another user's link; then, and for a link
 * that leads to nothing, *LINK is its path, else NULL.
 */
int walk_reach(const struct walk *w, struct arena *a, const char *path,
               char **out, char **rest, char **link);

/*
 * Open the regular file PATH for reading, links followed inside the root, and
 * fill ST with its status. Nothing but a regular file is ever opened, whoever
 * exchanges files or links meanwhile: -EISDIR, -EINVAL.
 */
int walk_open_file(const struct walk *w, const char *path, struct stat *st);

/* Open the regular file PATH below the directory DIR in the same way, but follow no
 * link below DIR: -ELOOP, -ENOTDIR. */
int walk_open_file_in(const struct walk *w, const char *dir, const char *path,
                      struct stat *st);

/* Open the directory PATH, links followed inside the root: a new fd. With
 * PLAIN no component may be a link: -ELOOP, -ENOTDIR. */
int walk_open_dir(const struct walk *w, const char *path, bool plain);

/* Do the same with PLAIN, only to reach what is in it (O_PATH): it need not be
 * readable. */
int walk_open_search(const struct walk *w, const char *path);

/* Close a file opened by walk_open_file(). */
void walk_close(int fd);

/* Set *ST to the status of what PATH leads to. */
int walk_stat(const struct walk *w, const char *path, struct stat *st);

/* Set *ST to the status of PATH, a last link not followed. */
int walk_lstat(const struct walk *w, struct arena *a, const char *path,
               struct stat *st);

/* Do the same for PATH below the directory DIR. */
int walk_lstat_in(const struct walk *w, const char *dir, const char *path,
                  struct stat *st);

/* Return whether PATH leads to a regular file. */
bool walk_is_file(const struct walk *w, const char *path);

/* Return whether PATH leads to a directory. */
bool walk_is_dir(const struct walk *w, const char *path);

/* Return whether the paths A and B lead to the same file or directory. */
bool walk_is_same(const struct walk *w, const char *a, const char *b);

/* Return whether PATH leads to a regular file with an execute bit. */
bool walk_is_program(const struct walk *w, const char *path);

/* Return 0 if this user can execute the file PATH, or search the directory;
 * -EACCES or another errno if not. In a root only the mode counts. */
int walk_may_run(const struct walk *w, const char *path);

/* Return whether PATH is on a file system that is mounted noexec; in a root
 * never, because it is used elsewhere. */
bool walk_is_noexec(const struct walk *w, const char *path);

/* Set *OUT to the target of the link PATH, from the arena. Return
 * -EINVAL if it is no link. */
int walk_readlink(const struct walk *w, struct arena *a, const char *path,
                  char **out);

/*
 * Read the first MAX bytes of the regular file PATH, NUL-ended, from the arena;
 * *LEN is the number of bytes. Return -EINVAL if it is not a regular file.
 */
int walk_read(const struct walk *w, struct arena *a, const char *path,
              size_t max, char **out, size_t *len);

/* Read PATH, which a user names, as walk_read(). Return -EINVAL for a pipe, too: its
 * link in /proc/self/fd leads to no name. */
int walk_read_given(const struct walk *w, struct arena *a, const char *path,
                    size_t max, char **out, size_t *len);

/* Return 1 if the regular files ONE and OTHER have the same bytes, 0 if not. */
int walk_same_content(const struct walk *w, const char *one, const char *other);

/* List the entry names of the directory PATH, from the arena. */
int walk_entries(const struct walk *w, struct arena *a, const char *path,
                 struct entries *e);

/*
 * Call FN with each entry name of the directory PATH ("." and ".." left out)
 * in the order the file system gives; a non-zero result of FN stops and is
 * returned.
 */
int walk_list(const struct walk *w, const char *path,
              int (*fn)(void *ctx, const char *name), void *ctx);
