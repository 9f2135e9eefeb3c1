#include "venv/create.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "format/pathname.h"
#include "os/walk.h"
#include "publish/publish.h"
#include "publish/target.h"
#include "python/layout.h"
#include "python/python.h"
#include "venv/activators.h"
#include "venv/apply.h"
#include "venv/check.h"
#include "venv/options.h"
#include "venv/reach.h"
#include "venv/scripts.h"
#include "venv/state.h"
#include "venv/wheel_plan.h"

/* Another run may change the target between a look and the lock; each round
 * of this bound means that one has finished meanwhile. */
enum { MAX_ROUNDS = 100 };

/* Bytes of a script that say what runs it. */
enum { SCRIPT_START = 4096 };

/* One environment in the making. */
struct maker {
	struct venv_result *result;
	const struct venv_options *given;
	struct venv_options options; /* with what is kept of the old one */
	const struct python *python;
	struct layout layout;
	const char *platlib; /* of it, where nothing is */
	struct target target;
	struct state state;
	enum publish_kind kind;
	bool inside;              /* it cannot be exchanged, as was tried */
	bool no_links;            /* the file system has none, as was tried */
	enum work_traces traces;  /* of other runs on it */
	const struct walk *walk;
	struct arena *arena;
	struct diag *diag;
};

const char *
venv_outcome_name(enum venv_outcome outcome)
{
	static const char *const names[] = {
		[VENV_CREATED] = "created",
		[VENV_REPLACED] = "replaced",
		[VENV_CHANGED] = "changed",
		[VENV_UNCHANGED] = "unchanged",
	};

	return names[outcome];
}

static int
refuse(struct maker *m, const char *because)
{
	return diag_set(m->diag, -EPERM, "cannot change '%s': it is %s",
	                m->target.path, because);
}

/* True if the target, which is resolved, is PATH or above it. */
static bool
is_above(struct maker *m, const char *path)
{
	char *real;

	return path && *path == '/' &&
	       walk_resolve(m->walk, m->arena, path, &real) == 0 &&
	       pathname_holds(m->target.directory, real);
}

/* Directories that a slip of the keyboard must not turn into an environment,
 * or into nothing. */
static int
protect(struct maker *m)
{
	const struct venv_options *o = &m->options;
	const char *dir = m->target.directory;

	if (strcmp(dir, "/") == 0)
		return refuse(m, "the root directory");
	if (is_above(m, m->python->real) || is_above(m, m->python->stdlib))
		return refuse(m, "where the base Python is installed");
	if (o->mode != VENV_CLEAR)
		return 0;
	if (is_above(m, o->home))
		return refuse(m, "the home directory or holds it");
	if (is_above(m, o->cwd) && strcmp(dir, o->cwd) != 0)
		return refuse(m, "above the current directory");
	return 0;
}

static int
refuse_existing(struct maker *m)
{
	const char *path = m->target.path;

	diag_set(m->diag, -EEXIST, "cannot create '%s': it exists", path);
	diag_hint(m->diag, "--clear deletes what is there, --upgrade points an "
	          "environment at this Python, --exist-ok keeps a healthy one "
	          "and repairs others");
	return -EEXIST;
}

/* What is there, and what has to be done with it. */
static int
decide(struct maker *m, bool dry_run)
{
	enum venv_mode mode = m->given->mode;
	int err;

	m->options = *m->given;
	layout_init(&m->layout, m->python, m->arena);
	m->platlib = m->layout.platlib;
	if (m->no_links) {
		m->options.copies = 1;
		m->layout.lib64_link = false;
	}
	m->diag->warnings.len = 0;
	err = target_look(m->walk, m->arena, m->target.path, &m->target,
	                  m->diag);
	if (err < 0)
		return err;
	if (m->target.kind == TARGET_ABSENT) {
		m->kind = PUBLISH_NEW;
		return 0;
	}
	if (m->target.kind == TARGET_OTHER)
		return diag_set(m->diag, -ENOTDIR, "cannot create '%s': it is "
		                "%s", m->target.path, m->target.what);
	err = mode == VENV_NEW ? 0 : protect(m);
	if (err < 0)
		return err;
	if (!dry_run)
		m->traces = publish_sweep(m->walk, m->arena,
		                          m->target.directory);
	if (mode == VENV_NEW)
		return refuse_existing(m);
	m->kind = mode == VENV_CLEAR ? PUBLISH_REPLACE : PUBLISH_CHANGE;
	if (m->kind == PUBLISH_REPLACE)
		return 0;
	return state_read(&m->state, m->walk, m->arena, m->target.directory,
	                  m->diag);
}

