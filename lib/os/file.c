#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "os/signals.h"
#include "os/sys.h"
#include "os/walk.h"

/* Bytes, and how many such reads are between two looks at signals. */
enum { LONG_READ = 16 * 1024, READS = 16 };

static int
read_at(struct source *s, uint64_t off, void *p, size_t n)
{
	static unsigned reads; /* by all threads */
	const struct file *f = (const struct file *)s;
	char *out = p;

	/* a member may take long to read, and give nothing */
	if (n >= LONG_READ &&
	    __atomic_add_fetch(&reads, 1, __ATOMIC_RELAXED) % READS == 0 &&
	    signals_pending())
		return -EINTR;
	while (n > 0) {
		ssize_t got = sys_pread(f->fd, out, n, off);

		if (got < 0)
			return (int)got;
		if (got == 0)
			return -ERANGE; /* it has become shorter */
		out += got;
		off += (uint64_t)got;
		n -= (size_t)got;
	}
	return 0;
}

/* Only compared: what is later than 2554, as some file systems can hold, wraps. */
static uint64_t
nanoseconds(const struct timespec *t)
{
	return (uint64_t)t->tv_sec * 1000000000 + (uint64_t)t->tv_nsec;
}

static struct file_origin
origin_of(const struct stat *st)
{
	return (struct file_origin){
		.device = st->st_dev,
		.inode = st->st_ino,
		.size = (uint64_t)st->st_size,
		.modified = nanoseconds(&st->st_mtim),
		.changed = nanoseconds(&st->st_ctim),
	};
}

/* Take over FD, or close it on an error. */
static int
take(struct file *f, int fd)
{
	struct stat st;
	int err = sys_fstat(fd, &st);

	if (err == 0 && !S_ISREG(st.st_mode))
		err = S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	if (err < 0) {
		sys_drop(&fd);
		return err;
	}
	*f = (struct file){
		.source = { .read = read_at, .size = (uint64_t)st.st_size },
		.fd = fd,
		.origin = origin_of(&st),
	};
	return 0;
}

int
file_open(struct file *f, const struct walk *w, const char *path)
{
	struct stat st;
	int fd = walk_open_file(w, path, &st);

	return fd < 0 ? fd : take(f, fd);
}

int
file_open_in(struct file *f, const struct walk *w, const char *dir,
             const char *path)
{
	struct stat st;
	int fd = walk_open_file_in(w, dir, path, &st);

	return fd < 0 ? fd : take(f, fd);
}

int
file_open_self(struct file *f)
{
	int fd = sys_open(AT_FDCWD, "/proc/self/exe", O_RDONLY, 0);

	return fd < 0 ? fd : take(f, fd);
}

bool
file_is_unchanged(const struct file *f)
{
	struct file_origin now;
	struct stat st;

	if (sys_fstat(f->fd, &st) < 0)
		return false;
	now = origin_of(&st);
	return memcmp(&now, &f->origin, sizeof(now)) == 0;
}

void
file_close(struct file *f)
{
	sys_drop(&f->fd);
}
