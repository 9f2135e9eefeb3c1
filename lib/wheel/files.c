#include "wheel/files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/str.h"
#include "format/digest.h"
#include "format/pathname.h"
#include "publish/work.h"
#include "python/layout.h"
#include "wheel/wheel.h"

/* INSTALLER, REQUESTED, direct_url.json, RECORD; beside the scripts that they are
 * made of, pip3, pip3.X and easy_install-3.X */
enum { MAX_ADDED = 4 + 3 };

/* A list in the making. */
struct listing {
	const struct wheel *wheel;
	const struct layout *layout;
	struct wheel_files *files;
	struct inflater *inflater;
	const char **scripts; /* paths that entry points make, sorted */
	size_t script_count;
	struct arena *arena;
	struct diag *diag;
};

size_t
wheel_files_added(const struct wheel *w)
{
	return w->scripts.count + MAX_ADDED;
}

/* True if NAME is BASE with a version behind it: "pip3", "easy_install-3.6". */
static bool
is_versioned(const char *name, const char *base, bool dash)
{
	size_t n = strlen(base);

	if (strncmp(name, base, n) != 0)
		return false;
	name += n;
	if (dash && *name++ != '-')
		return false;
	n = strspn(name, "0123456789");
	name += n;
	if (n > 0 && *name == '.')
		name += 1 + strspn(name + 1, "0123456789");
	return n > 0 && !*name;
}

static const struct entry_point *
find_script(const struct wheel *w, const char *name)
{
	for (size_t i = 0; i < w->scripts.count; i++) {
		if (strcmp(w->scripts.list[i].name, name) == 0)
			return &w->scripts.list[i];
	}
	return NULL;
}

/* The scripts of a wheel built by one Python may have its version in their
 * names: pip replaces these by the version that is installed for. */
int
wheel_files_each_script(const struct wheel *w, const struct layout *l,
                        int (*fn)(void *ctx, const char *name,
                                  const struct entry_point *e),
                        void *ctx, struct arena *a)
{
	const struct entry_point *pip = find_script(w, "pip");
	const struct entry_point *easy = find_script(w, "easy_install");
	const char *version = layout_major_minor(l, a);
	char *name = version ? arena_fmt(a, "pip%s", version) : NULL;
	char *old = version ? arena_fmt(a, "easy_install-%s", version) : NULL;
	int err = name && old ? 0 : -ENOMEM;

	for (size_t i = 0; err == 0 && i < w->scripts.count; i++) {
		const struct entry_point *e = &w->scripts.list[i];

		if (!(pip && is_versioned(e->name, "pip", false)) &&
		    !(easy && is_versioned(e->name, "easy_install", true)))
			err = fn(ctx, e->name, e);
	}
	if (err == 0 && pip)
		err = fn(ctx, "pip3", pip);
	if (err == 0 && pip)
		err = fn(ctx, name, pip);
	if (err == 0 && easy)
		err = fn(ctx, old, easy);
	return err;
}

static bool
starts_any_case(const char *s, const char *prefix)
{
	while (*prefix && (*s | 0x20) == *prefix) {
		s++;
		prefix++;
	}
	return !*prefix;
}

/* Return whether PATH is NAME, in any case, or below it. */
static bool
is_in_any_case(const char *path, const char *name)
{
	size_t n = strlen(name);

	return starts_any_case(path, name) && (!path[n] || path[n] == '/');
}

/* True if PATH, or what is behind one of its slashes, starts with TEXT. */
static bool
has_part(const char *path, const char *text)
{
	for (; path; path = strchr(path, '/')) {
		path += *path == '/';
		if (str_starts(path, text))
			return true;
	}
	return false;
}

/* True if a part of PATH is a name of our work directories and marks: a later
 * run would take it for one, and the next look sweep it away. */
static bool
is_work(const char *path)
{
	return has_part(path, work_prefix);
}

/* True if PATH is in the lib64 that an environment of layout L has as a
 * directory; elsewhere it is a link. */
static bool
is_in_platlib(const struct layout *l, const char *path)
{
	return l->platlib && str_starts(l->platlib, "lib64/") &&
	       str_starts(path, "lib64/");
}

/* Return whether NAME, an entry of bin, is an interpreter's or an activation
 * script's. */
static bool
is_protected_name(const char *name)
{
	const char *rest;

	if (starts_any_case(name, "pypy") ||
	    is_in_any_case(name, "graalpy") || is_in_any_case(name, "activate") ||
	    starts_any_case(name, "activate."))
		return true;
	if (!starts_any_case(name, "python"))
		return false;
	/* python3.13t, python3.12-dbg's python3.12d, pythonw; not pythonize */
	rest = name + 6 + strspn(name + 6, "0123456789.");
	rest += strspn(rest, "tdmuw");
	return !*rest || *rest == '/';
}

/* Case does not matter: it does not on every file system. */
bool
wheel_files_protected(const struct layout *l, const char *path)
{
	if (starts_any_case(path, "bin/") && !is_work(path))
		return is_protected_name(path + 4);
	return is_work(path) || is_in_any_case(path, "pyvenv.cfg") ||
	       (is_in_any_case(path, "lib64") && !is_in_platlib(l, path)) ||
	       strcmp(path, ".gitignore") == 0;
}