/* Refuse an environment of Windows, and for --upgrade what is none. Not to be asked
 * before ENV_DIR is locked: another run may be replacing it in place. */
static int
check_kind(struct maker *m)
{
	if (m->kind == PUBLISH_CHANGE && m->state.windows) {
		(void)refuse(m, "a Windows environment");
		diag_hint(m->diag, "--clear deletes it and makes a new one");
		return m->diag->code;
	}
	if (m->kind != PUBLISH_CHANGE || m->given->mode != VENV_UPGRADE ||
	    m->state.environment)
		return 0;
	diag_set(m->diag, -EINVAL, "cannot upgrade '%s': it is not a virtual "
	         "environment", m->target.path);
	diag_hint(m->diag, "--exist-ok makes one of a directory");
	return m->diag->code;
}

/* True if a healthy environment is what was asked for. */
static bool
fits(const struct maker *m, const struct check *c)
{
	const struct venv_options *o = &m->options;
	const struct config *cfg = &c->state.config;

	return !o->python_target && o->minimal <= cfg->minimal &&
	       (!o->relocatable || (cfg->relocatable && c->bound == 0)) &&
	       (!o->python_given ||
	        strcmp(c->base.real, m->python->real) == 0) &&
	       (o->system_site < 0 ||
	        (o->system_site > 0) == cfg->system_site) &&
	       (o->copies < 0 || (o->copies > 0) == c->state.copies) &&
	       (!o->activators ||
	        state_has_activators(&c->state, o->activators)) &&
	       (!o->prompt ||
	        (cfg->prompt && strcmp(o->prompt, cfg->prompt) == 0));
}

/*
 * Where an environment of an older Python has lib64 -> lib, the platform's
 * packages of 3.15 are in lib as well.
 */
static int
follow_lib64(struct maker *m)
{
	const char *lib = m->platlib;
	char *link, *target;
	int err;

	m->layout.platlib = m->platlib;
	if (!lib || m->kind != PUBLISH_CHANGE)
		return 0;
	link = arena_fmt(m->arena, "%s/%.*s", m->target.directory,
	                 (int)strcspn(lib, "/"), lib);
	err = link ? walk_readlink(m->walk, m->arena, link, &target) : -ENOMEM;
	if (err == -ENOMEM)
		return diag_oom(m->diag);
	if (err >= 0 && strcmp(target, "lib") == 0)
		m->layout.platlib = NULL;
	return 0;
}

/* --exist-ok: 1 if the environment is to be left alone. */
static int
may_stay(struct maker *m)
{
	struct check *c;
	int err;

	if (m->options.mode != VENV_EXIST_OK || !m->state.environment)
		return 0;
	c = arena_alloc(m->arena, sizeof(*c));
	if (!c)
		return diag_oom(m->diag);
	err = check_environment(c, m->walk, m->arena, m->options.env,
	                        m->target.path, false, m->diag);
	if (err < 0 || c->count > 0 || !fits(m, c))
		return err;
	err = follow_lib64(m);
	if (err < 0)
		return err;
	err = wheel_plan_fits(&m->options, &m->layout, m->target.directory,
	                      m->walk, m->arena, m->diag);
	if (err > 0)
		scripts_warn(m->target.path, c->first_unmendable, c->unmendable,
		             m->diag);
	return err;
}

void
venv_minimize(struct venv_options *o, struct layout *l,
              const struct python *py)
{
	o->activators = "none";
	o->ignore_files = false;
	layout_minimize(l, py);
}

