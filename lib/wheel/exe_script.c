#include "wheel/exe_script.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "format/crc32.h"
#include "format/source.h"
#include "python/winpath.h"
#include "wheel/launcher.h"
#include "wheel/metadata.h"

enum { LOOKED_AT = 64 * 1024, END_SIZE = 22, DIRECTORY_SIZE = 12 };

static void
put_number(struct buf *out, unsigned size, uint32_t n)
{
	for (; size > 0; size--, n >>= 8U)
		buf_putc(out, (char)(n & 0xffU));
}

/* Append what both headers of a stored zip member have in common. */
static void
put_member(struct buf *out, const struct buf *body, uint32_t crc,
           const char *name)
{
	put_number(out, 2, 20); /* version that can extract it */
	put_number(out, 4, 0);  /* no flags, stored */
	put_number(out, 2, 0);  /* 1980-01-01 00:00 */
	put_number(out, 2, 33);
	put_number(out, 4, crc);
	put_number(out, 4, (uint32_t)body->len);
	put_number(out, 4, (uint32_t)body->len);
	put_number(out, 2, (uint32_t)strlen(name));
	put_number(out, 2, 0);
}

/* Append a zip archive with BODY as __main__.py. */
static void
put_zip(struct buf *out, const struct buf *body)
{
	static const char name[] = "__main__.py";
	size_t start = out->len, directory;
	struct crc32 *c = arena_alloc(out->arena, sizeof(*c));
	uint32_t crc;

	crc32_init(c);
	crc = crc32_add(c, 0, body->data, body->len);
	buf_add(out, "PK\3\4", 4);
	put_member(out, body, crc, name);
	buf_puts(out, name);
	buf_add(out, body->data, body->len);
	directory = out->len;
	buf_add(out, "PK\1\2", 4);
	put_number(out, 2, 0x0314); /* made on Unix */
	put_member(out, body, crc, name);
	put_number(out, 4, 0); /* no comment, disk */
	put_number(out, 2, 0);
	put_number(out, 4, 0100600U << 16U);
	put_number(out, 4, 0); /* place of the member */
	buf_puts(out, name);
	put_number(out, 4, 0x06054b50);
	put_number(out, 4, 0);
	put_number(out, 2, 1);
	put_number(out, 2, 1);
	put_number(out, 4, (uint32_t)(out->len - directory - 12));
	put_number(out, 4, (uint32_t)(directory - start));
	put_number(out, 2, 0);
}

void
exe_script_put_line(struct buf *out, const struct launch *launch,
                    const char *name)
{
	const char *python = launch->python;
	bool quotes = !launch->base && strchr(python, ' ');

	buf_puts(out, quotes ? "#!\"" : "#!");
	if (launch->base)
		buf_puts(out, "<launcher_dir>\\");
	else
		buf_add(out, python, (size_t)(winpath_base(python) - python));
	buf_fmt(out, quotes ? "%s\"" : "%s", name);
}

int
exe_script_put(struct buf *out, const struct launch *launch,
               const struct entry_point *e, const struct buf *body)
{
	const struct exe_launchers *exe = launch->exe;
	const char *stub = e->gui ? exe->gui : exe->console;
	const char *name = winpath_base(launch->python);

	if (!stub)
		return -EINVAL;
	if (e->gui)
		name = arena_fmt(out->arena, "pythonw%s",
		                 name + strlen("python"));
	buf_add(out, stub, e->gui ? exe->gui_size : exe->console_size);
	exe_script_put_line(out, launch, name);
	buf_puts(out, "\n\r\n");
	put_zip(out, body);
	return 0;
}

static uint32_t
number_at(const char *p)
{
	uint32_t n = 0;

	for (size_t i = 4; i-- > 0;)
		n = n << 8U | (unsigned char)p[i];
	return n;
}

/* Return where the zip archive starts that the N bytes at S end with; 0 if they end
 * with none, or it has a comment or starts before them. */
static size_t
zip_start(const char *s, size_t n)
{
	const char *end;
	uint64_t size;

	if (n < END_SIZE)
		return 0;
	end = s + n - END_SIZE;
	if (memcmp(end, "PK\5\6", 4) != 0)
		return 0;
	size = (uint64_t)number_at(end + DIRECTORY_SIZE) +
	       number_at(end + DIRECTORY_SIZE + 4) + END_SIZE;
	if (size + 4 > n || memcmp(s + n - size, "PK\3\4", 4) != 0)
		return 0;
	return n - (size_t)size;
}

/* Return the length of the first line of the N bytes at S; 0 if it has no end. */
static size_t
first_line(const char *s, size_t n)
{
	const char *end = memchr(s, '\n', n);

	return end ? (size_t)(end - s) : 0;
}

/* Return the length of the text at S, N bytes, whose last line starts with "#!", as far
 * as that; N if it does not. */
static size_t
line_start(const char *s, size_t n)
{
	size_t i = n;

	while (i > 0 && s[i - 1] != '\n' && s[i - 1] != '\0')
		i--;
	/* the launcher before it may end with any byte */
	for (; i + 1 < n; i++) {
		if (memcmp(s + i, "#!", 2) == 0)
			return i;
	}
	return n;
}

/* Read the line of N bytes at S, which starts with "#!". */
static void
read_line(struct launcher_start *start, const char *s, size_t n,
          struct arena *a)
{
	size_t quotes = n > 2 && s[2] == '"', len = 2 + quotes;
	const char *after = quotes ? "\"" : " \t";

	if (n < 3 || memchr(s, '\0', n))
		return;
	/* arguments may follow */
	while (len < n &&
	       !(ascii_ends(s, len, ".exe") && strchr(after, s[len])))
		len++;
	start->program = arena_dup(a, s + 2 + quotes, len - 2 - quotes);
	if (ascii_ends(s, len, ".exe") && len + quotes == n)
		start->length = n;
}

void
exe_script_read(struct launcher_start *start, struct source *s,
                struct arena *a)
{
	size_t n = s->size < LOOKED_AT ? (size_t)s->size : LOOKED_AT, at, end;
	char magic[2], *text = arena_alloc(a, LOOKED_AT);
	bool program;

	*start = (struct launcher_start){ .length = 0 };
	if (n < sizeof(magic) || source_read(s, 0, magic, sizeof(magic)) < 0)
		return;
	program = memcmp(magic, "#!", 2) != 0;
	start->offset = program ? s->size - n : 0;
	if (source_read(s, start->offset, text, n) < 0)
		return;
	end = program ? zip_start(text, n) : first_line(text, n);
	while (end > 0 && (text[end - 1] == '\r' || text[end - 1] == '\n'))
		end--;
	at = program ? line_start(text, end) : 0;
	if (at == end)
		return;
	start->offset += at;
	read_line(start, text + at, end - at, a);
}
