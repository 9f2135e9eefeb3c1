#include "resolve/uvlock_package.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "format/pathname.h"
#include "format/pep440.h"
#include "resolve/lock_location.h"
#include "resolve/lock_table.h"

enum { MAX_SHOWN = 200 };

struct reader {
	const struct lock_table *table; /* the package's */
	struct lock_table source;       /* the table "source" in it */
	struct lock_package *package;
	const char *dir;   /* of the lock */
	const char *index; /* the directory that "path" of a wheel starts at;
	                      NULL if its wheels have none */
	const char *given; /* the path that the source names; NULL */
	struct arena *arena;
};

/* ---- sources ------------------------------------------------------------- */

const struct toml *
uvlock_directory(const struct toml *source)
{
	static const char *const keys[] = { "editable", "virtual",
		                            "directory" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const struct toml *node = toml_find(source, keys[i]);

		if (node)
			return node;
	}
	return NULL;
}

bool
uvlock_is_here(const struct toml *source)
{
	const char *path = toml_string(uvlock_directory(source));

	return path && (strcmp(path, ".") == 0 || !*path);
}

bool
uvlock_is_virtual(const struct toml *source)
{
	return toml_find(source, "virtual") != NULL;
}

/* The wheels of a registry may be in a directory of this host. */
static int
read_registry(struct reader *r, const char *place)
{
	r->package->kind = LOCK_SDIST;
	r->index = strstr(place, "://") ? lock_url_path(place, r->arena)
	                                : lock_path_resolve(place, r->dir,
	                                                    r->arena);
	return 0;
}

static int
read_archive(struct reader *r, const char *place)
{
	r->package->kind = LOCK_ARCHIVE;
	r->package->source = arena_str(r->arena, place);
	return 0;
}

static int
read_path(struct reader *r, const char *place)
{
	r->given = lock_path_resolve(place, r->dir, r->arena);
	return read_archive(r, place);
}

static int
read_directory(struct reader *r, const char *place)
{
	r->package->kind = LOCK_DIRECTORY;
	r->package->source = r->package->directory = arena_str(r->arena, place);
	r->package->editable = toml_find(r->source.toml, "editable") != NULL;
	return 0;
}

static int
read_git(struct reader *r, const char *place)
{
	r->package->kind = LOCK_VCS;
	r->package->source = arena_str(r->arena, place);
	return 0;
}

static int
read_source(struct reader *r)
{
	static const struct {
		const char *key;
		int (*read)(struct reader *r, const char *place);
	} kinds[] = {
		{ "registry", read_registry }, { "git", read_git },
		{ "url", read_archive },       { "path", read_path },
		{ "directory", read_directory }, { "editable", read_directory },
		{ "virtual", read_directory },
	};
	const struct toml *node;

	if (lock_table_get(r->table, "source", TOML_TABLE, &node) < 0)
		return -EINVAL;
	if (!node)
		return lock_table_refuse(r->table, "source", "it is missing");
	lock_table_enter(&r->source, r->table, "source", node);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const char *place;

		if (lock_table_get_text(&r->source, kinds[i].key, &place) < 0)
			return -EINVAL;
		if (place)
			return kinds[i].read(r, place);
	}
	return lock_table_refuse(r->table, "source", "its kind is not known");
}

/* ---- wheels -------------------------------------------------------------- */

/* Read "ALGORITHM:HEX". A wheel of a local directory has no hash. */
static int
read_hash(const struct reader *r, const struct lock_table *t,
          struct lock_wheel *w)
{
	struct digest_value *v;
	const char *text, *colon;

	if (lock_table_get_text(t, "hash", &text) < 0)
		return -EINVAL;
	if (!text)
		return 0;
	v = arena_zero(r->arena, 1, sizeof(*v));
	colon = strchr(text, ':');
	if (!colon ||
	    !digest_kind_parse(text, (size_t)(colon - text), &v->kind))
		return lock_table_refuse(t, "hash", "it is no sha256, sha384 "
		                         "or sha512");
	if (!digest_parse_hex(colon + 1, strlen(colon + 1), v->kind, v->sum))
		return lock_table_refuse(t, "hash", "%.*s needs %zu "
		                         "hexadecimal digits",
		                         (int)(colon - text), text,
		                         2 * digest_size(v->kind));
	w->hashes = v;
	w->hash_count = 1;
	return 0;
}