/* What is not said anew stays as it was. */
static int
keep_settings(struct maker *m)
{
	struct venv_options *o = &m->options;

	if (m->kind != PUBLISH_CHANGE || !m->state.environment)
		return 0;
	o->relocatable |= m->state.config.relocatable;
	/* who asks for activators wants no minimal one any more */
	if (!o->activators || strcmp(o->activators, "none") == 0)
		o->minimal |= m->state.config.minimal;
	if (o->system_site < 0)
		o->system_site = m->state.config.system_site;
	if (o->copies < 0)
		o->copies = m->state.copies;
	if (!o->prompt)
		o->prompt = m->state.config.prompt;
	if (!o->activators) {
		o->activators = m->state.activators;
		o->activators_kept = true;
	}
	if (o->activators_kept && m->state.activators_chosen)
		o->command = arena_fmt(m->arena, "%s --activators %s",
		                       o->command, o->activators);
	o->ignore_files &= m->state.ignore_file;
	return o->command ? 0 : diag_oom(m->diag);
}

static bool
has_packages(struct maker *m, const char *lib, const char *name)
{
	struct entries e;
	char *path = arena_fmt(m->arena, "%s/%s/%s/site-packages",
	                       m->target.directory, lib, name);

	return path && walk_entries(m->walk, m->arena, path, &e) == 0 &&
	       e.count > 0;
}

/* Packages of another minor version are not seen by this Python. */
static void
warn_left_behind(struct maker *m)
{
	const struct entries *lib = &m->state.lib;

	for (size_t i = 0; i < lib->count; i++) {
		const char *name = lib->names[i];

		if (layout_is_other_stdlib(&m->layout, name) &&
		    (has_packages(m, "lib", name) ||
		     has_packages(m, "lib64", name)))
			diag_warn(m->diag, "packages in '%s/lib/%s' stay "
			          "there: %s does not see them",
			          m->target.path, name,
			          m->layout.stdlib_name);
	}
}

/* True if the script NAME starts the environment's Python by its path. */
static bool
has_path(struct maker *m, const char *name)
{
	char *path = arena_fmt(m->arena, "%s/bin/%s", m->target.directory,
	                       name);
	const struct plan *p = &m->result->plan;
	const struct node *n = path && p->count > 0
		? plan_find(p, path + strlen(m->target.directory) + 1)
		: NULL;
	char *python = arena_fmt(m->arena, "%s/bin/python", m->target.path);
	char *text;
	size_t len;

	/* with -n what is there is not what will be */
	if (n && n->kind == NODE_FILE && !n->kept)
		return false;
	return path && python &&
	       walk_read(m->walk, m->arena, path, SCRIPT_START, &text,
	                 &len) == 0 &&
	       len > 2 && memcmp(text, "#!", 2) == 0 && strstr(text, python);
}

/* What installed the scripts that are there has to make them anew. */
static void
warn_of_paths(struct maker *m)
{
	const struct entries *bin = &m->state.bin;
	const char *first = NULL;
	size_t count = 0;

	if (m->kind != PUBLISH_CHANGE || !m->given->relocatable)
		return;
	for (size_t i = 0; i < bin->count; i++) {
		if (has_path(m, bin->names[i]) && count++ == 0)
			first = bin->names[i];
	}
	if (first)
		diag_warn(m->diag, "%zu script%s (such as '%s/bin/%s') cannot "
		          "be moved: install what made %s again", count,
		          count == 1 ? "" : "s", m->target.path, first,
		          count == 1 ? "it" : "them");
}

/* No option of a change deletes what an environment has: say so if one names less
 * than is there. */
static void
warn_of_more(struct maker *m)
{
	const struct venv_options *o = m->given;
	const char *option = o->minimal ? "--minimal"
	                     : o->activators && strcmp(o->activators, "none") == 0
	                             ? "--activators none"
	                             : NULL;
	const char *file;

	if (!option || m->kind != PUBLISH_CHANGE)
		return;
	for (size_t i = 0; (file = activators_file(i)); i++) {
		for (size_t k = 0; k < m->state.bin.count; k++) {
			if (strcmp(m->state.bin.names[k], file) != 0)
				continue;
			diag_warn(m->diag, "'%s' keeps what %s would not make, "
			          "such as 'bin/%s': --clear makes it anew",
			          m->target.path, option, file);
			return;
		}
	}
}

