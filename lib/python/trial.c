#include "python/trial.h"

#include <errno.h>
#include <string.h>

#include "format/pathname.h"
#include "os/walk.h"
#include "python/find.h"
#include "python/path.h"
#include "python/shim.h"

void
trial_note(struct trial *t, const char *path, const char *reason)
{
	if (t->note_count++ >= TRIAL_MAX_NOTES)
		return;
	buf_fmt(&t->notes, "%s: %s", path, reason);
	buf_putc(&t->notes, '\0');
}

void
trial_report_notes(struct trial *t, bool found)
{
	buf_add(&t->diag->notes, t->notes.data, t->notes.len);
	if (t->note_count > TRIAL_MAX_NOTES)
		diag_note(t->diag, "and %zu more",
		          t->note_count - TRIAL_MAX_NOTES);
	if (!found)
		return;
	buf_add(&t->diag->notes, t->found.data, t->found.len);
	if (t->found_count > TRIAL_MAX_NOTES)
		diag_note(t->diag, "found %zu more",
		          t->found_count - TRIAL_MAX_NOTES);
}

enum trial_step
trial_stop(struct trial *t, int code, const char *path)
{
	diag_sys(t->diag, code, "look for a Python at", path);
	return TRIAL_STOPPED;
}

/* Return whether the file of ST was tried before, under whatever name. */
static bool
is_repeated(struct trial *t, const struct stat *st)
{
	for (size_t i = 0; i < t->seen_count; i++) {
		if (t->seen[i].dev == st->st_dev &&
		    t->seen[i].ino == st->st_ino)
			return true;
	}
	if (t->seen_count < TRIAL_MAX_SEEN) {
		t->seen[t->seen_count].dev = st->st_dev;
		t->seen[t->seen_count].ino = st->st_ino;
		t->seen_count++;
	}
	return false;
}

static enum trial_step
accept(struct trial *t, struct diag *d)
{
	trial_report_notes(t, false);
	buf_add(&t->diag->notes, d->notes.data, d->notes.len);
	buf_add(&t->diag->warnings, d->warnings.data, d->warnings.len);
	if (t->unclear)
		diag_warn(t->diag, "'%s' comes first but cannot be followed "
		          "(%s): using '%s'", t->unclear, t->unclear_reason,
		          t->py->executable);
	return TRIAL_FOUND;
}

static void
keep_best(struct trial *t, const struct diag *d)
{
	if (t->has_best && !request_is_better(t->py, &t->best))
		return;
	t->best = *t->py;
	t->best_diag = *d;
	t->has_best = true;
}

enum trial_step
trial_take_best(struct trial *t)
{
	if (!t->has_best)
		return TRIAL_NEXT;
	*t->py = t->best;
	return accept(t, &t->best_diag);
}

/* Remember where the tool of the shim SH keeps its Pythons. */
static void
keep_store(struct trial *t, const struct shim_choice *sh)
{
	t->has_shim = true;
	for (size_t i = 0; i < t->store_count; i++) {
		if (strcmp(t->stores[i].dir, sh->store) == 0)
			return;
	}
	if (t->store_count == TRIAL_MAX_STORES)
		return;
	t->stores[t->store_count].dir = sh->store;
	t->stores[t->store_count++].tool = sh->tool;
}

/* Return the program that PATH starts if it is a shim, else PATH; NULL if it is
 * a shim that starts none (reported). */
static const char *
program_of(struct trial *t, const char *path, const char **why, bool *pin,
           struct diag *d)
{
	struct shim_choice sh;
	enum shim_start start = shim_resolve(t->search, t->arena, path, &sh);

	if (start == SHIM_NONE)
		return path;
	if (sh.store)
		keep_store(t, &sh);
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
trial_inspect(struct trial *t, const char *path, const char **why, bool *pin,
              struct diag *d)
{
	const struct python_search *s = t->search;
	const char *program = path;
	bool shims = shim_is_dir(pathname_dir(t->arena, path));
	int err;

