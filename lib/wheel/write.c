#include "wheel/write.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "os/pool.h"
#include "os/signals.h"
#include "publish/sink.h"
#include "wheel/fates.h"
#include "wheel/made.h"

enum {
	/* of a member, between two looks at signals */
	PIECES = 64,
	/* making a file takes as long as inflating this many bytes */
	FILE_WEIGHT = 4 * 1024,
	BATCH_WEIGHT = 128 * 1024,
	/* below this a thread costs more than it brings */
	WORKER_WEIGHT = 512 * 1024,
	/* bytes of a file that are digested while one is inflated and written */
	DIGEST_SPEED = 4,
	/* of RECORD */
	PIECE = 32 * 1024,
};

/* Files of a wheel that one worker writes in a row, so that it finds their directory
 * open and the others are elsewhere. */
struct batch {
	uint32_t wheel;
	size_t first, end; /* in the list of files; equal: the wheel's own file is
	                      digested */
	uint64_t weight;   /* bytes, and what it costs to make the files */
};

/* A wheel that is being written. */
struct entry {
	const struct wheel_install *install;
	unsigned char sum[DIGEST_MAX]; /* SHA-256 of its file, for direct_url.json */
	atomic_size_t batches;         /* that are still to be written */
};

/* The tools of one thread that writes. */
struct worker {
	struct wheel_source *source;
	struct wheel_source own; /* SOURCE of all but the first one */
	const struct entry *entry; /* whose wheel SOURCE has open; NULL: none */
	const char *file;     /* of that wheel, for messages */
	const char *env_dir;  /* its path here, for messages */
	struct sink *sink;
	struct diag diag;
	struct arena texts;   /* of DIAG */
	struct arena shortly; /* for one wheel's RECORD */
	struct digest digest; /* of the file being written */
	size_t pieces;        /* that came so far */
	struct progress *progress; /* of the first one; else NULL */
};

/* All wheels that are written. */
struct job {
	const struct wheel_write *how;
	struct entry *entries; /* for each wheel */
	atomic_size_t done;    /* wheels whose members are written */
	struct batch *batches;
	size_t batch_count;
	struct worker workers[POOL_MAX];
	size_t worker_count;
	struct sink *sink;
	struct arena arena;
};

/* The row of a file that differs from all members. */
struct made_row {
	size_t file; /* its number */
	struct record_row row;
};