/* Return whether PATH is a directory that every environment of layout L has. */
static bool
is_own_directory(const struct layout *l, const char *path)
{
	const char *const dirs[] = { "bin", l->site_packages, layout_platlib(l),
		                     l->include, l->unused_lib };
	size_t n = strlen(path);

	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
		if (dirs[i] && strncmp(dirs[i], path, n) == 0 &&
		    (!dirs[i][n] || dirs[i][n] == '/'))
			return true;
	}
	return false;
}

/* Return whether PATH, or a part of it, is longer than the system takes. */
static bool
is_too_long(const char *path)
{
	if (strlen(path) >= 4096)
		return true;
	while (*path) {
		size_t n = strcspn(path, "/");

		if (n > 255)
			return true;
		path += n + (path[n] == '/');
	}
	return false;
}

/* Where headers go; the name is normalised there, as by pip since 25.3. */
static char *
headers_directory(const struct listing *l)
{
	const struct wheel_name *name = &l->wheel->name;
	char *version = layout_major_minor(l->layout, l->arena);
	struct buf project;

	buf_init(&project, l->arena);
	wheel_name_normalize(&project, name->project, strlen(name->project));
	return version && buf_str(&project)
	               ? arena_fmt(l->arena, "include/site/python%s/%s", version,
	                           project.data)
	               : NULL;
}

/* Where a member of NAME-VERSION.data goes, KEY being the next part: *DIR. */
static int
data_directory(struct listing *l, const struct zip_member *m, const char *key,
               size_t n, const char **dir, bool *script)
{
	static const char *const keys[] = { "purelib", "platlib", "headers",
	                                    "scripts", "data" };
	const char *const dirs[] = {
		l->layout->site_packages, layout_platlib(l->layout), NULL,
		"bin", "",
	};
	size_t i = 0;

	while (i < 5 && (strlen(keys[i]) != n || strncmp(keys[i], key, n) != 0))
		i++;
	if (i == 5 || !key[n])
		return diag_set(l->diag, -EINVAL, "%s: %s: '%.*s' is not a "
		                "directory of .data", l->wheel->file, m->name,
		                (int)n, key);
	*dir = i == 2 ? headers_directory(l) : dirs[i];
	*script = i == 3;
	if (!*dir)
		(void)diag_oom(l->diag);
	return *dir ? 0 : -ENOMEM;
}

/* Members that are not installed as they are. */
static bool
is_left_out(const struct wheel *w, const struct zip_member *m)
{
	static const char *const names[] = {
		"RECORD", "RECORD.jws", "RECORD.p7s", "INSTALLER", "REQUESTED",
		"direct_url.json",
	};
	size_t n = strlen(w->dist_info);

	if (m->directory)
		return true;
	if (str_ends_n(m->name, m->len, ".pyc") &&
	    has_part(m->name, "__pycache__/"))
		return true;
	if (strncmp(m->name, w->dist_info, n) != 0)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(m->name + n, names[i]) == 0)
			return true;
	}
	return false;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int
add_script(void *ctx, const char *name, const struct entry_point *e)
{
	struct listing *l = ctx;
	const char *path = arena_fmt(l->arena, "bin/%s", name);

	(void)e;
	if (!path)
		return diag_oom(l->diag);
	if (wheel_files_protected(l->layout, path))
		return diag_set(l->diag, -EINVAL, "%s: the script '%s' would "
		                "replace a part of the environment",
		                l->wheel->file, name);
	if (is_too_long(name))
		return diag_set(l->diag, -EINVAL, "%s: the name of the script "
		                "'%s' is too long", l->wheel->file, name);
	l->scripts[l->script_count++] = path;
	return 0;
}

/* List the paths of the scripts that entry points make. */
static int
list_scripts(struct listing *l)
{
	int err;

	l->scripts = arena_alloc(l->arena, wheel_files_added(l->wheel) *
	                                           sizeof(*l->scripts));
	if (!l->scripts)
		return diag_oom(l->diag);
	err = wheel_files_each_script(l->wheel, l->layout, add_script, l,
	                              l->arena);
	if (err == 0 && l->script_count > 0)
		qsort(l->scripts, l->script_count, sizeof(*l->scripts), by_name);
	return err == -ENOMEM ? diag_oom(l->diag) : err;
}

static int
by_script(const void *name, const void *entry)
{
	return strcmp(name, ((const struct entry_point *)entry)->name);
}

/* Return whether W has an entry point called NAME. */
static bool
has_entry_point(const struct wheel *w, const char *name)
{
	return w->scripts.count && bsearch(name, w->scripts.list,
	                                   w->scripts.count,
	                                   sizeof(*w->scripts.list), by_script);
}

/* Return whether an entry point makes the script PATH. */
static bool
is_made_anew(const struct listing *l, const char *path)
{
	return l->script_count && bsearch(&path, l->scripts, l->script_count,
	                                  sizeof(*l->scripts), by_name);
}

