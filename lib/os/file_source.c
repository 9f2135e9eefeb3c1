#include "os/file_source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "os/sys.h"
#include "os/walk.h"

static int
load_page(struct file_source *f, uint64_t number, const char **data)
{
	uint64_t off = number * FILE_SOURCE_PAGE;
	size_t want = FILE_SOURCE_PAGE;
	unsigned slot;
	ssize_t n;

	for (slot = 0; slot < FILE_SOURCE_PAGES; slot++) {
		if (f->page[slot] == number + 1) {
			*data = f->data[slot];
			return 0;
		}
	}
	slot = f->next;
	f->next = (slot + 1) % FILE_SOURCE_PAGES;
	f->page[slot] = 0;
	if (want > f->source.size - off)
		want = (size_t)(f->source.size - off);
	n = sys_pread(f->fd, f->data[slot], want, off);
	if (n < 0)
		return (int)n;
	if ((size_t)n < want)
		return -ERANGE; /* truncated since it was opened */
	f->page[slot] = number + 1;
	*data = f->data[slot];
	return 0;
}

static int
read_file(struct source *s, uint64_t off, void *p, size_t n)
{
	struct file_source *f = (struct file_source *)s;
	char *out = p;

	/* a large read would only push the cached pages out */
	if (n > FILE_SOURCE_PAGE) {
		ssize_t got = sys_pread(f->fd, p, n, off);

		if (got < 0)
			return (int)got;
		return (size_t)got == n ? 0 : -ERANGE;
	}
	while (n > 0) {
		const char *data = NULL;
		size_t at = (size_t)(off % FILE_SOURCE_PAGE);
		size_t part = FILE_SOURCE_PAGE - at < n ? FILE_SOURCE_PAGE - at
		                                        : n;
		int err = load_page(f, off / FILE_SOURCE_PAGE, &data);

		if (err < 0)
			return err;
		memcpy(out, data + at, part);
		out += part;
		off += part;
		n -= part;
	}
	return 0;
}

void
file_source_init(struct file_source *f, int fd, uint64_t size)
{
	f->source.read = read_file;
	f->source.size = size;
	f->source.mem = NULL;
	f->fd = fd;
	f->next = 0;
	memset(f->page, 0, sizeof(f->page));
}

int
file_source_open(struct file_source *f, const struct walk *w, const char *path)
{
	struct stat st;
	int fd = walk_open_file(w, path, &st);

	if (fd < 0)
		return fd;
	file_source_init(f, fd, (uint64_t)st.st_size);
	f->mode = st.st_mode;
	return 0;
}

void
file_source_close(struct file_source *f)
{
	sys_drop(&f->fd);
}
