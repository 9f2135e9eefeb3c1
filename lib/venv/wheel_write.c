#include "venv/wheel_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "format/inflate.h"
#include "os/signals.h"
#include "publish/sink.h"
#include "python/layout.h"
#include "venv/plan.h"
#include "venv/wheel_added.h"
#include "venv/wheel_writing.h"
#include "wheel/files.h"
#include "wheel/launcher.h"
#include "wheel/progress.h"
#include "wheel/wheel.h"

enum {
	MAX_DIR = 4096,
	MAX_SCRIPT = 64 * 1024 * 1024,
	/* of a member, between two looks at signals */
	PIECES = 64,
	/* making a file takes as long as inflating this many bytes */
	FILE_WEIGHT = 4 * 1024,
	BATCH_WEIGHT = 128 * 1024,
	/* below this a thread costs more than it brings */
	WORKER_WEIGHT = 512 * 1024,
};

/* Between two batches, and now and then in a large member: -EINTR if a signal
 * is to end it. */
static int
look_up(struct hand *h)
{
	if (h->progress)
		h->progress->tell(h->progress);
	return signals_pending() ? -EINTR : 0;
}

static int
put_piece(void *ctx, const void *p, size_t n)
{
	struct hand *h = ctx;

	/* one member can be very large */
	if (++h->pieces % PIECES == 0 && look_up(h) < 0)
		return -EINTR;
	digest_add(&h->digest, p, n);
	return h->sink ? h->sink->ops->write(h->sink, p, n) : 0;
}

/* Verify the hash that RECORD has for F. If it has none, or one that is written
 * in another form, set that of ROW. */
static int
verify_hash(struct hand *h, const struct wheel_file *f, struct record_row *row)
{
	unsigned char want[DIGEST_MAX], got[DIGEST_MAX];
	enum digest_kind kind = h->digest.kind;
	bool none = wheel_has_no_hash(f->row), tidy = false;
	struct buf hash;

	digest_end(&h->digest, got);
	if (!none && (!wheel_hash(f->row, &kind, want, &tidy) ||
	              memcmp(want, got, digest_size(kind)) != 0))
		return diag_set(&h->diag, -EINVAL, "%s: %s: its content does not "
		                "have the hash that RECORD says", h->wheel->file,
		                f->member->name);
	if (tidy)
		return 0;
	buf_init(&hash, &h->arena);
	digest_put_record(&hash, kind, got);
	row->hash = buf_str(&hash);
	row->size = arena_fmt(&h->arena, "%llu",
	                      (unsigned long long)f->member->size);
	return row->hash && row->size ? 0 : -ENOMEM;
}

/* Read the member of F, whose row of RECORD is ROW, through H, which passes it
 * on, and verify it. */
static int
read_member(struct hand *h, const struct wheel_file *f, struct record_row *row)
{
	enum digest_kind kind = DIGEST_SHA256;
	int err;

	(void)digest_kind_parse(f->row->hash, strcspn(f->row->hash, "="),
	                        &kind);
	digest_init(&h->digest, kind);
	err = zip_read(&h->wheel->zip, f->member, h->inflater, put_piece, h,
	               &h->diag);
	if (err == 0)
		return verify_hash(h, f, row);
	return h->diag.code ? diag_prefix(&h->diag, "%s: ", h->wheel->file)
	                    : err;
}

/* ERR, with a diag: what PATH could not be written for. */
static int
fail(struct hand *h, int err, const char *path)
{
	const char *file = h->wheel->file;

	if (h->diag.code || err >= 0)
		return err;
	if (err == -ENOMEM)
		return diag_oom(&h->diag);
	/* -EEXIST would say that another run has made the environment */
	if (err == -EISDIR)
		return diag_set(&h->diag, -EINVAL, "%s: %s: the environment "
		                "keeps a directory of this name", file, path);
	if (err == -EEXIST || err == -ENOTDIR)
		return diag_set(&h->diag, -EINVAL, "%s: %s: another wheel, or the "
		                "environment, has a file of this name", file,
		                path);
	if (err == -ENAMETOOLONG)
		return diag_set(&h->diag, err, "%s: %s: its name is too long",
		                file, path);
	return diag_set(&h->diag, err, "cannot write '%s/%s': %s", h->env_dir,
	                path, diag_reason(err));
}

int
writing_fail(struct writing *wr, int err, const char *path)
{
	return fail(&wr->hands[0], err, path);
}

int
writing_put(struct writing *wr, const char *path, mode_t mode,
            const void *text, size_t n)
{
	struct hand *h = &wr->hands[0];
	struct sink *s = h->sink;
	int err = s->ops->begin(s, path, mode, n);

	if (err == 0)
		err = s->ops->write(s, text, n);
	if (err == 0)
		err = s->ops->end(s);
	return fail(h, err, path);
}

