#include "os/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "base/arena.h"
#include "os/sys.h"

enum { MAX_LINKS = 40, MAX_RETRIES = 3 };

const struct walk walk_host = { .rootfd = -1, .root = "" };

/* A link whose target is being walked, until only REST bytes are left. */
struct followed {
	uid_t owner;
	size_t rest;
};

/* The resolved part of a path, and the part still to be walked. */
struct walker {
	const struct walk *walk;
	char done[PATH_MAX]; /* "" for the root, else "/a/b" */
	size_t done_len;
	char todo[PATH_MAX]; /* the rest, starting anywhere */
	const char *next;    /* where in TODO the rest starts */
	int links;
	bool careful;        /* judge the owners of links; then: */
	struct followed followed[MAX_LINKS];
	int depth;           /* of FOLLOWED */
	char link[PATH_MAX]; /* the first of them */
};

/* PATH as the kernel takes it together with dirfd_of(): never absolute
 * inside a root. */
static const char *
host_path(const struct walk *w, const char *path)
{
	if (w->rootfd < 0)
		return *path ? path : "/";
	while (*path == '/')
		path++;
	return *path ? path : ".";
}

static int
dirfd_of(const struct walk *w)
{
	return w->rootfd < 0 ? AT_FDCWD : w->rootfd;
}

static void
pop(struct walker *k)
{
	while (k->done_len > 0 && k->done[--k->done_len] != '/')
		;
	k->done[k->done_len] = '\0';
}

static int
push(struct walker *k, const char *name, size_t n)
{
	if (k->done_len + 1 + n >= sizeof(k->done))
		return -ENAMETOOLONG;
	k->done[k->done_len++] = '/';
	memcpy(k->done + k->done_len, name, n);
	k->done_len += n;
	k->done[k->done_len] = '\0';
	return 0;
}

/* Put TARGET in front of REST, which points into k->todo: to its end, or to
 * a slash. */
static int
prepend(struct walker *k, const char *target, size_t n, const char *rest)
{
	size_t tail = strlen(rest);

	if (n + tail >= sizeof(k->todo))
		return -ENAMETOOLONG;
	memmove(k->todo + n, rest, tail + 1);
	memcpy(k->todo, target, n);
	return 0;
}

/* Read the link at k->done into TARGET. If its owner matters, the link is opened
 * first, so that owner and target are those of one link. */
static ssize_t
read_link(struct walker *k, char *target, size_t n, uid_t *owner)
{
	int dfd = dirfd_of(k->walk);
	const char *path = host_path(k->walk, k->done);
	ssize_t len = sys_readlink(dfd, path, target, n);
	struct stat st;
	int fd;

	*owner = 0;
	if (len < 0 || !k->careful)
		return len;
	fd = sys_open(dfd, path, O_PATH | O_NOFOLLOW, 0);
	if (fd < 0)
		return fd;
	len = sys_fstat(fd, &st);
	if (len == 0)
		len = S_ISLNK(st.st_mode) ? sys_readlink(fd, "", target, n)
		                          : -EINVAL;
	*owner = st.st_uid;
	sys_drop(&fd);
	return len;
}

/* Step into a component that is neither "." nor "..". */
static int
step(struct walker *k, const char *name, size_t n, const char **rest)
{
	char target[PATH_MAX];
	uid_t owner;
	ssize_t len;
	int err = push(k, name, n);

	if (err < 0)
		return err;
	len = read_link(k, target, sizeof(target), &owner);
	if (len == -EINVAL)
		return 0; /* there, and not a link */
	if (len < 0)
		return (int)len;
	if (len == 0)
		return -ENOENT;
	if (++k->links > MAX_LINKS)
		return -ELOOP;
	if (k->careful) {
		if (k->depth == 0)
			memcpy(k->link, k->done, k->done_len + 1);
		k->followed[k->depth++] = (struct followed){
			owner, strlen(*rest),
		};
	}
	if (target[0] == '/') {
		k->done_len = 0;
		k->done[0] = '\0';
	} else {
		pop(k);
	}
	err = prepend(k, target, (size_t)len, *rest);
	*rest = k->todo;
	return err;
}

/* The targets of links that end before REST are reached: -EPERM if a link of
 * another user has led to a thing that is not that user's. */
static int
judge_links(struct walker *k, const char *rest)
{
	size_t left = strlen(rest);
	struct stat st;

	for (; k->depth > 0 && left <= k->followed[k->depth - 1].rest;
	     k->depth--) {
		uid_t owner = k->followed[k->depth - 1].owner;
		int err;

		if (owner == 0 || owner == sys_user())
			continue;
		err = sys_stat(dirfd_of(k->walk),
		               host_path(k->walk, k->done), false, &st);
		if (err == 0 && st.st_uid != owner)
			err = -EPERM;
		if (err < 0)
			return err;
	}
	return 0;
}

