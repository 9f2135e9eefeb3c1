#include "python/find.h"

#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "format/pathname.h"
#include "os/walk.h"
#include "python/path.h"
#include "python/shim.h"
#include "python/store.h"

/* The search_ functions return as trial_program() does. */

/* Return whether DIR holds programs of all kinds, such as /usr/bin: it does not tell
 * which Python is meant. */
static bool
is_shared(struct trial *t, const char *dir)
{
	static const char *const shared[] = {
		"/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin", "/sbin",
		"/usr/local/sbin", "/opt/homebrew/bin",
	};
	const char *home = env_get(t->search->env, "HOME");
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

/* Return whether PATH is a Python whose library is below PREFIX. */
static bool
has_prefix(struct trial *t, const char *path, const char *prefix)
{
	const char *why;
	bool pin;
	struct diag d;

	diag_init(&d, t->arena);
	return walk_is_program(t->search->walk, path) &&
	       trial_inspect(t, path, &why, &pin, &d) == 0 &&
	       strcmp(t->py->prefix, prefix) == 0;
}

/* Search the environment or installation whose bin directory is DIR; any other
 * directory may hold a python3 for any reason. */
static enum trial_step
search_installation(struct trial *t, const char *dir)
{
	const char *names[REQUEST_NAMES];
	size_t count = request_names(&t->request, t->arena, names);
	char *above = pathname_dir(t->arena, dir);
	char *cfg = pathname_join(t->arena, above, "pyvenv.cfg");
	bool is_environment = walk_is_file(t->search->walk, cfg);
	enum trial_step done = TRIAL_NEXT;

	if (shim_is_dir(dir) || (!is_environment && (is_shared(t, dir) ||
	                                             !str_ends(dir, "/bin"))))
		return TRIAL_NEXT;
	for (size_t i = 0; i < count && done == TRIAL_NEXT; i++) {
		char *path = pathname_join(t->arena, dir, names[i]);

		if (is_environment || has_prefix(t, path, above))
			done = trial_program(t, path, "in the directory of this "
			                           "command");
	}
	return done;
}

/* Return the path of the running command, by the name it was called by; NULL if
 * that cannot be told. */
static char *
own_path(struct trial *t)
{
	const struct python_search *s = t->search;

	if (!s->argv0 || !*s->argv0 || s->walk->rootfd >= 0)
		return NULL;
	if (strchr(s->argv0, '/'))
		return path_absolute(s->walk, t->arena, s->cwd, s->argv0);
	for (size_t i = 0; i < t->path.count; i++) {
		char *path = pathname_join(t->arena, t->path.names[i],
		                           s->argv0);

		if (walk_is_program(s->walk, path))
			return path;
	}
	return NULL;
}

static enum trial_step
search_own_directory(struct trial *t)
{
	const struct walk *w = t->search->walk;
	const char *path = own_path(t);
	unsigned links = 0;
	enum trial_step done;
	char *dir;

	if (!path)
		return TRIAL_NEXT;
	dir = pathname_dir(t->arena, path);
	done = search_installation(t, dir);
	/* a link to it elsewhere, as pipx and `uv tool` make them */
	if (done != TRIAL_NEXT || path_follow(w, t->arena, &path, &links) < 0 ||
	    strcmp(pathname_dir(t->arena, path), dir) == 0)
		return done;
	return search_installation(t, pathname_dir(t->arena, path));
}

/* A root has no PATH, but the usual directories. */
static bool
is_rooted(const struct trial *t)
{
	return t->search->walk->rootfd >= 0;
}

static enum trial_step
search_path(struct trial *t)
{
	const char *why = is_rooted(t) ? "first in the root" : "first on PATH";
	enum trial_step done = TRIAL_NEXT;

	for (size_t i = 0; i < t->path.count && done == TRIAL_NEXT; i++)
		done = trial_directory(t, t->path.names[i], why);
	return done;
}

/* Return the rank of the name "python3.N" or "python3.Nt" where any N is right:
 * a higher version has a higher one, free-threaded versions come last; -1 for
 * other names. */
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
static enum trial_step
search_versioned(struct trial *t)
{
	const char *why = is_rooted(t) ? "highest version in the root"
	                               : "highest version on PATH";

	for (size_t i = 0; i < t->path.count; i++) {
		const char *dir = t->path.names[i];
		struct entries n;
		int err = names_list(t->search->walk, t->arena, dir,
		                     t->request.pypy ? "pypy3." : "python3.",
		                     "", &n);

		if (err < 0 && !path_is_refusal(err))
			return trial_stop(t, err, dir);
		names_sort(&n, is_higher);
		for (size_t k = 0; k < n.count; k++) {
			char *path = pathname_join(t->arena, dir, n.names[k]);
			enum trial_step done = TRIAL_NEXT;

			if (rank_of(n.names[k]) >= 0)
				done = trial_program(t, path, why);
			if (done != TRIAL_NEXT)
				return done;
		}
	}
	return TRIAL_NEXT;
}

/* Note every link on PATH that leads nowhere. */
static void
note_broken_links(struct trial *t)
{
	const char *names[REQUEST_NAMES];
	size_t count = request_names(&t->request, t->arena, names);

	for (size_t i = 0; i < t->path.count * count; i++) {
		char *path = pathname_join(t->arena, t->path.names[i / count],
		                           names[i % count]);
		char *target;
		struct stat st;

		if (walk_readlink(t->search->walk, t->arena, path,
		                  &target) == 0 &&
		    walk_stat(t->search->walk, path, &st) == -ENOENT)
			trial_note(t, path, arena_fmt(t->arena,
			            "broken symlink to %s", target));
	}
}

/* Return whether the requested name exists in the current directory. */
static bool
is_path(struct trial *t)
{
	char *path = path_absolute(t->search->walk, t->arena, t->search->cwd,
	                           t->request.text);
	struct stat st;

	return *t->search->cwd == '/' &&
	       walk_stat(t->search->walk, path, &st) == 0;
}

/* List each Python on PATH and in the stores, whatever was asked for. */
static enum trial_step
list_all(struct trial *t)
{
	struct request asked = t->request;
	enum trial_step done;

	request_parse(NULL, &t->request);
	t->lists = true;
	done = search_path(t);
	if (done == TRIAL_NEXT)
		done = search_versioned(t);
	if (done == TRIAL_NEXT)
		done = store_search(t, true);
	t->request = asked;
	return done;
}

/* Hint at the requests that can be given. */
static void
hint_at_forms(struct trial *t)
{
	bool named = t->request.kind == REQUEST_NAME;
	struct diag *d = t->diag;

	if (named && is_path(t))
		diag_hint(d, "give './%s' if the path is meant",
		          t->request.text);
	else if (named)
		diag_hint(d, "give --python %s", request_forms);
	else
		diag_hint(d, t->found.len ? "give one of these, or the path of "
		          "another one, with --python"
		                          : "give one with --python PATH");
}

/* Append to TEXT the names searched for, and where. */
static void
put_looked_for(struct trial *t, struct buf *text)
{
	const char *names[REQUEST_NAMES];
	size_t count = request_names(&t->request, t->arena, names);

	buf_puts(text, " (looked for ");
	for (size_t i = 0; i < count; i++)
		buf_fmt(text, "%s%s", i == 0 ? ""
		        : i + 1 < count ? ", " : " and ", names[i]);
	buf_fmt(text, " in %zu director%s of %s)", t->path.count,
	        t->path.count == 1 ? "y" : "ies",
	        is_rooted(t) ? "the root" : "PATH");
}

/* Report the names searched for, the directories, and the Pythons there. */
static int
not_found(struct trial *t)
{
	struct diag *d = t->diag;
	struct buf text;

	note_broken_links(t);
	if (list_all(t) != TRIAL_NEXT)
		return d->code;
	buf_init(&text, t->arena);
	buf_puts(&text, "no ");
	request_describe(&t->request, &text);
	buf_puts(&text, " found");
	if (!t->found.len || t->request.kind == REQUEST_NAME ||
	    t->request.kind == REQUEST_ANY)
		put_looked_for(t, &text);
	diag_set(d, -ENOENT, "%s", buf_str(&text));
	hint_at_forms(t);
	trial_report_notes(t, true);
	return d->code;
}

/* Refuse a request that no Python here can meet. */
static int
refuse_version(struct trial *t)
{
	const struct request *r = &t->request;
	struct diag *d = t->diag;

	if (list_all(t) != TRIAL_NEXT)
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
	hint_at_forms(t);
	trial_report_notes(t, true);
	return d->code;
}

/* Return the interpreter of the highest version among the names such as python3.12
 * in directory DIR; NULL if there is none. */
static const char *
highest_in(struct trial *t, const char *dir)
{
	static const char *const stems[] = { "python3.", "pypy3." };

	for (size_t i = 0; i < 2; i++) {
		struct entries n;

		if (names_list(t->search->walk, t->arena, dir, stems[i], "",
		               &n) < 0)
			continue;
		names_sort(&n, is_higher);
		for (size_t k = 0; k < n.count; k++) {
			char *path = pathname_join(t->arena, dir, n.names[k]);

			if (rank_of(n.names[k]) >= 0 &&
			    walk_is_file(t->search->walk, path))
				return path;
		}
	}
	return NULL;
}

/* Return the interpreter in directory DIR; DIR itself if there is none. */
static const char *
program_in(struct trial *t, const char *dir)
{
	static const char *const names[] = {
		"bin/python3", "bin/python", "bin/pypy3", "python3", "python",
		"python.exe", "Scripts/python.exe",
	};
	const char *broken = dir, *highest;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = pathname_join(t->arena, dir, names[i]), *target;

		if (walk_is_file(t->search->walk, path))
			return path;
		/* if there is nothing else: its message says more */
		if (broken == dir && walk_readlink(t->search->walk, t->arena,
		                                   path, &target) >= 0)
			broken = path;
	}
	if (broken != dir)
		return broken;
	/* `make altinstall` makes no other names */
	highest = highest_in(t, pathname_join(t->arena, dir, "bin"));
	if (!highest)
		highest = highest_in(t, dir);
	return highest ? highest : dir;
}

