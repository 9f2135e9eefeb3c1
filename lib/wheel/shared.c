#include "wheel/shared.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "format/digest.h"
#include "format/pathname.h"
#include "os/signals.h"
#include "python/layout.h"
#include "wheel/files.h"
#include "wheel/metadata.h"
#include "wheel/source.h"
#include "wheel/wheel.h"

/* A mark that a wheel has. */
struct marked {
	uint64_t mark;
	size_t wheel;
};

/* A file that a wheel brings and another one may bring, too. */
struct claim {
	const char *path;
	size_t wheel;
	bool is_dir;
	unsigned char sum[DIGEST_MAX]; /* of what the file holds */
};

/* Two wheels that have different files at PATH. */
struct conflict {
	size_t loser, owner;
	const char *path;
};

struct search {
	const struct wheel_choice *const *wheels;
	size_t wheel_count;
	struct wheel_source *source;
	const struct layout *layout;
	const uint64_t *common;  /* marks of several wheels, sorted */
	size_t common_count;
	struct claim *claims;
	size_t count, room;
	size_t wheel;            /* the one that is open */
	struct arena *arena;     /* for the search */
	struct diag *diag;
};

static const uint64_t start_of_hash = 0xcbf29ce484222325;

/* Add byte I of PATH to the hash H (FNV-1a). lib64 may be another name of lib. */
static uint64_t
hash_byte(uint64_t h, const char *path, size_t i)
{
	if ((i == 3 || i == 4) && strncmp(path, "lib64", 5) == 0 &&
	    (!path[5] || path[5] == '/'))
		return h;
	return (h ^ (unsigned char)path[i]) * 0x100000001b3;
}

/* The mark of a path with the hash H; its last bit is set for a directory. */
static uint64_t
mark_of(uint64_t h, bool is_dir)
{
	return (h & ~(uint64_t)1) | is_dir;
}

static uint64_t
mark_file(const char *path)
{
	uint64_t h = start_of_hash;

	for (size_t i = 0; path[i]; i++)
		h = hash_byte(h, path, i);
	return mark_of(h, false);
}

/* Return how many bytes PATH and LAST start with in common: a slash after them
 * ends a directory of PATH that is none of LAST. */
static size_t
common_start(const char *path, const char *last)
{
	size_t n = 0;

	while (path[n] && path[n] == last[n])
		n++;
	return n;
}

struct marking {
	uint64_t *marks;
	size_t count;
	struct arena *arena;
};

static int
mark_script(void *ctx, const char *name, const struct entry_point *e)
{
	struct marking *m = ctx;
	char *path = arena_fmt(m->arena, "bin/%s", name);

	(void)e;
	if (!path)
		return -ENOMEM;
	m->marks[m->count++] = mark_file(path);
	return 0;
}

/* Mark the directories of FILES, or only count them. */
static size_t
mark_directories(uint64_t *marks, const struct wheel_files *files)
{
	const char *last = "";
	size_t count = 0;

	for (size_t i = 0; i < files->count; i++) {
		const char *path = files->list[i].path;

		size_t same = common_start(path, last);
		uint64_t h = start_of_hash;

		for (size_t n = 0; path[n]; n++) {
			if (path[n] == '/' && n >= same) {
				if (marks)
					marks[count] = mark_of(h, true);
				count++;
			}
			h = hash_byte(h, path, n);
		}
		last = path;
	}
	return count;
}

int
wheel_shared_mark(struct wheel_choice *c, const struct wheel *w,
                  const struct wheel_files *files, const struct layout *l,
                  struct arena *a)
{
	size_t room = files->count + mark_directories(NULL, files) +
	              wheel_files_added(w);
	struct arena names;
	struct marking m = { arena_alloc(a, room * sizeof(*m.marks)), 0, &names };
	int err;