static int
add_wheels(struct maker *m)
{
	const char *dir = m->kind == PUBLISH_CHANGE ? m->target.directory : NULL;

	return m->options.wheels
	               ? wheel_plan_add(&m->result->plan, &m->options,
	                                &m->layout, dir,
	                                m->state.environment ||
	                                        m->state.interrupted,
	                                m->walk, m->arena, m->diag)
	               : 0;
}

static int
make_plan(struct maker *m)
{
	struct plan *p = &m->result->plan;
	int err = check_kind(m);

	if (err == 0)
		err = keep_settings(m);
	if (m->options.minimal)
		venv_minimize(&m->options, &m->layout, m->python);
	if (err == 0)
		err = follow_lib64(m);
	if (err == 0)
		err = plan_new(p, &m->options, m->python, &m->layout,
		               m->target.path, m->arena, m->diag);
	if (err < 0)
		return err;
	if (m->kind != PUBLISH_CHANGE)
		return add_wheels(m);
	err = state_look(&m->state, m->walk, m->arena, m->target.directory, p,
	                 m->diag);
	if (err == 0)
		err = plan_merge(p, &m->state, &m->layout, m->arena, m->diag);
	if (err == 0 && m->state.environment)
		err = activators_plan(p, m->given, &m->state, m->python,
		                      m->target.directory, m->walk, m->arena,
		                      m->diag);
	if (err == 0)
		err = add_wheels(m);
	if (err < 0 || !m->state.environment)
		return err;
	return scripts_plan(p, &m->layout, m->target.directory, &m->state.bin,
	                    m->given->relocatable ||
	                            m->given->mode == VENV_UPGRADE,
	                    m->walk, m->arena, m->diag);
}

/* With ENV_DIR locked: read again what this run may have waited for, and plan. 1
 * if nothing has to be done after all. */
static int
plan_again(struct maker *m, bool interrupted)
{
	int err = 0;

	if (m->kind == PUBLISH_CHANGE)
		err = state_read(&m->state, m->walk, m->arena,
		                 m->target.directory, m->diag);
	m->state.interrupted = interrupted || m->traces == WORK_INTERRUPTED;
	if (err == 0 && m->traces == WORK_RUNNING && !interrupted)
		err = may_stay(m);
	if (err != 0)
		return err;
	err = make_plan(m);
	return err < 0 ? err : m->result->plan.changes == 0;
}

static int
make(struct maker *m)
{
	struct publish *p = arena_alloc(m->arena, sizeof(*p));
	int err;

	if (!p)
		return diag_oom(m->diag);
	err = publish_open(p, m->walk, m->arena, &m->target, m->kind, m->inside,
	                   m->options.cwd, m->diag);
	if (err < 0)
		return err;
	p->syncs = m->options.fsync;
	err = plan_again(m, p->interrupted);
	if (err != 0) {
		if (err > 0)
			m->result->plan.changes = 0;
		publish_abort(p, m->diag);
		return err > 0 ? 0 : err;
	}
	err = publish_begin(p, m->diag);
	if (err == 0)
		err = apply_plan(&m->result->plan, &m->options, &m->layout,
		                 m->kind == PUBLISH_CHANGE ? m->target.directory
		                                           : NULL,
		                 &p->sink.sink, m->walk, m->diag);
	if (err == 0)
		return publish_commit(p, m->diag);
	publish_abort(p, m->diag);
	return err;
}

/* The file system has no symbolic links: copy the interpreter, as Python's own
 * venv does there, and leave lib64 out. */
static int
do_without_links(struct maker *m)
{
	const char *path = m->target.path;

	if (m->no_links)
		return diag_set(m->diag, -EPERM, "cannot write '%s': its file "
		                "system has no symbolic links", path);
	if (m->given->copies == 0) {
		diag_set(m->diag, -EPERM, "cannot link the interpreter in '%s': "
		         "its file system has no symbolic links", path);
		diag_hint(m->diag, "without --symlinks it is copied");
		return m->diag->code;
	}
	m->no_links = true;
	return 0;
}

