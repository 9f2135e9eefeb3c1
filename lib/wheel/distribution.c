#include "wheel/distribution.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/str.h"
#include "format/pathname.h"
#include "os/ctx.h"
#include "os/file.h"
#include "os/signals.h"
#include "python/layout.h"
#include "wheel/files.h"
#include "wheel/name.h"
#include "wheel/record.h"

enum { PIECE = 16 * 1024 }; /* of RECORD */

/* A list of files that is being made. */
struct listing {
	struct distribution *dist;
	size_t room;
	const struct walk *walk;
	const char *env_dir;
	const struct layout *layout;
	struct distribution_records *others; /* whose files stay; NULL: none */
	struct buf last;  /* the directory checked last; empty: none */
	int real;         /* 1: no link led to it; 0; a negative errno */
	struct arena *arena;
};

/* Return the length of the name in ENTRY, NAME-VERSION SUFFIX; 0 if ENTRY is
 * not of that kind. */
static size_t
name_length(const char *entry, const char *suffix)
{
	size_t n = strlen(entry), end = strlen(suffix);

	if (n == end || !str_ends_n(entry, n, suffix))
		return 0;
	n -= end;
	while (n > 0 && entry[n - 1] != '-')
		n--;
	/* setuptools leaves out what it does not know */
	return n > 0 ? n - 1 : strlen(entry) - end;
}

/* Remember the .dist-info NAME in ROOT, which is DIST's version's if it is the
 * first. LENGTH: of the project in it. */
static void
add_directory(struct distribution *dist, const char *root, const char *name,
              size_t length, struct arena *a)
{
	char *directory = pathname_join(a, root, name);
	size_t n = dist->directory_count;
	size_t size = sizeof(*dist->directories);
	size_t end = strlen(name) - strlen(".dist-info");

	/* a power of two is full */
	if ((n & (n - 1)) == 0)
		dist->directories = arena_grow(a, dist->directories, n * size,
		                               (n ? 2 * n : 1) * size);
	dist->directories[dist->directory_count++] = directory;
	if (!dist->version)
		dist->version = length < end ? arena_dup(a, name + length + 1,
		                                         end - length - 1)
		                             : "";
}

static int
read_root(const struct ctx *x, struct distribution_root *root,
          const char *env_dir)
{
	char *path;
	int err;

	if (root->read)
		return 0;
	path = arena_fmt(x->arena, "%s/%s", env_dir, root->path);
	err = walk_entries(x->walk, x->arena, path, &root->entries);
	if (err < 0 && err != -ENOENT)
		return diag_sys(x->diag, err, "read", path);
	if (err < 0)
		root->entries.count = 0;
	root->read = true;
	return 0;
}

/* Add what there is of PROJECT in ROOT of ENV_DIR. */
static int
look_in(const struct ctx *x, struct distribution *dist, const char *env_dir,
        struct distribution_root *root, const char *project)
{
	size_t n = strlen(project);
	int err = root->path ? read_root(x, root, env_dir) : 0;

	if (err < 0)
		return err;
	for (size_t i = 0; i < root->entries.count; i++) {
		const char *name = root->entries.names[i];
		size_t len = name_length(name, ".dist-info");

		if (len > 0 && wheel_name_same(name, len, project, n))
			add_directory(dist, root->path, name, len, x->arena);
		len = name_length(name, ".egg-info");
		if (len > 0 && wheel_name_same(name, len, project, n))
			return diag_set(x->diag, -EINVAL, "cannot replace '%s/%s/%s': "
			                "it was not installed from a wheel",
			                env_dir, root->path, name);
	}
	return 0;
}

int
distribution_find(const struct ctx *x, struct distribution *dist,
                  const char *env_dir, struct distribution_roots *roots,
                  const char *project)
{
	int err;

	*dist = (struct distribution){ .count = 0 };
	err = look_in(x, dist, env_dir, &roots->purelib, project);
	if (err == 0)
		err = look_in(x, dist, env_dir, &roots->platlib, project);
	return err;
}

/*
 * Return 1 if no link is on the way to the directory of PATH, 0 if there is
 * one, or the directory is missing: what a link leads to is not of this
 * environment, whatever RECORD says.
 */