	if (!m.marks)
		return -ENOMEM;
	m.count = mark_directories(m.marks, files);
	for (size_t i = 0; i < files->count; i++) {
		m.marks[m.count++] = mark_file(files->list[i].path);
	}
	arena_init(&names, NULL, 0);
	err = wheel_files_each_script(w, l, mark_script, &m, &names);
	arena_free(&names);
	c->marks = m.marks;
	c->mark_count = m.count;
	return err;
}

static int
by_mark(const void *pa, const void *pb)
{
	const struct marked *a = pa, *b = pb;

	if (a->mark != b->mark)
		return a->mark < b->mark ? -1 : 1;
	return (a->wheel > b->wheel) - (a->wheel < b->wheel);
}

static int
by_number(const void *pa, const void *pb)
{
	const uint64_t *a = pa, *b = pb;

	return (*a > *b) - (*a < *b);
}

/* Return whether the N marks at M, which are equal but for their last bit, are of
 * files of several wheels, or of a file and a directory. */
static bool
is_shared(const struct marked *m, size_t n)
{
	const struct marked *first = m;
	bool dir = false, file = false, wheels = false;

	for (; n > 0; n--, m++) {
		if (m->mark & 1) {
			dir = true;
		} else {
			first = file ? first : m;
			wheels |= m->wheel != first->wheel;
			file = true;
		}
	}
	return wheels || (dir && file);
}

/* Find the marks that are shared, and in USED the wheels that have them. */
static int
find_common(struct search *s, bool *used)
{
	struct marked *all;
	uint64_t *common;
	size_t n = 0, total = 0;

	for (size_t i = 0; i < s->wheel_count; i++)
		total += s->wheels[i]->mark_count;
	all = arena_alloc(s->arena, (total + 1) * sizeof(*all));
	common = arena_alloc(s->arena, (total + 1) * sizeof(*common));
	if (!all || !common)
		return -ENOMEM;
	for (size_t i = 0; i < s->wheel_count; i++) {
		for (size_t k = 0; k < s->wheels[i]->mark_count; k++)
			all[n++] = (struct marked){ s->wheels[i]->marks[k], i };
	}
	qsort(all, n, sizeof(*all), by_mark);
	for (size_t i = 0, same; i < n; i += same) {
		for (same = 1; i + same < n &&
		               (all[i].mark | 1) == (all[i + same].mark | 1);)
			same++;
		if (!is_shared(&all[i], same))
			continue;
		common[s->common_count++] = all[i].mark & ~(uint64_t)1;
		for (size_t k = 0; k < same; k++)
			used[all[i + k].wheel] = true;
	}
	s->common = common;
	return 0;
}

/* Return whether MARK, of a file, is shared. */
static bool
is_common(const struct search *s, uint64_t mark)
{
	return bsearch(&mark, s->common, s->common_count, sizeof(mark),
	               by_number);
}

/* Add a claim for the first N bytes of PATH; NULL if memory is out. */
static struct claim *
add_claim(struct search *s, const char *path, size_t n)
{
	struct claim *c;

	if (s->count == s->room) {
		size_t room = s->room ? s->room * 2 : 64;

		s->claims = arena_grow(s->arena, s->claims,
		                       s->room * sizeof(*c), room * sizeof(*c));
		if (!s->claims)
			return NULL;
		s->room = room;
	}
	c = &s->claims[s->count];
	*c = (struct claim){ .path = arena_dup(s->arena, path, n),
	                     .wheel = s->wheel };
	if (!c->path)
		return NULL;
	s->count++;
	return c;
}

/* Two launchers are equal if they start the same function. */
static int
claim_script(void *ctx, const char *name, const struct entry_point *e)
{
	struct search *s = ctx;
	char *path = arena_fmt(s->arena, "bin/%s", name);
	struct digest digest;
	struct claim *c;

	if (!path)
		return -ENOMEM;
	if (!is_common(s, mark_file(path)))
		return 0;
	c = add_claim(s, path, strlen(path));
	if (!c)
		return -ENOMEM;
	digest_init(&digest, DIGEST_SHA256);
	digest_add(&digest, "script", sizeof("script"));
	digest_add(&digest, e->module, strlen(e->module) + 1);
	digest_add(&digest, e->attribute, strlen(e->attribute) + 1);
	digest_end(&digest, c->sum);
	return 0;
}

