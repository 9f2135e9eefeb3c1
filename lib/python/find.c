#include "python/find.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/env.h"
#include "base/str.h"
#include "format/pathname.h"
#include "os/walk.h"
#include "python/finder.h"
#include "python/installed.h"
#include "python/path.h"
#include "python/python.h"
#include "python/search_path.h"
#include "python/shim.h"

/* The search_ functions return as finder_try() does. */

/* True if programs of all kinds are in DIR: that this one is there too says
 * nothing about which Python is meant. */
static bool
is_shared(struct finder *f, const char *dir)
{
	static const char *const shared[] = {
		"/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin", "/sbin",
		"/usr/local/sbin", "/opt/homebrew/bin",
	};
	const char *home = env_get(f->search->env, "HOME");
	size_t n = home ? strlen(home) : 0;

	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		if (strcmp(dir, shared[i]) == 0)
			return true;
	}
	while (n > 0 && home[n - 1] == '/')
		n--;
	return home && strncmp(dir, home, n) == 0 &&
	       strcmp(dir + n, "/.local/bin") == 0;
}

/* True if PATH is a Python whose library is below PREFIX. */
static bool
has_prefix(struct finder *f, const char *path, const char *prefix)
{
	const char *why;
	bool pin;
	struct diag d;

	diag_init(&d, f->arena);
	return walk_is_program(f->search->walk, path) &&
	       finder_inspect(f, path, &why, &pin, &d) == 0 &&
	       strcmp(f->py->prefix, prefix) == 0;
}

/* Search the environment or installation whose bin directory is DIR; any other
 * directory may hold a python3 for any reason. */
static enum finder_step
search_installation(struct finder *f, const char *dir)
{
	const char *names[REQUEST_NAMES];
	size_t count = request_names(&f->request, f->arena, names);
	char *above = pathname_dir(f->arena, dir);
	char *cfg = pathname_join(f->arena, above, "pyvenv.cfg");
	bool is_environment = walk_is_file(f->search->walk, cfg);
	enum finder_step done = FINDER_NEXT;

	if (shim_is_dir(dir) || (!is_environment && (is_shared(f, dir) ||
	                                             !str_ends(dir, "/bin"))))
		return FINDER_NEXT;
	for (size_t i = 0; i < count && done == FINDER_NEXT; i++) {
		char *path = pathname_join(f->arena, dir, names[i]);

		if (is_environment || has_prefix(f, path, above))
			done = finder_try(f, path, "in the directory of this "
			                           "command");
	}
	return done;
}

/* Return the path of the running command, by the name it was called by; NULL if
 * that cannot be told. */
static char *
own_path(struct finder *f)
{
	const struct python_search *s = f->search;

	if (!s->argv0 || !*s->argv0 || s->walk->rootfd >= 0)
		return NULL;
	if (strchr(s->argv0, '/'))
		return path_absolute(s->walk, f->arena, s->cwd, s->argv0);
	for (size_t i = 0; i < f->path.count; i++) {
		char *path = pathname_join(f->arena, f->path.name[i],
		                           s->argv0);

		if (walk_is_program(s->walk, path))
			return path;
	}
	return NULL;
}

static enum finder_step
search_own_directory(struct finder *f)
{
	const struct walk *w = f->search->walk;
	char *path = own_path(f), *dir, *target;
	enum finder_step done;

	if (!path)
		return FINDER_NEXT;
	dir = pathname_dir(f->arena, path);
	done = search_installation(f, dir);
	if (done != FINDER_NEXT ||
	    walk_readlink(w, f->arena, path, &target) < 0)
		return done;
	/* a link to it elsewhere, as pipx and `uv tool` make them */
	path = path_absolute(w, f->arena, dir, target);
	target = pathname_dir(f->arena, path);
	return strcmp(target, dir) == 0 ? FINDER_NEXT
	                                : search_installation(f, target);
}

/* A root has no PATH, but the usual directories. */
static bool
is_rooted(const struct finder *f)
{
	return f->search->walk->rootfd >= 0;
}

