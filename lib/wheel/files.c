#include "wheel/files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/str.h"
#include "format/pathname.h"
#include "os/signals.h"
#include "publish/work.h"
#include "python/layout.h"
#include "python/winpath.h"
#include "wheel/launcher.h"
#include "wheel/spelling.h"
#include "wheel/wheel.h"

/* INSTALLER, REQUESTED, direct_url.json, RECORD; beside the scripts that they are
 * made of, pip3, pip3.X and easy_install-3.X */
enum { MAX_ADDED = 4 + 3, MAX_PATH = 4096, MAX_NAME = 255 };

/* Files that are put in order one by one. */
enum { MAX_MOVED = 16 };

/* Between two looks at signals. */
enum { MEMBERS = 256 };

/* A list in the making. */
struct listing {
	const struct wheel *wheel;
	const struct layout *layout;
	struct wheel_files *files;
	struct inflater *inflater;
	const char *headers; /* where they go; NULL: not asked yet */
	struct spelling spelling; /* of paths, if the layout has one_case */
	struct arena *arena;
	struct diag *diag;
};

/* Return whether NAME is BASE with a version after it: "pip3", "easy_install-3.6". */
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

/* Return whether PATH is NAME, in any case, or below it. */
static bool
is_in_any_case(const char *path, const char *name)
{
	size_t n = strlen(name);

	return ascii_starts(path, name) && (!path[n] || path[n] == '/');
}

/* Return whether PATH, or what comes after one of its slashes, starts with TEXT. */
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

/* Return whether a part of PATH is named like a work directory: a later run would
 * take it for one and delete it. */
static bool
is_work(const char *path)
{
	return has_part(path, work_prefix);
}

/* Return whether PATH is in the lib64 that an environment of layout L has as a
 * directory; elsewhere it is a link. */
static bool
is_in_platlib(const struct layout *l, const char *path)
{
	return l->platlib && str_starts(l->platlib, "lib64/") &&
	       str_starts(path, "lib64/");
}

/* Return the length of the ending with which NAME is run on Windows by the name before
 * it; 0 if it has none. cmd prefers .com to .exe, and PowerShell .ps1. */
static size_t
command_ending(const char *name)
{
	static const char *const endings[] = { ".com", ".exe", ".bat", ".cmd",
		                               ".ps1" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		if (ascii_starts(name, endings[i]))
			return strlen(endings[i]);
	}
	return 0;
}

/* Return whether NAME, an entry of bin, is an interpreter's or an activation
 * script's. */
static bool
is_protected_name(const struct layout *l, const char *name)
{
	const char *rest;
	bool pypy = ascii_starts(name, "pypy");

	if (is_in_any_case(name, "graalpy") || is_in_any_case(name, "activate") ||
	    ascii_starts(name, "activate.") ||
	    (l->exe_scripts && ascii_starts(name, "deactivate.")))
		return true;
	if (!pypy && !ascii_starts(name, "python"))
		return false;
	/* python3.13t, python3.12-dbg's python3.12d, pythonw, pypy3-c; not
	 * pythonize, pypyr */
	rest = name + (pypy ? strlen("pypy") : strlen("python"));
	rest += strspn(rest, "0123456789.");
	/* the dot of the ending */
	if (l->exe_scripts && rest[-1] == '.')
		rest--;
	if (pypy && ascii_starts(rest, "-c"))
		rest += strlen("-c");
	while (*rest && strchr("tdmuw", ascii_lower(*rest)))
		rest++;
	if (ascii_starts(rest, "_d"))
		rest += strlen("_d");
	if (l->exe_scripts)
		rest += command_ending(rest);
	return !*rest || *rest == '/';
}

/* Case does not matter: it does not on every file system. */
bool
wheel_files_protected(const struct layout *l, const char *path)
{
	size_t n = strlen(l->scripts);

	if (ascii_starts(path, l->scripts) && path[n] == '/' && !is_work(path))
		return is_protected_name(l, path + n + 1);
	return is_work(path) || is_in_any_case(path, "pyvenv.cfg") ||
	       (is_in_any_case(path, "lib64") && !is_in_platlib(l, path)) ||
	       is_in_any_case(path, ".gitignore");
}

/* Return whether PATH is a directory that every environment of layout L has. */
static bool
is_own_directory(const struct layout *l, const char *path)
{
	const char *const dirs[] = { l->scripts, l->site_packages,
		                     layout_platlib(l),
		                     l->include, l->unused_lib };
	size_t n = strlen(path);

	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
		if (dirs[i] && strlen(dirs[i]) >= n &&
		    memcmp(dirs[i], path, n) == 0 &&
		    (!dirs[i][n] || dirs[i][n] == '/'))
			return true;
	}
	return false;
}

