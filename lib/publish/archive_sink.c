#include "publish/archive_sink.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/buf.h"
#include "format/archive.h"
#include "format/cpio.h"
#include "format/tar.h"
#include "os/sys.h"
#include "os/walk.h"

enum { BUFFER_SIZE = 64 * 1024 };

struct archive_format {
	const char *name;
	const char *end_name; /* that no entry can have; "": none */
	void (*put)(struct buf *out, const struct archive_entry *e);
	void (*put_end)(struct buf *out);
	unsigned align, end_align;  /* of contents, and of the whole */
	uint64_t max_size, max_time;
};

/* The table of formats. */
static const struct archive_format formats[] = {
	{ "cpio", CPIO_END_NAME, cpio_put, cpio_put_end, CPIO_ALIGN,
	  CPIO_END_ALIGN, CPIO_MAX, CPIO_MAX },
	{ "tar", "", tar_put, tar_put_end, TAR_BLOCK, TAR_BLOCK, TAR_MAX,
	  TAR_MAX },
};

const struct archive_format *
archive_format_find(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	}
	return NULL;
}

uint64_t
archive_format_max_time(const struct archive_format *f)
{
	return f->max_time;
}

static int
flush(struct archive_sink *s)
{
	if (s->err == 0 && s->len > 0)
		s->err = sys_write_all(s->fd, s->buffer, s->len);
	s->len = 0;
	return s->err;
}

static int
put_bytes(struct archive_sink *s, const void *p, size_t n)
{
	s->position += n;
	if (n > BUFFER_SIZE - s->len && flush(s) < 0)
		return s->err;
	if (n > BUFFER_SIZE)
		return s->err = sys_write_all(s->fd, p, n);
	memcpy(s->buffer + s->len, p, n);
	s->len += n;
	return 0;
}

static int
pad(struct archive_sink *s, unsigned align)
{
	static const char zeros[TAR_BLOCK];
	unsigned over = (unsigned)(s->position % align);

	return over ? put_bytes(s, zeros, align - over) : 0;
}

/* 0 if what unpacks the archive could make a file of the N bytes at NAME. */
static int
check_length(const char *name, size_t n)
{
	size_t part = 0;

	for (size_t i = 0; i < n; i++) {
		part = name[i] == '/' ? 0 : part + 1;
		if (part > NAME_MAX)
			return -ENAMETOOLONG;
	}
	return n < PATH_MAX ? 0 : -ENAMETOOLONG;
}

/*
 * Take the N bytes of NAME, which a slash follows, for a directory or anything
 * else. Return 1, or 0 if the directory is there already. The plan has no file twice,
 * so names of files, which would take more memory than all else, are not kept.
 */
static int
take_name(struct archive_sink *s, const char *name, size_t n, bool dir)
{
	int err = check_length(name, n);

	if (err < 0)
		return err;
	if (dir)
		return strset_add(&s->directories, name, n + 1);
	return strset_has(&s->directories, name, n + 1) ? -EEXIST : 1;
}

/* The header of E, whose name has N bytes and a slash after them. */
static int
put_header(struct archive_sink *s, struct archive_entry *e, struct buf *name)
{
	size_t n = name->len - 1;
	struct buf header;
	int err;

	buf_init(&header, name->arena);
	if (strlen(s->format->end_name) == n &&
	    memcmp(s->format->end_name, name->data, n) == 0)
		return -EINVAL;
	err = take_name(s, name->data, n, e->kind == ARCHIVE_DIR);
	if (err <= 0)
		return err;
	if (e->kind != ARCHIVE_SAME)
		e->inode = ++s->inode;
	if (s->proves)
		return 0;
	name->data[n] = '\0';
	e->name = name->data;
	e->mtime = s->mtime;
	s->format->put(&header, e);
	return put_bytes(s, header.data, header.len);
}

/* Put E, called PATH below the first N bytes of s->top; "": it is that. */
static int
put_entry(struct archive_sink *s, size_t n, const char *path,
          struct archive_entry *e)
{
	struct arena memory;
	struct buf name;
	int err;

	arena_init(&memory, s->scratch, sizeof(s->scratch));
	buf_init(&name, &memory);
	buf_add(&name, s->top, n);
	buf_fmt(&name, "%s%s/", *path ? "/" : "", path);
	err = put_header(s, e, &name);
	arena_free(&memory);
	return err;
}

