#include "publish/dir_at.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "os/sys.h"

void
dir_at_init(struct dir_at *d, int top)
{
	d->top = top;
	d->count = 0;
}

void
dir_at_close(struct dir_at *d)
{
	while (d->count > 0)
		sys_drop(&d->open[--d->count].fd);
}

/* Forget the oldest descriptors, so that at most N are left. */
static void
shed(struct dir_at *d, size_t n)
{
	size_t gone = d->count > n ? d->count - n : 0;

	for (size_t i = 0; i < gone; i++)
		sys_drop(&d->open[i].fd);
	d->count -= gone;
	memmove(d->open, d->open + gone, d->count * sizeof(d->open[0]));
}

/* Open the component of d->path that ends at END in the deepest directory. */
static int
enter(struct dir_at *d, size_t end)
{
	const int flags = O_PATH | O_DIRECTORY | O_NOFOLLOW;
	char *name = d->path;
	char after = d->path[end];
	int at = d->top, fd;

	if (d->count == DIR_AT_DEPTH)
		shed(d, DIR_AT_DEPTH - 1);
	if (d->count > 0) {
		at = d->open[d->count - 1].fd;
		name += d->open[d->count - 1].end + 1;
	}
	d->path[end] = '\0';
	fd = sys_open(at, name, flags, 0);
	if (fd == -EMFILE || fd == -ENFILE) {
		shed(d, 1);
		fd = sys_open(at, name, flags, 0);
	}
	d->path[end] = after;
	if (fd < 0)
		return fd;
	d->open[d->count].fd = fd;
	d->open[d->count++].end = end;
	return 0;
}

/* Return whether the directory of d->path[0..END] holds the path DIR. */
static bool
leads_to(const struct dir_at *d, size_t end, const char *dir, size_t n)
{
	return end <= n && memcmp(d->path, dir, end) == 0 &&
	       (end == n || dir[end] == '/');
}

int
dir_at(struct dir_at *d, const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0;
	size_t end;

	*name = slash ? slash + 1 : path;
	if (n >= sizeof(d->path))
		return -ENAMETOOLONG;
	while (d->count > 0 &&
	       !leads_to(d, d->open[d->count - 1].end, path, n))
		sys_drop(&d->open[--d->count].fd);
	memcpy(d->path, path, n);
	d->path[n] = '\0';
	end = d->count > 0 ? d->open[d->count - 1].end : 0;
	while (end < n) {
		int err;

		end += d->count > 0;
		end += strcspn(d->path + end, "/");
		err = enter(d, end);
		if (err < 0)
			return err;
	}
	return d->count > 0 ? d->open[d->count - 1].fd : d->top;
}