/* Make the plan, and look whether it could be carried out. */
static int
make_dry(struct maker *m)
{
	int err = make_plan(m);

	if (err < 0 || m->result->plan.changes == 0)
		return err;
	err = publish_foresee(m->walk, m->arena, &m->target, m->kind, m->diag);
	return err < 0 ? err
	               : apply_foresee(&m->result->plan, &m->options, &m->layout,
	                               m->kind == PUBLISH_CHANGE
	                                       ? m->target.directory : NULL,
	                               m->walk, m->diag);
}

static int
carry_out(struct maker *m, bool dry_run)
{
	struct venv_result *r = m->result;
	int err = -EEXIST;

	for (int round = 0; round < MAX_ROUNDS; round++) {
		int stays;

		err = decide(m, dry_run);
		if (err < 0)
			return err;
		stays = m->kind == PUBLISH_CHANGE && m->traces == WORK_NONE
		                ? may_stay(m) : 0;
		if (stays != 0) {
			r->outcome = VENV_UNCHANGED;
			warn_of_more(m);
			warn_of_paths(m);
			return stays < 0 ? stays : 0;
		}
		err = dry_run ? make_dry(m) : make(m);
		if (err == APPLY_NO_LINKS) {
			err = do_without_links(m);
			if (err < 0)
				return err;
			continue;
		}
		if (err == -EXDEV && !m->inside && m->kind == PUBLISH_REPLACE)
			m->inside = true;
		else if (err != -EEXIST || m->diag->code != -EEXIST || dry_run)
			break;
	}
	if (err < 0)
		return err;
	diag_clear(m->diag);
	if (m->no_links && m->given->copies < 0 &&
	    !(m->kind == PUBLISH_CHANGE && m->state.copies))
		diag_warn(m->diag, "'%s' has a copy of the interpreter: its file "
		          "system has no symbolic links", m->target.path);
	if (m->kind == PUBLISH_CHANGE)
		warn_left_behind(m);
	warn_of_more(m);
	warn_of_paths(m);
	r->outcome = m->kind == PUBLISH_NEW       ? VENV_CREATED
	             : m->kind == PUBLISH_REPLACE ? VENV_REPLACED
	             : r->plan.changes > 0      ? VENV_CHANGED
	                                        : VENV_UNCHANGED;
	if (r->outcome != VENV_UNCHANGED && !m->options.python_target)
		reach_warn(m->python, m->target.path, m->walk, m->arena,
		           m->diag);
	return 0;
}

int
venv_check_name(const char *env_dir, const char *path, struct diag *d)
{
	if (!*env_dir)
		return diag_set(d, -EINVAL, "cannot create '': the name is "
		                "empty");
	if (str_starts(pathname_base(path), work_prefix))
		return diag_set(d, -EINVAL, "cannot create '%s': names that "
		                "start with '%s' are for work directories",
		                path, work_prefix);
	if (strchr(path, ':')) {
		diag_set(d, -EINVAL, "cannot create '%s': PATH cannot hold a "
		         "name with ':' in it", path);
		diag_hint(d, "choose another name");
		return -EINVAL;
	}
	return 0;
}

int
venv_create(struct venv_result *r, const struct venv_options *o,
            const struct python *py, const char *env_dir, bool dry_run,
            const struct walk *w, struct arena *a, struct diag *d)
{
	struct maker m = {
		.result = r,
		.given = o,
		.options = *o,
		.python = py,
		.walk = w,
		.arena = a,
		.diag = d,
	};
	char *path = pathname_absolute(a, o->cwd, env_dir);

	if (!path)
		return diag_oom(d);
	memset(r, 0, sizeof(*r));
	r->env_dir = path;
	m.target.path = path;
	if (venv_check_name(env_dir, path, d) < 0)
		return d->code;
	/* its bin/python would be a link to itself */
	if (o->python_target && pathname_holds(path, py->executable))
		return diag_set(d, -EPERM, "cannot create '%s': the base "
		                "Python is to be in it", path);
	return carry_out(&m, dry_run);
}
