#include "python/finder.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "format/pathname.h"
#include "os/walk.h"
#include "python/find.h"
#include "python/inspect.h"
#include "python/python.h"
#include "python/shim.h"

void
finder_note(struct finder *f, const char *path, const char *reason)
{
	if (f->note_count++ >= FINDER_MAX_NOTES)
		return;
	buf_fmt(&f->notes, "%s: %s", path, reason);
	buf_putc(&f->notes, '\0');
}

void
finder_tell_notes(struct finder *f)
{
	buf_add(&f->diag->notes, f->notes.data, f->notes.len);
	if (f->note_count > FINDER_MAX_NOTES)
		diag_note(f->diag, "and %zu more",
		          f->note_count - FINDER_MAX_NOTES);
}

/* True if the file of ST was tried before, under whatever name. */
static bool
is_repeated(struct finder *f, const struct stat *st)
{
	for (size_t i = 0; i < f->seen_count; i++) {
		if (f->seen[i].dev == st->st_dev &&
		    f->seen[i].ino == st->st_ino)
			return true;
	}
	if (f->seen_count < FINDER_MAX_SEEN) {
		f->seen[f->seen_count].dev = st->st_dev;
		f->seen[f->seen_count].ino = st->st_ino;
		f->seen_count++;
	}
	return false;
}

static int
accept(struct finder *f, const char *path, const char *why, struct diag *d)
{
	f->py->requested = path;
	f->py->why = why;
	finder_tell_notes(f);
	buf_add(&f->diag->notes, d->notes.data, d->notes.len);
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

int
finder_inspect(struct finder *f, const char *path, const char **why,
               struct diag *d)
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
	finder_note(f, path, text ? text : "out of memory");
}

int
finder_try(struct finder *f, const char *path, const char *why)
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
		finder_note(f, path, "not executable");
		return 0;
	}
	diag_init(&d, f->arena);
	err = finder_inspect(f, path, &why, &d);
	if (err == -ENOMEM)
		return err;
	if (err < 0) {
		note_refusal(f, path, &d);
		return 0;
	}
	if (request_fits(&f->request, f->py))
		return accept(f, path, why, &d);
	/* the shims python3 and python start one Python */
	if (f->last_found && strcmp(f->last_found, f->py->real) == 0)
		return 0;
	f->last_found = f->py->real;
	if (f->found_count++ >= FINDER_MAX_NOTES)
		return 0;
	buf_puts(&f->found, f->found.len ? ", " : "");
	request_describe_found(f->py, &f->found);
	buf_fmt(&f->found, " (%s)", path);
	return 0;
}

int
finder_try_dir(struct finder *f, const char *dir, const char *why)
{
	const char *names[REQUEST_NAMES];
	size_t count = request_names(&f->request, f->arena, names);
	int done = count ? 0 : -ENOMEM;

	for (size_t i = 0; i < count && done == 0; i++)
		done = finder_try(f, pathname_join(f->arena, dir,
		                                   names[i]), why);
	return done;
}
