#include "wheel/write.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "format/inflate.h"
#include "format/pathname.h"
#include "os/pool.h"
#include "os/signals.h"
#include "publish/plan.h"
#include "wheel/fates.h"

enum {
	/* of a member, between two looks at signals */
	PIECES = 64,
	/* making a file takes as long as inflating this many bytes */
	FILE_WEIGHT = 4 * 1024,
	BATCH_WEIGHT = 128 * 1024,
	/* below this a thread costs more than it brings */
	WORKER_WEIGHT = 512 * 1024,
	/* of RECORD */
	PIECE = 32 * 1024,
	/* bytes of a script whose first line is changed */
	MAX_SCRIPT = 16 * 1024 * 1024,
};

/* Files that one worker writes in a row, so that it finds their directory open
 * and the others are elsewhere. */
struct batch {
	size_t first, end; /* in the list of files */
	uint64_t weight;   /* bytes, and what it costs to make the files */
};

/* What one thread writes with. */
struct worker {
	const struct wheel *wheel;
	const char *env_dir;  /* as recorded, for messages */
	struct sink *sink;
	struct inflater *inflater;
	struct arena arena;
	struct diag diag;
	struct digest digest; /* of the file being written */
	size_t pieces;        /* that came so far */
	struct progress *progress; /* of the first one; else NULL */
};

/* The row of a file that differs from all members. */
struct made_row {
	size_t file; /* its number */
	struct record_row row;
};

struct writing {
	const struct wheel *wheel;
	const struct wheel_write *how;
	const struct wheel_files *files;
	struct made_row *made; /* of what is no member, or is changed */
	size_t made_count;
	struct batch *batches;
	size_t batch_count;
	struct worker workers[POOL_MAX];
	size_t worker_count;
	struct sink *sink;
	struct arena *arena;
};

/* Between two batches, and now and then in a large member: -EINTR if a signal
 * is to end it. */
static int
look_up(struct worker *k)
{
	if (k->progress)
		k->progress->tell(k->progress);
	return signals_pending() ? -EINTR : 0;
}

static int
put_piece(void *ctx, const void *p, size_t n)
{
	struct worker *k = ctx;

	/* one member can be very large */
	if (++k->pieces % PIECES == 0 && look_up(k) < 0)
		return -EINTR;
	digest_add(&k->digest, p, n);
	return k->sink ? k->sink->ops->write(k->sink, p, n) : 0;
}

static const struct zip_member *
member_of(const struct worker *k, const struct wheel_file *f)
{
	return &k->wheel->zip.members[f->source];
}

/* Return 0 if the digest GOT of the member M of W is what RECORD says, WANT; if that
 * is NULL, let it say so. */
