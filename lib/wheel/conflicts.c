#include "wheel/fates.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/strset.h"
#include "format/pathname.h"
#include "os/signals.h"
#include "publish/plan.h"
#include "wheel/made.h"

/* Between two looks at signals. */
enum { PATHS = 256 };

/* Which wheel has a path: the last one so far. */
struct claim {
	uint32_t wheel; /* its number + 1; 0: a free slot; OWN: no wheel */
	uint32_t file;  /* whose path it is, or begins with it; a node of the
	                   plan */
	uint16_t len;   /* of a directory; 0: it is the file's own */
	uint16_t tag;   /* a part of the path's hash */
};

/* The environment itself has the path, which is in the plan. */
static const uint32_t own = UINT32_MAX;

/* A file of a wheel whose contents are compared. */
struct rival {
	uint32_t wheel, file;
	unsigned char sum[DIGEST_MAX];
};

/* A file that gives way. */
struct loss {
	uint32_t wheel, file;
	uint32_t winner; /* wheel */
};

struct settling {
	const struct plan *plan;
	struct wheel_install *list; /* its wheels */
	size_t count;
	struct wheel_source *source;
	struct claim *claims; /* a hash table with open addressing */
	size_t slots;
	uint32_t wheel, file; /* those that are being added */
	struct loss *losses;
	size_t loss_count, loss_room;
	struct rival *rivals;
	size_t rival_count;
	struct arena *arena;  /* for the time of settling */
	struct diag *diag;
};

static uint16_t
tag_of(uint64_t hash)
{
	return (uint16_t)(hash >> 48);
}

/* Return whether C, which is taken, is of the first N bytes of PATH. */
static bool
is_of(const struct settling *s, const struct claim *c, const char *path,
      size_t n)
{
	const char *taken;

	if (c->len)
		return c->len == n &&
		       memcmp(s->list[c->wheel - 1].files.list[c->file].path,
		              path, n) == 0;
	taken = c->wheel == own
	                ? s->plan->nodes[c->file].path
	                : s->list[c->wheel - 1].files.list[c->file].path;
	return strncmp(taken, path, n) == 0 && !taken[n];
}

/* Return the slot of the first N bytes of PATH, whose hash is HASH, or the free one for
 * them. */
static struct claim *
find_hashed(const struct settling *s, const char *path, size_t n, uint64_t hash)
{
	size_t slot = (size_t)(((hash & UINT32_MAX) * s->slots) >> 32);

	while (s->claims[slot].wheel &&
	       (s->claims[slot].tag != tag_of(hash) ||
	        !is_of(s, &s->claims[slot], path, n)))
		slot = slot + 1 < s->slots ? slot + 1 : 0;
	return &s->claims[slot];
}

/* Do the same for all of PATH. */
static struct claim *
find(const struct settling *s, const char *path)
{
	size_t n = strlen(path);

	return find_hashed(s, path, n, strset_hash(path, n));
}

static const char *
name_of(const struct settling *s, size_t wheel)
{
	const struct wheel_choice *c = s->list[wheel].choice;

	return c->file ? pathname_base(c->file) : c->project;
}

/* Refuse PATH, of N bytes, which is a file of one wheel and a directory of
 * another. */
static int
refuse(const struct settling *s, const char *path, size_t n, size_t file,
       size_t dir)
{
	const struct wheel_choice *c = s->list[file].choice;

	return diag_set(s->diag, -EINVAL, "%s: %.*s: it is a directory in %s",
	                c->file ? c->file : name_of(s, file), (int)n, path,
	                dir == file ? "the same wheel" : name_of(s, dir));
}

/* Refuse PATH, of N bytes, whose place is one of the environment's own. */
static int
refuse_own(const struct settling *s, const char *path, size_t n)
{
	const struct wheel_choice *c = s->list[s->wheel].choice;

	return diag_set(s->diag, -EINVAL, "%s: it would replace '%.*s' of the "
	                "environment", c->file ? c->file : name_of(s, s->wheel),
	                (int)n, path);
}

/* Claim the directory of the first N bytes of PATH. */
static int
claim_directory(struct settling *s, const char *path, size_t n, uint64_t hash)
{
	struct claim *c = find_hashed(s, path, n, hash);

	if (c->wheel == own)
		return s->plan->nodes[c->file].kind == NODE_DIR
		               ? 0 : refuse_own(s, path, n);
	if (c->wheel && !c->len)
		return refuse(s, path, n, c->wheel - 1, s->wheel);
	*c = (struct claim){ s->wheel + 1, s->file, (uint16_t)n, tag_of(hash) };
	return 0;
}

static void
add_loss(struct settling *s, const struct claim *c)
{
	s->losses = arena_more(s->arena, s->losses, s->loss_count,
	                       &s->loss_room, sizeof(*s->losses));
	s->losses[s->loss_count++] = (struct loss){ .wheel = c->wheel - 1,
		                                    .file = c->file };
}