static int
is_reached(struct listing *l, const char *path)
{
	size_t n = (size_t)(pathname_base(path) - path), known = 0;
	char memory[1024];
	struct arena shortly;

	if (l->last.len == n && n > 0 && memcmp(l->last.data, path, n) == 0)
		return l->real;
	/* the directories of both were looked at with the last one */
	while (l->real == 1 && known < l->last.len && known < n &&
	       l->last.data[known] == path[known])
		known++;
	l->last.len = 0;
	buf_add(&l->last, path, n);
	l->real = 1;
	arena_init(&shortly, memory, sizeof(memory));
	for (size_t i = known; l->real == 1 && i < n; i++) {
		struct stat st;
		char *dir;
		int err;

		if (path[i] != '/')
			continue;
		dir = arena_fmt(&shortly, "%s/%.*s", l->env_dir, (int)i, path);
		err = walk_lstat(l->walk, &shortly, dir, &st);
		l->real = err == -ENOENT ? 0 : err < 0 ? err
		                                       : S_ISDIR(st.st_mode);
	}
	arena_free(&shortly);
	return l->real;
}

/* Return whether PATH is in a .dist-info directory of the distribution itself:
 * no other project has a right to it. */
static bool
is_own_metadata(const struct distribution *dist, const char *path)
{
	for (size_t i = 0; i < dist->directory_count; i++) {
		const char *rest = dist->directories[i];
		size_t n = strlen(rest);

		if (strncmp(path, rest, n) == 0 && path[n] == '/')
			return true;
	}
	return false;
}

static int
add(struct listing *l, const char *path)
{
	struct distribution *dist = l->dist;
	int reached = is_reached(l, path);
	int stays = 0;

	if (reached <= 0)
		return reached;
	if (l->others && !is_own_metadata(dist, path))
		stays = distribution_lists(l->others, path, NULL);
	if (stays != 0)
		return stays < 0 ? stays : 0;
	dist->paths = arena_more(l->arena, dist->paths, dist->count, &l->room,
	                         sizeof(*dist->paths));
	dist->paths[dist->count++] = path;
	return 0;
}

/*
 * Return the file that PATH, of a RECORD in a directory of TOP, means below ENV_DIR,
 * from A: NULL if it is outside of it, or a directory. The lib64 of an environment
 * may be a link to lib; a file in it has one name here.
 */
static const char *
find_row(const struct walk *w, const char *env_dir, const char *top,
         const char *path, struct arena *a)
{
	char *file = pathname_absolute(a, top, path);
	size_t n = strlen(env_dir);
	struct stat st;

	if (strncmp(file, env_dir, n) != 0 || file[n] != '/' ||
	    str_ends(path, "/"))
		return NULL;
	file += n + 1;
	/* so pip writes it on Windows, for "Include" */
	if (str_starts(file, "include/site/") &&
	    walk_lstat_in(w, env_dir, "include", &st) < 0 &&
	    walk_lstat_in(w, env_dir, "Include", &st) == 0)
		*file = 'I';
	if (str_starts(file, "lib64/") &&
	    walk_lstat_in(w, env_dir, "lib64", &st) == 0 && S_ISLNK(st.st_mode))
		file = arena_fmt(a, "lib/%s", file + strlen("lib64/"));
	return file;
}

/* Let ROW see each row of the RECORD at PATH of ENV_DIR. No link is followed there: it
 * would show the files of others. -EINVAL with a diag if it cannot be parsed. */
static int
read_rows(const struct walk *w, const char *env_dir, const char *path,
          int (*row)(void *ctx, const struct record_row *row), void *ctx,
          struct diag *d)
{
	struct arena shortly;
	struct record_reader reader;
	struct file f;
	char *piece;
	int err = file_open_in(&f, w, env_dir, path);

	if (err < 0)
		return err;
	arena_init(&shortly, NULL, 0);
	piece = arena_alloc(&shortly, PIECE);
	record_reader_init(&reader, false, row, ctx, &shortly);
	for (uint64_t at = 0; err == 0 && at < f.source.size; at += PIECE) {
		uint64_t left = f.source.size - at;
		size_t n = left < PIECE ? (size_t)left : PIECE;

		err = signals_pending() ? -EINTR
		                        : source_read(&f.source, at, piece, n);
		if (err == 0)
			err = record_read(&reader, piece, n, d);
	}
	if (err == 0)
		err = record_read_end(&reader, d);
	arena_free(&shortly);
	file_close(&f);
	return err;
}