static enum finder_step
search_path(struct finder *f)
{
	const char *why = is_rooted(f) ? "first in the root" : "first on PATH";
	enum finder_step done = FINDER_NEXT;

	for (size_t i = 0; i < f->path.count && done == FINDER_NEXT; i++)
		done = finder_try_dir(f, f->path.name[i], why);
	return done;
}

/* How well the name "python3.N" or "python3.Nt" does where any N is right: a
 * higher one is better, one without a GIL comes last; -1 for other names. */
static int
rank_of(const char *name)
{
	struct version v;
	const char *end;

	if (str_starts(name, "python3."))
		name += 6;
	else if (str_starts(name, "pypy3."))
		name += 4;
	else
		return -1;
	end = name + version_parse(name, strlen(name), &v);
	if (v.minor < 0 || v.minor > 999 || v.micro >= 0 ||
	    (strcmp(end, "t") != 0 && *end))
		return -1;
	return v.minor + (*end ? 0 : 1000);
}

static bool
is_higher(const char *a, const char *b)
{
	return rank_of(a) > rank_of(b);
}

/* A system may have python3.11 and nothing called python3. */
static enum finder_step
search_versioned(struct finder *f)
{
	const char *why = is_rooted(f) ? "highest version in the root"
	                               : "highest version on PATH";

	for (size_t i = 0; i < f->path.count; i++) {
		const char *dir = f->path.name[i];
		struct names n;
		int err = names_list(f->search->walk, f->arena, dir,
		                     f->request.pypy ? "pypy3." : "python3.",
		                     "", &n);

		if (err < 0 && !path_is_refusal(err))
			return finder_stop(f, err, dir);
		names_sort(&n, is_higher);
		for (size_t k = 0; k < n.count; k++) {
			enum finder_step done = FINDER_NEXT;

			if (rank_of(n.name[k]) >= 0)
				done = finder_try(f, pathname_join(f->arena,
				                  dir, n.name[k]), why);
			if (done != FINDER_NEXT)
				return done;
		}
	}
	return FINDER_NEXT;
}

/* Note every link on PATH that leads nowhere. */
static void
note_broken_links(struct finder *f)
{
	const char *names[REQUEST_NAMES];
	size_t count = request_names(&f->request, f->arena, names);

	for (size_t i = 0; i < f->path.count * count; i++) {
		char *path = pathname_join(f->arena, f->path.name[i / count],
		                           names[i % count]);
		char *target;
		struct stat st;

		if (walk_readlink(f->search->walk, f->arena, path,
		                  &target) == 0 &&
		    walk_stat(f->search->walk, path, &st) == -ENOENT)
			finder_note(f, path, arena_fmt(f->arena,
			            "broken symlink to %s", target));
	}
}

/* Return true if the requested name exists in the current directory. */
static bool
is_path(struct finder *f)
{
	char *path = path_absolute(f->search->walk, f->arena, f->search->cwd,
	                           f->request.text);
	struct stat st;

	return *f->search->cwd == '/' &&
	       walk_stat(f->search->walk, path, &st) == 0;
}

/* List each Python on PATH and in the stores, whatever was asked for. */
static enum finder_step
list_all(struct finder *f)
{
	struct request asked = f->request;
	enum finder_step done;

	request_parse(NULL, &f->request);
	f->lists = true;
	done = search_path(f);
	if (done == FINDER_NEXT)
		done = search_versioned(f);
	if (done == FINDER_NEXT)
		done = installed_search(f, true);
	f->request = asked;
	return done;
}

/* Hint at what can be given. */
static void
hint_at_forms(struct finder *f)
{
	bool named = f->request.kind == REQUEST_NAME;
	struct diag *d = f->diag;

	if (named && is_path(f))
		diag_hint(d, "give './%s' if the path is meant",
		          f->request.text);
	else if (named)
		diag_hint(d, "give --python %s", request_forms);
	else
		diag_hint(d, f->found.len ? "give one of these, or the path of "
		          "another one, with --python"
		                          : "give one with --python PATH");
}

