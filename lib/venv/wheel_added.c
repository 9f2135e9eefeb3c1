#include "venv/wheel_added.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "publish/sink.h"
#include "python/layout.h"
#include "venv/plan.h"
#include "venv/wheel_write.h"
#include "venv/wheel_writing.h"
#include "wheel/launcher.h"
#include "wheel/metadata.h"
#include "wheel/wheel.h"

enum { PIECE = 32 * 1024 };

/* PATH as RECORD has it: relative to the directory that holds .dist-info. */
static const char *
record_path(struct writing *wr, const char *path)
{
	const char *root = wr->files.root;
	size_t n = strlen(root);
	struct buf out;

	if (strncmp(path, root, n) == 0 && path[n] == '/')
		return path + n + 1;
	buf_init(&out, wr->arena);
	for (const char *p = root; *p; p++) {
		if (*p == '/')
			buf_puts(&out, "../");
	}
	buf_fmt(&out, "../%s", path);
	return buf_str(&out);
}

struct record_row *
writing_row(struct writing *wr, const char *path)
{
	struct record_row *row = &wr->record.rows[wr->record.count];

	wr->paths[wr->record.count] = path;
	row->path = record_path(wr, path);
	row->hash = row->size = "";
	if (!row->path)
		return NULL;
	wr->record.count++;
	return row;
}

int
writing_describe(struct writing *wr, struct record_row *row, const char *text,
                 size_t n)
{
	unsigned char sum[DIGEST_MAX];
	struct digest digest;
	struct buf hash;

	digest_init(&digest, DIGEST_SHA256);
	digest_add(&digest, text, n);
	digest_end(&digest, sum);
	buf_init(&hash, wr->arena);
	digest_put_record(&hash, DIGEST_SHA256, sum);
	row->hash = buf_str(&hash);
	row->size = arena_fmt(wr->arena, "%zu", n);
	return row->hash && row->size ? 0 : -ENOMEM;
}

struct launch
writing_launch(struct writing *wr)
{
	const struct plan *p = wr->how->plan;

	return (struct launch){
		.python = arena_fmt(wr->arena, "%s/bin/python", p->env_dir),
		.base = p->base,
	};
}

/* Add the row of a file that the installer adds. */
static int
add_row(struct writing *wr, const char *path, struct buf *text)
{
	struct record_row *row = path ? writing_row(wr, path) : NULL;

	return row && buf_str(text)
	               ? writing_describe(wr, row, text->data, text->len)
	               : -ENOMEM;
}

static int
put_added(struct writing *wr, const char *path, struct buf *text)
{
	int err = add_row(wr, path, text);

	return err < 0 ? err
	               : writing_put(wr, path, 0666, text->data, text->len);
}

static int
put_launcher(void *ctx, const char *name, const struct entry_point *e)
{
	struct writing *wr = ctx;
	const struct launch launch = writing_launch(wr);
	char *path = arena_fmt(wr->arena, "bin/%s", name);
	struct buf text;
	int err;

	if (!launch.python || !path)
		return -ENOMEM;
	buf_init(&text, wr->arena);
	if (launcher_put_script(&text, &launch, e) < 0)
		return diag_set(&wr->hands[0].diag, -EINVAL, "%s: the script "
		                "'%s' cannot start '%s', whose name is not "
		                "UTF-8", wr->wheel->file, name, launch.python);
	err = add_row(wr, path, &text);
	return err < 0 ? err
	               : writing_put_script(wr, path, SINK_PROGRAM, text.data,
	                                    text.len);
}

static char *
dist_info_path(struct writing *wr, const char *name)
{
	return arena_fmt(wr->arena, "%s/%s%s", wr->files.root,
	                 wr->wheel->dist_info, name);
}

/* A path as part of a URL, as Python's urllib.parse.quote has it. */
static void
put_url_path(struct buf *out, const char *path)
{
	for (; *path; path++) {
		unsigned char c = (unsigned char)*path;

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || strchr("/_.-~", c))
			buf_putc(out, *path);
		else
			buf_fmt(out, "%%%c%c", "0123456789ABCDEF"[c >> 4],
			        "0123456789ABCDEF"[c & 15]);
	}
}

/* direct_url.json (PEP 610), in the words of json.dumps(sort_keys=True). */
static void
put_origin(struct writing *wr, struct buf *out)
{
	const struct zip *z = &wr->wheel->zip;
	unsigned char sum[DIGEST_MAX];
	struct digest digest;
	struct buf hex;

	digest_init(&digest, DIGEST_SHA256);
	digest_add(&digest, z->data, z->size);
	digest_end(&digest, sum);
	buf_init(&hex, wr->arena);
	digest_put_hex(&hex, DIGEST_SHA256, sum);
	buf_puts(out, "{\"archive_info\": {\"hash\": \"sha256=");
	buf_add(out, hex.data, hex.len);
	buf_puts(out, "\", \"hashes\": {\"sha256\": \"");
	buf_add(out, hex.data, hex.len);
	buf_puts(out, "\"}}, \"url\": \"file://");
	put_url_path(out, wr->how->direct);
	buf_puts(out, "\"}");
}

/* The rows of RECORD, piece by piece: of a large wheel they are long. *SIZE: of
 * them all. Without S they are only counted. */
static int
write_rows(struct writing *wr, struct sink *s, uint64_t *size)
{
	struct buf text;
	int err = 0;

	*size = 0;
	buf_init(&text, wr->arena);
	for (size_t i = 0; err == 0 && i < wr->record.count; i++) {
		record_put(&text, &wr->record.rows[i]);
		if (text.len < PIECE && i + 1 < wr->record.count)
			continue;
		if (text.failed)
			err = -ENOMEM;
		else if (s)
			err = s->ops->write(s, text.data, text.len);
		*size += text.len;
		text.len = 0;
	}
	return err;
}

static int
put_record(struct writing *wr)
{
	char *path = dist_info_path(wr, "RECORD");
	struct sink *s = wr->hands[0].sink;
	uint64_t size;
	int err;

	if (!path || !writing_row(wr, path))
		return -ENOMEM;
	record_sort(&wr->record);
	err = write_rows(wr, NULL, &size);
	if (err == 0)
		err = s->ops->begin(s, path, 0666, size);
	if (err == 0)
		err = write_rows(wr, s, &size);
	if (err == 0)
		err = s->ops->end(s);
	return writing_fail(wr, err, path);
}

int
wheel_added_put(struct writing *wr)
{
	struct buf text;
	int err = wheel_files_each_script(wr->wheel, wr->how->layout,
	                                  put_launcher, wr, wr->arena);

	buf_init(&text, wr->arena);
	buf_puts(&text, "pip\n");
	if (err == 0)
		err = put_added(wr, dist_info_path(wr, "INSTALLER"), &text);
	buf_init(&text, wr->arena);
	if (err == 0)
		err = put_added(wr, dist_info_path(wr, "REQUESTED"), &text);
	if (err == 0 && wr->how->direct) {
		put_origin(wr, &text);
		err = put_added(wr, dist_info_path(wr, "direct_url.json"),
		                &text);
	}
	return err < 0 ? err : put_record(wr);
}
