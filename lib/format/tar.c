#include "format/tar.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "format/archive.h"

/* Fields of a ustar header: POSIX.1-2017, pax, "ustar Interchange Format". */
enum {
	NAME = 0, NAME_SIZE = 100,
	MODE = 100, UID = 108, GID = 116, ID_SIZE = 8,
	SIZE = 124, MTIME = 136, NUMBER_SIZE = 12,
	CHECKSUM = 148, CHECKSUM_SIZE = 8,
	TYPE = 156,
	LINK = 157, LINK_SIZE = 100,
	MAGIC = 257, MAGIC_SIZE = 6,
	VERSION = 263, VERSION_SIZE = 2,
	MAJOR = 329, MINOR = 337,
	PREFIX = 345, PREFIX_SIZE = 155,
};

/* The largest number of eleven octal digits. */
static const uint64_t max_number = (UINT64_C(1) << 33) - 1;

static void
pad(struct buf *out, size_t n)
{
	for (; n % TAR_BLOCK != 0; n++)
		buf_putc(out, '\0');
}

static void
put_octal(char *field, size_t size, uint64_t value)
{
	field[size - 1] = '\0';
	for (size_t i = size - 1; i-- > 0; value >>= 3)
		field[i] = (char)('0' + (value & 7));
}

/*
 * Where the NAME of N bytes can be cut in two for its fields: the index of a
 * slash; 0 if it need not be, -1 if it cannot be.
 */
static int
split(const char *name, size_t n)
{
	/* the slash that ends the name of a directory divides nothing */
	size_t i = n < PREFIX_SIZE + 2 ? n - 2 : PREFIX_SIZE;

	if (n <= NAME_SIZE)
		return 0;
	while (i > 0 && name[i] != '/')
		i--;
	return i > 0 && n - i - 1 <= NAME_SIZE ? (int)i : -1;
}

/* As much of S as there is room for. */
static void
put_text(char *field, size_t size, const char *s, size_t n)
{
	memcpy(field, s, n < size ? n : size);
}

/* Write a header; values that are too long are cut: a header before has
 * them. */
static void
put_header(struct buf *out, char type, const struct archive_entry *e,
           const char *name, size_t n, uint64_t size)
{
	char h[TAR_BLOCK] = { 0 };
	int cut = split(name, n);
	unsigned sum = 0;

	if (cut > 0) {
		put_text(h + PREFIX, PREFIX_SIZE, name, (size_t)cut);
		name += cut + 1;
		n -= (size_t)cut + 1;
	}
	put_text(h + NAME, NAME_SIZE, name, n);
	put_octal(h + MODE, ID_SIZE, e->mode);
	put_octal(h + UID, ID_SIZE, 0);
	put_octal(h + GID, ID_SIZE, 0);
	put_octal(h + SIZE, NUMBER_SIZE, size <= max_number ? size : 0);
	put_octal(h + MTIME, NUMBER_SIZE,
	          e->mtime <= max_number ? e->mtime : max_number);
	h[TYPE] = type;
	if (e->target)
		put_text(h + LINK, LINK_SIZE, e->target, strlen(e->target));
	put_text(h + MAGIC, MAGIC_SIZE, "ustar", 5);
	put_text(h + VERSION, VERSION_SIZE, "00", 2);
	put_octal(h + MAJOR, ID_SIZE, 0);
	put_octal(h + MINOR, ID_SIZE, 0);
	memset(h + CHECKSUM, ' ', CHECKSUM_SIZE);
	for (size_t i = 0; i < sizeof(h); i++)
		sum += (unsigned char)h[i];
	put_octal(h + CHECKSUM, CHECKSUM_SIZE - 1, sum);
	buf_add(out, h, sizeof(h));
}

/* A header of TYPE that is about the entry after it, with its content. */
static void
put_about(struct buf *out, char type, const struct archive_entry *e,
          const char *name, const char *text, size_t n)
{
	const struct archive_entry about = {
		.mode = 0644,
		.mtime = e->mtime,
	};

	put_header(out, type, &about, name, strlen(name), n);
	buf_add(out, text, n);
	pad(out, n);
}

/* A record of an extended header: "LENGTH KEY=VALUE\n", all of it counted. */
static void
put_record(struct buf *out, const char *key, const char *value)
{
	size_t rest = strlen(key) + strlen(value) + 3;
	size_t n = rest + 1;

	for (size_t digits = 1, bound = 10; n >= bound; bound *= 10)
		n = rest + ++digits;
	buf_fmt(out, "%zu %s=%s\n", n, key, value);
}

static void
put_number(struct buf *out, const char *key, uint64_t value)
{
	struct buf digits;

	buf_init(&digits, out->arena);
	buf_fmt(&digits, "%llu", (unsigned long long)value);
	put_record(out, key, buf_str(&digits));
}

/* Write the values of E that ustar cannot hold. */
static void
put_extended(struct buf *out, const struct archive_entry *e, const char *path,
             const char *linkpath)
{
	struct buf records;

	buf_init(&records, out->arena);
	if ((path && !utf8_is_valid(path, strlen(path))) ||
	    (linkpath && !utf8_is_valid(linkpath, strlen(linkpath))))
		put_record(&records, "hdrcharset", "BINARY");
	if (path)
		put_record(&records, "path", path);
	if (linkpath)
		put_record(&records, "linkpath", linkpath);
	if (e->size > max_number)
		put_number(&records, "size", e->size);
	if (e->mtime > max_number)
		put_number(&records, "mtime", e->mtime);
	if (records.len > 0)
		put_about(out, 'x', e, "././@PaxHeader", records.data,
		          records.len);
}

void
tar_put(struct buf *out, const struct archive_entry *e)
{
	static const char types[] = {
		[ARCHIVE_DIR] = '5',  [ARCHIVE_FILE] = '0',
		[ARCHIVE_LINK] = '2', [ARCHIVE_SAME] = '1',
	};
	const char *linkpath = e->target && strlen(e->target) > LINK_SIZE
	                               ? e->target : NULL;
	struct buf full;
	const char *name, *path = NULL;

	buf_init(&full, out->arena);
	buf_puts(&full, e->name);
	if (e->kind == ARCHIVE_DIR)
		buf_putc(&full, '/');
	name = buf_str(&full);
	if (split(name, full.len) < 0)
		path = name;
	if (linkpath)
		put_about(out, 'K', e, "././@LongLink", linkpath,
		          strlen(linkpath) + 1);
	if (path)
		put_about(out, 'L', e, "././@LongLink", path, full.len + 1);
	put_extended(out, e, path, linkpath);
	put_header(out, types[e->kind], e, name, full.len,
	           e->kind == ARCHIVE_FILE ? e->size : 0);
}

void
tar_put_end(struct buf *out)
{
	static const char zeros[2 * TAR_BLOCK];

	buf_add(out, zeros, sizeof(zeros));
}