/* Return whether PATH is in the .dist-info directory of another project. */
static bool
is_foreign_metadata(const struct listing *l, const char *path)
{
	const char *roots[] = { l->layout->site_packages,
		                layout_platlib(l->layout) };
	const char *own = l->wheel->dist_info;

	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(roots[i]);
		const char *rest = path + n + 1;

		if (strncmp(path, roots[i], n) == 0 && path[n] == '/' &&
		    strchr(rest, '/') &&
		    str_ends_n(rest, strcspn(rest, "/"), ".dist-info"))
			return strncmp(rest, own, strlen(own)) != 0;
	}
	return false;
}

static int
add(struct listing *l, const struct zip_member *m)
{
	const struct wheel *w = l->wheel;
	const char *dir = l->files->root;
	const char *rest = m->name;
	size_t n = strcspn(rest, "/");
	bool script = false;
	struct wheel_file *f;
	const char *path;

	if (n > 5 && rest[n] && str_ends_n(rest, n, ".data")) {
		bool local;
		int err;

		if (!wheel_owns_directory(w, rest, n, ".data", &local))
			return diag_set(l->diag, -EINVAL, "%s: %s: it is not "
			                "in the .data directory of %s-%s", w->file,
			                m->name, w->name.project,
			                w->name.version);
		rest += n + 1;
		n = strcspn(rest, "/");
		err = data_directory(l, m, rest, n, &dir, &script);
		if (err < 0)
			return err;
		rest += n + 1;
	}
	path = *dir ? pathname_join(l->arena, dir, rest) : rest;
	if (!path)
		return diag_oom(l->diag);
	if (script && has_entry_point(w, rest))
		return 0;
	f = &l->files->list[l->files->count++];
	*f = (struct wheel_file){
		.path = path,
		.member = m,
		.row = wheel_row(w, m),
		.script = script,
	};
	if (is_made_anew(l, path))
		return diag_set(l->diag, -EINVAL, "%s: %s: it goes to the same "
		                "place as the script of an entry point", w->file,
		                m->name);
	if (is_too_long(path))
		return diag_set(l->diag, -EINVAL, "%s: %s: its name is too long",
		                w->file, m->name);
	if (is_own_directory(l->layout, path))
		return diag_set(l->diag, -EINVAL, "%s: %s: every environment has "
		                "a directory '%s'", w->file, m->name, path);
	if (wheel_files_protected(l->layout, f->path))
		return diag_set(l->diag, -EINVAL, "%s: %s: it would replace "
		                "'%s' of the environment", w->file, m->name,
		                f->path);
	if (is_foreign_metadata(l, f->path))
		return diag_set(l->diag, -EINVAL, "%s: %s: it would be metadata "
		                "of another project", w->file, m->name);
	return 0;
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct wheel_file *)a)->path,
	              ((const struct wheel_file *)b)->path);
}

/* Drop files that go to the place of another one with equal bytes. */
static int
drop_twins(struct listing *l)
{
	const struct wheel *w = l->wheel;
	struct wheel_files *f = l->files;
	size_t kept = 0;

	for (size_t i = 0; i < f->count; i++) {
		unsigned char one[DIGEST_MAX], other[DIGEST_MAX];
		const struct wheel_file *file = &f->list[i];
		const struct wheel_file *last = kept ? &f->list[kept - 1] : NULL;
		int err;

		if (!last || strcmp(last->path, file->path) != 0) {
			f->list[kept++] = *file;
			continue;
		}
		err = wheel_digest(w, last->member, l->inflater, one, l->diag);
		if (err == 0)
			err = wheel_digest(w, file->member, l->inflater, other,
			                   l->diag);
		if (err < 0)
			return l->diag->code ? diag_prefix(l->diag, "%s: ", w->file)
			                     : diag_oom(l->diag);
		if (memcmp(one, other, digest_size(DIGEST_SHA256)) != 0 ||
		    last->script != file->script)
			return diag_set(l->diag, -EINVAL, "%s: %s: '%s' goes to "
			                "the same place", w->file,
			                file->member->name, last->member->name);
	}
	f->count = kept;
	return 0;
}

int
wheel_files_list(struct wheel_files *f, const struct wheel *w,
                 const struct layout *l, struct inflater *in, struct arena *a,
                 struct diag *d)
{
	struct listing listing = { w, l, f, in, NULL, 0, a, d };
	int err = list_scripts(&listing);

	f->count = 0;
	f->root = w->purelib ? l->site_packages : layout_platlib(l);
	f->list = arena_alloc(a, (w->zip.count + 1) * sizeof(*f->list));
	if (!f->list)
		return diag_oom(d);
	for (size_t i = 0; err == 0 && i < w->zip.count; i++) {
		if (!is_left_out(w, &w->zip.members[i]))
			err = add(&listing, &w->zip.members[i]);
	}
	if (err < 0)
		return err;
	qsort(f->list, f->count, sizeof(*f->list), by_path);
	return drop_twins(&listing);
}