/* Verify the member of F without writing it. */
static int
verify(struct hand *h, const struct wheel_file *f, struct record_row *row)
{
	struct sink *s = h->sink;
	int err;

	h->sink = NULL;
	err = read_member(h, f, row);
	h->sink = s;
	return fail(h, err, f->path);
}

static mode_t
mode_of(const struct wheel_file *f)
{
	return f->member->executable ? SINK_PROGRAM : 0666;
}

static int
write_as_it_is(struct hand *h, const struct wheel_file *f,
               struct record_row *row)
{
	struct sink *s = h->sink;
	int err = s->ops->begin(s, f->path, mode_of(f), f->member->size);

	if (err == 0)
		err = read_member(h, f, row);
	if (err == 0)
		err = s->ops->end(s);
	return fail(h, err, f->path);
}

/* Return the mode of the script F, of N bytes at TEXT: a program can be executed
 * even if the wheel was made where files have no x bits. */
static mode_t
script_mode(const struct wheel_file *f, const char *text, size_t n)
{
	if (n >= 4 && (memcmp(text, "#!", 2) == 0 ||
	               memcmp(text, "\177ELF", 4) == 0))
		return SINK_PROGRAM;
	return mode_of(f);
}

/* A script: its first line is made to start the environment's Python. */
static int
write_script(struct writing *wr, const struct wheel_file *f,
             struct record_row *row)
{
	struct hand *h = &wr->hands[0];
	const struct wheel *w = wr->wheel;
	const struct launch launch = writing_launch(wr);
	size_t n = (size_t)f->member->size, line;
	struct buf script;
	char *text = NULL;
	int err = verify(h, f, row); /* before it is changed */

	if (err < 0)
		return err;
	err = zip_load(&w->zip, f->member, MAX_SCRIPT, h->inflater, wr->arena,
	               &text, &h->diag);
	if (err < 0)
		return diag_prefix(&h->diag, "%s: ", w->file);
	line = launcher_placeholder(text, n);
	if (line == 0)
		return writing_put_script(wr, f->path, script_mode(f, text, n),
		                          text, n);
	buf_init(&script, wr->arena);
	if (!launch.python)
		return diag_oom(&h->diag);
	err = launcher_put_program(&script, &launch, text + line, n - line);
	if (err < 0)
		return diag_set(&h->diag, err, "%s: %s: it cannot start '%s', "
		                "whose name is not UTF-8", w->file,
		                f->member->name, launch.python);
	if (!buf_str(&script) ||
	    writing_describe(wr, row, script.data, script.len) < 0)
		return diag_oom(&h->diag);
	return writing_put_script(wr, f->path, SINK_PROGRAM, script.data,
	                          script.len);
}

static int
work(void *ctx, size_t worker, size_t item)
{
	struct writing *wr = ctx;
	struct hand *h = &wr->hands[worker];
	const struct batch *b = &wr->batches[item];
	int err = fail(h, look_up(h), wr->files.list[b->first].path);

	for (size_t i = b->first; err == 0 && i < b->end; i++) {
		const struct wheel_file *f = &wr->files.list[i];
		struct record_row *row = &wr->record.rows[i];

		if (!f->script)
			err = wr->skipped[i] ? verify(h, f, row)
			                     : write_as_it_is(h, f, row);
	}
	return err;
}

/* Return the path of the directory D, until the next call; NULL if memory is
 * out. */
static const char *
name_dir(struct writing *wr, const struct written_dir *d)
{
	/* no path is longer: see wheel_files.c */
	if (!wr->dir)
		wr->dir = arena_alloc(wr->arena, MAX_DIR);
	if (!wr->dir || d->len >= MAX_DIR)
		return NULL;
	memcpy(wr->dir, d->path, d->len);
	wr->dir[d->len] = '\0';
	return wr->dir;
}

/* Remember the directory of the first N bytes of PATH, and put it. */
static int
put_directory(struct writing *wr, const char *path, size_t n)
{
	size_t size = sizeof(*wr->dirs);
	const char *dir;
	int err;

	if (wr->dir_count == wr->dir_room) {
		size_t room = wr->dir_room ? wr->dir_room * 2 : 16;

		wr->dirs = arena_grow(wr->arena, wr->dirs, wr->dir_room * size,
		                      room * size);
		if (!wr->dirs)
			return -ENOMEM;
		wr->dir_room = room;
	}
	wr->dirs[wr->dir_count] = (struct written_dir){ path, n };
	dir = name_dir(wr, &wr->dirs[wr->dir_count++]);
	if (!dir)
		return -ENOMEM;
	if (!wr->sink && signals_pending()) /* a sink looks itself */
		return fail(&wr->hands[0], -EINTR, dir);
	/* a link would lead out of the environment */
	err = writing_look(wr, dir);
	if (err == 0 || err == -EISDIR)
		err = wr->sink ? wr->sink->ops->dir(wr->sink, dir) : 0;
	return fail(&wr->hands[0], err, dir);
}