/* Return whether PATH, or a part of it, is longer than the system takes, in whatever
 * environment of layout L it is. */
static bool
is_too_long(const struct layout *l, const char *path)
{
	size_t n = strlen(path);

	if (l->path_max > 0 && winpath_length(path) > l->path_max)
		return true;
	if (n <= MAX_NAME || n >= MAX_PATH)
		return n >= MAX_PATH;
	while (*path) {
		n = strcspn(path, "/");
		if (n > MAX_NAME)
			return true;
		path += n + (path[n] == '/');
	}
	return false;
}

/* Return where headers go; the name is normalised there, as by pip since 25.3. */
static const char *
headers_directory(struct listing *l)
{
	const struct wheel_name *name = &l->wheel->name;
	struct buf project;

	if (l->headers)
		return l->headers;
	buf_init(&project, l->arena);
	wheel_name_normalize(&project, name->project, strlen(name->project));
	l->headers = arena_fmt(l->arena, "%s/site/python%s/%s",
	                       l->layout->headers,
	                       layout_major_minor(l->layout, l->arena),
	                       buf_str(&project));
	return l->headers;
}

/* Return where a member of NAME-VERSION.data goes whose next part is KEY, of N
 * bytes; NULL with a diag if that is no directory of .data. */
static const char *
data_directory(struct listing *l, const struct zip_member *m, const char *key,
               size_t n)
{
	static const char *const keys[] = { "purelib", "platlib", "scripts",
	                                    "data", "headers" };
	const char *const dirs[] = { l->layout->site_packages,
		                     layout_platlib(l->layout),
		                     l->layout->scripts, "" };
	size_t i = 0;

	while (i < 5 && (strlen(keys[i]) != n || strncmp(keys[i], key, n) != 0))
		i++;
	if (i < 5 && key[n])
		return i < 4 ? dirs[i] : headers_directory(l);
	diag_set(l->diag, -EINVAL, "%s: %s: '%.*s' is not a directory of .data",
	         l->wheel->file, m->name, (int)n, key);
	return NULL;
}