static int
find_by_path(struct trial *t)
{
	const struct python_search *s = t->search;
	const char *why = "asked for";
	const char *path = path_absolute(s->walk, t->arena, s->cwd,
	                                 s->request);
	const char *program = path;
	struct stat st;
	bool pin;
	int err = walk_stat(s->walk, path, &st);

	if (err == 0 && S_ISDIR(st.st_mode)) {
		program = program_in(t, path);
		if (program == path)
			return diag_set(t->diag, -ENOENT, "cannot use '%s': a "
			                "directory without bin/python3, "
			                "bin/python, bin/python3.N, python3 or "
			                "python.exe", path);
	}
	/* of an environment, an interpreter that is not there has a base too */
	if (err < 0 && walk_lstat(s->walk, t->arena, path, &st) < 0)
		return diag_set(t->diag, err, "cannot use '%s': %s", path,
		                diag_reason(err));
	err = trial_inspect(t, program, &why, &pin, t->diag);
	t->py->requested = program;
	t->py->why = why;
	return err;
}

/* Search everywhere that the request allows. For a range, the best Python is
 * kept. */
static enum trial_step
search_all(struct trial *t)
{
	const struct request *r = &t->request;
	bool named = r->kind == REQUEST_NAME, range = r->kind == REQUEST_RANGE;
	enum trial_step done = TRIAL_NEXT;

	if (!named)
		done = search_own_directory(t);
	if (done == TRIAL_NEXT)
		done = search_path(t);
	if (done == TRIAL_NEXT &&
	    (range || (!named && r->version.minor < 0 && !r->pypy)))
		done = search_versioned(t);
	if (done == TRIAL_NEXT && (range || r->kind == REQUEST_VERSION))
		done = store_search(t, false);
	if (done == TRIAL_NEXT)
		done = trial_take_best(t);
	if (done == TRIAL_NEXT && !named && !r->pypy)
		done = trial_program(t, "/usr/libexec/platform-python",
		                     "the system's own");
	if (done == TRIAL_NEXT)
		done = trial_take_best(t);
	return done;
}