/* "..", "." or a last slash after a file is an error, as the kernel has it. */
static int
require_dir(struct walker *k)
{
	struct stat st;
	int err;

	if (k->done_len == 0)
		return 0;
	err = sys_stat(dirfd_of(k->walk), host_path(k->walk, k->done), false,
	               &st);
	if (err < 0)
		return err;
	return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

static int
walk_along(struct walker *k)
{
	const char *p = k->todo;

	for (;;) {
		size_t slashes = strspn(p, "/"), n;
		int err = 0;

		p += slashes;
		n = strcspn(p, "/");
		k->next = p;
		/* a target can end with a slash */
		if (k->depth > 0)
			err = judge_links(k, p);
		if (err < 0)
			return err;
		if (n == 0)
			return slashes ? require_dir(k) : 0;
		if (n == 2 && p[0] == '.' && p[1] == '.') {
			err = require_dir(k);
			pop(k);
			p += n;
		} else if (n == 1 && p[0] == '.') {
			err = require_dir(k);
			p += n;
		} else {
			const char *rest = p + n;

			err = step(k, p, n, &rest);
			p = rest;
		}
		if (err == 0 && k->depth > 0)
			err = judge_links(k, p);
		if (err < 0)
			return err;
	}
}

static int
resolve_as(const struct walk *w, const char *path, struct walker *k,
           bool careful)
{
	size_t n = strlen(path);

	if (n >= sizeof(k->todo))
		return -ENAMETOOLONG;
	k->walk = w;
	k->done_len = 0;
	k->done[0] = k->link[0] = '\0';
	k->links = k->depth = 0;
	k->careful = careful;
	memcpy(k->todo, path, n + 1);
	return walk_along(k);
}

static int
resolve(const struct walk *w, const char *path, struct walker *k)
{
	return resolve_as(w, path, k, false);
}

void
walk_leave(struct walk *w)
{
	sys_drop(&w->rootfd);
}

const char *
walk_inside(const struct walk *w, const char *path)
{
	size_t n = strlen(w->root);

	if (strncmp(path, w->root, n) != 0 || (path[n] && path[n] != '/'))
		return NULL;
	return path[n] ? path + n : "/";
}

const char *
walk_outside(const struct walk *w, struct arena *a, const char *path)
{
	return *w->root ? arena_fmt(a, "%s%s", w->root, path) : path;
}

int
walk_resolve(const struct walk *w, struct arena *a, const char *path,
             char **out)
{
	struct walker k;
	int err = resolve(w, path, &k);

	if (err < 0)
		return err;
	*out = arena_str(a, k.done_len ? k.done : "/");
	return 0;
}

int
walk_reach(const struct walk *w, struct arena *a, const char *path, char **out,
           char **rest, char **link)
{
	struct walker k;
	int err = resolve_as(w, path, &k, true);

	*link = NULL;
	if (err == -EPERM || (err == -ENOENT && k.depth > 0)) {
		*link = arena_str(a, k.link);
		return err;
	}
	if (err < 0 && err != -ENOENT)
		return err;
	if (err == -ENOENT)
		pop(&k); /* the missing component */
	*rest = arena_str(a, err < 0 ? k.next : "");
	*out = arena_str(a, k.done_len ? k.done : "/");
	return 0;
}

int
walk_enter(struct walk *w, struct arena *a, const char *path)
{
	char *real;
	int err = walk_resolve(&walk_host, a, path, &real);

	if (err < 0)
		return err;
	w->root = real[1] ? real : "";
	w->rootfd = sys_open(AT_FDCWD, real, O_PATH | O_DIRECTORY, 0);
	return w->rootfd < 0 ? w->rootfd : 0;
}

/* Open PATH, which has no link in it, if it is a regular file. -EAGAIN if it was
 * exchanged meanwhile. */
static int
open_plain_file(int dfd, const char *path, struct stat *st)
{
	struct stat before;
	int fd;
	/* what opening a device does, nobody knows */
	int err = sys_stat(dfd, path, false, &before);

	if (err < 0)
		return err;
	if (S_ISLNK(before.st_mode))
		return -ELOOP;
	if (!S_ISREG(before.st_mode))
		return S_ISDIR(before.st_mode) ? -EISDIR : -EINVAL;
	fd = sys_open_plain(dfd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return fd;
	err = sys_fstat(fd, st);
	if (err == 0 && !sys_same_file(st, &before))
		err = -EAGAIN;
	if (err < 0)
		sys_drop(&fd);
	return err < 0 ? err : fd;
}

/* Apart from walk_open_file(), which mostly meets no link and then must not pay
 * for the large frame. */
static int
open_resolved(const struct walk *w, const char *path, struct stat *st)
{
	struct walker k;
	int err = resolve(w, path, &k);

	if (err < 0)
		return err;
	return open_plain_file(dirfd_of(w), host_path(w, k.done), st);
}

int
walk_open_file(const struct walk *w, const char *path, struct stat *st)
{
	int fd = w->rootfd < 0 ? open_plain_file(AT_FDCWD, path, st) : -ELOOP;

	/* ENOTDIR is how a step of sys_open_plain() meets a link */
	for (int i = 0; i < MAX_RETRIES && (fd == -ELOOP || fd == -ENOTDIR ||
	                                    fd == -EAGAIN); i++)
		fd = open_resolved(w, path, st);
	return fd == -EAGAIN ? -EINVAL : fd;
}

/* The same for PATH, in which no link is followed, below DIR. */
static int
open_below(const struct walk *w, const char *dir, const char *path,
           struct stat *st)
{
	struct arena a;
	char *real;
	int err;

	arena_init(&a, NULL, 0);
	err = walk_resolve(w, &a, dir, &real);
	if (err == 0) {
		char *full = arena_fmt(&a, "%s/%s", real[1] ? real : "", path);

		err = open_plain_file(dirfd_of(w), host_path(w, full), st);
	}
	arena_free(&a);
	return err;
}

int
walk_open_file_in(const struct walk *w, const char *dir, const char *path,
                  struct stat *st)
{
	int fd = -EAGAIN;

	for (int i = 0; i < MAX_RETRIES && fd == -EAGAIN; i++)
		fd = open_below(w, dir, path, st);
	return fd == -EAGAIN ? -EINVAL : fd;
}

/* Apart from walk_open_dir() for the same reason. */
static int
open_dir_inside(const struct walk *w, const char *path)
{
	struct walker k;
	int err = resolve(w, path, &k);

	if (err < 0)
		return err;
	return sys_open_plain(w->rootfd, host_path(w, k.done),
	                      O_RDONLY | O_DIRECTORY);
}

int
walk_open_dir(const struct walk *w, const char *path, bool plain)
{
	if (plain)
		return sys_open_plain(dirfd_of(w), host_path(w, path),
		                      O_RDONLY | O_DIRECTORY);
	return w->rootfd < 0 ? sys_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY,
	                                0)
	                     : open_dir_inside(w, path);
}

int
walk_open_search(const struct walk *w, const char *path)
{
	return sys_open_plain(dirfd_of(w), host_path(w, path),
	                      O_PATH | O_DIRECTORY);
}

void
walk_close(int fd)
{
	sys_drop(&fd);
}

static int
stat_inside(const struct walk *w, const char *path, struct stat *st)
{
	struct walker k;
	int err = resolve(w, path, &k);

	if (err < 0)
		return err;
	return sys_stat(w->rootfd, host_path(w, k.done), false, st);
}

int
walk_stat(const struct walk *w, const char *path, struct stat *st)
{
	return w->rootfd < 0 ? sys_stat(AT_FDCWD, path, true, st)
	                     : stat_inside(w, path, st);
}

bool
walk_is_file(const struct walk *w, const char *path)
{
	struct stat st;

	return walk_stat(w, path, &st) == 0 && S_ISREG(st.st_mode);
}

bool
walk_is_dir(const struct walk *w, const char *path)
{
	struct stat st;

	return walk_stat(w, path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool
walk_is_same(const struct walk *w, const char *a, const char *b)
{
	struct stat sa, sb;

	return walk_stat(w, a, &sa) == 0 && walk_stat(w, b, &sb) == 0 &&
	       sys_same_file(&sa, &sb);
}

bool
walk_is_program(const struct walk *w, const char *path)
{
	struct stat st;

	return walk_stat(w, path, &st) == 0 && S_ISREG(st.st_mode) &&
	       (st.st_mode & 0111) != 0;
}

int
walk_may_run(const struct walk *w, const char *path)
{
	struct stat st;
	int err;

	if (w->rootfd < 0)
		return sys_may_run(path);
	err = stat_inside(w, path, &st);
	return err < 0 || (st.st_mode & 0111) ? err : -EACCES;
}

bool
walk_is_noexec(const struct walk *w, const char *path)
{
	return w->rootfd < 0 && sys_is_noexec(path);
}

/* PATH with all but its last component resolved, as the kernel wants it
 * inside a root; without a root PATH itself. A last component that leads to a
 * directory by itself ("..", "." or "") is resolved too. */
static int
resolve_parent(const struct walk *w, struct arena *a, const char *path,
               const char **out)
{
	const char *slash = strrchr(path, '/');
	char *dir;
	int err;

	*out = path;
	if (w->rootfd < 0)
		return 0;
	if (!slash)
		return -EINVAL;
	if (strcmp(slash, "/") == 0 || strcmp(slash, "/.") == 0 ||
	    strcmp(slash, "/..") == 0) {
		err = walk_resolve(w, a, path, &dir);
		if (err == 0)
			*out = dir;
		return err;
	}
	dir = slash == path ? arena_str(a, "/")
	                    : arena_dup(a, path, (size_t)(slash - path));
	err = walk_resolve(w, a, dir, &dir);
	if (err == 0)
		*out = arena_fmt(a, "%s%s", dir[1] ? dir : "", slash);
	return err;
}

int
walk_lstat(const struct walk *w, struct arena *a, const char *path,
           struct stat *st)
{
	int err = resolve_parent(w, a, path, &path);

	if (err < 0)
		return err;
	return sys_stat(dirfd_of(w), host_path(w, path), false, st);
}

int
walk_lstat_in(const struct walk *w, const char *dir, const char *path,
              struct stat *st)
{
	char memory[1024];
	struct arena a;
	int err;

	arena_init(&a, memory, sizeof(memory));
	err = walk_lstat(w, &a, arena_fmt(&a, "%s/%s", dir, path), st);
	arena_free(&a);
	return err;
}

int
walk_readlink(const struct walk *w, struct arena *a, const char *path,
              char **out)
{
	char target[PATH_MAX];
	ssize_t n;
	int err = resolve_parent(w, a, path, &path);

	if (err < 0)
		return err;
	n = sys_readlink(dirfd_of(w), host_path(w, path), target,
	                 sizeof(target));
	if (n < 0)
		return (int)n;
	*out = arena_dup(a, target, (size_t)n);
	return 0;
}

int
walk_read(const struct walk *w, struct arena *a, const char *path, size_t max,
          char **out, size_t *len)
{
	struct stat st;
	ssize_t n;
	int fd = walk_open_file(w, path, &st);

	if (fd < 0)
		return fd == -EISDIR ? -EINVAL : fd;
	if ((uint64_t)st.st_size < max)
		max = (size_t)st.st_size;
	*out = arena_alloc(a, max + 1);
	n = sys_pread(fd, *out, max, 0);
	sys_drop(&fd);
	if (n < 0)
		return (int)n;
	(*out)[n] = '\0';
	*len = (size_t)n;
	return 0;
}

int
walk_read_given(const struct walk *w, struct arena *a, const char *path,
                size_t max, char **out, size_t *len)
{
	struct stat st;
	int err = walk_read(w, a, path, max, out, len);

	return err == -ENOENT && walk_stat(w, path, &st) == 0 ? -EINVAL : err;
}

/* Compare what is left of two files. */
static int
compare_files(int one, int other)
{
	char a[8192], b[sizeof(a)];
	uint64_t at = 0;

	for (;;) {
		ssize_t n = sys_pread(one, a, sizeof(a), at);
		ssize_t m = sys_pread(other, b, sizeof(b), at);

		if (n < 0 || m < 0)
			return (int)(n < 0 ? n : m);
		if (n != m || memcmp(a, b, (size_t)n) != 0)
			return 0;
		if (n == 0)
			return 1;
		at += (uint64_t)n;
	}
}

int
walk_same_content(const struct walk *w, const char *one, const char *other)
{
	struct stat a, b;
	int fd = walk_open_file(w, one, &a);
	int to = fd < 0 ? fd : walk_open_file(w, other, &b);
	int same;

	if (to < 0)
		same = to;
	else if (sys_same_file(&a, &b))
		same = 1;
	else
		same = a.st_size == b.st_size ? compare_files(fd, to) : 0;
	sys_drop(&to);
	sys_drop(&fd);
	return same;
}

int
walk_entries(const struct walk *w, struct arena *a, const char *path,
             struct entries *e)
{
	int err;
	int fd = walk_open_dir(w, path, false);

	if (fd < 0)
		return fd;
	err = entries_read(e, a, fd);
	sys_drop(&fd);
	return err;
}

int
walk_list(const struct walk *w, const char *path,
          int (*fn)(void *ctx, const char *name), void *ctx)
{
	struct arena a;
	struct entries e;
	int err;

	arena_init(&a, NULL, 0);
	err = walk_entries(w, &a, path, &e);
	for (size_t i = 0; err == 0 && i < e.count; i++)
		err = fn(ctx, e.names[i]);
	arena_free(&a);
	return err;
}