/* A RECORD whose files are passed on. */
struct reading {
	const struct walk *walk;
	const char *env_dir, *top;
	int (*fn)(void *ctx, const struct record_row *row);
	void *ctx;
};

static int
read_row(void *reading, const struct record_row *row)
{
	struct reading *r = reading;
	char memory[1024];
	struct arena shortly;
	const char *file;
	int err = 0;

	arena_init(&shortly, memory, sizeof(memory));
	file = find_row(r->walk, r->env_dir, r->top, row->path, &shortly);
	if (file)
		err = r->fn(r->ctx, &(struct record_row){ file, row->hash,
		                                          row->size });
	arena_free(&shortly);
	return err;
}

int
distribution_each(const struct walk *w, const char *env_dir, const char *root,
                  const char *directory,
                  int (*fn)(void *ctx, const struct record_row *row), void *ctx,
                  struct diag *flaw)
{
	struct arena shortly;
	struct reading r = { .walk = w, .env_dir = env_dir, .fn = fn,
		             .ctx = ctx };
	struct diag ignored;
	int err;

	arena_init(&shortly, NULL, 0);
	diag_init(&ignored, &shortly);
	r.top = arena_fmt(&shortly, "%s/%s", env_dir, root);
	err = read_rows(w, env_dir,
	                arena_fmt(&shortly, "%s/%s/RECORD", root, directory),
	                read_row, &r, flaw ? flaw : &ignored);
	arena_free(&shortly);
	return err;
}

/* Add the file of a RECORD's row, unless it is a part of the environment. */
static int
add_listed_path(void *listing, const struct record_row *row)
{
	struct listing *l = listing;

	return wheel_files_protected(l->layout, row->path)
	               ? 0 : add(l, arena_str(l->arena, row->path));
}

