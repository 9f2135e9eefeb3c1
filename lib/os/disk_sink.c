#include "os/disk_sink.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "os/journal.h"
#include "os/sys.h"

/* What is at PATH below DFD goes, if it may. */
static int
make_room(const struct disk_sink *d, int dfd, const char *path)
{
	int err;

	if (!d->replace)
		return 0;
	/* what was put there by another hand stays, a mark does not */
	if (d->caches && (!d->journal || journal_is_mark(dfd, path) != 1))
		return 0;
	err = sys_unlink(dfd, path);
	return err == -ENOENT ? 0 : err;
}

/*
 * The directory of *PATH, open, with the rest of the path in *PATH; it stays
 * open for the next file. Without a cache, or if it cannot be had, that is the
 * top.
 */
static int
parent_of(struct disk_sink *d, const char **path)
{
	const char *slash = d->caches ? strrchr(*path, '/') : NULL;
	size_t n = slash ? (size_t)(slash - *path) : 0;

	if (n == 0 || n >= sizeof(d->parent))
		return d->dirfd;
	if (d->parentfd < 0 || n != d->parent_len ||
	    memcmp(d->parent, *path, n) != 0) {
		sys_drop(&d->parentfd);
		memcpy(d->parent, *path, n);
		d->parent[n] = '\0';
		d->parent_len = n;
		d->parentfd = sys_open(d->dirfd, d->parent,
		                       O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
	}
	if (d->parentfd < 0)
		return d->dirfd;
	*path = slash + 1;
	return d->parentfd;
}

static int
put_dir(struct sink *s, const char *path)
{
	const struct disk_sink *d = (const struct disk_sink *)s;
	struct stat st;
	int err = sys_mkdir(d->dirfd, path, 0777);

	/* a file that goes may make room for a directory */
	if (err == -EEXIST && d->journal &&
	    journal_is_mark(d->dirfd, path) == 1) {
		err = sys_unlink(d->dirfd, path);
		return err < 0 ? err : sys_mkdir(d->dirfd, path, 0777);
	}
	if (err != -EEXIST)
		return err;
	/* a link would lead what is written next out of the tree */
	err = sys_stat(d->dirfd, path, false, &st);
	return err < 0 || S_ISDIR(st.st_mode) ? err : -ENOTDIR;
}

static int
put_link(struct sink *s, const char *path, const char *target)
{
	const struct disk_sink *d = (const struct disk_sink *)s;
	int err = make_room(d, d->dirfd, path);

	return err < 0 ? err : sys_symlink(target, d->dirfd, path);
}

/* Give the new file FD the x bits that the umask has taken. */
static int
make_program(int fd)
{
	struct stat st;
	int err = sys_fstat(fd, &st);

	if (err < 0 || (st.st_mode & 0111) == 0111)
		return err;
	return sys_fchmod(fd, (st.st_mode & 0777) | 0111);
}

static int
begin_file(struct sink *s, const char *path, mode_t mode, uint64_t size)
{
	struct disk_sink *d = (struct disk_sink *)s;
	int dfd = parent_of(d, &path);
	int err = make_room(d, dfd, path);
	struct stat st;

	(void)size;
	if (err < 0)
		return err;
	d->fd = sys_open(dfd, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
	                 mode & 0777);
	if (d->fd == -EEXIST && sys_stat(dfd, path, false, &st) == 0 &&
	    S_ISDIR(st.st_mode))
		return -EISDIR;
	if (d->fd < 0)
		return d->fd;
	return mode == SINK_PROGRAM ? make_program(d->fd) : 0;
}

static int
write_file(struct sink *s, const void *p, size_t n)
{
	return sys_write_all(((struct disk_sink *)s)->fd, p, n);
}

static int
end_file(struct sink *s)
{
	struct disk_sink *d = (struct disk_sink *)s;
	int fd = d->fd;

	d->fd = -1;
	return sys_close(fd);
}

static int
copy_file(struct sink *s, const char *path, mode_t mode, int fd,
          unsigned names)
{
	int err = begin_file(s, path, mode, 0);

	(void)names;
	if (err == 0)
		err = sys_copy(fd, ((struct disk_sink *)s)->fd);
	return err < 0 ? err : end_file(s);
}

/* File systems without hard links get a second copy. */
static int
copy_again(struct sink *s, const char *path, const char *earlier)
{
	const struct disk_sink *d = (const struct disk_sink *)s;
	struct stat st;
	int err;
	int from = sys_open(d->dirfd, earlier, O_RDONLY | O_NOFOLLOW, 0);

	if (from < 0)
		return from;
	err = sys_fstat(from, &st);
	if (err == 0)
		err = copy_file(s, path, st.st_mode & 0777, from, 1);
	sys_drop(&from);
	return err;
}

static int
put_same(struct sink *s, const char *path, const char *earlier)
{
	const struct disk_sink *d = (const struct disk_sink *)s;
	int err = make_room(d, d->dirfd, path);

	if (err < 0)
		return err;
	err = sys_link(d->dirfd, earlier, d->dirfd, path);
	if (err == -EPERM || err == -EOPNOTSUPP || err == -EMLINK ||
	    err == -EXDEV)
		err = copy_again(s, path, earlier);
	return err;
}

/* The directories above PATH: the new/ of a journal has only what changes. */
static int
put_parents(struct sink *s, const char *path)
{
	char dir[4096];
	int err = 0;

	for (size_t n = 0; err == 0 && path[n] && n < sizeof(dir); n++) {
		dir[n] = '\0';
		if (path[n] == '/')
			err = put_dir(s, dir);
		dir[n] = path[n];
	}
	return err;
}

static int
remove_path(struct sink *s, const char *path)
{
	const struct disk_sink *d = (const struct disk_sink *)s;
	int err = make_room(d, d->dirfd, path);

	if (err == -EISDIR)
		return 0; /* only files and links are removed by name */
	if (err == 0 && d->journal)
		err = put_parents(s, path);
	if (err == 0 && d->journal)
		err = sys_symlink(journal_gone, d->dirfd, path);
	return err;
}

static int
stamp_path(struct sink *s, const char *path, time_t when)
{
	const struct disk_sink *d = (const struct disk_sink *)s;
	struct timespec times[2] = { { .tv_sec = when }, { .tv_sec = when } };

	return sys_utime(d->dirfd, path, times);
}

/* In place, where nothing may go before the commit, a mark asks for it. */
static int
mark_pruned(const struct disk_sink *d, const char *path)
{
	char mark[4096];
	size_t n = strlen(path), len = strlen(journal_gone);
	int err;

	if (n + 1 + len >= sizeof(mark))
		return 0;
	memcpy(mark, path, n);
	mark[n] = '/';
	memcpy(mark + n + 1, journal_gone, len);
	mark[n + 1 + len] = '\0';
	err = sys_symlink(journal_gone, d->dirfd, mark);
	return err == -EEXIST ? 0 : err;
}

static int
prune_dir(struct sink *s, const char *path)
{
	const struct disk_sink *d = (const struct disk_sink *)s;
	int err = d->journal ? mark_pruned(d, path) : sys_rmdir(d->dirfd, path);

	return err == -ENOTEMPTY || err == -EEXIST || err == -ENOENT ||
	       err == -ENOTDIR ? 0 : err;
}

static struct sink *
another_sink(struct sink *s, struct arena *a)
{
	const struct disk_sink *d = (const struct disk_sink *)s;
	struct disk_sink *other = arena_alloc(a, sizeof(*other));

	if (!other)
		return NULL;
	disk_sink_init(other, d->dirfd, d->replace, d->journal);
	other->caches = true;
	return &other->sink;
}

static void
drop_sink(struct sink *s)
{
	disk_sink_drop((struct disk_sink *)s);
}

static const struct sink_ops disk_ops = {
	.dir = put_dir,
	.link = put_link,
	.same = put_same,
	.begin = begin_file,
	.write = write_file,
	.end = end_file,
	.copy = copy_file,
	.remove = remove_path,
	.prune = prune_dir,
	.another = another_sink,
	.drop = drop_sink,
	.stamp = stamp_path,
};

void
disk_sink_init(struct disk_sink *s, int dirfd, bool replace, bool journal)
{
	s->sink.ops = &disk_ops;
	s->dirfd = dirfd;
	s->fd = s->parentfd = -1;
	s->caches = false;
	s->replace = replace;
	s->journal = journal;
}

void
disk_sink_drop(struct disk_sink *s)
{
	sys_drop(&s->fd);
	sys_drop(&s->parentfd);
}
