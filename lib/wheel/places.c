#include "wheel/fates.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "os/file_source.h"
#include "os/signals.h"
#include "os/walk.h"
#include "publish/plan.h"
#include "wheel/distribution.h"
#include "wheel/made.h"

enum { PIECE = 64 * 1024 };

/* Files of the environment that are replaced. */
struct replaced {
	const char *first; /* path */
	const char *owner; /* the .dist-info that lists it; NULL: none */
	size_t count;
};

struct judging {
	const struct places *places;
	struct wheel_install *install;
	const char *absent; /* the first ABSENT_LEN bytes are a directory that is
	                       not there */
	size_t absent_len;
	struct replaced unlisted, listed;
	char *piece;        /* of a file that is compared */
};

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

/* Return whether all in the directory PATH is removed, so that a file can come in
 * its place. */
static bool
goes_away(const struct places *p, const char *path)
{
	struct entries e;

	if (!loses_files(p->plan, path) ||
	    walk_entries(p->walk, p->arena,
	                 arena_fmt(p->arena, "%s/%s", p->dir, path), &e) < 0)
		return false;
	for (size_t i = 0; i < e.count; i++) {
		char *child = arena_fmt(p->arena, "%s/%s", path, e.names[i]);
		const struct node *n = plan_find(p->plan, child);
		bool removed = n && n->kind == NODE_REMOVE;
		struct stat st;

		if (walk_lstat_in(p->walk, p->dir, child, &st) < 0)
			continue;
		if (S_ISDIR(st.st_mode) ? !goes_away(p, child) : !removed)
			return false;
	}
	return true;
}

bool
places_keep(const struct places *p, const char *path)
{
	const struct node *n = plan_find(p->plan, path);

	return n ? n->kind != NODE_REMOVE : !goes_away(p, path);
}

/* Return whether something stays at PATH, which *ST describes. */
static bool
is_taken(const struct judging *j, const char *path, struct stat *st)
{
	const struct places *p = j->places;
	const struct node *n = plan_find(p->plan, path);

	if (n && n->kind == NODE_REMOVE)
		return false;
	return walk_lstat_in(p->walk, p->dir, path, st) == 0;
}

/* Return whether PATH is in the directory that is known to be absent. */
static bool
is_below_absent(const struct judging *j, const char *path)
{
	return j->absent && strncmp(j->absent, path, j->absent_len) == 0 &&
	       path[j->absent_len] == '/';
}

static int
refuse(const struct judging *j, const char *path, const char *what)
{
	const struct wheel_choice *c = j->install->choice;

	return diag_set(j->places->diag, -EINVAL, "%s: %s: the environment %s "
	                "of this name", c->file ? c->file : c->project, path,
	                what);
}

/* Note the file PATH of a directory that is no environment. */
static void
note(struct judging *j, const char *path)
{
	const struct places *p = j->places;

	if (p->diag->code == 0)
		diag_set(p->diag, -ENOTEMPTY, "cannot install wheels in '%s': it "
		         "is no environment, and there are files where theirs "
		         "go", p->plan->place);
	diag_note(p->diag, "%s", path);
}

/* Look at the directory of the first N bytes of PATH: a link would lead out of the
 * environment. */
static int
judge_directory(void *ctx, const char *path, size_t n)
{
	struct judging *j = ctx;
	const char *dir;
	struct stat st;

	if (is_below_absent(j, path))
		return 0;
	if (signals_pending())
		return diag_set(j->places->diag, -EINTR, "cannot write '%s/%s': "
		                "%s", j->places->dir, path, diag_reason(-EINTR));
	dir = arena_dup(j->places->arena, path, n);
	if (is_taken(j, dir, &st)) {
		if (S_ISDIR(st.st_mode))
			return 0;
		if (j->places->adopts)
			return refuse(j, dir, S_ISLNK(st.st_mode)
			                              ? "has a link" : "has a file");
		note(j, dir);
	}
	j->absent = dir;
	j->absent_len = n;
	return 0;
}

/* Read the digest of the file PATH, of N bytes, that is there. Return 1, 0 if it
 * cannot be read, -EINTR. */
static int
digest_there(struct judging *j, const char *path, uint64_t n,
             enum digest_kind kind, unsigned char sum[DIGEST_MAX])
{
	const struct places *p = j->places;
	char *full = arena_fmt(p->arena, "%s/%s", p->dir, path);
	struct file_source f;
	struct digest digest;
	int err;

	if (!j->piece)
		j->piece = arena_alloc(p->arena, PIECE);
	if (file_source_open(&f, p->walk, full) < 0)
		return 0;
	digest_init(&digest, kind);
	err = f.source.size == n;
	for (uint64_t at = 0; err == 1 && at < n;) {
		size_t part = n - at < PIECE ? (size_t)(n - at) : PIECE;

		err = source_read(&f.source, at, j->piece, part) == 0;
		if (signals_pending())
			err = -EINTR;
		digest_add(&digest, j->piece, part);
		at += part;
	}
	file_source_close(&f);
	digest_end(&digest, sum);
	return err;
}

/* Return 1 if what *ST describes at PATH is a file with N bytes, the digest WANT and
 * the x bits of MODE, else 0; -EINTR. */