/* Append to TEXT the names searched for, and where. */
static void
put_looked_for(struct finder *f, struct buf *text)
{
	const char *names[REQUEST_NAMES];
	size_t count = request_names(&f->request, f->arena, names);

	buf_puts(text, " (looked for ");
	for (size_t i = 0; i < count; i++)
		buf_fmt(text, "%s%s", i == 0 ? ""
		        : i + 1 < count ? ", " : " and ", names[i]);
	buf_fmt(text, " in %zu director%s of %s)", f->path.count,
	        f->path.count == 1 ? "y" : "ies",
	        is_rooted(f) ? "the root" : "PATH");
}

/* Report what was searched for, where, and what was there instead. */
static int
not_found(struct finder *f)
{
	struct diag *d = f->diag;
	struct buf text;

	note_broken_links(f);
	if (list_all(f) != FINDER_NEXT)
		return d->code;
	buf_init(&text, f->arena);
	buf_puts(&text, "no ");
	request_describe(&f->request, &text);
	buf_puts(&text, " found");
	if (!f->found.len || f->request.kind == REQUEST_NAME ||
	    f->request.kind == REQUEST_ANY)
		put_looked_for(f, &text);
	diag_set(d, -ENOENT, "%s", buf_str(&text));
	hint_at_forms(f);
	finder_tell_notes(f, true);
	return d->code;
}

/* Refuse a request that no Python here can meet. */
static int
refuse_version(struct finder *f)
{
	const struct request *r = &f->request;
	struct diag *d = f->diag;

	if (list_all(f) != FINDER_NEXT)
		return d->code;
	if (r->kind == REQUEST_FOREIGN) {
		diag_set(d, -ENOENT, "cannot use '%s': it names a Python for %s",
		         r->text, r->system);
	} else {
		diag_set(d, -ENOENT, "%s", "");
		request_describe(r, &d->text);
		buf_puts(&d->text, r->version.major < 4
		                           ? " is too old (3.3+ has venv)"
		                           : " is not known");
	}
	hint_at_forms(f);
	finder_tell_notes(f, true);
	return d->code;
}

/* Return the interpreter of the highest version among the names such as python3.12
 * in directory DIR; NULL if there is none. */
static const char *
highest_in(struct finder *f, const char *dir)
{
	static const char *const stems[] = { "python3.", "pypy3." };

	for (size_t i = 0; i < 2; i++) {
		struct names n;

		if (names_list(f->search->walk, f->arena, dir, stems[i], "",
		               &n) < 0)
			continue;
		names_sort(&n, is_higher);
		for (size_t k = 0; k < n.count; k++) {
			char *path = pathname_join(f->arena, dir, n.name[k]);

			if (rank_of(n.name[k]) >= 0 &&
			    walk_is_file(f->search->walk, path))
				return path;
		}
	}
	return NULL;
}

/* Return the interpreter in directory DIR; DIR itself if there is none. */
static const char *
program_in(struct finder *f, const char *dir)
{
	static const char *const names[] = {
		"bin/python3", "bin/python", "bin/pypy3", "python3", "python",
	};
	const char *broken = dir, *highest;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = pathname_join(f->arena, dir, names[i]), *target;

		if (walk_is_file(f->search->walk, path))
			return path;
		/* if there is nothing else: its message says more */
		if (broken == dir && walk_readlink(f->search->walk, f->arena,
		                                   path, &target) >= 0)
			broken = path;
	}
	if (broken != dir)
		return broken;
	/* what `make altinstall` leaves */
	highest = highest_in(f, pathname_join(f->arena, dir, "bin"));
	if (!highest)
		highest = highest_in(f, dir);
	return highest ? highest : dir;
}

static int
find_by_path(struct finder *f)
{
	const struct python_search *s = f->search;
	const char *why = "asked for";
	const char *path = path_absolute(s->walk, f->arena, s->cwd,
	                                 s->request);
	const char *program = path;
	struct stat st;
	bool pin;
	int err = walk_stat(s->walk, path, &st);

	if (err == 0 && S_ISDIR(st.st_mode)) {
		program = program_in(f, path);
		if (program == path)
			return diag_set(f->diag, -ENOENT, "cannot use '%s': a "
			                "directory without bin/python3, "
			                "bin/python, bin/python3.N or python3",
			                path);
	}
	/* of an environment, an interpreter that is not there has a base too */
	if (err < 0 && walk_lstat(s->walk, f->arena, path, &st) < 0)
		return diag_set(f->diag, err, "cannot use '%s': %s", path,
		                diag_reason(err));
	err = finder_inspect(f, program, &why, &pin, f->diag);
	f->py->requested = program;
	f->py->why = why;
	return err;
}

