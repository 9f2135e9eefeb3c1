#include "venv/wheel_files.h"

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
#include "venv/layout.h"
#include "venv/wheel.h"

/* A list in the making. */
struct listing {
	const struct wheel *wheel;
	const struct layout *layout;
	struct wheel_files *files;
	struct inflater *inflater;
	struct arena *arena;
	struct diag *diag;
};

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

/* Case does not matter: it does not on every file system. */
bool
wheel_files_protected(const struct layout *l, const char *path)
{
	static const char *const names[] = { "python", "pypy", "graalpy",
	                                     "activate" };

	if (starts_any_case(path, "bin/") && !is_work(path)) {
		const char *name = path + 4;

		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
			size_t n = strlen(names[i]);

			/* python3.12, activate.csh, but pythonize */
			if (starts_any_case(name, names[i]) &&
			    strspn(name + n, "0123456789.tdw") ==
			            strcspn(name + n, "/"))
				return true;
			if (i == 3 && starts_any_case(name, "activate."))
				return true;
		}
		return false;
	}
	return is_work(path) || is_in_any_case(path, "pyvenv.cfg") ||
	       (is_in_any_case(path, "lib64") && !is_in_platlib(l, path)) ||
	       strcmp(path, ".gitignore") == 0;
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
		return diag_set(l->diag, -EINVAL, "%s: %s: there is no place "
		                "for it", l->wheel->file, m->name);
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

/* True if an entry point makes the script that M would be. */
static bool
is_made_anew(const struct wheel *w, const char *name)
{
	for (size_t i = 0; i < w->scripts.count; i++) {
		if (strcmp(w->scripts.list[i].name, name) == 0)
			return true;
	}
	return false;
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

	if (n > 5 && rest[n] && str_ends_n(rest, n, ".data")) {
		bool local = false;
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
	if (script && is_made_anew(w, rest))
		return 0;
	f = &l->files->list[l->files->count++];
	*f = (struct wheel_file){
		.path = *dir ? pathname_join(l->arena, dir, rest) : rest,
		.member = m,
		.row = wheel_row(w, m),
		.script = script,
	};
	if (!f->path)
		return diag_oom(l->diag);
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
			                "the same place, with other bytes", w->file,
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
	struct listing listing = { w, l, f, in, a, d };
	int err = 0;

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
