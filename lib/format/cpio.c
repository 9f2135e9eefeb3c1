#include "format/cpio.h"

#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "format/archive.h"

enum { HEADER_SIZE = 110 };

static void
put_hex(struct buf *out, uint64_t value)
{
	for (unsigned shift = 32; shift > 0;) {
		shift -= 4;
		buf_putc(out, "0123456789ABCDEF"[value >> shift & 15]);
	}
}

static void
pad(struct buf *out, size_t n)
{
	for (; n % CPIO_ALIGN != 0; n++)
		buf_putc(out, '\0');
}

static void
put_header(struct buf *out, const struct archive_entry *e, unsigned mode,
           unsigned links, uint64_t size)
{
	size_t name_size = strlen(e->name) + 1;
	const uint64_t fields[] = {
		e->inode, mode, 0, 0, links, e->mtime, size,
		0, 0, 0, 0, name_size, 0,
	};

	buf_puts(out, "070701");
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		put_hex(out, fields[i]);
	buf_add(out, e->name, name_size);
	pad(out, HEADER_SIZE + name_size);
}

void
cpio_put(struct buf *out, const struct archive_entry *e)
{
	size_t n;

	switch (e->kind) {
	case ARCHIVE_DIR:
		put_header(out, e, S_IFDIR | e->mode, 2, 0);
		break;
	case ARCHIVE_FILE:
		put_header(out, e, S_IFREG | e->mode, e->names, e->size);
		break;
	case ARCHIVE_SAME:
		put_header(out, e, S_IFREG | e->mode, e->names, 0);
		break;
	case ARCHIVE_LINK:
		n = strlen(e->target);
		put_header(out, e, S_IFLNK | e->mode, 1, n);
		buf_add(out, e->target, n);
		pad(out, n);
		break;
	}
}

void
cpio_put_end(struct buf *out)
{
	const struct archive_entry end = { .name = CPIO_END_NAME };

	put_header(out, &end, 0, 1, 0);
}