/* Claim PATH, whose hash is HASH, for a file. */
static int
claim_file(struct settling *s, const char *path, uint64_t hash)
{
	size_t n = strlen(path);
	struct claim *c = find_hashed(s, path, n, hash);

	if (c->wheel == own)
		return refuse_own(s, path, n);
	if (c->wheel && c->len)
		return refuse(s, path, n, s->wheel, c->wheel - 1);
	if (c->wheel)
		add_loss(s, c);
	*c = (struct claim){ s->wheel + 1, s->file, 0, tag_of(hash) };
	return 0;
}

/* Claim PATH, and those of its directories that LAST, the path before, is not in. */
static int
claim_path(struct settling *s, const char *path, const char *last)
{
	uint64_t hash = strset_hash_start();
	size_t n = 0, same = 0;
	int err = 0;

	while (path[same] && path[same] == last[same])
		same++;
	/* the hash of a directory is the beginning of that of what is in it */
	while (err == 0 && path[n]) {
		size_t end = n + (path[n] == '/');

		end += strcspn(path + end, "/");
		hash = strset_hash_more(hash, path + n, end - n);
		n = end;
		if (path[n] && n >= same)
			err = claim_directory(s, path, n, strset_hash_end(hash));
	}
	return err < 0 ? err : claim_file(s, path, strset_hash_end(hash));
}

/* Claim the files of a wheel, each after its directories. */
static int
claim_files(struct settling *s)
{
	const struct wheel_files *f = &s->list[s->wheel].files;
	const char *last = "";
	int err = 0;

	for (size_t i = 0; err == 0 && i < f->count; i++) {
		const char *path = f->list[i].path;

		if (i % PATHS == PATHS - 1 && signals_pending())
			return -EINTR;
		s->file = (uint32_t)i;
		err = claim_path(s, path, last);
		last = path;
	}
	return err;
}

static int
count_directory(void *ctx, const char *path, size_t n)
{
	(void)path;
	(void)n;
	++*(size_t *)ctx;
	return 0;
}

/* Return whether the environment itself has the path of N. */
static bool
is_own(const struct node *n)
{
	return n->kind != NODE_REMOVE && n->kind != NODE_WHEEL;
}

/* Claim what the plan has for the environment itself. */
static void
claim_own(struct settling *s)
{
	for (size_t i = 0; i < s->plan->count; i++) {
		const struct node *node = &s->plan->nodes[i];
		size_t n = strlen(node->path);
		uint64_t hash;

		if (!is_own(node))
			continue;
		hash = strset_hash(node->path, n);
		*find_hashed(s, node->path, n, hash) = (struct claim){
			own, (uint32_t)i, 0, tag_of(hash) };
	}
}

static int
claim_all(struct settling *s)
{
	size_t paths = 0;
	int err = 0;

	for (size_t i = 0; i < s->plan->count; i++)
		paths += is_own(&s->plan->nodes[i]);
	for (size_t i = 0; i < s->count; i++) {
		paths += s->list[i].files.count;
		(void)wheel_files_each_directory(&s->list[i].files,
		                                 count_directory, &paths);
	}
	s->slots = paths + paths / 2 + 1;
	s->claims = arena_zero(s->arena, s->slots, sizeof(*s->claims));
	claim_own(s);
	for (size_t i = 0; err == 0 && i < s->count; i++) {
		s->wheel = (uint32_t)i;
		err = claim_files(s);
	}
	return err;
}

static int
by_place(const void *pa, const void *pb)
{
	const struct rival *a = pa, *b = pb;

	if (a->wheel != b->wheel)
		return a->wheel < b->wheel ? -1 : 1;
	return (a->file > b->file) - (a->file < b->file);
}

/* List the files that are compared, each once, in the order of their wheels. */
static void
list_rivals(struct settling *s)
{
	size_t kept = 0, n = 0;
	struct rival *r = arena_zero(s->arena, 2 * s->loss_count, sizeof(*r));

	for (size_t i = 0; i < s->loss_count; i++) {
		struct loss *l = &s->losses[i];
		const char *path = s->list[l->wheel].files.list[l->file].path;
		const struct claim *c = find(s, path);

		l->winner = c->wheel - 1;
		r[n++] = (struct rival){ .wheel = l->wheel, .file = l->file };
		r[n++] = (struct rival){ .wheel = l->winner, .file = c->file };
	}
	qsort(r, n, sizeof(*r), by_place);
	for (size_t i = 0; i < n; i++) {
		if (kept == 0 || by_place(&r[kept - 1], &r[i]) != 0)
			r[kept++] = r[i];
	}
	s->rivals = r;
	s->rival_count = kept;
}