static int
judge_digest(const struct wheel *w, const struct zip_member *m,
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

/* Read the member of F, pass it on, and verify it. */
static int
read_member(struct worker *k, const struct wheel_file *f)
{
	struct digest_value want = { .kind = DIGEST_SHA256 };
	bool listed = rows_digest(&k->wheel->rows, f->source, &want) > 0;
	const struct zip_member *m = member_of(k, f);
	unsigned char got[DIGEST_MAX];
	int err;

	digest_init(&k->digest, want.kind);
	err = zip_read(&k->wheel->zip, m, k->inflater, put_piece, k, &k->diag);
	if (err == 0) {
		digest_end(&k->digest, got);
		return judge_digest(k->wheel, m, listed ? &want : NULL, got,
		                    &k->diag);
	}
	return diag_prefix(&k->diag, err, "%s: ", k->wheel->file);
}

/* ERR, with a diag: what PATH could not be written for. */
static int
fail(struct worker *k, int err, const char *path)
{
	const char *file = k->wheel->file;

	if (k->diag.code || err >= 0)
		return err;
	if (err == -EISDIR)
		return diag_set(&k->diag, -EINVAL, "%s: %s: the environment "
		                "keeps a directory of this name", file, path);
	if (err == -EEXIST || err == -ENOTDIR)
		return diag_set(&k->diag, -EINVAL, "%s: %s: another wheel, or the "
		                "environment, has a file of this name", file,
		                path);
	if (err == -ENAMETOOLONG)
		return diag_set(&k->diag, err, "%s: %s: its name is too long",
		                file, path);
	return diag_set(&k->diag, err, "cannot write '%s/%s': %s", k->env_dir,
	                path, diag_reason(err));
}

static int
put(struct writing *wr, const char *path, mode_t mode, const void *text,
    size_t n)
{
	struct worker *k = &wr->workers[0];
	struct sink *s = k->sink;
	int err = s->ops->begin(s, path, mode, n);

	if (err == 0)
		err = s->ops->write(s, text, n);
	if (err == 0)
		err = s->ops->end(s);
	return fail(k, err, path);
}

/* Verify the member of F without writing it. */
static int
verify(struct worker *k, const struct wheel_file *f)
{
	struct sink *s = k->sink;
	int err;

	k->sink = NULL;
	err = read_member(k, f);
	k->sink = s;
	return fail(k, err, f->path);
}

static mode_t
mode_of(const struct wheel_file *f)
{
	return f->executable ? SINK_PROGRAM : 0666;
}

static int
write_as_it_is(struct worker *k, const struct wheel_file *f, mode_t mode)
{
	struct sink *s = k->sink;
	int err = s->ops->begin(s, f->path, mode, f->size);

	if (err == 0)
		err = read_member(k, f);
	if (err == 0)
		err = s->ops->end(s);
	return fail(k, err, f->path);
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
	return judge_digest(w, m, listed ? &want : NULL, got, d);
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
	s->mode = program ? SINK_PROGRAM : mode_of(f);
	return 0;
}

/* Describe file number I, whose N bytes are at TEXT, in RECORD. */
static void
add_made(struct writing *wr, size_t i, const void *text, size_t n)
{
	struct made_row *made = &wr->made[wr->made_count++];

	made->file = i;
	record_describe(&made->row, text, n, wr->arena);
}

/* Write file number I, which S is, or only verify and describe it. */
static int
put_script(struct writing *wr, size_t i, const struct wheel_script *s)
{
	const struct wheel_file *f = &wr->files->list[i];
	bool written = wr->how->fates[i] == FATE_WRITTEN;
	struct worker *k = &wr->workers[0];

	if (!s->text)
		return written ? write_as_it_is(k, f, s->mode) : verify(k, f);
	add_made(wr, i, s->text, s->len);
	return written ? put(wr, f->path, s->mode, s->text, s->len) : 0;
}

static int
write_script(struct writing *wr, size_t i)
{
	struct worker *k = &wr->workers[0];
	char memory[2048]; /* for most */
	struct arena shortly;
	struct wheel_script s;
	int err;

	arena_init(&shortly, memory, sizeof(memory));
	err = wheel_script_make(&s, wr->wheel, &wr->files->list[i],
	                        &wr->how->launch, k->inflater, &shortly,
	                        &k->diag);
	if (err == 0)
		err = put_script(wr, i, &s);
	arena_free(&shortly);
	return err;
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
	struct buf hex;

	buf_init(&hex, wr->arena);
	digest_put_hex(&hex, DIGEST_SHA256, wr->how->sum);
	buf_puts(out, "{\"archive_info\": {\"hash\": \"sha256=");
	buf_add(out, hex.data, hex.len);
	buf_puts(out, "\", \"hashes\": {\"sha256\": \"");
	buf_add(out, hex.data, hex.len);
	buf_puts(out, "\"}}, \"url\": \"file://");
	put_url_path(out, wr->how->direct);
	buf_puts(out, "\"}");
}

/* Write one of the small files that pip adds to .dist-info. */
static int
write_metadata(struct writing *wr, size_t i)
{
	const struct wheel_file *f = &wr->files->list[i];
	struct buf text;

	buf_init(&text, wr->arena);
	if (f->kind == WHEEL_INSTALLER)
		buf_puts(&text, "pip\n");
	else if (f->kind == WHEEL_DIRECT_URL)
		put_origin(wr, &text);
	buf_str(&text);
	add_made(wr, i, text.data, text.len);
	return put(wr, f->path, 0666, text.data, text.len);
}

/* Return the row of file number I, without its path, with TEXT for its text. */
static struct record_row
row_of(const struct writing *wr, size_t i, struct row_text *text)
{
	const struct wheel_file *f = &wr->files->list[i];
	size_t lo = 0, hi = wr->made_count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (wr->made[mid].file == i)
			return wr->made[mid].row;
		if (wr->made[mid].file < i)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (f->kind == WHEEL_RECORD)
		return (struct record_row){ "", "", "" };
	return rows_get(&wr->wheel->rows, f->source, f->size, text);
}

/* Return the path of F if it is below the root, relative to it; NULL if not. */
static const char *
below_root(const struct writing *wr, const struct wheel_file *f)
{
	size_t n = strlen(wr->files->root);

	return strncmp(f->path, wr->files->root, n) == 0 && f->path[n] == '/'
	               ? f->path + n + 1
	               : NULL;
}

/* The rows of RECORD in the order of their paths: of the files below the root and of
 * the others, which are both sorted, the next one comes first. */
struct merging {
	struct writing *writing;
	size_t below, outside; /* numbers of the next ones */
	struct buf up;         /* "../../../", and the path of an outside one */
	size_t up_len;
};

static void
merging_init(struct merging *m, struct writing *wr)
{
	*m = (struct merging){ .writing = wr };
	buf_init(&m->up, wr->arena);
	for (const char *p = wr->files->root; *p; p++) {
		if (*p == '/')
			buf_puts(&m->up, "../");
	}
	buf_puts(&m->up, "../");
	m->up_len = m->up.len;
}

/* Set *FILE to the number of the next one, and return its path; NULL at the end. */
static const char *
next_path(struct merging *m, size_t *file)
{
	const struct writing *wr = m->writing;
	const struct wheel_files *f = wr->files;
	const char *below, *outside = NULL;

	while (m->below < f->count && !below_root(wr, &f->list[m->below]))
		m->below++;
	while (m->outside < f->count && below_root(wr, &f->list[m->outside]))
		m->outside++;
	below = m->below < f->count ? below_root(wr, &f->list[m->below]) : NULL;
	if (m->outside < f->count) {
		m->up.len = m->up_len;
		buf_puts(&m->up, f->list[m->outside].path);
		outside = buf_str(&m->up);
	}
	if (outside && (!below || strcmp(outside, below) < 0)) {
		*file = m->outside++;
		return outside;
	}
	if (below)
		*file = m->below++;
	return below;
}

/* Write the rows of RECORD to S, or without S only count their bytes: *SIZE. */
static int
write_rows(struct writing *wr, struct sink *s, uint64_t *size)
{
	struct merging merging;
	struct row_text space;
	struct record_row row;
	struct buf text;
	int err = 0;
	size_t i;

	*size = 0;
	merging_init(&merging, wr);
	buf_init(&text, wr->arena);
	for (const char *path = next_path(&merging, &i); err == 0 && path;
	     path = next_path(&merging, &i)) {
		row = row_of(wr, i, &space);
		row.path = path;
		record_put(&text, &row);
		if (text.len < PIECE)
			continue;
		if (signals_pending())
			return -EINTR;
		err = s ? s->ops->write(s, text.data, text.len) : 0;
		*size += text.len;
		text.len = 0;
	}
	*size += text.len;
	return err < 0 || !s ? err : s->ops->write(s, text.data, text.len);
}

static int
write_record(struct writing *wr, const struct wheel_file *f)
{
	struct sink *s = wr->workers[0].sink;
	uint64_t size;
	int err = write_rows(wr, NULL, &size);

	if (err == 0)
		err = s->ops->begin(s, f->path, 0666, size);
	if (err == 0)
		err = write_rows(wr, s, &size);
	if (err == 0)
		err = s->ops->end(s);
	return fail(&wr->workers[0], err, f->path);
}

/* Write what is no member, or is changed on its way; RECORD, which lists the rest,
 * comes last. */
static int
write_made(struct writing *wr)
{
	const struct wheel_file *record = NULL;
	int err = 0;

	for (size_t i = 0; err == 0 && i < wr->files->count; i++) {
		const struct wheel_file *f = &wr->files->list[i];

		if (f->kind == WHEEL_SCRIPT || f->kind == WHEEL_LAUNCHER)
			err = write_script(wr, i);
		else if (f->kind == WHEEL_RECORD)
			record = f;
		else if (f->kind != WHEEL_MEMBER)
			err = write_metadata(wr, i);
	}
	return err == 0 && record ? write_record(wr, record) : err;
}

static int
work(void *ctx, size_t worker, size_t item)
{
	struct writing *wr = ctx;
	struct worker *k = &wr->workers[worker];
	const struct batch *b = &wr->batches[item];
	int err = fail(k, look_up(k), wr->files->list[b->first].path);

	for (size_t i = b->first; err == 0 && i < b->end; i++) {
		const struct wheel_file *f = &wr->files->list[i];

		if (f->kind == WHEEL_MEMBER)
			err = wr->how->fates[i] == FATE_WRITTEN
			              ? write_as_it_is(k, f, mode_of(f))
			              : verify(k, f);
	}
	return err;
}

struct directories {
	struct writing *writing;
	struct buf path;
};

static int
put_directory(void *ctx, const char *path, size_t n)
{
	struct directories *d = ctx;
	struct sink *s = d->writing->sink;

	d->path.len = 0;
	buf_add(&d->path, path, n);
	return fail(&d->writing->workers[0], s->ops->dir(s, buf_str(&d->path)),
	            buf_str(&d->path));
}

/* Put the directories above the files. */
static int
put_directories(struct writing *wr)
{
	struct directories d = { .writing = wr };

	buf_init(&d.path, wr->arena);
	return wheel_files_each_directory(wr->files, put_directory, &d);
}

static bool
same_directory(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] && a[n] == b[n])
		n++;
	return !strchr(a + n, '/') && !strchr(b + n, '/');
}