/* Note a .python-version that says nothing, since no tool that reads it was
 * met. */
static void
note_unread_pin(struct trial *t)
{
	const struct python_search *s = t->search;
	const char *dir = s->cwd;

	if (t->request.kind != REQUEST_ANY || t->has_shim || is_rooted(t))
		return;
	while (*dir == '/') {
		char *path = pathname_join(t->arena, dir, ".python-version");

		if (walk_is_file(s->walk, path)) {
			diag_note(t->diag, "%s: it decides nothing, since PATH "
			          "has no shim of pyenv, mise or asdf", path);
			return;
		}
		if (strcmp(dir, "/") == 0)
			return;
		dir = pathname_dir(t->arena, dir);
	}
}

static int
refuse_request(struct trial *t)
{
	const char *range = request_with_commas(t->request.text, t->arena);

	diag_set(t->diag, -EINVAL, "cannot parse '%s': it is neither a version "
	         "nor a range of versions", t->request.text);
	if (range)
		diag_hint(t->diag, "give '%s', with a comma between the parts",
		          range);
	else
		diag_hint(t->diag, "give %s", request_forms);
	return t->diag->code;
}

int
python_find(const struct python_search *s, struct arena *a, struct python *py,
            struct diag *d)
{
	struct trial t = { .search = s, .arena = a, .py = py, .diag = d };
	const struct version *v = &t.request.version;
	enum trial_step done;

	buf_init(&t.notes, a);
	buf_init(&t.found, a);
	request_parse(s->request, &t.request);
	if (t.request.kind == REQUEST_PATH)
		return find_by_path(&t);
	if (t.request.kind == REQUEST_UNCLEAR)
		return refuse_request(&t);
	names_split_path(s->env, a, &t.path);
	if (t.request.kind == REQUEST_FOREIGN || v->major != 3 ||
	    (v->minor >= 0 && v->minor < 3))
		return refuse_version(&t);
	done = search_all(&t);
	if (done == TRIAL_STOPPED)
		return d->code;
	if (done == TRIAL_NEXT)
		return not_found(&t);
	if (s->explain)
		note_unread_pin(&t);
	return 0;
}
