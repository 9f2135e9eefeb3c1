#include "publish/disk_sink.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "os/signals.h"
#include "os/sys.h"
#include "publish/change.h"

enum { SIGNAL_CALLS = 64, SIGNAL_BYTES = 1 << 20 };

/* Look now and then whether a signal asks to stop: -EINTR. */
static int
look_up(struct disk_sink *d, size_t n)
{
	d->calls++;
	d->written += n;
	if (d->calls < SIGNAL_CALLS && d->written < SIGNAL_BYTES)
		return 0;
	d->calls = 0;
	d->written = 0;
	return signals_pending() ? -EINTR : 0;
}

static void
record(struct disk_sink *d, enum change_kind kind, const char *path,
       time_t when)
{
	if (d->changes)
		changes_add(d->changes, kind, path, when);
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
	struct disk_sink *d = (struct disk_sink *)s;
	struct stat st;
	int err = look_up(d, 0);

	if (err == 0)
		err = sys_mkdir(d->dirfd, path, 0777);
	if (err == 0)
		record(d, CHANGE_DIR, path, 0);
	if (err != -EEXIST)
		return err;
	err = sys_stat(d->dirfd, path, false, &st);
	return err < 0 || S_ISDIR(st.st_mode) ? err : -ENOTDIR;
}

static int
put_link(struct sink *s, const char *path, const char *target)
{
	struct disk_sink *d = (struct disk_sink *)s;
	int err = look_up(d, 0);

	if (err == 0)
		err = sys_symlink(target, d->dirfd, path);
	if (err == 0)
		record(d, CHANGE_PUT, path, 0);
	return err;
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
	const char *whole = path;
	int dfd = parent_of(d, &path);
	int err = look_up(d, 0);
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
	err = mode == SINK_PROGRAM ? make_program(d->fd)
	      : mode & SINK_EXACT  ? sys_fchmod(d->fd, mode & 0777)
	                           : 0;
	if (err == 0)
		record(d, CHANGE_PUT, whole, 0);
	return err;
}

static int
write_file(struct sink *s, const void *p, size_t n)
{
	struct disk_sink *d = (struct disk_sink *)s;
	int err = look_up(d, n);

	return err < 0 ? err : sys_write_all(d->fd, p, n);
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

/* Where no hard link can be made there is a second copy. */
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
	struct disk_sink *d = (struct disk_sink *)s;

	/* a link only saves space: whatever forbids it, a copy does as well */
	if (sys_link(d->dirfd, earlier, d->dirfd, path) < 0)
		return copy_again(s, path, earlier);
	record(d, CHANGE_PUT, path, 0);
	return 0;
}

static int
remove_path(struct sink *s, const char *path)
{
	record((struct disk_sink *)s, CHANGE_REMOVE, path, 0);
	return 0;
}

static int
prune_dir(struct sink *s, const char *path)
{
	record((struct disk_sink *)s, CHANGE_PRUNE, path, 0);
	return 0;
}

/* A directory of an environment that exists gets its time when everything in it
 * is there. */
static int
stamp_path(struct sink *s, const char *path, time_t when)
{
	struct disk_sink *d = (struct disk_sink *)s;
	struct timespec times[2] = { { .tv_sec = when }, { .tv_sec = when } };
	int err = sys_utime(d->dirfd, path, times);
	struct stat st;

	if (!d->changes)
		return err;
	if (err == 0)
		err = sys_stat(d->dirfd, path, false, &st);
	if (err == -ENOENT || (err == 0 && S_ISDIR(st.st_mode))) {
		record(d, CHANGE_STAMP, path, when);
		err = 0;
	}
	return err;
}

static struct sink *
another_sink(struct sink *s, struct arena *a)
{
	const struct disk_sink *d = (const struct disk_sink *)s;
	struct disk_sink *other = arena_alloc(a, sizeof(*other));

	disk_sink_init(other, d->dirfd, d->changes);
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
disk_sink_init(struct disk_sink *s, int dirfd, struct changes *changes)
{
	*s = (struct disk_sink){
		.sink.ops = &disk_ops,
		.dirfd = dirfd,
		.changes = changes,
		.fd = -1,
		.parentfd = -1,
	};
}

void
disk_sink_drop(struct disk_sink *s)
{
	sys_drop(&s->fd);
	sys_drop(&s->parentfd);
}
