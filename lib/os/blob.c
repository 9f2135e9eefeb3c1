#include "os/blob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "os/sys.h"
#include "os/walk.h"

/* Of processors with pages of 4 KB; elsewhere it is a multiple all the same. */
static const size_t large_page = 2UL * 1024 * 1024;

/* MADV_POPULATE_WRITE of linux/mman.h, which musl does not show; an older
 * kernel than 5.14 does not know it, and gives pages one by one. */
enum { POPULATE_WRITE = 23 };

/* Fill B, whose pages are there, from FD; a file that grows is cut. */
static int
fill(struct blob *b, int fd)
{
	size_t n = 0;

	while (n < b->size) {
		ssize_t got = sys_read(fd, (char *)b->data + n, b->size - n);

		if (got < 0)
			return (int)got;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	b->size = n;
	return 0;
}

/*
 * Pages for SIZE bytes, there already: large ones, which cost less to get, and
 * for a rest that would waste much of one, small ones.
 */
static void *
take_pages(struct blob *b, size_t size)
{
	size_t rest = (size + 1) % large_page, large = size + 1 - rest;
	char *p;

	b->size = size;
	b->mapped = size + 1;
	if (rest > large_page / 4 * 3) {
		b->mapped = large += large_page;
		rest = 0;
	}
	p = mmap(NULL, b->mapped, PROT_READ | PROT_WRITE,
	         MAP_PRIVATE | MAP_ANONYMOUS | (large ? 0 : MAP_POPULATE), -1,
	         0);
	if (large && p != MAP_FAILED) {
		(void)madvise(p, large, MADV_HUGEPAGE);
		(void)madvise(p + large, rest, POPULATE_WRITE);
	}
	return p;
}

/* Only compared: what is later than 2554, as some file systems can hold, wraps. */
static uint64_t
nanoseconds(const struct timespec *t)
{
	return (uint64_t)t->tv_sec * 1000000000 + (uint64_t)t->tv_nsec;
}

static struct blob_origin
origin_of(const struct stat *st)
{
	return (struct blob_origin){
		.device = st->st_dev,
		.inode = st->st_ino,
		.size = (uint64_t)st->st_size,
		.modified = nanoseconds(&st->st_mtim),
		.changed = nanoseconds(&st->st_ctim),
	};
}

/* Return whether FD is what it was when B was begun, and all of it is in B. */
static bool
is_unchanged(const struct blob *b, int fd)
{
	struct blob_origin now;
	struct stat st;

	if (sys_fstat(fd, &st) < 0)
		return false;
	now = origin_of(&st);
	return memcmp(&now, &b->origin, sizeof(now)) == 0 &&
	       b->size == now.size;
}

static int
read_open(struct blob *b, int fd)
{
	struct stat st;
	void *p;
	int err = sys_fstat(fd, &st);

	*b = (struct blob){ .data = NULL };
	if (err < 0)
		return err;
	b->origin = origin_of(&st);
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	if ((uint64_t)st.st_size > SIZE_MAX / 2)
		return -EFBIG;
	p = take_pages(b, (size_t)st.st_size);
	if (p == MAP_FAILED)
		return -ENOMEM;
	b->data = p;
	err = fill(b, fd);
	if (err == 0 && !is_unchanged(b, fd))
		err = -EBUSY;
	if (err < 0)
		blob_free(b);
	return err;
}

int
blob_read(struct blob *b, const struct walk *w, const char *path)
{
	struct stat st;
	int fd = walk_open_file(w, path, &st);
	int err = fd < 0 ? fd : read_open(b, fd);

	sys_drop(&fd);
	return err;
}

int
blob_read_self(struct blob *b)
{
	int fd = sys_open(AT_FDCWD, "/proc/self/exe", O_RDONLY, 0);
	int err = fd < 0 ? fd : read_open(b, fd);

	sys_drop(&fd);
	return err;
}

void
blob_free(struct blob *b)
{
	if (b->data)
		munmap(b->data, b->mapped);
	b->data = NULL;
}
