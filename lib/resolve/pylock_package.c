#include "resolve/pylock_package.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "format/pep440.h"
#include "resolve/lock_location.h"
#include "resolve/lock_table.h"
#include "resolve/marker.h"

enum { MAX_SHOWN = 200 };

struct reader {
	const struct lock_table *table; /* the package's */
	struct lock_package *package;
	const char *dir; /* relative paths start here */
	struct arena *arena;
};

/* The members that wheels, source distributions and archives share. */
struct file {
	const char *name, *path, *url; /* NULL: none, or an empty one */
	const struct toml *hashes;     /* the first one */
};

static const char *
or_null(const char *text)
{
	return text && *text ? text : NULL;
}

/* ---- members that are only checked --------------------------------------- */

/* Accept only those kinds of TOML's that have a date and a time. */
static int
check_time(const struct lock_table *t)
{
	const struct toml *time = toml_find(t->toml, "upload-time");

	if (!time || time->kind == TOML_OFFSET_DATETIME ||
	    time->kind == TOML_LOCAL_DATETIME)
		return 0;
	return lock_table_refuse(t, "upload-time", "expected %s, not %s",
	                         toml_kind_name(TOML_OFFSET_DATETIME),
	                         toml_kind_name(time->kind));
}

static int
check_texts(const struct lock_table *t, const char *const *keys)
{
	const char *ignored;

	for (; *keys; keys++) {
		if (lock_table_get_text(t, *keys, &ignored) < 0)
			return -EINVAL;
	}
	return 0;
}

static int
check_identities(const struct reader *r)
{
	static const char key[] = "attestation-identities";
	const struct toml *identity;
	struct lock_table t;
	const char *kind;
	size_t i = 0;

	if (lock_table_get_list(r->table, key, TOML_TABLE, &identity) < 0)
		return -EINVAL;
	for (; identity; identity = identity->next) {
		lock_table_enter_element(&t, r->table, key, i++, identity);
		if (lock_table_need_text(&t, "kind", &kind) < 0)
			return -EINVAL;
	}
	return 0;
}

static int
check_others(const struct reader *r)
{
	static const char *const texts[] = { "index", NULL };
	const struct toml *ignored;

	if (check_texts(r->table, texts) < 0 ||
	    lock_table_get_list(r->table, "dependencies", TOML_TABLE,
	                        &ignored) < 0 ||
	    lock_table_get(r->table, "tool", TOML_TABLE, &ignored) < 0)
		return -EINVAL;
	return check_identities(r);
}

/* ---- wheels, source distributions, archives ------------------------------ */

static int
read_place(const struct lock_table *t, const char **path, const char **url)
{
	if (lock_table_get_text(t, "path", path) < 0 ||
	    lock_table_get_text(t, "url", url) < 0)
		return -EINVAL;
	*path = or_null(*path);
	*url = or_null(*url);
	if (*path || *url)
		return 0;
	return lock_table_refuse(t, NULL, "it has neither a path nor a url");
}

/* Check that the hashes of any algorithm are strings, and that there is one. */
static int
read_hashes(const struct lock_table *t, const struct toml **first)
{
	const struct toml *hashes;

	if (lock_table_get(t, "hashes", TOML_TABLE, &hashes) < 0)
		return -EINVAL;
	if (!hashes || !hashes->child)
		return lock_table_refuse(t, "hashes", "there are none");
	*first = hashes->child;
	for (const struct toml *h = *first; h; h = h->next) {
		struct lock_table place;
		const char *ignored;

		lock_table_enter(&place, t, "hashes", hashes);
		if (h->kind != TOML_STRING)
			return lock_table_get_text(&place, h->key, &ignored);
	}
	return 0;
}

static int
read_file(const struct lock_table *t, struct file *f)
{
	const struct toml *ignored;

	if (lock_table_get_text(t, "name", &f->name) < 0 ||
	    read_place(t, &f->path, &f->url) < 0 ||
	    lock_table_get(t, "size", TOML_INTEGER, &ignored) < 0 ||
	    check_time(t) < 0)
		return -EINVAL;
	f->name = or_null(f->name);
	return read_hashes(t, &f->hashes);
}

static size_t
count_strong(const struct toml *hashes)
{
	enum digest_kind ignored;
	size_t count = 0;

	for (; hashes; hashes = hashes->next)
		count += digest_kind_parse(hashes->key, hashes->key_len,
		                           &ignored);
	return count;
}

