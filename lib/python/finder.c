#include "python/finder.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "format/pathname.h"
#include "os/walk.h"
#include "python/find.h"
#include "python/path.h"
#include "python/python.h"
#include "python/shim.h"
#include "python/usable.h"

void
finder_note(struct finder *f, const char *path, const char *reason)
{
	if (f->note_count++ >= FINDER_MAX_NOTES)
		return;
	buf_fmt(&f->notes, "%s: %s", path, reason);
	buf_putc(&f->notes, '\0');
}

void
finder_tell_notes(struct finder *f, bool found)
{
	buf_add(&f->diag->notes, f->notes.data, f->notes.len);
	if (f->note_count > FINDER_MAX_NOTES)
		diag_note(f->diag, "and %zu more",
		          f->note_count - FINDER_MAX_NOTES);
	if (!found)
		return;
	buf_add(&f->diag->notes, f->found.data, f->found.len);
	if (f->found_count > FINDER_MAX_NOTES)
		diag_note(f->diag, "found %zu more",
		          f->found_count - FINDER_MAX_NOTES);
}

enum finder_step
finder_stop(struct finder *f, int code, const char *path)
{
	diag_sys(f->diag, code, "look for a Python at", path);
	return FINDER_STOPPED;
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

static enum finder_step
accept(struct finder *f, struct diag *d)
{
	finder_tell_notes(f, false);
	buf_add(&f->diag->notes, d->notes.data, d->notes.len);
	buf_add(&f->diag->warnings, d->warnings.data, d->warnings.len);
	if (f->unclear)
		diag_warn(f->diag, "'%s' comes first but cannot be followed "
		          "(%s): using '%s'", f->unclear, f->unclear_reason,
		          f->py->executable);
	return FINDER_FOUND;
}

static void
keep_best(struct finder *f, const struct diag *d)
{
	if (f->has_best && !request_is_better(f->py, &f->best))
		return;
	f->best = *f->py;
	f->best_diag = *d;
	f->has_best = true;
}

enum finder_step
finder_take_best(struct finder *f)
{
	if (!f->has_best)
		return FINDER_NEXT;
	*f->py = f->best;
	return accept(f, &f->best_diag);
}

/* Remember where the tool of the shim SH keeps its Pythons. */
static void
keep_store(struct finder *f, const struct shim_choice *sh)
{
	f->has_shim = true;
	for (size_t i = 0; i < f->store_count; i++) {
		if (strcmp(f->stores[i].dir, sh->store) == 0)
			return;
	}
	if (f->store_count == FINDER_MAX_STORES)
		return;
	f->stores[f->store_count].dir = sh->store;
	f->stores[f->store_count++].tool = sh->tool;
}

/* Return the program that PATH starts if it is a shim, else PATH; NULL if it is
 * a shim that starts none (reported). */
static const char *
program_of(struct finder *f, const char *path, const char **why, bool *pin,
           struct diag *d)
{
	struct shim_choice sh;
	enum shim_start start = shim_resolve(f->search, f->arena, path, &sh);

	if (start == SHIM_NONE)
		return path;
	if (sh.store)
		keep_store(f, &sh);
	if (start == SHIM_STARTS) {
		buf_add(&d->notes, sh.notes.data, sh.notes.len);
		*why = sh.why;
		return sh.target;
	}
	*pin = sh.is_pinned;
	diag_set(d, -ENOEXEC, "cannot use '%s': %s", path, sh.why);
	buf_add(&d->notes, sh.notes.data, sh.notes.len);
	if (sh.is_pinned) {
		buf_add(&d->notes, sh.installed.data, sh.installed.len);
		diag_hint(d, "install that version, change the pin, or choose "
		          "another Python with --python");
	}
	return NULL;
}

int
finder_inspect(struct finder *f, const char *path, const char **why,
               bool *pin, struct diag *d)
{
	const struct python_search *s = f->search;
	const char *program = path;
	bool shims = shim_is_dir(pathname_dir(f->arena, path));
	int err;

	f->py->is_unclear = false;
	if (shims)
		program = program_of(f, path, why, pin, d);
	if (!program)
		return d->code;
	err = python_inspect_usable(s->walk, f->arena, s->env, program, f->py,
	                            d);
	if (err != -ENOEXEC || shims)
		return err;
	/* a link to a shim looks like a script until its target is seen */
	program = program_of(f, path, why, pin, d);
	if (program == path)
		return d->code;
	f->py->is_unclear = false;
	if (!program)
		return d->code;
	return python_inspect_usable(s->walk, f->arena, s->env, program, f->py,
	                             d);
}

/* Return why PATH was refused: what the diag of its inspection says. */
static const char *
refusal(const char *path, struct diag *d)
{
	static const char verb[] = "cannot use '";
	const char *text = buf_str(&d->text);
	size_t n = sizeof(verb) - 1 + strlen(path);

	if (strncmp(text, verb, sizeof(verb) - 1) == 0 &&
	    strncmp(text + sizeof(verb) - 1, path, strlen(path)) == 0 &&
	    strncmp(text + n, "': ", 3) == 0)
		text += n + 3;
	return text;
}

/* Note that the Python at PATH is not what is asked for. */
static void
note_found(struct finder *f, const char *path)
{
	/* the shims python3 and python start one Python */
	if (f->last_found && strcmp(f->last_found, f->py->real) == 0)
		return;
	f->last_found = f->py->real;
	if (f->found_count++ >= FINDER_MAX_NOTES)
		return;
	buf_puts(&f->found, "found ");
	request_describe_found(f->py, &f->found);
	buf_fmt(&f->found, " (%s)", path);
	buf_putc(&f->found, '\0');
}

/* Return true if what a shim's user has pinned decides: a request for a version
 * overrides the pin. */
static bool
asks_pins(const struct finder *f)
{
	return !f->lists && (f->request.kind == REQUEST_ANY ||
	                     f->request.kind == REQUEST_NAME);
}

/* Remember PATH if a shell would start it instead of the Python that will be found:
 * the first one. A request for X.Y gets that, whatever is called python3. */
static void
keep_unclear(struct finder *f, const char *path, const char *reason)
{
	const struct request *r = &f->request;
	const char *name = pathname_base(path);

	if (f->unclear || !f->py->is_unclear || r->kind == REQUEST_RANGE ||
	    (r->kind == REQUEST_VERSION && r->version.minor >= 0))
		return;
	if (r->kind != REQUEST_NAME && strcmp(name, "python3") != 0 &&
	    strcmp(name, "python") != 0)
		return;
	f->unclear = path;
	f->unclear_reason = reason;
}

/* Pass over what could not be inspected, unless it is a pin or the disk
 * failed. */
static enum finder_step
refuse(struct finder *f, const char *path, bool pin, struct diag *d)
{
	if (!path_is_refusal(d->code)) {
		*f->diag = *d;
		return FINDER_STOPPED;
	}
	if (pin && asks_pins(f) && !f->is_pinned) {
		f->is_pinned = true;
		f->pin = *d;
	}
	finder_note(f, path, refusal(path, d));
	keep_unclear(f, path, refusal(path, d));
	if (!pin)
		buf_add(&f->notes, d->notes.data, d->notes.len);
	return FINDER_NEXT;
}

enum finder_step
finder_try(struct finder *f, const char *path, const char *why)
{
	bool pin = false;
	struct stat st;
	struct diag d;
	int err = walk_stat(f->search->walk, path, &st);

	if (err < 0 && !path_is_refusal(err))
		return finder_stop(f, err, path);
	if (err < 0 && err != -ENOENT && err != -ENOTDIR)
		finder_note(f, path, diag_reason(err));
	if (err < 0 || !S_ISREG(st.st_mode) || is_repeated(f, &st))
		return FINDER_NEXT;
	if ((st.st_mode & 0111) == 0) {
		finder_note(f, path, "not executable");
		return FINDER_NEXT;
	}
	diag_init(&d, f->arena);
	err = finder_inspect(f, path, &why, &pin, &d);
	if (err < 0)
		return refuse(f, path, pin, &d);
	f->py->requested = path;
	f->py->why = why;
	if (f->lists || !request_fits(&f->request, f->py))
		note_found(f, path);
	else if (f->request.kind == REQUEST_RANGE)
		keep_best(f, &d);
	else
		return accept(f, &d);
	return FINDER_NEXT;
}

enum finder_step
finder_try_dir(struct finder *f, const char *dir, const char *why)
{
	const char *names[REQUEST_NAMES];
	size_t count = request_names(&f->request, f->arena, names);
	enum finder_step done = FINDER_NEXT;

	for (size_t i = 0; i < count && done == FINDER_NEXT; i++)
		done = finder_try(f, pathname_join(f->arena, dir,
		                                   names[i]), why);
	if (done != FINDER_NEXT || !f->is_pinned || f->lists)
		return done;
	*f->diag = f->pin;
	return FINDER_STOPPED;
}