/* Directories above the sorted files, each once. */
static int
put_directories(struct writing *wr)
{
	const char *last = "";

	for (size_t i = 0; i < wr->files.count; i++) {
		const char *path = wr->files.list[i].path;
		size_t same = 0;

		while (path[same] && path[same] == last[same])
			same++;
		for (size_t n = 0; path[n]; n++) {
			int err;

			/* what both are below was put with the last one */
			if (path[n] != '/' || n < same)
				continue;
			err = put_directory(wr, path, n);
			if (err < 0)
				return err;
		}
		last = path;
	}
	return 0;
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

/* Cut the list of files into batches; *WEIGHT: of them all. */
static int
make_batches(struct writing *wr, uint64_t *weight)
{
	const struct wheel_files *f = &wr->files;
	struct batch *b = NULL;

	*weight = 0;
	wr->batches = arena_alloc(wr->arena, (f->count + 1) * sizeof(*b));
	if (!wr->batches)
		return -ENOMEM;
	for (size_t i = 0; i < f->count; i++) {
		uint64_t size = f->list[i].member->size + FILE_WEIGHT;

		if (!b || b->weight + size > BATCH_WEIGHT ||
		    (b->weight > BATCH_WEIGHT / 2 &&
		     !same_directory(f->list[i - 1].path, f->list[i].path))) {
			b = &wr->batches[wr->batch_count++];
			*b = (struct batch){ .first = i };
		}
		b->end = i + 1;
		b->weight += size;
		*weight += size;
	}
	return 0;
}

static void
drop_hand(struct writing *wr, struct hand *h)
{
	if (h->sink && h->sink != wr->sink)
		h->sink->ops->drop(h->sink);
	arena_free(&h->arena);
}

static void
begin_hand(const struct writing *wr, struct hand *h)
{
	h->wheel = wr->wheel;
	h->env_dir = wr->how->plan->env_dir;
	arena_init(&h->arena, NULL, 0);
	diag_init(&h->diag, &h->arena);
}

/* Make hand N; false: memory is out, or another cannot be had. */
static bool
take_hand(struct writing *wr, size_t n)
{
	struct hand *h = &wr->hands[n];

	begin_hand(wr, h);
	h->progress = n == 0 ? wr->how->progress : NULL;
	h->sink = wr->sink->ops->another(wr->sink, &h->arena);
	/* an archive is written by one hand only */
	if (!h->sink && n == 0)
		h->sink = wr->sink;
	h->inflater = h->sink ? inflater_new(&h->arena) : NULL;
	if (!h->inflater)
		drop_hand(wr, h);
	return h->inflater;
}

/* As many hands as the work is worth; -ENOMEM if not one. */
static int
take_hands(struct writing *wr)
{
	uint64_t weight;
	size_t wanted;
	int err = make_batches(wr, &weight);

	if (err < 0)
		return err;
	wanted = (size_t)(weight / WORKER_WEIGHT) + 1;
	if (wanted > wr->how->workers)
		wanted = wr->how->workers;
	while (wr->hand_count < wanted && take_hand(wr, wr->hand_count))
		wr->hand_count++;
	if (wr->hand_count > 1)
		qsort(wr->batches, wr->batch_count, sizeof(*wr->batches),
		      by_weight);
	return wr->hand_count > 0 ? 0 : -ENOMEM;
}

static void
drop_hands(struct writing *wr)
{
	for (size_t i = 0; i < wr->hand_count; i++)
		drop_hand(wr, &wr->hands[i]);
}

int
writing_digest(struct writing *wr, const struct wheel_file *f,
               enum digest_kind *kind, unsigned char sum[DIGEST_MAX])
{
	struct hand *h = &wr->hands[0];
	bool tidy;
	int err;

	if (!wheel_has_no_hash(f->row) && wheel_hash(f->row, kind, sum, &tidy))
		return 0;
	*kind = DIGEST_SHA256;
	err = wheel_digest(wr->wheel, f->member, h->inflater, sum, &h->diag);
	return h->diag.code ? diag_prefix(&h->diag, "%s: ", wr->wheel->file)
	                    : err;
}

int
writing_put_script(struct writing *wr, const char *path, mode_t mode,
                   const void *text, size_t n)
{
	int there = writing_look_for_script(wr, path, mode, text, n);

	return there == 0 ? writing_put(wr, path, mode, text, n)
	       : there > 0 ? 0 : fail(&wr->hands[0], there, path);
}

/* Rows of RECORD for the members, as the wheel has them. */
static int
add_rows(struct writing *wr)
{
	const struct wheel_files *f = &wr->files;
	size_t room = f->count + wheel_files_added(wr->wheel);

	wr->record.rows = arena_alloc(wr->arena,
	                              room * sizeof(*wr->record.rows));
	wr->paths = arena_alloc(wr->arena, room * sizeof(*wr->paths));
	wr->skipped = arena_zero(wr->arena, f->count + 1,
	                         sizeof(*wr->skipped));
	if (!wr->record.rows || !wr->paths || !wr->skipped)
		return -ENOMEM;
	for (size_t i = 0; i < f->count; i++) {
		struct record_row *row = writing_row(wr, f->list[i].path);

		if (!row)
			return -ENOMEM;
		row->hash = f->list[i].row->hash;
		row->size = f->list[i].row->size;
	}
	return 0;
}

/* Members that are changed on their way; row I of RECORD is file I's. */
static int
write_scripts(struct writing *wr)
{
	int err = 0;

	for (size_t i = 0; err == 0 && i < wr->files.count; i++) {
		if (wr->files.list[i].script)
			err = write_script(wr, &wr->files.list[i],
			                   &wr->record.rows[i]);
	}
	return err;
}

/* Give all that was written the time of the run; directories last, for what is
 * written in them changes theirs. */
static int
stamp(struct writing *wr)
{
	struct sink *s = wr->sink;
	int err = 0;

	for (size_t i = 0; err == 0 && i < wr->record.count; i++) {
		err = s->ops->stamp(s, wr->paths[i], wr->how->epoch);
		/* one that is skipped is there already, or comes later */
		err = err == -ENOENT ? 0 : writing_fail(wr, err, wr->paths[i]);
	}
	for (size_t i = wr->dir_count; err == 0 && i-- > 0;) {
		const char *dir = name_dir(wr, &wr->dirs[i]);

		err = dir ? writing_fail(wr, s->ops->stamp(s, dir,
		                                           wr->how->epoch), dir)
		          : -ENOMEM;
	}
	return err;
}

/* The hand that an error comes from is *HAND. */
static int
write_all(struct writing *wr, size_t *hand)
{
	int err = writing_look_at_all(wr);

	if (err == 0)
		err = put_directories(wr);
	if (err == 0)
		err = pool_run(wr->hand_count, wr->batch_count, work, wr, hand);
	if (err < 0)
		return err;
	*hand = 0;
	err = write_scripts(wr);
	if (err == 0)
		err = wheel_added_put(wr);
	return err == 0 && wr->how->has_epoch ? stamp(wr) : err;
}

static struct writing *
begin(const struct wheel *w, const struct wheel_write *how, struct sink *sink,
      struct arena *a)
{
	struct writing *wr = arena_zero(a, 1, sizeof(*wr));

	if (!wr)
		return NULL;
	wr->wheel = w;
	wr->how = how;
	wr->sink = sink;
	wr->arena = a;
	wr->files = *how->files;
	return wr;
}

/* End with ERR, which hand number HAND has met. */
static int
end(struct writing *wr, int err, size_t hand, struct diag *d)
{
	if (err == 0)
		writing_warn(wr, d);
	if (err == -ENOMEM)
		diag_oom(d);
	else if (err < 0 && wr->hands[hand].diag.code)
		diag_set(d, err, "%s", buf_str(&wr->hands[hand].diag.text));
	drop_hands(wr);
	return err;
}

int
wheel_write(const struct wheel *w, const struct wheel_write *how,
            struct sink *sink, struct arena *a, struct diag *d)
{
	struct writing *wr = begin(w, how, sink, a);
	size_t hand = 0;
	int err;

	if (!wr)
		return diag_oom(d);
	err = take_hands(wr);
	if (err == 0)
		err = add_rows(wr);
	if (err == 0)
		err = write_all(wr, &hand);
	return end(wr, err, hand, d);
}

static int
look_at_script(void *ctx, const char *name, const struct entry_point *e)
{
	struct writing *wr = ctx;
	char *path = arena_fmt(wr->arena, "bin/%s", name);
	int err = path ? writing_look(wr, path) : -ENOMEM;

	(void)e;
	return err == -EEXIST ? 0 : writing_fail(wr, err, path);
}

int
wheel_write_look(const struct wheel *w, const struct wheel_write *how,
                 struct arena *a, struct diag *d)
{
	struct writing *wr = begin(w, how, NULL, a);
	int err;

	if (!wr)
		return diag_oom(d);
	begin_hand(wr, &wr->hands[0]);
	wr->hands[0].inflater = inflater_new(&wr->hands[0].arena);
	wr->hand_count = 1;
	err = wr->hands[0].inflater ? add_rows(wr) : -ENOMEM;
	if (err == 0)
		err = writing_look_at_all(wr);
	if (err == 0)
		err = put_directories(wr);
	if (err == 0)
		err = wheel_files_each_script(w, how->layout, look_at_script, wr,
		                              a);
	return end(wr, err, 0, d);
}