/* Add the hashes that are strong enough; the others have no effect. */
static int
add_hashes(const struct reader *r, const struct lock_table *t,
           const struct file *f, struct lock_wheel *w)
{
	size_t count = count_strong(f->hashes);
	struct digest_value *list;

	if (count == 0)
		return lock_table_refuse(t, "hashes", "there is no sha256, "
		                         "sha384 or sha512");
	list = arena_zero(r->arena, count, sizeof(*list));
	w->hashes = list;
	for (const struct toml *h = f->hashes; h; h = h->next) {
		struct digest_value *v = &list[w->hash_count];

		if (!digest_kind_parse(h->key, h->key_len, &v->kind))
			continue;
		if (!digest_parse_hex(h->text, h->len, v->kind, v->sum))
			return lock_table_refuse(t, "hashes", "%s needs %zu "
			                         "hexadecimal digits", h->key,
			                         2 * digest_size(v->kind));
		w->hash_count++;
	}
	return 0;
}

static const char *
file_name(const struct reader *r, const struct file *f)
{
	if (f->name)
		return arena_str(r->arena, f->name);
	if (f->path)
		return arena_str(r->arena, lock_path_file(f->path));
	return lock_url_file(f->url, r->arena);
}

static int
read_wheel(const struct reader *r, const struct lock_table *t,
           const struct file *f, struct lock_wheel *w)
{
	w->file = file_name(r, f);
	if (lock_check_wheel(t, r->package, w->file, r->arena) < 0 ||
	    lock_read_size(t, w) < 0)
		return -EINVAL;
	w->path = f->path ? lock_path_resolve(f->path, r->dir, r->arena)
	                  : lock_url_path(f->url, r->arena);
	return add_hashes(r, t, f, w);
}

static int
read_wheels(const struct reader *r)
{
	struct lock_package *p = r->package;
	const struct toml *first;

	if (lock_make_wheels(p, r->table, &first, r->arena) < 0)
		return -EINVAL;
	for (; first; first = first->next) {
		struct lock_table t;
		struct file f;

		lock_table_enter_element(&t, r->table, "wheels",
		                         p->wheel_count, first);
		if (read_file(&t, &f) < 0 ||
		    read_wheel(r, &t, &f, &p->wheels[p->wheel_count]) < 0)
			return -EINVAL;
		p->wheel_count++;
	}
	return 0;
}

/* ---- sources other than wheels ------------------------------------------- */

static void
set_source(const struct reader *r, const char *path, const char *url)
{
	r->package->source = arena_str(r->arena, path ? path : url);
}

static int
read_sdist(const struct reader *r, const struct lock_table *t)
{
	struct file f;

	if (read_file(t, &f) < 0)
		return -EINVAL;
	r->package->has_sdist = true;
	r->package->kind = LOCK_SDIST;
	set_source(r, f.path, f.url);
	return 0;
}

static int
read_archive(const struct reader *r, const struct lock_table *t)
{
	static const char *const texts[] = { "subdirectory", NULL };
	struct lock_package *p = r->package;
	const char *name;
	struct file f;

	if (read_file(t, &f) < 0 || check_texts(t, texts) < 0)
		return -EINVAL;
	p->kind = LOCK_ARCHIVE;
	set_source(r, f.path, f.url);
	f.name = NULL; /* PEP 751 knows none for an archive */
	name = file_name(r, &f);
	if (!str_ends(name, ".whl"))
		return 0;
	p->wheels = arena_zero(r->arena, 1, sizeof(*p->wheels));
	p->wheel_count = 1;
	return read_wheel(r, t, &f, p->wheels);
}

static int
read_directory(const struct reader *r, const struct lock_table *t)
{
	static const char *const texts[] = { "subdirectory", NULL };
	struct lock_package *p = r->package;
	const struct toml *editable;
	const char *path;

	if (lock_table_need_text(t, "path", &path) < 0 ||
	    lock_table_get(t, "editable", TOML_BOOLEAN, &editable) < 0 ||
	    check_texts(t, texts) < 0)
		return -EINVAL;
	p->kind = LOCK_DIRECTORY;
	set_source(r, path, NULL);
	p->directory = p->source;
	p->editable = editable && editable->text[0] == 't';
	return 0;
}

