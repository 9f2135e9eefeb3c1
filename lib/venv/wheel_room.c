#include "venv/wheel_writing.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "format/pathname.h"
#include "os/file_source.h"
#include "os/signals.h"
#include "os/walk.h"
#include "publish/sink.h"
#include "venv/plan.h"
#include "venv/wheel_write.h"
#include "wheel/distribution.h"
#include "wheel/shared.h"
#include "wheel/wheel.h"

enum { PIECE = 64 * 1024 };

/* Compare node N with the subtree under PATH, of LEN bytes: < 0 before it, 0
 * inside, > 0 after. */
static int
compare(const struct node *n, const char *path, size_t len)
{
	int order = strncmp(n->path, path, len);

	return order ? order : (unsigned char)n->path[len] - '/';
}

/* Return whether something below PATH is removed; the plan is sorted. */
static bool
loses_files(const struct plan *p, const char *path)
{
	size_t len = strlen(path), low = 0, high = p->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&p->nodes[middle], path, len) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	while (low < p->count && p->nodes[low].kind != NODE_REMOVE &&
	       compare(&p->nodes[low], path, len) == 0)
		low++;
	return low < p->count && compare(&p->nodes[low], path, len) == 0;
}

/* Look at PATH: 1 if something stays there, which *ST describes, else 0. */
static int
look(struct writing *wr, const char *path, struct stat *st)
{
	const struct wheel_write *how = wr->how;
	const struct node *n;

	if (!how->there)
		return 0;
	n = plan_find(how->plan, path);
	if (n && n->kind == NODE_REMOVE)
		return 0;
	return walk_lstat_in(how->walk, how->there, path, st) == 0 &&
	       !(S_ISDIR(st->st_mode) && loses_files(how->plan, path));
}

int
writing_look(struct writing *wr, const char *path)
{
	struct stat st;

	return look(wr, path, &st) == 0 ? 0
	       : S_ISDIR(st.st_mode)    ? -EISDIR
	                                : -EEXIST;
}

/* Set SUM to the digest of the file PATH of N bytes that is there: 1, or 0 if it
 * cannot be read. */
static int
digest_there(struct writing *wr, const char *path, size_t n,
             enum digest_kind kind, unsigned char sum[DIGEST_MAX])
{
	const struct wheel_write *how = wr->how;
	char *full = arena_fmt(wr->arena, "%s/%s", how->there, path);
	struct file_source f;
	struct digest digest;
	int err;

	if (!wr->piece)
		wr->piece = arena_alloc(wr->arena, PIECE);
	if (!full || !wr->piece)
		return -ENOMEM;
	if (file_source_open(&f, how->walk, full) < 0)
		return 0;
	digest_init(&digest, kind);
	err = f.source.size == n;
	for (size_t at = 0, part; err == 1 && at < n; at += part) {
		part = n - at < PIECE ? n - at : PIECE;
		err = source_read(&f.source, at, wr->piece, part) == 0;
		if (signals_pending())
			err = -EINTR;
		digest_add(&digest, wr->piece, part);
	}
	file_source_close(&f);
	digest_end(&digest, sum);
	return err;
}

/* Return whether what *ST describes has the size N and the x bits of MODE. */
static bool
looks_like(const struct stat *st, uint64_t n, mode_t mode)
{
	return S_ISREG(st->st_mode) && (uint64_t)st->st_size == n &&
	       ((st->st_mode & 0111) != 0) == (mode == SINK_PROGRAM);
}

/* Count the file PATH that is replaced. */
static int
count_replaced(struct writing *wr, const char *path)
{
	const struct wheel_write *how = wr->how;
	const char *owner = NULL;
	int listed = distribution_lists(how->records, path, &owner);
	struct replaced *r = listed ? &wr->listed : &wr->unlisted;

	if (listed < 0 && how->records->diag->code)
		return diag_set(&wr->hands[0].diag, listed, "%s",
		                buf_str(&how->records->diag->text));
	if (listed < 0)
		return listed;
	if (r->count++ == 0)
		*r = (struct replaced){ path, owner, 1 };
	return 0;
}

/* Return whether the file of another wheel of this run is installed at PATH. */
static bool
is_anothers(const struct writing *wr, const char *path)
{
	const struct wheel_choice *owner = wr->how->shared
		? wheel_shared_owner(wr->how->shared, path) : NULL;

	return owner && owner != wr->how->choice;
}

/* Return 1 if the file at PATH, of N bytes, has the digest WANT, else 0. */
static int
is_equal(struct writing *wr, const char *path, size_t n, enum digest_kind kind,
         const unsigned char *want)
{
	unsigned char got[DIGEST_MAX];
	int err = digest_there(wr, path, n, kind, got);

	return err == 1 ? memcmp(want, got, digest_size(kind)) == 0 : err;
}

/* Look at the place of F, and decide whether it is *SKIPPED. */
static int
look_for_file(struct writing *wr, const struct wheel_file *f, bool *skipped)
{
	struct stat st;

	*skipped = is_anothers(wr, f->path);
	if (*skipped || look(wr, f->path, &st) == 0)
		return 0;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (looks_like(&st, f->member->size,
	               f->member->executable ? SINK_PROGRAM : 0666)) {
		unsigned char want[DIGEST_MAX];
		enum digest_kind kind;
		int err = writing_digest(wr, f, &kind, want);

		if (err == 0)
			err = is_equal(wr, f->path, (size_t)f->member->size,
			               kind, want);
		if (err < 0)
			return err;
		*skipped = err == 1;
	}
	return *skipped ? 0 : count_replaced(wr, f->path);
}

int
writing_look_at_all(struct writing *wr)
{
	for (size_t i = 0; i < wr->files.count; i++) {
		const struct wheel_file *f = &wr->files.list[i];
		int err = f->script ? 0
		                    : look_for_file(wr, f, &wr->skipped[i]);

		if (err < 0)
			return writing_fail(wr, err, f->path);
	}
	return 0;
}

int
writing_look_for_script(struct writing *wr, const char *path, mode_t mode,
                        const void *text, size_t n)
{
	struct stat st;
	int err = 0;

	if (is_anothers(wr, path))
		return 1;
	if (look(wr, path, &st) == 0)
		return 0;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (looks_like(&st, n, mode)) {
		unsigned char want[DIGEST_MAX];
		struct digest digest;

		digest_init(&digest, DIGEST_SHA256);
		digest_add(&digest, text, n);
		digest_end(&digest, want);
		err = is_equal(wr, path, n, DIGEST_SHA256, want);
	}
	return err != 0 ? err : count_replaced(wr, path);
}

static void
warn(const struct writing *wr, const struct replaced *r, const char *whose,
     struct diag *d)
{
	if (r->count == 1)
		diag_warn(d, "%s: replaced '%s', which %s", wr->wheel->file,
		          r->first, whose);
	else if (r->count > 1)
		diag_warn(d, "%s: replaced '%s' and %zu more file%s, which %s",
		          wr->wheel->file, r->first, r->count - 1,
		          r->count > 2 ? "s" : "", whose);
}

void
writing_warn(const struct writing *wr, struct diag *d)
{
	char *whose = wr->listed.owner
		? arena_fmt(wr->arena, "%s installed", wr->listed.owner) : NULL;

	warn(wr, &wr->unlisted, "no RECORD lists", d);
	warn(wr, &wr->listed, wr->listed.count == 1 && whose
	                              ? whose
	                              : "other projects installed", d);
}