/* Files that are no member of a wheel, or a changed one, as they are written. */
struct writing {
	const struct entry *entry;
	const struct wheel *wheel;
	const struct wheel_files *files;
	const struct launch *launch;
	struct made_row *made;
	size_t made_count;
	struct worker *worker;
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

/* Read the member of F, pass it on, and verify it. */
static int
read_member(struct worker *k, const struct wheel_file *f)
{
	const struct wheel *w = &k->source->wheel;
	struct digest_value want = { .kind = DIGEST_SHA256 };
	bool listed = rows_digest(&w->rows, f->source, &want) > 0;
	const struct zip_member *m = &w->zip.members[f->source];
	int err;

	digest_init(&k->digest, want.kind);
	err = zip_read(&w->zip, m, k->source->inflater, put_piece, k, &k->diag);
	if (err == 0) {
		unsigned char got[DIGEST_MAX];

		digest_end(&k->digest, got);
		return wheel_judge_digest(w, m, listed ? &want : NULL, got, &k->diag);
	}
	return diag_prefix(&k->diag, err, "%s: ", w->file);
}

/* ERR, with a diag: what PATH could not be written for. */
static int
fail(struct worker *k, int err, const char *path)
{
	const char *file = k->file;

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
	struct sink *s = wr->worker->sink;
	int err = s->ops->begin(s, path, mode, n);

	if (err == 0)
		err = s->ops->write(s, text, n);
	if (err == 0)
		err = s->ops->end(s);
	return fail(wr->worker, err, path);
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
	bool written = wr->entry->install->fates[i] == FATE_WRITTEN;
	struct worker *k = wr->worker;

	if (!s->text)
		return written ? write_as_it_is(k, f, s->mode) : verify(k, f);
	add_made(wr, i, s->text, s->len);
	return written ? put(wr, f->path, s->mode, s->text, s->len) : 0;
}

static int
write_script(struct writing *wr, size_t i)
{
	struct worker *k = wr->worker;
	char memory[2048]; /* for most */
	struct arena shortly;
	struct wheel_script s;
	int err;

	arena_init(&shortly, memory, sizeof(memory));
	err = wheel_script_make(&s, wr->wheel, &wr->files->list[i],
	                        wr->launch, k->source->inflater, &shortly,
	                        &k->diag);
	if (err == 0)
		err = put_script(wr, i, &s);
	arena_free(&shortly);
	return err;
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
		wheel_put_origin(&text, wr->entry->install->choice->file,
		                 wr->entry->sum);
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
	size_t below, outside; /* numbers of the files after the next ones */
	const char *below_path, *outside_path; /* of these; NULL: to be found */
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

/* Find the next file below the root, if there is one. */
static void
find_below(struct merging *m)
{
	const struct wheel_files *f = m->writing->files;

	while (!m->below_path && m->below < f->count)
		m->below_path = below_root(m->writing, &f->list[m->below++]);
}

/* Find the next one of the others. */
static void
find_outside(struct merging *m)
{
	const struct wheel_files *f = m->writing->files;

	while (!m->outside_path && m->outside < f->count) {
		const struct wheel_file *file = &f->list[m->outside++];

		if (below_root(m->writing, file))
			continue;
		m->up.len = m->up_len;
		buf_puts(&m->up, file->path);
		m->outside_path = buf_str(&m->up);
	}
}

/* Set *FILE to the number of the next one, and return its path; NULL at the end. */
static const char *
next_path(struct merging *m, size_t *file)
{
	const char *path;

	find_below(m);
	find_outside(m);
	if (m->outside_path && (!m->below_path ||
	                        strcmp(m->outside_path, m->below_path) < 0)) {
		path = m->outside_path;
		*file = m->outside - 1;
		m->outside_path = NULL;
	} else {
		path = m->below_path;
		*file = m->below - 1;
		m->below_path = NULL;
	}
	return path;
}

/* Write the rows of RECORD to S, or without S only count their bytes: *SIZE. TEXT has
 * the last ones. */
static int
write_rows(struct writing *wr, struct sink *s, struct buf *text, uint64_t *size)
{
	struct merging merging;
	struct row_text space;
	struct record_row row;
	size_t i;
	int err = 0;

	*size = 0;
	text->len = 0;
	merging_init(&merging, wr);
	for (const char *path = next_path(&merging, &i); err == 0 && path;
	     path = next_path(&merging, &i)) {
		size_t before;

		if (text->len >= PIECE) {
			if (signals_pending())
				return -EINTR;
			err = s ? s->ops->write(s, text->data, text->len) : 0;
			text->len = 0;
		}
		row = row_of(wr, i, &space);
		row.path = path;
		before = text->len;
		record_put(text, &row);
		*size += text->len - before;
	}
	return err < 0 || !s ? err : s->ops->write(s, text->data, text->len);
}

static int
write_record(struct writing *wr, const struct wheel_file *f)
{
	struct sink *s = wr->worker->sink;
	struct buf text;
	uint64_t size;
	int err;

	buf_init(&text, wr->arena);
	err = write_rows(wr, NULL, &text, &size);
	if (err == 0)
		err = s->ops->begin(s, f->path, 0666, size);
	/* most are short enough to be there as a whole */
	if (err == 0)
		err = text.len == size
		              ? s->ops->write(s, text.data, text.len)
		              : write_rows(wr, s, &text, &size);
	if (err == 0)
		err = s->ops->end(s);
	return fail(wr->worker, err, f->path);
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

/* Make space for the rows of what is no member, or may be changed. */
static void
make_space(struct writing *wr)
{
	size_t n = 0;

	for (size_t i = 0; i < wr->files->count; i++)
		n += wr->files->list[i].kind != WHEEL_MEMBER;
	wr->made = arena_zero(wr->arena, n + 1, sizeof(*wr->made));
}

/* Let K read the wheel of E, and make sure that its last one has not changed. */
static int
enter(struct worker *k, const struct entry *e)
{
	const struct wheel_choice *c = e->install->choice;
	int err = 0;

	if (k->entry == e)
		return 0;
	if (k->entry)
		err = wheel_source_unchanged(k->source, &k->diag);
	if (err == 0)
		err = wheel_source_open(k->source, c, &k->diag);
	k->entry = e;
	k->file = c->wheel->file;
	return err;
}

/* Let P be at the wheel of E. */
static void
advance(struct progress *p, struct job *j, const struct entry *e)
{
	p->project = e->install->choice->project;
	p->version = e->install->choice->version;
	p->number = atomic_load(&j->done) + 1;
	p->count = j->how->count;
}

/* Digest the file of E: it is what was locked, and direct_url.json has its hash. */
static int
digest_file(struct worker *k, struct entry *e)
{
	const struct wheel_choice *c = e->install->choice;
	const unsigned char *sum;
	int err = 0;

	if (c->lock) {
		err = wheel_source_sum(k->source, c->lock->kind, &sum, &k->diag);
		if (err == 0 && memcmp(sum, c->lock->sum,
		                       digest_size(c->lock->kind)) != 0)
			err = diag_set(&k->diag, -EINVAL, "%s: it has changed",
			               k->file);
	}
	if (err == 0 && c->direct) {
		err = wheel_source_sum(k->source, DIGEST_SHA256, &sum, &k->diag);
		if (err == 0)
			memcpy(e->sum, sum, digest_size(DIGEST_SHA256));
	}
	return err;
}

/* Write the members of E that B has. */
static int
write_members(struct worker *k, const struct entry *e, const struct batch *b)
{
	const struct wheel_install *w = e->install;
	int err = 0;

	for (size_t i = b->first; err == 0 && i < b->end; i++) {
		const struct wheel_file *f = &w->files.list[i];

		if (f->kind == WHEEL_MEMBER)
			err = w->fates[i] == FATE_WRITTEN
			              ? write_as_it_is(k, f, wheel_file_mode(f))
			              : verify(k, f);
	}
	return err;
}

static int
work(void *ctx, size_t worker, size_t item)
{
	struct job *j = ctx;
	struct worker *k = &j->workers[worker];
	const struct batch *b = &j->batches[item];
	struct entry *e = &j->entries[b->wheel];
	int err;

	if (k->progress)
		advance(k->progress, j, e);
	err = look_up(k);
	if (err == 0)
		err = enter(k, e);
	if (err == 0)
		err = b->first == b->end ? digest_file(k, e)
		                         : write_members(k, e, b);
	if (err < 0)
		return fail(k, err, e->install->files.list[b->first].path);
	if (atomic_fetch_sub(&e->batches, 1) == 1)
		atomic_fetch_add(&j->done, 1);
	return 0;
}

/* Write the rest of a wheel whose members are all written. */
static int
finish(void *ctx, size_t worker, size_t item)
{
	struct job *j = ctx;
	struct worker *k = &j->workers[worker];
	const struct entry *e = &j->entries[item];
	const struct arena_mark mark = arena_mark(&k->shortly);
	struct writing wr = {
		.entry = e,
		.wheel = &k->source->wheel,
		.files = &e->install->files,
		.launch = &j->how->launch,
		.worker = k,
		.arena = &k->shortly,
	};
	int err = fail(k, look_up(k), wr.files->list[0].path);

	if (err == 0)
		err = enter(k, e);
	if (err == 0) {
		make_space(&wr);
		err = write_made(&wr);
	}
	arena_rewind(&k->shortly, &mark);
	return err;
}

struct directories {
	struct job *job;
	struct buf path;
};

static int
put_directory(void *ctx, const char *path, size_t n)
{
	struct directories *d = ctx;
	struct sink *s = d->job->sink;

	d->path.len = 0;
	buf_add(&d->path, path, n);
	return fail(&d->job->workers[0], s->ops->dir(s, buf_str(&d->path)),
	            buf_str(&d->path));
}

/* Put the directories above the files of all wheels. */
static int
put_directories(struct job *j)
{
	struct directories d = { .job = j };
	const char *last = "";
	int err = 0;

	buf_init(&d.path, &j->arena);
	for (size_t n = 0; n < j->how->count; n++) {
		const struct wheel_install *w = &j->how->list[n];

		j->workers[0].file = w->choice->wheel->file;
		for (size_t i = 0; err == 0 && i < w->files.count; i++) {
			const char *path = w->files.list[i].path;

			err = wheel_files_new_directories(path, last,
			                                  put_directory, &d);
			last = path;
		}
	}
	return err;
}

static bool
same_directory(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] && a[n] == b[n])
		n++;
	return !strchr(a + n, '/') && !strchr(b + n, '/');
}

/* The heavy ones first: none is to be waited for at the end. The others in their
 * order: a worker stays with a wheel. */
static int
by_weight(const void *pa, const void *pb)
{
	const struct batch *a = pa, *b = pb;
	uint64_t one = a->weight > BATCH_WEIGHT ? a->weight : 0;
	uint64_t other = b->weight > BATCH_WEIGHT ? b->weight : 0;

	if (one != other)
		return one < other ? 1 : -1;
	if (a->wheel != b->wheel)
		return a->wheel < b->wheel ? -1 : 1;
	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return (a->end > b->end) - (a->end < b->end);
}

static struct batch *
add_batch(struct job *j, size_t *room, size_t wheel, size_t first)
{
	struct batch *b;

	j->batches = arena_more(&j->arena, j->batches, j->batch_count, room,
	                        sizeof(*b));
	b = &j->batches[j->batch_count++];
	*b = (struct batch){ .wheel = (uint32_t)wheel, .first = first,
		             .end = first };
	atomic_fetch_add(&j->entries[wheel].batches, 1);
	return b;
}

/* Cut the list of files of wheel number N into batches. Return the weight of them
 * all. */
static uint64_t
make_batches(struct job *j, size_t n, size_t *room)
{
	const struct wheel_choice *c = j->how->list[n].choice;
	const struct wheel_files *f = &j->how->list[n].files;
	struct batch *b = NULL;
	uint64_t weight = 0;

	if (c->direct || c->lock) {
		weight = c->wheel->zip.size / DIGEST_SPEED;
		add_batch(j, room, n, 0)->weight = weight;
	}
	for (size_t i = 0; i < f->count; i++) {
		uint64_t size = f->list[i].size + FILE_WEIGHT;

		if (!b || b->weight + size > BATCH_WEIGHT ||
		    (b->weight > BATCH_WEIGHT / 2 &&
		     !same_directory(f->list[i - 1].path, f->list[i].path)))
			b = add_batch(j, room, n, i);
		b->end = i + 1;
		b->weight += size;
		weight += size;
	}
	return weight;
}

static void
drop_worker(struct job *j, struct worker *k)
{
	if (k->sink && k->sink != j->sink)
		k->sink->ops->drop(k->sink);
	wheel_source_close(&k->own);
	arena_free(&k->shortly);
	arena_free(&k->texts);
}

/* Make worker N. Return whether it could be made: an archive has only one. */
static bool
take_worker(struct job *j, size_t n)
{
	struct worker *k = &j->workers[n];

	k->env_dir = j->how->env_dir;
	k->progress = n == 0 ? j->how->progress : NULL;
	arena_init(&k->texts, NULL, 0);
	arena_init(&k->shortly, NULL, 0);
	diag_init(&k->diag, &k->texts);
	wheel_source_init(&k->own);
	k->source = n == 0 ? j->how->source : &k->own;
	k->sink = j->sink->ops->another(j->sink, &j->arena);
	if (!k->sink && n == 0)
		k->sink = j->sink;
	return k->sink;
}

/* Make as many workers as the work is worth. */
static void
take_workers(struct job *j)
{
	uint64_t weight = 0;
	size_t room = 0, wanted;

	for (size_t i = 0; i < j->how->count; i++) {
		j->entries[i].install = &j->how->list[i];
		weight += make_batches(j, i, &room);
	}
	wanted = (size_t)(weight / WORKER_WEIGHT) + 1;
	if (wanted > j->how->workers)
		wanted = j->how->workers;
	while (j->worker_count < wanted && take_worker(j, j->worker_count))
		j->worker_count++;
	if (j->worker_count > 1)
		qsort(j->batches, j->batch_count, sizeof(*j->batches),
		      by_weight);
}

/* Make sure that no wheel has changed that a worker has still open. */
static int
leave_all(struct job *j, size_t *worker)
{
	int err = 0;

	for (size_t i = 0; err == 0 && i < j->worker_count; i++) {
		struct worker *k = &j->workers[i];

		*worker = i;
		if (k->entry)
			err = wheel_source_unchanged(k->source, &k->diag);
	}
	return err;
}

/* End with ERR, which worker number WORKER has met. */
static int
end(struct job *j, int err, size_t worker, struct diag *d)
{
	if (err < 0 && j->workers[worker].diag.code)
		diag_set(d, err, "%s", buf_str(&j->workers[worker].diag.text));
	for (size_t i = 0; i < j->worker_count; i++)
		drop_worker(j, &j->workers[i]);
	arena_free(&j->arena);
	return err;
}

int
wheel_write(const struct wheel_write *how, struct sink *sink, struct diag *d)
{
	struct job j = { .how = how, .sink = sink };
	size_t worker = 0, workers;
	int err;

	arena_init(&j.arena, NULL, 0);
	j.entries = arena_zero(&j.arena, how->count, sizeof(*j.entries));
	take_workers(&j);
	workers = j.worker_count < how->count ? j.worker_count : how->count;
	err = put_directories(&j);
	if (err == 0)
		err = pool_run(j.worker_count, j.batch_count, work, &j, &worker);
	if (err == 0)
		err = pool_run(workers, how->count, finish, &j, &worker);
	if (err == 0)
		err = leave_all(&j, &worker);
	return end(&j, err, worker, d);
}