static int
by_string(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
sort(struct distribution *dist)
{
	size_t kept = 0;

	if (dist->count == 0)
		return;
	qsort(dist->paths, dist->count, sizeof(*dist->paths), by_string);
	for (size_t i = 0; i < dist->count; i++) {
		if (i == 0 || strcmp(dist->paths[i - 1], dist->paths[i]) != 0)
			dist->paths[kept++] = dist->paths[i];
	}
	dist->count = kept;
}

/* Return whether NAME in __pycache__ of DIR was compiled from one of the first
 * N paths: "x.cpython-312.opt-1.pyc" from "DIR/x.py". */
static bool
is_compiled(const struct listing *l, size_t n, const char *dir,
            const char *name, struct arena *a)
{
	const char *source;

	if (!str_ends(name, ".pyc"))
		return false;
	source = arena_fmt(a, "%s%.*s.py", dir, (int)strcspn(name, "."), name);
	return bsearch(&source, l->dist->paths, n, sizeof(*l->dist->paths),
	               by_string);
}

/* Add what Python has compiled from the files of DIR, "lib/.../", which are
 * among the first N paths. A is for a short time. */
static int
add_compiled(struct listing *l, size_t n, const char *dir, struct arena *a)
{
	char *path = arena_fmt(a, "%s/%s__pycache__", l->env_dir, dir);
	struct entries e;
	int err = walk_entries(l->walk, a, path, &e);

	if (err < 0)
		return err == -ENOENT || err == -ENOTDIR ? 0 : err;
	for (size_t i = 0; err == 0 && i < e.count; i++) {
		if (is_compiled(l, n, dir, e.names[i], a))
			err = add(l, arena_fmt(l->arena, "%s__pycache__/%s",
			                       dir, e.names[i]));
	}
	return err;
}

/* Do the same for each directory of the sorted files. */
static int
add_all_compiled(struct listing *l)
{
	size_t count = l->dist->count, last = 0;
	const char *before = NULL;

	for (size_t i = 0; i < count; i++) {
		const char *path = l->dist->paths[i];
		size_t n = (size_t)(pathname_base(path) - path);
		char memory[1024];
		struct arena shortly;
		int err;

		if (before && n == last && memcmp(before, path, n) == 0)
			continue;
		before = path;
		last = n;
		arena_init(&shortly, memory, sizeof(memory));
		err = add_compiled(l, count, arena_dup(&shortly, path, n),
		                   &shortly);
		arena_free(&shortly);
		if (err < 0)
			return err;
	}
	return 0;
}

/* Report that the files of DIRECTORY cannot be listed, because of ERR. */
static int
refuse(int err, const struct listing *l, const char *directory, struct diag *d)
{
	if (d->code) /* another RECORD cannot be read */
		return d->code;
	return diag_set(d, -EINVAL, "cannot replace '%s/%s': what its RECORD "
	                "lists cannot be read: %s", l->env_dir, directory,
	                diag_reason(err));
}

/* Return whether DIRECTORY is empty: a run was killed that removed all in it. */
static bool
is_emptied(struct listing *l, const char *directory)
{
	char *path = arena_fmt(l->arena, "%s/%s", l->env_dir, directory);
	struct entries e;

	return walk_entries(l->walk, l->arena, path, &e) == 0 && e.count == 0;
}

/* Add the files of one RECORD, that of DIRECTORY. */
static int
add_recorded(struct listing *l, const char *directory, struct diag *d)
{
	char *path = arena_fmt(l->arena, "%s/RECORD", directory);
	struct diag flaw;
	int err;

	diag_init(&flaw, l->arena);
	err = distribution_each(l->walk, l->env_dir,
	                        pathname_dir(l->arena, directory),
	                        pathname_base(directory), add_listed_path, l,
	                        &flaw);
	if (err == -ENOENT && is_emptied(l, directory)) {
		/* gone already; the directory goes with it */
		err = add(l, path);
	}
	if (err < 0 && flaw.code)
		return diag_set(d, err, "'%s/%s': %s", l->env_dir, path,
		                buf_str(&flaw.text));
	return err < 0 ? refuse(err, l, directory, d) : 0;
}

int
distribution_list(const struct ctx *x, struct distribution *dist,
                  const char *env_dir, const struct layout *layout,
                  struct distribution_records *others)
{
	struct listing l = {
		.dist = dist,
		.walk = x->walk,
		.env_dir = env_dir,
		.layout = layout,
		.others = others,
		.arena = x->arena,
	};
	int err = 0;

	buf_init(&l.last, x->arena);
	for (size_t i = 0; err == 0 && i < dist->directory_count; i++)
		err = add_recorded(&l, dist->directories[i], x->diag);
	if (err < 0)
		return err;
	sort(dist);
	err = add_all_compiled(&l);
	sort(dist);
	return err < 0 ? refuse(err, &l, dist->directories[0], x->diag) : 0;
}

struct distribution_roots
distribution_roots_of(const struct layout *l)
{
	return (struct distribution_roots){
		.purelib.path = l->site_packages,
		.platlib.path = l->platlib,
	};
}

bool
distribution_lost(const struct walk *w, const char *env_dir,
                  const struct record_row *row)
{
	const char *path = row->path;
	struct stat st;
	int err;

	if (str_ends(path, ".pyc") || str_ends(path, "/__pycache__") ||
	    strstr(path, "/__pycache__/"))
		return false;
	err = walk_lstat_in(w, env_dir, path, &st);
	if (err < 0)
		return err == -ENOENT || err == -ENOTDIR;
	return S_ISREG(st.st_mode) && st.st_size == 0 && *row->size &&
	       strcmp(row->size, "0") != 0;
}

struct judging {
	const struct walk *walk;
	const char *env_dir;
	bool lists; /* something */
};

/* Return 1 for the first file that was lost. */
static int
judge_file(void *judging, const struct record_row *row)
{
	struct judging *j = judging;

	j->lists = true;
	return distribution_lost(j->walk, j->env_dir, row);
}

bool
distribution_is_whole(const struct walk *w, const char *env_dir,
                      const char *directory)
{
	struct judging j = { .walk = w, .env_dir = env_dir };
	struct record_row row = { .size = "" };
	struct arena shortly;
	int lost;

	arena_init(&shortly, NULL, 0);
	lost = distribution_each(w, env_dir, pathname_dir(&shortly, directory),
	                         pathname_base(directory), judge_file, &j,
	                         NULL);
	if (lost < 0) {
		j.lists = true;
		row.path = pathname_join(&shortly, directory, "METADATA");
		lost = distribution_lost(w, env_dir, &row);
	}
	arena_free(&shortly);
	return lost == 0 && j.lists;
}

/* A project, as it is added to the files that RECORDs list. */
struct owner {
	struct distribution_records *records;
	const char *name;
};

static int
add_owned(void *owner, const struct record_row *row)
{
	const struct owner *o = owner;
	struct distribution_records *r = o->records;

	r->list = arena_more(r->ctx->arena, r->list, r->count, &r->room,
	                     sizeof(*r->list));
	r->list[r->count++] = (struct listed_file){
		arena_str(r->ctx->arena, row->path), o->name };
	return 0;
}

/* Add the files that the RECORD in NAME of ROOT lists. A directory without one
 * has none. */
static int
add_listed(struct distribution_records *r, const char *root, const char *name)
{
	struct owner owner = { r, name };
	int err = distribution_each(r->ctx->walk, r->env_dir, root, name,
	                            add_owned, &owner, NULL);

	if (err == -ENOENT || err == -ENOTDIR)
		return 0;
	if (err < 0)
		return diag_set(r->ctx->diag, -EINVAL, "cannot read '%s/%s/%s/RECORD', "
		                "which may list files that are replaced: %s",
		                r->env_dir, root, name,
		                err == -EINVAL ? "it is not in order"
		                               : diag_reason(err));
	return 0;
}

/* Return whether the RECORD in NAME of ROOT counts. */
static bool
counts(const struct distribution_records *r, const char *root, const char *name)
{
	char *path;

	if (!str_ends(name, ".dist-info"))
		return false;
	if (!r->except)
		return true;
	path = pathname_join(r->ctx->arena, root, name);
	return !strset_has(r->except, path, strlen(path));
}

static int
read_listed(struct distribution_records *r, const char *root)
{
	struct entries e;
	char *path;
	int err;

	if (!root)
		return 0;
	path = arena_fmt(r->ctx->arena, "%s/%s", r->env_dir, root);
	err = walk_entries(r->ctx->walk, r->ctx->arena, path, &e);
	if (err == -ENOENT || err == -ENOTDIR)
		return 0;
	if (err < 0)
		return diag_sys(r->ctx->diag, err, "read", path);
	for (size_t i = 0; err == 0 && i < e.count; i++) {
		if (signals_pending())
			return -EINTR;
		if (counts(r, root, e.names[i]))
			err = add_listed(r, root, e.names[i]);
	}
	return err;
}

/* Do the same for the packages of other Pythons in the environment. */
static int
read_others(struct distribution_records *r)
{
	char *lib = arena_fmt(r->ctx->arena, "%s/lib", r->env_dir);
	struct entries e;
	int err = walk_entries(r->ctx->walk, r->ctx->arena, lib, &e);

	if (err < 0) /* without a lib there is nothing in it */
		return 0;
	for (size_t i = 0; err == 0 && i < e.count; i++) {
		if (layout_is_other_stdlib(r->layout, e.names[i]))
			err = read_listed(r, arena_fmt(r->ctx->arena,
			                               "lib/%s/site-packages",
			                               e.names[i]));
	}
	return err;
}

static int
by_listed(const void *a, const void *b)
{
	return strcmp(((const struct listed_file *)a)->path,
	              ((const struct listed_file *)b)->path);
}

static int
read_records(struct distribution_records *r)
{
	int err;

	r->list = NULL;
	r->count = r->room = 0;
	err = read_listed(r, r->layout->site_packages);
	if (err == 0)
		err = read_listed(r, r->layout->platlib);
	if (err == 0)
		err = read_others(r);
	if (err == 0 && r->count > 0)
		qsort(r->list, r->count, sizeof(*r->list), by_listed);
	r->read = err == 0;
	return err;
}

int
distribution_lists(struct distribution_records *r, const char *path,
                   const char **owner)
{
	const struct listed_file key = { .path = path };
	const struct listed_file *found;
	int err = r->read ? 0 : read_records(r);

	if (err < 0)
		return err;
	found = r->count ? bsearch(&key, r->list, r->count, sizeof(key),
	                           by_listed) : NULL;
	if (found && owner)
		*owner = found->owner;
	return found != NULL;
}