/* Search for all that a range may mean: the best one is kept. */
static enum finder_step
search_range(struct finder *f)
{
	enum finder_step done = search_own_directory(f);

	if (done == FINDER_NEXT)
		done = search_path(f);
	if (done == FINDER_NEXT)
		done = search_versioned(f);
	if (done == FINDER_NEXT)
		done = installed_search(f, false);
	if (done == FINDER_NEXT)
		done = finder_take_best(f);
	return done;
}

static enum finder_step
search_one(struct finder *f)
{
	const struct request *r = &f->request;
	enum finder_step done = FINDER_NEXT;

	if (r->kind != REQUEST_NAME)
		done = search_own_directory(f);
	if (done == FINDER_NEXT)
		done = search_path(f);
	if (done == FINDER_NEXT && r->kind != REQUEST_NAME &&
	    r->version.minor < 0 && !r->pypy)
		done = search_versioned(f);
	if (done == FINDER_NEXT && r->kind == REQUEST_VERSION)
		done = installed_search(f, false);
	return done;
}

static enum finder_step
search_all(struct finder *f)
{
	const struct request *r = &f->request;
	enum finder_step done = r->kind == REQUEST_RANGE ? search_range(f)
	                                                 : search_one(f);

	if (done == FINDER_NEXT && r->kind != REQUEST_NAME && !r->pypy)
		done = finder_try(f, "/usr/libexec/platform-python",
		                  "the system's own");
	if (done == FINDER_NEXT)
		done = finder_take_best(f);
	return done;
}

/* Note a .python-version that says nothing, since no tool that reads it was
 * met. */
static void
note_unread_pin(struct finder *f)
{
	const struct python_search *s = f->search;
	const char *dir = s->cwd;

	if (f->request.kind != REQUEST_ANY || f->has_shim || is_rooted(f))
		return;
	while (*dir == '/') {
		char *path = pathname_join(f->arena, dir, ".python-version");

		if (walk_is_file(s->walk, path)) {
			diag_note(f->diag, "%s: it decides nothing, since PATH "
			          "has no shim of pyenv, mise or asdf", path);
			return;
		}
		if (strcmp(dir, "/") == 0)
			return;
		dir = pathname_dir(f->arena, dir);
	}
}

static int
refuse_request(struct finder *f)
{
	const char *range = request_with_commas(f->request.text, f->arena);

	diag_set(f->diag, -EINVAL, "cannot parse '%s': it is neither a version "
	         "nor a range of versions", f->request.text);
	if (range)
		diag_hint(f->diag, "give '%s', with a comma between the parts",
		          range);
	else
		diag_hint(f->diag, "give %s", request_forms);
	return f->diag->code;
}

int
python_find(const struct python_search *s, struct arena *a, struct python *py,
            struct diag *d)
{
	struct finder f = { .search = s, .arena = a, .py = py, .diag = d };
	const struct version *v = &f.request.version;
	enum finder_step done;

	buf_init(&f.notes, a);
	buf_init(&f.found, a);
	request_parse(s->request, &f.request);
	if (f.request.kind == REQUEST_PATH)
		return find_by_path(&f);
	if (f.request.kind == REQUEST_UNCLEAR)
		return refuse_request(&f);
	search_path_split(s->env, a, &f.path);
	if (f.request.kind == REQUEST_FOREIGN || v->major != 3 ||
	    (v->minor >= 0 && v->minor < 3))
		return refuse_version(&f);
	done = search_all(&f);
	if (done == FINDER_STOPPED)
		return d->code;
	if (done == FINDER_NEXT)
		return not_found(&f);
	if (s->explain)
		note_unread_pin(&f);
	return 0;
}
