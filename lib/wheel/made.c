#include "wheel/made.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/diag.h"
#include "format/pathname.h"
#include "publish/plan.h"
#include "publish/sink.h"
#include "wheel/files.h"
#include "wheel/wheel.h"

/* Bytes of a script whose first line is changed. */
enum { MAX_SCRIPT = 16 * 1024 * 1024 };

mode_t
wheel_file_mode(const struct wheel_file *f)
{
	return f->executable ? SINK_PROGRAM : 0666;
}

int
wheel_judge_digest(const struct wheel *w, const struct zip_member *m,
                   const struct digest_value *want, const unsigned char *got,
                   struct diag *d)
{
	if (!want)
		rows_set_sha256(&w->rows, (size_t)(m - w->zip.members), got);
	else if (memcmp(want->sum, got, digest_size(want->kind)) != 0)
		return diag_set(d, -EINVAL, "%s: %s: its content does not have "
		                "the hash that RECORD says", w->file, m->name);
	return 0;
}

/* Make the launcher F of W. */
static int
make_launcher(struct wheel_script *s, const struct wheel *w,
              const struct wheel_file *f, const struct launch *launch,
              struct buf *text, struct diag *d)
{
	if (launcher_put_script(text, launch, &w->scripts.list[f->source]) < 0)
		return diag_set(d, -EINVAL, "%s: the script '%s' cannot start "
		                "'%s', whose name is not UTF-8", w->file,
		                pathname_base(f->path), launch->python);
	s->text = buf_str(text);
	s->len = text->len;
	return 0;
}

/* Verify the N bytes at TEXT, which were read from the member M of W. */
static int
verify_text(const struct wheel *w, const struct zip_member *m, const char *text,
            size_t n, struct diag *d)
{
	size_t i = (size_t)(m - w->zip.members);
	struct digest_value want = { .kind = DIGEST_SHA256 };
	unsigned char got[DIGEST_MAX];
	bool listed = rows_digest(&w->rows, i, &want) > 0;
	struct digest digest;

	digest_init(&digest, want.kind);
	digest_add(&digest, text, n);
	digest_end(&digest, got);
	return wheel_judge_digest(w, m, listed ? &want : NULL, got, d);
}

/* Change the first line of the script M of W. */
static int
change_script(struct wheel_script *s, const struct wheel *w,
              const struct zip_member *m, const struct launch *launch,
              struct inflater *in, struct buf *text, struct diag *d)
{
	char *old = NULL;
	size_t n = (size_t)m->size, line;
	int err = zip_load(&w->zip, m, MAX_SCRIPT, in, text->arena, &old, d);

	if (err < 0)
		return diag_prefix(d, err, "%s: ", w->file);
	err = verify_text(w, m, old, n, d);
	if (err < 0)
		return err;
	line = launcher_placeholder(old, n);
	err = launcher_put_program(text, launch, old + line, n - line);
	if (err < 0)
		return diag_set(d, err, "%s: %s: it cannot start '%s', whose "
		                "name is not UTF-8", w->file, m->name,
		                launch->python);
	s->text = buf_str(text);
	s->len = text->len;
	return 0;
}

int
wheel_script_make(struct wheel_script *s, const struct wheel *w,
                  const struct wheel_file *f, const struct launch *launch,
                  struct inflater *in, struct arena *a, struct diag *d)
{
	const struct zip_member *m;
	bool program;
	struct buf text;
	int changes;

	*s = (struct wheel_script){ .mode = SINK_PROGRAM };
	buf_init(&text, a);
	if (f->kind == WHEEL_LAUNCHER)
		return make_launcher(s, w, f, launch, &text, d);
	m = &w->zip.members[f->source];
	changes = wheel_script_look(w, m, in, &program, d);
	if (changes < 0)
		return diag_prefix(d, changes, "%s: ", w->file);
	if (changes)
		return change_script(s, w, m, launch, in, &text, d);
	s->mode = program ? SINK_PROGRAM : wheel_file_mode(f);
	return 0;
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

void
wheel_put_origin(struct buf *out, const char *path, const unsigned char *sum)
{
	struct buf hex;

	buf_init(&hex, out->arena);
	digest_put_hex(&hex, DIGEST_SHA256, sum);
	buf_puts(out, "{\"archive_info\": {\"hash\": \"sha256=");
	buf_add(out, hex.data, hex.len);
	buf_puts(out, "\", \"hashes\": {\"sha256\": \"");
	buf_add(out, hex.data, hex.len);
	buf_puts(out, "\"}}, \"url\": \"file://");
	put_url_path(out, path);
	buf_puts(out, "\"}");
}

struct launch
wheel_launch(const struct plan *p)
{
	return (struct launch){
		.python = p->python,
		.base = p->base,
		.exe = p->exe,
	};
}