/* Digest the file of R, of the wheel that is open, as it is installed. */
static int
digest_rival(struct settling *s, struct rival *r)
{
	const struct wheel *w = &s->source->wheel;
	const struct wheel_file *f = &s->list[r->wheel].files.list[r->file];
	const struct launch launch = wheel_launch(s->plan);
	struct wheel_script script = { .text = NULL };
	struct digest digest;
	struct arena shortly;
	int err = 0;

	arena_init(&shortly, NULL, 0);
	if (f->kind != WHEEL_MEMBER)
		err = wheel_script_make(&script, w, f, &launch,
		                        s->source->inflater, &shortly, s->diag);
	if (err == 0 && script.text) {
		digest_init(&digest, DIGEST_SHA256);
		digest_add(&digest, script.text, script.len);
		digest_end(&digest, r->sum);
	} else if (err == 0) {
		err = wheel_digest(w, &w->zip.members[f->source],
		                   s->source->inflater, r->sum, s->diag);
		if (err < 0)
			err = diag_prefix(s->diag, err, "%s: ", w->file);
	}
	arena_free(&shortly);
	return err;
}

static int
digest_rivals(struct settling *s)
{
	int err = 0;

	for (size_t i = 0; err == 0 && i < s->rival_count; i++) {
		struct rival *r = &s->rivals[i];

		if (i == 0 || r->wheel != r[-1].wheel)
			err = wheel_source_open(s->source,
			                        s->list[r->wheel].choice,
			                        s->diag);
		if (err == 0)
			err = digest_rival(s, r);
	}
	return err;
}

static const unsigned char *
sum_of(const struct settling *s, size_t wheel, size_t file)
{
	const struct rival key = { .wheel = (uint32_t)wheel,
		                   .file = (uint32_t)file };
	const struct rival *r = bsearch(&key, s->rivals, s->rival_count,
	                                sizeof(key), by_place);

	return r->sum;
}

static int
by_wheels(const void *pa, const void *pb)
{
	const struct loss *a = pa, *b = pb;

	if (a->wheel != b->wheel)
		return a->wheel < b->wheel ? -1 : 1;
	if (a->winner != b->winner)
		return a->winner < b->winner ? -1 : 1;
	return (a->file > b->file) - (a->file < b->file);
}

/* Warn once about the N files that two wheels have. */
static void
warn_of(const struct settling *s, const struct loss *l, size_t n)
{
	const char *loser = name_of(s, l->wheel),
		   *winner = name_of(s, l->winner);
	const char *path = s->list[l->wheel].files.list[l->file].path;

	if (n == 1)
		diag_warn(s->diag, "%s and %s have different files '%s': the "
		          "latter is installed", loser, winner, path);
	else
		diag_warn(s->diag, "%s and %s have different files '%s' and %zu "
		          "more: those of the latter are installed", loser,
		          winner, path, n - 1);
}

static void
settle(struct settling *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->loss_count; i++) {
		const struct loss l = s->losses[i];
		const char *path = s->list[l.wheel].files.list[l.file].path;
		const struct claim *c = find(s, path);

		s->list[l.wheel].fates[l.file] = FATE_ANOTHERS;
		if (memcmp(sum_of(s, l.wheel, l.file),
		           sum_of(s, c->wheel - 1, c->file),
		           digest_size(DIGEST_SHA256)) != 0)
			s->losses[kept++] = l;
	}
	qsort(s->losses, kept, sizeof(*s->losses), by_wheels);
	for (size_t i = 0, n; i < kept; i += n) {
		const struct loss *l = &s->losses[i];

		for (n = 1; i + n < kept && l[n].wheel == l->wheel &&
		            l[n].winner == l->winner;)
			n++;
		warn_of(s, l, n);
	}
}

int
wheel_conflicts_settle(struct plan *p, struct wheel_source *source,
                       struct arena *a, struct diag *d)
{
	struct arena memory;
	struct settling s = {
		.plan = p,
		.list = p->wheels,
		.count = p->wheel_count,
		.source = source,
		.arena = &memory,
		.diag = d,
	};
	int err;

	for (size_t i = 0; i < s.count; i++)
		s.list[i].fates = arena_zero(a, s.list[i].files.count + 1, 1);
	arena_init(&memory, NULL, 0);
	err = claim_all(&s);
	if (err == 0 && s.loss_count > 0) {
		list_rivals(&s);
		err = digest_rivals(&s);
		if (err == 0)
			settle(&s);
	}
	arena_free(&memory);
	if (err == 0 || err == -EINTR || d->code)
		return err;
	return diag_set(d, err, "cannot compare wheels: %s", diag_reason(err));
}

static int
by_file(const void *path, const void *file)
{
	return strcmp(path, ((const struct wheel_file *)file)->path);
}

bool
wheel_conflicts_find(const struct plan *p, const char *path)
{
	for (size_t i = 0; i < p->wheel_count; i++) {
		const struct wheel_files *f = &p->wheels[i].files;

		if (bsearch(path, f->list, f->count, sizeof(*f->list), by_file))
			return true;
	}
	return false;
}
