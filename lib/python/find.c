#include "python/find.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/env.h"
#include "format/pathname.h"
#include "os/walk.h"
#include "python/inspect.h"
#include "python/python.h"
#include "python/request.h"
#include "python/shim.h"

enum { MAX_TRIED = 64 };

/* Where programs are when nobody says it. */
static const char default_path[] = "/usr/local/bin:/usr/bin:/bin";

struct finder {
	const struct python_search *search;
	struct arena *arena;
	struct request request;
	struct python *py;
	struct diag *diag;
	struct buf notes;    /* as the diag's: every refused candidate */
	struct buf found;    /* "3.11.2 (/usr/bin/python3), ..." */
	size_t path_entries; /* of PATH that were looked at */
	size_t tried;
	struct { dev_t dev; ino_t ino; } seen[MAX_TRIED];
};

/* The try_ and search_ functions return 1 when a Python was accepted, 0 when
 * not, or a negative errno that ends the search. */

static void
note(struct finder *f, const char *path, const char *reason)
{
	buf_fmt(&f->notes, "%s: %s", path, reason);
	buf_putc(&f->notes, '\0');
}

/* True if the file of ST was tried before, under whatever name. */
static bool
is_repeated(struct finder *f, const struct stat *st)
{
	for (size_t i = 0; i < f->tried; i++) {
		if (f->seen[i].dev == st->st_dev &&
		    f->seen[i].ino == st->st_ino)
			return true;
	}
	if (f->tried < MAX_TRIED) {
		f->seen[f->tried].dev = st->st_dev;
		f->seen[f->tried].ino = st->st_ino;
		f->tried++;
	}
	return false;
}

static int
accept(struct finder *f, const char *path, const char *why, struct diag *d)
{
	f->py->requested = path;
	f->py->why = why;
	buf_add(&f->notes, d->notes.data, d->notes.len);
	buf_add(&f->diag->notes, f->notes.data, f->notes.len);
	buf_add(&f->diag->warnings, d->warnings.data, d->warnings.len);
	return 1;
}

/* The program that PATH starts if it is a shim, else PATH; NULL if it is a
 * shim that starts none (reported), or if memory is out. */
static const char *
program_of(struct finder *f, const char *path, const char **why,
           struct diag *d)
{
	const char *program = path, *reason = "";
	int err = shim_resolve(f->search, f->arena, path, &program, &reason);

	if (err == 1)
		*why = reason;
	if (err >= 0)
		return program;
	if (err == -ENOMEM)
		diag_oom(d);
	else
		diag_set(d, -ENOEXEC, "cannot use '%s': %s", path, reason);
	return NULL;
}

/* Inspect PATH, or what it starts if it is a shim; 0, or as *D says. */
static int
inspect(struct finder *f, const char *path, const char **why, struct diag *d)
{
	const struct python_search *s = f->search;
	const char *program = path;
	char *dir = pathname_dir(f->arena, path);
	bool shims = dir && shim_is_dir(dir);
	int err;

	if (!dir)
		return diag_oom(d);
	if (shims)
		program = program_of(f, path, why, d);
	if (!program)
		return d->code;
	err = python_inspect(s->walk, f->arena, s->env, program, f->py, d);
	if (err != -ENOEXEC || shims)
		return err;
	/* a link to a shim looks like a script until its target is seen */
	program = program_of(f, path, why, d);
	if (!program || program == path)
		return d->code;
	return python_inspect(s->walk, f->arena, s->env, program, f->py, d);
}

/* Note why PATH was refused: what the diag of its inspection says. */
static void
note_refusal(struct finder *f, const char *path, struct diag *d)
{
	static const char verb[] = "cannot use '";
	const char *text = buf_str(&d->text);
	size_t n = sizeof(verb) - 1 + strlen(path);

	if (text && strncmp(text, verb, sizeof(verb) - 1) == 0 &&
	    strncmp(text + sizeof(verb) - 1, path, strlen(path)) == 0 &&
	    strncmp(text + n, "': ", 3) == 0)
		text += n + 3;
	note(f, path, text ? text : "out of memory");
}

/* Look at PATH, which may well not exist. */
static int
try_file(struct finder *f, const char *path, const char *why)
{
	struct stat st;
	struct diag d;
	int err;

	if (!path)
		return -ENOMEM;
	if (walk_stat(f->search->walk, path, &st) < 0 || !S_ISREG(st.st_mode) ||
	    is_repeated(f, &st))
		return 0;
	if ((st.st_mode & 0111) == 0) {
		note(f, path, "not executable");
		return 0;
	}
	diag_init(&d, f->arena);
	err = inspect(f, path, &why, &d);
	if (err == -ENOMEM)
		return err;
	if (err < 0) {
		note_refusal(f, path, &d);
		return 0;
	}
	if (request_fits(&f->request, f->py))
		return accept(f, path, why, &d);
	buf_puts(&f->found, f->found.len ? ", " : "");
	request_describe_found(f->py, &f->found);
	buf_fmt(&f->found, " (%s)", path);
	return 0;
}

/* The names that may fit, in directory DIR. */
static int
try_dir(struct finder *f, const char *dir, const char *why)
{
	const char *names[REQUEST_NAMES];
	size_t count = request_names(&f->request, f->arena, names);
	int done = count ? 0 : -ENOMEM;

	for (size_t i = 0; i < count && done == 0; i++)
		done = try_file(f, pathname_join(f->arena, dir, names[i]), why);
	return done;
}

static int
search_path(struct finder *f)
{
	const char *path = env_get(f->search->env, "PATH");
	int done = 0;

	if (!path)
		path = default_path;
	while (done == 0 && *path) {
		size_t n = strcspn(path, ":");
		char *dir = arena_dup(f->arena, path, n);

		if (!dir)
			return -ENOMEM;
		/* an entry that depends on where one stands is no good base */
		if (*dir == '/') {
			f->path_entries++;
			done = try_dir(f, dir, "first on PATH");
		}
		path += n;
		path += *path != '\0';
	}
	return done;
}

static int
not_found(struct finder *f)
{
	struct diag *d = f->diag;
	struct buf what;

	buf_init(&what, f->arena);
	request_describe(&f->request, &what);
	diag_set(d, -ENOENT, "no %s found", buf_str(&what));
	if (f->found.len)
		buf_fmt(&d->text, "; found %s", buf_str(&f->found));
	else
		buf_fmt(&d->text, " (looked in %zu directories of PATH)",
		        f->path_entries);
	diag_hint(d, "give one with --python PATH");
	buf_add(&d->notes, f->notes.data, f->notes.len);
	return d->code;
}

int
python_find(const struct python_search *s, struct arena *a, struct python *py,
            struct diag *d)
{
	struct finder f = { .search = s, .arena = a, .py = py, .diag = d };
	int done;

	buf_init(&f.notes, a);
	buf_init(&f.found, a);
	request_parse(s->request, &f.request);
	done = search_path(&f);
	if (done == -ENOMEM)
		return diag_oom(d);
	return done == 1 ? 0 : not_found(&f);
}