/* The heavy ones first: none is to be waited for at the end. */
static int
by_weight(const void *pa, const void *pb)
{
	const struct batch *a = pa, *b = pb;

	if (a->weight != b->weight)
		return a->weight < b->weight ? 1 : -1;
	return (a->first > b->first) - (a->first < b->first);
}

/* Cut the list of files into batches. Return the weight of them all. */
static uint64_t
make_batches(struct writing *wr)
{
	const struct wheel_files *f = wr->files;
	struct batch *b = NULL;
	uint64_t weight = 0;
	size_t room = 0;

	for (size_t i = 0; i < f->count; i++) {
		uint64_t size = f->list[i].size + FILE_WEIGHT;

		if (!b || b->weight + size > BATCH_WEIGHT ||
		    (b->weight > BATCH_WEIGHT / 2 &&
		     !same_directory(f->list[i - 1].path, f->list[i].path))) {
			wr->batches = arena_more(wr->arena, wr->batches,
			                         wr->batch_count, &room,
			                         sizeof(*b));
			b = &wr->batches[wr->batch_count++];
			*b = (struct batch){ .first = i };
		}
		b->end = i + 1;
		b->weight += size;
		weight += size;
	}
	return weight;
}

static void
drop_worker(struct writing *wr, struct worker *k)
{
	if (k->sink && k->sink != wr->sink)
		k->sink->ops->drop(k->sink);
	arena_free(&k->arena);
}