static int
put_dir(struct sink *sink, const char *path)
{
	struct archive_sink *s = (struct archive_sink *)sink;
	struct archive_entry e = { .kind = ARCHIVE_DIR, .mode = 0755 };

	return put_entry(s, s->top_len, path, &e);
}

static int
put_link(struct sink *sink, const char *path, const char *target)
{
	struct archive_sink *s = (struct archive_sink *)sink;
	struct archive_entry e = {
		.kind = ARCHIVE_LINK,
		.mode = 0777,
		.target = target,
	};

	if (strlen(target) >= PATH_MAX)
		return -ENAMETOOLONG;
	return put_entry(s, s->top_len, path, &e);
}

static int
put_same(struct sink *sink, const char *path, const char *earlier)
{
	struct archive_sink *s = (struct archive_sink *)sink;
	struct archive_entry e = {
		.kind = ARCHIVE_SAME,
		.mode = s->copy.mode,
		.target = s->copy.name,
		.inode = s->copy.inode,
		.names = s->copy.names,
	};

	if (!s->copy.path || strcmp(s->copy.path, earlier) != 0)
		return -EINVAL;
	return put_entry(s, s->top_len, path, &e);
}

static int
begin(struct archive_sink *s, const char *path, mode_t mode, uint64_t size,
      unsigned names)
{
	struct archive_entry e = {
		.kind = ARCHIVE_FILE,
		.mode = mode & 0755, /* as with the umask 022 */
		.size = size,
		.names = names,
	};

	s->left = size;
	return size > s->format->max_size ? -EFBIG
	                                  : put_entry(s, s->top_len, path, &e);
}

static int
begin_file(struct sink *s, const char *path, mode_t mode, uint64_t size)
{
	return begin((struct archive_sink *)s, path, mode, size, 1);
}

static int
write_file(struct sink *sink, const void *p, size_t n)
{
	struct archive_sink *s = (struct archive_sink *)sink;

	if (n > s->left)
		return -EIO;
	s->left -= n;
	return s->proves ? 0 : put_bytes(s, p, n);
}

static int
end_file(struct sink *sink)
{
	struct archive_sink *s = (struct archive_sink *)sink;

	if (s->left > 0)
		return -EIO;
	return s->proves ? 0 : pad(s, s->format->align);
}

/* The bytes of FD, that are not more than was said. */
static int
copy_bytes(struct archive_sink *s, int fd)
{
	while (s->left > 0) {
		size_t n = BUFFER_SIZE - s->len;
		ssize_t got;

		if (n == 0 && flush(s) < 0)
			return s->err;
		n = n == 0 ? BUFFER_SIZE : n;
		got = sys_read(fd, s->buffer + s->len,
		               n < s->left ? n : (size_t)s->left);
		if (got <= 0) /* it has become shorter */
			return got < 0 ? (int)got : -EIO;
		s->len += (size_t)got;
		s->left -= (size_t)got;
		s->position += (size_t)got;
	}
	return 0;
}

static int
copy_file(struct sink *sink, const char *path, mode_t mode, int fd,
          unsigned names)
{
	struct archive_sink *s = (struct archive_sink *)sink;
	struct stat st;
	int err = sys_fstat(fd, &st);

	if (err == 0)
		err = begin(s, path, mode, (uint64_t)st.st_size, names);
	if (err < 0)
		return err;
	s->copy.path = arena_str(&s->memory, path);
	s->copy.name = arena_fmt(&s->memory, "%s/%s", s->top, path);
	s->copy.inode = s->inode;
	s->copy.names = names;
	s->copy.mode = mode & 0755;
	if (s->proves)
		return 0;
	err = copy_bytes(s, fd);
	return err < 0 ? err : end_file(sink);
}

/* Nothing is there that could be removed. */
static int
remove_nothing(struct sink *s, const char *path)
{
	(void)s, (void)path;
	return 0;
}

/*
 * A prover takes names for its archive_sink, beside others. What a file holds is
 * proved by who writes it.
 */
struct prover {
	struct sink sink;
	struct archive_sink *archive;
};

static int
prove_begin(struct sink *sink, const char *path, mode_t mode, uint64_t size)
{
	struct archive_sink *s = ((struct prover *)sink)->archive;
	int err;

	pool_lock_take(&s->lock);
	err = begin(s, path, mode, size, 1);
	pool_lock_give(&s->lock);
	return err;
}

static int
prove_write(struct sink *s, const void *p, size_t n)
{
	(void)s, (void)p, (void)n;
	return 0;
}