static int
claim_file(struct search *s, const struct wheel_file *f)
{
	const struct wheel *w = &s->source->wheel;
	struct digest digest;
	struct claim *c;
	int err;

	if (!is_common(s, mark_file(f->path)))
		return 0;
	c = add_claim(s, f->path, strlen(f->path));
	if (!c)
		return -ENOMEM;
	err = wheel_digest(w, f->member, s->source->inflater, c->sum, s->diag);
	if (err == 0 && f->script) { /* its first line may be changed */
		digest_init(&digest, DIGEST_SHA256);
		digest_add(&digest, c->sum, digest_size(DIGEST_SHA256));
		digest_end(&digest, c->sum);
	}
	return err < 0 && s->diag->code ? diag_prefix(s->diag, "%s: ", w->file)
	                                : err;
}

/* Claim the directories of PATH that are not those of LAST, too. */
static int
claim_directories(struct search *s, const char *path, const char *last)
{
	size_t same = common_start(path, last);
	uint64_t h = start_of_hash;

	for (size_t n = 0; path[n]; n++) {
		if (path[n] == '/' && n >= same &&
		    is_common(s, mark_of(h, false))) {
			struct claim *c = add_claim(s, path, n);

			if (!c)
				return -ENOMEM;
			c->is_dir = true;
		}
		h = hash_byte(h, path, n);
	}
	return 0;
}

static int
claim_files(struct search *s)
{
	const struct wheel_choice *choice = s->wheels[s->wheel];
	const char *last = "";
	int err = wheel_source_open(s->source, choice, s->diag);

	if (err == 0)
		err = wheel_source_list(s->source, s->layout, s->diag);
	for (size_t i = 0; err == 0 && i < s->source->files.count; i++) {
		const struct wheel_file *f = &s->source->files.list[i];

		err = claim_directories(s, f->path, last);
		if (err == 0)
			err = claim_file(s, f);
		last = f->path;
	}
	return err < 0 ? err
	               : wheel_files_each_script(&s->source->wheel, s->layout,
	                                         claim_script, s, s->arena);
}

static int
by_path(const void *pa, const void *pb)
{
	const struct claim *a = pa, *b = pb;
	int order = strcmp(a->path, b->path);

	return order ? order : (a->wheel > b->wheel) - (a->wheel < b->wheel);
}

static int
by_wheels(const void *pa, const void *pb)
{
	const struct conflict *a = pa, *b = pb;

	if (a->loser != b->loser)
		return a->loser < b->loser ? -1 : 1;
	if (a->owner != b->owner)
		return a->owner < b->owner ? -1 : 1;
	return strcmp(a->path, b->path);
}

static const char *
name_of(const struct search *s, size_t wheel)
{
	const struct wheel_choice *c = s->wheels[wheel];

	return c->file ? pathname_base(c->file) : c->project;
}

/* Give one warning for the N files that two wheels have. */
static void
warn_of(const struct search *s, const struct conflict *c, size_t n)
{
	const char *loser = name_of(s, c->loser), *owner = name_of(s, c->owner);

	if (n == 1)
		diag_warn(s->diag, "%s and %s have different files '%s': the "
		          "latter is installed", loser, owner, c->path);
	else
		diag_warn(s->diag, "%s and %s have different files '%s' and %zu "
		          "more: those of the latter are installed", loser,
		          owner, c->path, n - 1);
}

static void
warn_of_all(const struct search *s, struct conflict *list, size_t count)
{
	qsort(list, count, sizeof(*list), by_wheels);
	for (size_t i = 0, n; i < count; i += n) {
		for (n = 1; i + n < count && list[i].loser == list[i + n].loser &&
		            list[i].owner == list[i + n].owner;)
			n++;
		warn_of(s, &list[i], n);
	}
}