/* Make worker N. Return whether it could be made: an archive has only one. */
static bool
take_worker(struct writing *wr, size_t n)
{
	struct worker *k = &wr->workers[n];

	k->wheel = wr->wheel;
	k->env_dir = wr->how->env_dir;
	k->progress = n == 0 ? wr->how->progress : NULL;
	arena_init(&k->arena, NULL, 0);
	diag_init(&k->diag, &k->arena);
	k->sink = wr->sink->ops->another(wr->sink, &k->arena);
	if (!k->sink && n == 0)
		k->sink = wr->sink;
	if (k->sink)
		k->inflater = inflater_new(&k->arena);
	return k->sink;
}

/* Make as many workers as the work is worth. */
static void
take_workers(struct writing *wr)
{
	size_t wanted = (size_t)(make_batches(wr) / WORKER_WEIGHT) + 1;

	if (wanted > wr->how->workers)
		wanted = wr->how->workers;
	while (wr->worker_count < wanted && take_worker(wr, wr->worker_count))
		wr->worker_count++;
	if (wr->worker_count > 1)
		qsort(wr->batches, wr->batch_count, sizeof(*wr->batches),
		      by_weight);
}

static void
drop_workers(struct writing *wr)
{
	for (size_t i = 0; i < wr->worker_count; i++)
		drop_worker(wr, &wr->workers[i]);
}

/* Make space for the rows of what is no member, or may be changed. */
static void
make_space(struct writing *wr)
{
	size_t n = 0;

	for (size_t i = 0; i < wr->files->count; i++)
		n += wr->files->list[i].kind != WHEEL_MEMBER;
	wr->made = arena_zero(wr->arena, n + 1, sizeof(*wr->made));
}

/* End with ERR, which worker number WORKER has met. */
static int
end(struct writing *wr, int err, size_t worker, struct diag *d)
{
	if (err < 0 && wr->workers[worker].diag.code)
		diag_set(d, err, "%s", buf_str(&wr->workers[worker].diag.text));
	drop_workers(wr);
	return err;
}

int
wheel_write(const struct wheel *w, const struct wheel_write *how,
            struct sink *sink, struct arena *a, struct diag *d)
{
	struct writing *wr = arena_zero(a, 1, sizeof(*wr));
	size_t worker = 0;
	int err;

	wr->wheel = w;
	wr->how = how;
	wr->files = how->files;
	wr->sink = sink;
	wr->arena = a;
	take_workers(wr);
	make_space(wr);
	err = put_directories(wr);
	if (err == 0)
		err = pool_run(wr->worker_count, wr->batch_count, work, wr,
		               &worker);
	if (err == 0) {
		worker = 0;
		err = write_made(wr);
	}
	return end(wr, err, worker, d);
}

struct launch
wheel_launch(const struct plan *p, struct arena *a)
{
	(void)a;
	return (struct launch){
		.python = p->python,
		.base = p->base,
		.exe = p->exe,
	};
}