	t->py->is_unclear = false;
	if (shims)
		program = program_of(t, path, why, pin, d);
	if (!program)
		return d->code;
	err = python_inspect_usable(s->walk, t->arena, s->env, program, t->py,
	                            d);
	if (err != -ENOEXEC || shims)
		return err;
	/* a link to a shim looks like a script until its target is seen */
	program = program_of(t, path, why, pin, d);
	if (program == path)
		return d->code;
	t->py->is_unclear = false;
	if (!program)
		return d->code;
	return python_inspect_usable(s->walk, t->arena, s->env, program, t->py,
	                             d);
}

/* Return the reason in D, the diag of its inspection, why PATH was refused. */
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
note_found(struct trial *t, const char *path)
{
	/* the shims python3 and python start one Python */
	if (t->last_found && strcmp(t->last_found, t->py->real) == 0)
		return;
	t->last_found = t->py->real;
	if (t->found_count++ >= TRIAL_MAX_NOTES)
		return;
	buf_puts(&t->found, "found ");
	request_describe_found(t->py, &t->found);
	buf_fmt(&t->found, " (%s)", path);
	buf_putc(&t->found, '\0');
}

/* Return whether the pin of a shim's user decides: a request for a version
 * overrides it. */
static bool
asks_pins(const struct trial *t)
{
	return !t->lists && (t->request.kind == REQUEST_ANY ||
	                     t->request.kind == REQUEST_NAME);
}

/* Remember PATH if a shell would start it instead of the Python that will be found:
 * the first one. A request for X.Y gets that, whatever is called python3. */
static void
keep_unclear(struct trial *t, const char *path, const char *reason)
{
	const struct request *r = &t->request;
	const char *name = pathname_base(path);

	if (t->unclear || !t->py->is_unclear || r->kind == REQUEST_RANGE ||
	    (r->kind == REQUEST_VERSION && r->version.minor >= 0))
		return;
	if (r->kind != REQUEST_NAME && strcmp(name, "python3") != 0 &&
	    strcmp(name, "python") != 0)
		return;
	t->unclear = path;
	t->unclear_reason = reason;
}

/* Skip a program that could not be inspected; stop if the disk failed. */
static enum trial_step
refuse(struct trial *t, const char *path, bool pin, struct diag *d)
{
	if (!path_is_refusal(d->code)) {
		*t->diag = *d;
		return TRIAL_STOPPED;
	}
	if (pin && asks_pins(t) && !t->is_pinned) {
		t->is_pinned = true;
		t->pin = *d;
	}
	trial_note(t, path, refusal(path, d));
	keep_unclear(t, path, refusal(path, d));
	if (!pin)
		buf_add(&t->notes, d->notes.data, d->notes.len);
	return TRIAL_NEXT;
}

enum trial_step
trial_program(struct trial *t, const char *path, const char *why)
{
	bool pin = false;
	struct stat st;
	struct diag d;
	int err = walk_stat(t->search->walk, path, &st);

	if (err < 0 && !path_is_refusal(err))
		return trial_stop(t, err, path);
	if (err < 0 && err != -ENOENT && err != -ENOTDIR && !t->lists)
		trial_note(t, path, diag_reason(err)); /* once: no inode */
	if (err < 0 || !S_ISREG(st.st_mode) || is_repeated(t, &st))
		return TRIAL_NEXT;
	if ((st.st_mode & 0111) == 0) {
		trial_note(t, path, "not executable");
		return TRIAL_NEXT;
	}
	diag_init(&d, t->arena);
	err = trial_inspect(t, path, &why, &pin, &d);
	if (err < 0)
		return refuse(t, path, pin, &d);
	t->py->requested = path;
	t->py->why = why;
	if (t->lists || !request_fits(&t->request, t->py))
		note_found(t, path);
	else if (t->request.kind == REQUEST_RANGE)
		keep_best(t, &d);
	else
		return accept(t, &d);
	return TRIAL_NEXT;
}

enum trial_step
trial_directory(struct trial *t, const char *dir, const char *why)
{
	const char *names[REQUEST_NAMES];
	size_t count = request_names(&t->request, t->arena, names);
	enum trial_step done = TRIAL_NEXT;

	for (size_t i = 0; i < count && done == TRIAL_NEXT; i++)
		done = trial_program(t, pathname_join(t->arena, dir, names[i]),
		                     why);
	if (done != TRIAL_NEXT || !t->is_pinned || t->lists)
		return done;
	*t->diag = t->pin;
	return TRIAL_STOPPED;
}