/* Return PATH as it is spelled in the environment. */
static const char *
spell(struct listing *l, const char *path)
{
	return l->layout->one_case ? spelling_settle(&l->spelling, path) : path;
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

static struct wheel_file *
append(struct listing *l, enum wheel_file_kind kind, const char *path,
       size_t source)
{
	struct wheel_files *f = l->files;

	f->list[f->count] = (struct wheel_file){
		.path = spell(l, path),
		.source = (uint32_t)source,
		.kind = (unsigned char)kind,
		.executable = kind == WHEEL_LAUNCHER,
	};
	return &f->list[f->count++];
}

static int
by_script(const void *name, const void *entry)
{
	return strcmp(name, ((const struct entry_point *)entry)->name);
}

/* Return the entry point of W called NAME; NULL: there is none. */
static const struct entry_point *
find_entry_point(const struct wheel *w, const char *name)
{
	return w->scripts.count ? bsearch(name, w->scripts.list,
	                                  w->scripts.count,
	                                  sizeof(*w->scripts.list), by_script)
	                        : NULL;
}

/* Return 0 if the system of the environment can have a file called PATH; MEMBER is
 * where it comes from. */
static int
check_names(const struct listing *l, const char *member, const char *path)
{
	while (l->layout->one_case && *path) {
		size_t n = strcspn(path, "/");
		const char *fault = winpath_name_fault(path, n);

		if (fault)
			return diag_set(l->diag, -EINVAL, "%s: %s: Windows cannot "
			                "hold '%.*s': %s", l->wheel->file,
			                member, (int)n, path, fault);
		path += n + (path[n] == '/');
	}
	return 0;
}

static int
add_launcher(struct listing *l, const char *name, const struct entry_point *e)
{
	const char *path = arena_fmt(l->arena, "%s/%s%s", l->layout->scripts,
	                             name, l->layout->script_suffix);
	int err = check_names(l, name, path);

	if (err < 0)
		return err;

	if (wheel_files_protected(l->layout, path))
		return diag_set(l->diag, -EINVAL, "%s: the script '%s' would "
		                "replace a part of the environment",
		                l->wheel->file, name);
	if (strlen(name) > MAX_NAME)
		return diag_set(l->diag, -EINVAL, "%s: the name of the script "
		                "'%s' is too long", l->wheel->file, name);
	append(l, WHEEL_LAUNCHER, path, (size_t)(e - l->wheel->scripts.list));
	return 0;
}

/* The scripts of a wheel built by one Python may have its version in their
 * names: pip replaces these by the version that is installed for. */
static int
add_launchers(struct listing *l)
{
	const struct wheel *w = l->wheel;
	const struct entry_point *pip = find_entry_point(w, "pip");
	const struct entry_point *easy = find_entry_point(w, "easy_install");
	const char *version = layout_major_minor(l->layout, l->arena);
	int err = 0;

	for (size_t i = 0; err == 0 && i < w->scripts.count; i++) {
		const struct entry_point *e = &w->scripts.list[i];

		if (!(pip && is_versioned(e->name, "pip", false)) &&
		    !(easy && is_versioned(e->name, "easy_install", true)))
			err = add_launcher(l, e->name, e);
	}
	if (err == 0 && pip)
		err = add_launcher(l, "pip3", pip);
	if (err == 0 && pip)
		err = add_launcher(l, arena_fmt(l->arena, "pip%s", version), pip);
	if (err == 0 && easy)
		err = add_launcher(l, arena_fmt(l->arena, "easy_install-%s",
		                                version), easy);
	return err;
}

/* Return whether PATH is, or is in, the .dist-info of another project, or of this
 * one in another place, for any Python: lib/python3.N/site-packages, on Windows
 * Lib/site-packages; importlib.metadata reads names in any case. A site-packages
 * that a package brings deeper is its own. */
static bool
is_foreign_metadata(const struct listing *l, const char *path)
{
	const char *root = l->files->root, *own = l->wheel->dist_info;
	size_t lib = strcspn(path, "/"), n = strlen(root);
	const char *name = path + lib;

	if (!ascii_same(path, lib, "lib") && !ascii_same(path, lib, "lib64"))
		return false;
	if (ascii_starts(name, "/python") || ascii_starts(name, "/pypy"))
		name += 1 + strcspn(name + 1, "/");
	if (!ascii_starts(name, "/site-packages/"))
		return false;
	name += strlen("/site-packages/");
	return ascii_ends(name, strcspn(name, "/"), ".dist-info") &&
	       (path + n + 1 != name || strncmp(path, root, n) != 0 ||
	        strncmp(name, own, strlen(own)) != 0);
}

/* Return 0 if the member M may go to PATH. */
static int
check_place(const struct listing *l, const struct zip_member *m,
            const char *path)
{
	const char *file = l->wheel->file;
	int err = check_names(l, m->name, path);

	if (err < 0)
		return err;
	if (is_own_directory(l->layout, path))
		return diag_set(l->diag, -EINVAL, "%s: %s: every environment has "
		                "a directory '%s'", file, m->name, path);
	if (wheel_files_protected(l->layout, path))
		return diag_set(l->diag, -EINVAL, "%s: %s: it would replace "
		                "'%s' of the environment", file, m->name, path);
	if (is_foreign_metadata(l, path))
		return diag_set(l->diag, -EINVAL, "%s: %s: it would be metadata "
		                "of another project", file, m->name);
	return 0;
}

static int
add_member(struct listing *l, size_t number)
{
	const struct wheel *w = l->wheel;
	const struct zip_member *m = &w->zip.members[number];
	const char *dir = l->files->root, *rest = m->name;
	enum wheel_file_kind kind = WHEEL_MEMBER;
	size_t n = strcspn(rest, "/");
	struct wheel_file *f;
	char *path;

	if (n > 5 && rest[n] && str_ends_n(rest, n, ".data")) {
		bool local;

		if (!wheel_owns_directory(w, rest, n, ".data", &local))
			return diag_set(l->diag, -EINVAL, "%s: %s: it is not "
			                "in the .data directory of %s-%s", w->file,
			                m->name, w->name.project,
			                w->name.version);
		rest += n + 1;
		n = strcspn(rest, "/");
		dir = data_directory(l, m, rest, n);
		if (!dir)
			return l->diag->code;
		if (strncmp(rest, "scripts", n) == 0)
			kind = WHEEL_SCRIPT;
		rest += n + 1;
	}
	if (kind == WHEEL_SCRIPT && find_entry_point(w, rest))
		return 0;
	path = *dir ? pathname_join(l->arena, dir, rest)
	            : arena_str(l->arena, rest);
	if (is_too_long(l->layout, path))
		return diag_set(l->diag, -EINVAL, "%s: %s: its name is too long",
		                w->file, m->name);
	f = append(l, kind, path, number);
	f->size = m->size;
	f->executable = m->executable;
	return check_place(l, m, f->path);
}

/* Add what an installer writes into .dist-info. */
static void
add_metadata(struct listing *l, bool direct)
{
	static const char *const names[] = {
		[WHEEL_INSTALLER] = "INSTALLER", [WHEEL_REQUESTED] = "REQUESTED",
		[WHEEL_DIRECT_URL] = "direct_url.json", [WHEEL_RECORD] = "RECORD",
	};

	for (enum wheel_file_kind k = WHEEL_INSTALLER; k <= WHEEL_RECORD; k++) {
		if (k != WHEEL_DIRECT_URL || direct)
			append(l, k,
			       arena_fmt(l->arena, "%s/%s%s", l->files->root,
			                 l->wheel->dist_info, names[k]),
			       0);
	}
}

static int
by_path(const void *pa, const void *pb)
{
	const struct wheel_file *a = pa, *b = pb;
	int order = strcmp(a->path, b->path);

	/* members first, in their order */
	return order ? order
	       : a->kind != b->kind ? a->kind - b->kind
	                            : (a->source > b->source) -
	                                      (a->source < b->source);
}

/* Most of it is in order, as in the archive: it is made by directories, and what an
 * installer adds comes last. */
void
wheel_files_sort(struct wheel_files *f)
{
	size_t moved = 0;

	for (size_t i = 1; i < f->count; i++) {
		const struct wheel_file file = f->list[i];
		size_t lo = 0, hi = i;

		if (by_path(&f->list[i - 1], &file) <= 0)
			continue;
		if (++moved > MAX_MOVED) {
			qsort(f->list, f->count, sizeof(*f->list), by_path);
			return;
		}
		while (lo < hi) {
			size_t mid = lo + (hi - lo) / 2;

			if (by_path(&f->list[mid], &file) <= 0)
				lo = mid + 1;
			else
				hi = mid;
		}
		memmove(&f->list[lo + 1], &f->list[lo],
		        (i - lo) * sizeof(*f->list));
		f->list[lo] = file;
	}
}

/* The first bytes of a script. */
struct head {
	char bytes[8]; /* "#!python" */
	size_t len;
};

enum { ENOUGH = 1 };

static int
take_head(void *head, const void *p, size_t n)
{
	struct head *h = head;
	size_t room = sizeof(h->bytes) - h->len;

	memcpy(h->bytes + h->len, p, n < room ? n : room);
	h->len += n < room ? n : room;
	return h->len == sizeof(h->bytes) ? ENOUGH : 0;
}

int
wheel_script_look(const struct wheel *w, const struct zip_member *m,
                  struct inflater *in, bool *program, struct diag *d)
{
	struct head h = { .len = 0 };
	int err = zip_read(&w->zip, m, in, take_head, &h, d);

	*program = h.len >= 4 && (memcmp(h.bytes, "#!", 2) == 0 ||
	                          memcmp(h.bytes, "\177ELF", 4) == 0);
	return err < 0 ? err : launcher_placeholder(h.bytes, h.len) > 0;
}

/* Return 0 if the members F and LAST, of one place, have the same bytes there. */
static int
compare_members(struct listing *l, const struct wheel_file *last,
                const struct wheel_file *f)
{
	const struct wheel *w = l->wheel;
	const struct zip_member *one = &w->zip.members[last->source];
	const struct zip_member *other = &w->zip.members[f->source];
	unsigned char a[DIGEST_MAX], b[DIGEST_MAX];
	bool program;
	int err = wheel_digest(w, one, l->inflater, a, l->diag), changed = 0;

	if (err == 0)
		err = wheel_digest(w, other, l->inflater, b, l->diag);
	if (err == 0 && last->kind != f->kind)
		err = changed = wheel_script_look(
			w, last->kind == WHEEL_SCRIPT ? one : other,
			l->inflater, &program, l->diag);
	if (err < 0)
		return diag_prefix(l->diag, err, "%s: ", w->file);
	if (memcmp(a, b, digest_size(DIGEST_SHA256)) == 0 && changed == 0)
		return 0;
	return diag_set(l->diag, -EINVAL, "%s: %s: '%s' goes to the same place",
	                w->file, other->name, one->name);
}

/* Return 0 if the entry points A and B, of one place, start the same. */
static int
compare_launchers(const struct listing *l, const struct entry_point *a,
                  const struct entry_point *b)
{
	if (strcmp(a->module, b->module) == 0 &&
	    strcmp(a->attribute, b->attribute) == 0 && a->gui == b->gui)
		return 0;
	return diag_set(l->diag, -EINVAL, "%s: the scripts '%s' and '%s' go to "
	                "the same place", l->wheel->file, a->name, b->name);
}

/* Return 0 if F may be left out for its twin LAST, which is sorted first. */
static int
compare_twins(struct listing *l, const struct wheel_file *last,
              const struct wheel_file *f)
{
	const struct wheel *w = l->wheel;

	if (last->kind > WHEEL_SCRIPT)
		return compare_launchers(l, &w->scripts.list[last->source],
		                         &w->scripts.list[f->source]);
	if (f->kind <= WHEEL_SCRIPT)
		return compare_members(l, last, f);
	if (f->kind == WHEEL_LAUNCHER)
		return diag_set(l->diag, -EINVAL, "%s: %s: it goes to the same "
		                "place as the script of an entry point", w->file,
		                w->zip.members[last->source].name);
	return diag_set(l->diag, -EINVAL, "%s: %s: it goes to the place of '%s', "
	                "which the installer writes", w->file,
	                w->zip.members[last->source].name, f->path);
}

/* Let KEPT stand for its twin F, too: it can be executed if one of them can. */
static void
join_twins(struct wheel_file *kept, const struct wheel_file *f)
{
	bool executable = kept->executable || f->executable;

	if (kept->kind == WHEEL_MEMBER && f->kind == WHEEL_SCRIPT)
		*kept = *f;
	kept->executable = executable;
}

/* Drop files that go to the place of another one with equal bytes. */
static int
drop_twins(struct listing *l)
{
	struct wheel_files *f = l->files;
	size_t kept = 0;
	int err = 0;

	for (size_t i = 0; err == 0 && i < f->count; i++) {
		const struct wheel_file *file = &f->list[i];
		struct wheel_file *last = kept ? &f->list[kept - 1] : NULL;

		if (!last || strcmp(last->path, file->path) != 0) {
			f->list[kept++] = *file;
			continue;
		}
		err = compare_twins(l, last, file);
		if (err == 0)
			join_twins(last, file);
	}
	f->count = kept;
	return err;
}

/* List the members and launchers of L->wheel. */
static int
list_all(struct listing *l, bool direct)
{
	const struct wheel *w = l->wheel;
	int err = add_launchers(l);

	for (size_t i = 0; err == 0 && i < w->zip.count; i++) {
		if (i % MEMBERS == MEMBERS - 1 && signals_pending())
			return -EINTR;
		if (!is_left_out(w, &w->zip.members[i]))
			err = add_member(l, i);
	}
	if (err < 0)
		return err;
	add_metadata(l, direct);
	wheel_files_sort(l->files);
	return drop_twins(l);
}

int
wheel_files_list(struct wheel_files *f, const struct wheel *w,
                 const struct layout *l, bool direct, struct inflater *in,
                 struct arena *a, struct diag *d)
{
	struct listing listing = {
		.wheel = w,
		.layout = l,
		.files = f,
		.inflater = in,
		.arena = a,
		.diag = d,
	};
	size_t room = w->zip.count + w->scripts.count + MAX_ADDED;
	int err;

	spelling_init(&listing.spelling, NULL, w->zip.count, a);
	(void)spell(&listing, l->scripts);
	(void)spell(&listing, l->site_packages);
	(void)spell(&listing, l->headers);
	f->count = 0;
	f->root = w->purelib ? l->site_packages : layout_platlib(l);
	f->list = arena_alloc(a, room * sizeof(*f->list));
	err = list_all(&listing, direct);
	spelling_end(&listing.spelling);
	return err;
}

int
wheel_files_new_directories(const char *path, const char *last,
                            int (*fn)(void *ctx, const char *path, size_t n),
                            void *ctx)
{
	size_t n = 0;
	int err = 0;

	while (path[n] && path[n] == last[n])
		n++;
	for (; err == 0 && path[n]; n++) {
		if (path[n] == '/')
			err = fn(ctx, path, n);
	}
	return err;
}

int
wheel_files_each_directory(const struct wheel_files *f,
                           int (*fn)(void *ctx, const char *path, size_t n),
                           void *ctx)
{
	const char *last = "";
	int err = 0;

	for (size_t i = 0; err == 0 && i < f->count; i++) {
		err = wheel_files_new_directories(f->list[i].path, last, fn,
		                                  ctx);
		last = f->list[i].path;
	}
	return err;
}

bool
wheel_files_have(const struct wheel_files *f, enum wheel_file_kind kind)
{
	for (size_t i = 0; i < f->count; i++) {
		if (f->list[i].kind == kind)
			return true;
	}
	return false;
}

void
wheel_files_drop(struct wheel_files *f, enum wheel_file_kind kind)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->count; i++) {
		if (f->list[i].kind != kind)
			f->list[kept++] = f->list[i];
	}
	f->count = kept;
}