static int
read_vcs(const struct reader *r, const struct lock_table *t)
{
	static const char *const texts[] = { "requested-revision",
		                             "subdirectory", NULL };
	const char *path, *url, *ignored;

	if (lock_table_need_text(t, "type", &ignored) < 0 ||
	    read_place(t, &path, &url) < 0 ||
	    lock_table_need_text(t, "commit-id", &ignored) < 0 ||
	    check_texts(t, texts) < 0)
		return -EINVAL;
	r->package->kind = LOCK_VCS;
	set_source(r, path, url);
	return 0;
}

/* Read all that tells where the package comes from, and count in *DIRECT what
 * does not go together with anything else. */
static int
read_each_source(const struct reader *r, size_t *direct)
{
	static const struct {
		const char *key;
		bool direct;
		int (*read)(const struct reader *r, const struct lock_table *t);
	} sources[] = {
		{ "sdist", false, read_sdist },
		{ "vcs", true, read_vcs },
		{ "directory", true, read_directory },
		{ "archive", true, read_archive },
	};

	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
		const struct toml *node;
		struct lock_table t;

		if (lock_table_get(r->table, sources[i].key, TOML_TABLE,
		                   &node) < 0)
			return -EINVAL;
		if (!node)
			continue;
		lock_table_enter(&t, r->table, sources[i].key, node);
		if (sources[i].read(r, &t) < 0)
			return -EINVAL;
		*direct += sources[i].direct;
	}
	return 0;
}

static int
read_sources(const struct reader *r)
{
	struct lock_package *p = r->package;
	size_t wheel_count, direct = 0;
	bool is_listed;

	if (read_wheels(r) < 0)
		return -EINVAL;
	wheel_count = p->wheel_count;
	if (read_each_source(r, &direct) < 0)
		return -EINVAL;
	is_listed = wheel_count > 0 || p->has_sdist;
	if (is_listed && direct > 0)
		return lock_table_refuse(r->table, NULL, "vcs, directory and "
		                         "archive exclude wheels and sdist");
	if (!is_listed && direct != 1)
		return lock_table_refuse(r->table, NULL, direct ?
		                         "vcs, directory and archive exclude "
		                         "each other" :
		                         "it has no wheels, sdist, archive, "
		                         "directory or vcs");
	if (wheel_count > 0)
		p->kind = LOCK_WHEELS;
	return 0;
}

/* ---- the package --------------------------------------------------------- */

static int
read_name(const struct reader *r)
{
	const struct lock_table *t = r->table;
	const char *name, *version;

	if (lock_table_need_text(t, "name", &name) < 0 ||
	    lock_table_get_text(t, "version", &version) < 0)
		return -EINVAL;
	if (!lock_is_normalized(name))
		return lock_table_refuse(t, "name", "'%.*s' is not a "
		                         "normalized name", MAX_SHOWN, name);
	if (version && !pep440_is_version(version, strlen(version)))
		return lock_table_refuse(t, "version", "'%.*s' is not a "
		                         "version", MAX_SHOWN, version);
	r->package->project = arena_str(r->arena, name);
	if (version)
		r->package->version = arena_str(r->arena, version);
	return 0;
}

int
pylock_check_python(const struct lock_table *t, const char *specifiers)
{
	if (!specifiers ||
	    pep440_fits(specifiers, strlen(specifiers), "0", 1) >= 0)
		return 0;
	return lock_table_refuse(t, "requires-python", "'%.*s' are not version "
	                         "specifiers", MAX_SHOWN, specifiers);
}

static int
read_conditions(struct pylock_package *p, const struct reader *r)
{
	const struct lock_table *t = r->table;

	if (lock_table_get_text(t, "marker", &p->marker) < 0 ||
	    lock_table_get_text(t, "requires-python", &p->requires_python) < 0)
		return -EINVAL;
	if (p->marker && marker_check(p->marker, strlen(p->marker), r->arena,
	                              t->diag) < 0)
		return lock_table_prefix(t, "marker");
	return pylock_check_python(t, p->requires_python);
}

int
pylock_package_read(struct pylock_package *p, const struct lock_table *t,
                    const char *dir, struct arena *a)
{
	struct reader r = { t, &p->package, dir, a };

	memset(p, 0, sizeof(*p));
	if (read_name(&r) < 0 || read_conditions(p, &r) < 0 ||
	    check_others(&r) < 0 || read_sources(&r) < 0)
		return t->diag->code;
	p->package.where = lock_table_place(t, a);
	return 0;
}
