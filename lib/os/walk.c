#include "os/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "base/arena.h"
#include "os/entries.h"
#include "os/sys.h"

enum { MAX_LINKS = 40 };

const struct walk walk_host = { .rootfd = -1, .root = "" };

/* The resolved part of a path, and what is still to be walked. */
struct walker {
	const struct walk *walk;
	char done[PATH_MAX]; /* "" for the root, else "/a/b" */
	size_t done_len;
	char todo[PATH_MAX]; /* the rest, starting anywhere */
	int links;
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

/* One component that is neither "." nor "..". */
static int
step(struct walker *k, const char *name, size_t n, const char **rest)
{
	char target[PATH_MAX];
	ssize_t len;
	int err = push(k, name, n);

	if (err < 0)
		return err;
	len = sys_readlink(dirfd_of(k->walk), host_path(k->walk, k->done),
	                   target, sizeof(target));
	if (len == -EINVAL)
		return 0; /* there, and not a link */
	if (len < 0)
		return (int)len;
	if (len == 0)
		return -ENOENT;
	if (++k->links > MAX_LINKS)
		return -ELOOP;
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

/* "..", "." or a last slash behind a file is an error, as the kernel has it. */
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
		if (err < 0)
			return err;
	}
}

static int
resolve(const struct walk *w, const char *path, struct walker *k)
{
	size_t n = strlen(path);

	if (n >= sizeof(k->todo))
		return -ENAMETOOLONG;
	k->walk = w;
	k->done_len = 0;
	k->done[0] = '\0';
	k->links = 0;
	memcpy(k->todo, path, n + 1);
	return walk_along(k);
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
	return *out ? 0 : -ENOMEM;
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

/* Apart from walk_open(), whose callers without a root must not pay for the
 * large frame. */
static int
open_inside(const struct walk *w, const char *path, int flags)
{
	struct walker k;
	struct stat st = { .st_mode = S_IFREG };
	int err = resolve(w, path, &k);

	/* who made the root may have put a device there, whose driver does
	 * something when it is opened */
	if (err == 0 && !(flags & (O_PATH | O_DIRECTORY)))
		err = sys_stat(w->rootfd, host_path(w, k.done), false, &st);
	if (err < 0)
		return err;
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return -EINVAL;
	return sys_open_plain(w->rootfd, host_path(w, k.done), flags);
}

int
walk_open(const struct walk *w, const char *path, int flags)
{
	return w->rootfd < 0 ? sys_open(AT_FDCWD, path, flags, 0)
	                     : open_inside(w, path, flags);
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
walk_is_program(const struct walk *w, const char *path)
{
	struct stat st;

	return walk_stat(w, path, &st) == 0 && S_ISREG(st.st_mode) &&
	       (st.st_mode & 0111) != 0;
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
	if (!dir)
		return -ENOMEM;
	err = walk_resolve(w, a, dir, &dir);
	if (err < 0)
		return err;
	*out = arena_fmt(a, "%s%s", dir[1] ? dir : "", slash);
	return *out ? 0 : -ENOMEM;
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
	return *out ? 0 : -ENOMEM;
}

int
walk_read(const struct walk *w, struct arena *a, const char *path, size_t max,
          char **out, size_t *len)
{
	struct stat st;
	ssize_t n;
	int err;
	int fd = walk_open(w, path, O_RDONLY | O_NONBLOCK);

	if (fd < 0)
		return fd;
	err = sys_fstat(fd, &st);
	if (err == 0 && !S_ISREG(st.st_mode))
		err = -EINVAL;
	if (err < 0)
		goto out;
	if ((uint64_t)st.st_size < max)
		max = (size_t)st.st_size;
	*out = arena_alloc(a, max + 1);
	if (!*out) {
		err = -ENOMEM;
		goto out;
	}
	n = sys_pread(fd, *out, max, 0);
	if (n < 0) {
		err = (int)n;
		goto out;
	}
	(*out)[n] = '\0';
	*len = (size_t)n;
out:
	sys_drop(&fd);
	return err;
}

int
walk_entries(const struct walk *w, struct arena *a, const char *path,
             struct entries *e)
{
	int err;
	int fd = walk_open(w, path, O_RDONLY | O_DIRECTORY);

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