/* Set W's file name and path: those of a URL, of a file in the directory
 * that is the index, or of the source. */
static int
read_place(const struct reader *r, const struct lock_table *t,
           struct lock_wheel *w)
{
	const char *url, *path, *name;

	if (lock_table_get_text(t, "url", &url) < 0 ||
	    lock_table_get_text(t, "path", &path) < 0 ||
	    lock_table_get_text(t, "filename", &name) < 0)
		return -EINVAL;
	if (url) {
		w->file = lock_url_file(url, r->arena);
		w->path = lock_url_path(url, r->arena);
	} else if (path) {
		w->file = arena_str(r->arena, lock_path_file(path));
		if (r->index)
			w->path = lock_path_resolve(path, r->index, r->arena);
	} else if (name) {
		w->file = arena_str(r->arena, name);
		w->path = r->given;
	} else {
		return lock_table_refuse(t, NULL, "it has no url, path or "
		                         "filename");
	}
	return 0;
}

static int
read_wheels(const struct reader *r)
{
	struct lock_package *p = r->package;
	const struct toml *first;

	if (lock_make_wheels(p, r->table, &first, r->arena) < 0)
		return -EINVAL;
	for (; first; first = first->next) {
		struct lock_wheel *w = &p->wheels[p->wheel_count];
		struct lock_table t;

		lock_table_enter_element(&t, r->table, "wheels",
		                         p->wheel_count, first);
		if (read_place(r, &t, w) < 0 ||
		    lock_check_wheel(&t, p, w->file, r->arena) < 0 ||
		    lock_read_size(&t, w) < 0 || read_hash(r, &t, w) < 0)
			return -EINVAL;
		p->wheel_count++;
	}
	return 0;
}

static int
read_sdist(const struct reader *r)
{
	struct lock_package *p = r->package;
	const struct toml *node;
	const char *url, *path;
	struct lock_table t;

	if (lock_table_get(r->table, "sdist", TOML_TABLE, &node) < 0)
		return -EINVAL;
	if (!node)
		return 0;
	lock_table_enter(&t, r->table, "sdist", node);
	if (lock_table_get_text(&t, "url", &url) < 0 ||
	    lock_table_get_text(&t, "path", &path) < 0)
		return -EINVAL;
	p->has_sdist = true;
	if (!p->source && (url || path))
		p->source = arena_str(r->arena, url ? url : path);
	return 0;
}

/* Check that the files are those that the kind of source has. */
static int
check_files(const struct reader *r)
{
	struct lock_package *p = r->package;

	if (p->kind == LOCK_SDIST && p->wheel_count > 0)
		p->kind = LOCK_WHEELS;
	if (p->kind == LOCK_SDIST && !p->has_sdist)
		return lock_table_refuse(r->table, NULL, "it has no wheels and "
		                         "no sdist");
	if (p->kind == LOCK_SDIST && !p->source)
		p->source = "";
	if (p->kind == LOCK_ARCHIVE && p->wheel_count > 1)
		return lock_table_refuse(r->table, "wheels", "there is more "
		                         "than one, and the source is one "
		                         "file");
	if (p->kind == LOCK_DIRECTORY || p->kind == LOCK_VCS)
		p->wheel_count = 0;
	return 0;
}

static int
read_version(const struct reader *r)
{
	const struct lock_table *t = r->table;
	const char *version;

	if (lock_table_get_text(t, "version", &version) < 0)
		return -EINVAL;
	if (!version)
		return 0;
	if (!pep440_is_version(version, strlen(version)))
		return lock_table_refuse(t, "version", "'%.*s' is not a "
		                         "version", MAX_SHOWN, version);
	r->package->version = arena_str(r->arena, version);
	return 0;
}

int
uvlock_package_read(struct lock_package *p, const struct lock_table *t,
                    const char *dir, struct arena *a)
{
	struct reader r = { .table = t, .package = p, .dir = dir, .arena = a };
	const char *name;

	memset(p, 0, sizeof(*p));
	if (lock_table_need_text(t, "name", &name) < 0)
		return -EINVAL;
	p->project = arena_str(a, name);
	if (read_version(&r) < 0 || read_source(&r) < 0 ||
	    read_wheels(&r) < 0 || read_sdist(&r) < 0 || check_files(&r) < 0)
		return -EINVAL;
	p->where = lock_table_place(t, a);
	return 0;
}