static int
prove_end(struct sink *s)
{
	(void)s;
	return 0;
}

static void
drop_nothing(struct sink *s)
{
	(void)s;
}

/* Only the operations that wheel workers call. */
static const struct sink_ops prover_ops = {
	.begin = prove_begin,
	.write = prove_write,
	.end = prove_end,
	.drop = drop_nothing,
};

/* The files of an archive come one after the other. */
static struct sink *
another_sink(struct sink *sink, struct arena *a)
{
	struct archive_sink *s = (struct archive_sink *)sink;
	struct prover *p;

	if (!s->proves)
		return NULL;
	p = arena_alloc(a, sizeof(*p));
	*p = (struct prover){ { &prover_ops }, s };
	return &p->sink;
}

/* Every entry has got its time. */
static int
stamp_nothing(struct sink *s, const char *path, time_t when)
{
	(void)s, (void)path, (void)when;
	return 0;
}

static const struct sink_ops archive_ops = {
	.dir = put_dir,
	.link = put_link,
	.same = put_same,
	.begin = begin_file,
	.write = write_file,
	.end = end_file,
	.copy = copy_file,
	.remove = remove_nothing,
	.prune = remove_nothing,
	.another = another_sink,
	.drop = drop_nothing,
	.stamp = stamp_nothing,
};

void
archive_sink_init(struct archive_sink *s, const struct archive_format *f,
                  int fd, uint64_t mtime)
{
	*s = (struct archive_sink){
		.sink = { &archive_ops },
		.format = f,
		.fd = fd,
		.mtime = mtime,
	};
	arena_init(&s->memory, NULL, 0);
	pool_lock_init(&s->lock);
}

void
archive_sink_begin(struct archive_sink *s, bool proves)
{
	arena_free(&s->memory);
	s->buffer = arena_alloc(&s->memory, BUFFER_SIZE);
	s->len = 0;
	strset_init(&s->directories, &s->memory);
	strset_init(&s->tops, &s->memory);
	s->proves = proves;
	s->position = 0;
	s->inode = 0;
	s->copy.path = NULL;
}

/* The mode of a directory above an environment, PATH: who unpacks the archive
 * gives it to one that is there. */
static unsigned
mode_above(const struct walk *root, const char *path)
{
	static const struct {
		const char *path;
		unsigned mode;
	} usual[] = {
		{ "/root", 0700 }, { "/tmp", 01777 }, { "/var/tmp", 01777 },
	};
	struct stat st;

	if (root->rootfd >= 0 && walk_stat(root, path, &st) == 0)
		return st.st_mode & 07777;
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		if (strcmp(path, usual[i].path) == 0)
			return usual[i].mode;
	}
	return 0755;
}

int
archive_sink_enter(struct archive_sink *s, const char *top,
                   const struct walk *root)
{
	char path[PATH_MAX];
	size_t n = 0;
	int err = 0;

	top += strspn(top, "/");
	s->top = top;
	s->top_len = strlen(top);
	if (s->top_len + 2 > sizeof(path))
		return -ENAMETOOLONG;
	while (err == 0 && n < s->top_len) {
		struct archive_entry e = { .kind = ARCHIVE_DIR, .mode = 0755 };
		uint32_t before = s->inode;

		n += top[n] == '/';
		n += strcspn(top + n, "/");
		if (n < s->top_len) {
			path[0] = '/';
			memcpy(path + 1, top, n);
			path[n + 1] = '\0';
			e.mode = mode_above(root, path);
		}
		/* an environment in another one */
		if (strset_has(&s->tops, top, n))
			return -EEXIST;
		err = put_entry(s, n, "", &e);
		if (err == 0 && n == s->top_len && s->inode == before)
			err = -EEXIST;
	}
	if (err == 0)
		strset_add(&s->tops, top, s->top_len);
	return err;
}

int
archive_sink_end(struct archive_sink *s)
{
	struct arena memory;
	struct buf mark;
	int err;

	arena_init(&memory, s->scratch, sizeof(s->scratch));
	buf_init(&mark, &memory);
	s->format->put_end(&mark);
	err = put_bytes(s, mark.data, mark.len);
	arena_free(&memory);
	if (err == 0)
		err = pad(s, s->format->end_align);
	return err < 0 ? err : flush(s);
}

void
archive_sink_drop(struct archive_sink *s)
{
	arena_free(&s->memory);
	pool_lock_drop(&s->lock);
}