static int
is_equal(struct judging *j, const char *path, const struct stat *st, uint64_t n,
         mode_t mode, enum digest_kind kind, const unsigned char *want)
{
	unsigned char got[DIGEST_MAX];
	int err;

	if (!S_ISREG(st->st_mode) || (uint64_t)st->st_size != n ||
	    ((st->st_mode & 0111) != 0) != (mode == SINK_PROGRAM))
		return 0;
	err = digest_there(j, path, n, kind, got);
	return err == 1 ? memcmp(want, got, digest_size(kind)) == 0 : err;
}

/* Return 1 if the member F, installed with MODE, is what *ST describes, 0, or a
 * negative errno. */
static int
member_is_equal(struct judging *j, const struct wheel_file *f, mode_t mode,
                const struct stat *st)
{
	struct wheel_source *s = j->places->source;
	struct digest_value want;

	if (!S_ISREG(st->st_mode) || (uint64_t)st->st_size != f->size)
		return 0;
	if (rows_digest(&s->wheel.rows, f->source, &want) <= 0) {
		struct diag *d = j->places->diag;
		int err = wheel_digest(&s->wheel,
		                       &s->wheel.zip.members[f->source],
		                       s->inflater, want.sum, d);

		want.kind = DIGEST_SHA256;
		if (err < 0)
			return diag_prefix(d, err, "%s: ", s->wheel.file);
	}
	return is_equal(j, f->path, st, f->size, mode, want.kind, want.sum);
}

static int
script_is_equal(struct judging *j, const struct wheel_file *f,
                const struct stat *st)
{
	const struct places *p = j->places;
	unsigned char want[DIGEST_MAX];
	struct wheel_script s;
	struct digest digest;
	int err = wheel_script_make(&s, &p->source->wheel, f, p->launch,
	                            p->source->inflater, p->arena, p->diag);

	if (err < 0)
		return err;
	if (!s.text)
		return member_is_equal(j, f, s.mode, st);
	digest_init(&digest, DIGEST_SHA256);
	digest_add(&digest, s.text, s.len);
	digest_end(&digest, want);
	return is_equal(j, f->path, st, s.len, s.mode, DIGEST_SHA256, want);
}

/* Count the file PATH that is replaced. */
static int
count_replaced(struct judging *j, const char *path)
{
	const char *owner = NULL;
	int listed = distribution_lists(j->places->records, path, &owner);
	struct replaced *r = listed ? &j->listed : &j->unlisted;

	if (listed < 0)
		return listed;
	if (r->count++ == 0)
		*r = (struct replaced){ path, owner, 1 };
	return 0;
}

/* Judge the place of file number I. */
static int
judge_file(struct judging *j, size_t i)
{
	const struct places *p = j->places;
	const struct wheel_file *f = &j->install->files.list[i];
	struct stat st;
	int err;

	if (j->install->fates[i] != FATE_WRITTEN ||
	    is_below_absent(j, f->path) || !is_taken(j, f->path, &st))
		return 0;
	if (S_ISDIR(st.st_mode))
		return goes_away(p, f->path)
		               ? 0 : refuse(j, f->path, "keeps a directory");
	if (!p->adopts) {
		note(j, f->path);
		return 0;
	}
	if (f->kind > WHEEL_LAUNCHER)
		return 0;
	err = wheel_source_open(p->source, j->install->choice, p->diag);
	if (err == 0)
		err = f->kind == WHEEL_MEMBER
		              ? member_is_equal(j, f, f->executable
		                                              ? SINK_PROGRAM
		                                              : 0666, &st)
		              : script_is_equal(j, f, &st);
	if (err == 1)
		j->install->fates[i] = FATE_KEPT;
	return err != 0 ? err : count_replaced(j, f->path);
}

static void
warn(const struct judging *j, const struct replaced *r, const char *whose)
{
	const struct wheel_choice *c = j->install->choice;
	const char *wheel = c->file ? c->file : c->project;

	if (r->count == 1)
		diag_warn(j->places->diag, "%s: replaced '%s', which %s", wheel,
		          r->first, whose);
	else if (r->count > 1)
		diag_warn(j->places->diag, "%s: replaced '%s' and %zu more file%s, "
		          "which %s", wheel, r->first, r->count - 1,
		          r->count > 2 ? "s" : "", whose);
}

static void
warn_of_replaced(const struct judging *j)
{
	bool one = j->listed.count == 1 && j->listed.owner;

	warn(j, &j->unlisted, "no RECORD lists");
	warn(j, &j->listed,
	     one ? arena_fmt(j->places->arena, "%s installed", j->listed.owner)
	         : "other projects installed");
}

int
places_judge(const struct places *p, struct wheel_install *w)
{
	struct judging j = { .places = p, .install = w };
	const char *last = "";
	int err = 0;

	for (size_t i = 0; err >= 0 && i < w->files.count; i++) {
		const char *path = w->files.list[i].path;

		err = wheel_files_new_directories(path, last, judge_directory,
		                                  &j);
		if (err == 0)
			err = judge_file(&j, i);
		last = path;
	}
	if (err < 0)
		return p->diag->code ? err
		                     : diag_sys(p->diag, err, "read", p->dir);
	warn_of_replaced(&j);
	return 0;
}