/* Refuse a directory that is claimed as a file, too; C: N claims of one path. */
static int
refuse_directory(const struct search *s, const struct claim *c, size_t n)
{
	const struct claim *dir = NULL, *file = NULL;

	for (size_t i = 0; i < n; i++) {
		if (c[i].is_dir)
			dir = &c[i];
		else
			file = &c[i];
	}
	if (!dir || !file)
		return 0;
	return diag_set(s->diag, -EINVAL, "%s: %s: it is a directory in %s",
	                s->wheels[file->wheel]->file
	                        ? s->wheels[file->wheel]->file
	                        : name_of(s, file->wheel),
	                c->path,
	                dir->wheel == file->wheel ? "the same wheel"
	                                          : name_of(s, dir->wheel));
}

/* Give each file that is claimed more than once to the last wheel. */
static int
share(struct search *s, struct wheel_shared *shared, struct arena *a)
{
	struct conflict *list = arena_alloc(s->arena, (s->count + 1) *
	                                                      sizeof(*list));
	size_t conflicts = 0;
	int err = 0;

	shared->list = arena_alloc(a, (s->count + 1) * sizeof(*shared->list));
	if (!list || !shared->list)
		return -ENOMEM;
	if (s->count > 0)
		qsort(s->claims, s->count, sizeof(*s->claims), by_path);
	for (size_t i = 0, n; err == 0 && i < s->count; i += n) {
		const struct claim *c = &s->claims[i], *last;

		for (n = 1; i + n < s->count &&
		            strcmp(c->path, c[n].path) == 0;)
			n++;
		last = &c[n - 1];
		err = refuse_directory(s, c, n);
		if (n == 1 || c->is_dir || err < 0)
			continue;
		shared->list[shared->count++] = (struct shared_file){
			arena_str(a, c->path), s->wheels[last->wheel]
		};
		if (!shared->list[shared->count - 1].path)
			return -ENOMEM;
		for (size_t k = 0; k + 1 < n; k++) {
			if (memcmp(c[k].sum, last->sum,
			           digest_size(DIGEST_SHA256)) != 0)
				list[conflicts++] = (struct conflict){
					c[k].wheel, last->wheel, c->path
				};
		}
	}
	if (err == 0)
		warn_of_all(s, list, conflicts);
	return err;
}

int
wheel_shared_find(struct wheel_shared *shared,
                  const struct wheel_choice *const *wheels, size_t count,
                  struct wheel_source *source, const struct layout *l,
                  struct arena *a, struct diag *d)
{
	struct arena memory;
	struct search s = {
		.wheels = wheels,
		.wheel_count = count,
		.source = source,
		.layout = l,
		.arena = &memory,
		.diag = d,
	};
	bool *used;
	int err;

	*shared = (struct wheel_shared){ NULL, 0 };
	arena_init(&memory, NULL, 0);
	used = arena_zero(&memory, count + 1, sizeof(*used));
	err = used ? find_common(&s, used) : -ENOMEM;
	if (err == 0 && s.common_count > 0) {
		for (; err == 0 && s.wheel < count; s.wheel++) {
			if (used[s.wheel])
				err = claim_files(&s);
		}
		if (err == 0)
			err = share(&s, shared, a);
	}
	arena_free(&memory);
	return err == -ENOMEM ? diag_oom(d)
	       : err < 0 && !d->code
	               ? diag_set(d, err, "cannot compare wheels: %s",
	                          diag_reason(err))
	               : err;
}

static int
find_path(const void *key, const void *file)
{
	return strcmp(key, ((const struct shared_file *)file)->path);
}

const struct wheel_choice *
wheel_shared_owner(const struct wheel_shared *s, const char *path)
{
	const struct shared_file *f =
		s->count ? bsearch(path, s->list, s->count, sizeof(*s->list),
	                           find_path) : NULL;

	return f ? f->owner : NULL;
}
