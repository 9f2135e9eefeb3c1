#include "venv/venv.h"

#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "format/pathname.h"
#include "os/ctx.h"
#include "publish/publish.h"
#include "publish/target.h"
#include "python/layout.h"
#include "python/version.h"
#include "shell/activators.h"
#include "shell/shell.h"
#include "venv/apply.h"
#include "venv/check.h"
#include "venv/place.h"
#include "venv/planner.h"
#include "venv/wheel_plan.h"
#include "wheel/scripts.h"

/* Another run may change the target between a look and the lock; each round
 * of this bound means that one has finished meanwhile. */
enum { MAX_ROUNDS = 100 };

/* Bytes of a script that say what runs it. */
enum { SCRIPT_START = 4096 };

/* An environment in the making. */
struct maker {
	struct venv_result *result;
	const struct venv_options *given;
	const struct venv_host *host;
	struct progress *progress;
	struct venv_options options; /* with what is kept of the old one */
	const struct python *python;
	struct layout layout;
	const char *platlib; /* of it, where nothing is */
	const char *recorded; /* path that the environment has where it is used */
	struct target target;
	struct state state;
	enum publish_kind kind;
	bool inside;              /* it cannot be exchanged, as was tried */
	bool no_links;            /* the file system has none, as was tried */
	enum work_traces traces;  /* of other runs on it */
	const struct ctx *ctx;
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
	return diag_set(m->ctx->diag, -EPERM, "cannot change '%s': it is %s",
	                m->target.path, because);
}

/* Directories that a slip of the keyboard must not turn into an environment,
 * or into nothing. */
static int
protect(struct maker *m)
{
	const struct venv_host *h = m->host;
	const char *dir = m->target.directory;
	const char *fault = place_fault(m->ctx, dir, m->python);

	if (fault)
		return refuse(m, fault);
	if (m->given->mode != VENV_CLEAR)
		return 0;
	if (place_holds(m->ctx, dir, h->home))
		return refuse(m, "the home directory or holds it");
	if (place_holds(m->ctx, dir, h->cwd) &&
	    strcmp(dir, h->cwd) != 0)
		return refuse(m, "above the current directory");
	return 0;
}

static int
refuse_existing(struct maker *m)
{
	const char *path = m->target.path;

	diag_set(m->ctx->diag, -EEXIST, "cannot create '%s': it exists", path);
	diag_hint(m->ctx->diag, "--clear deletes what is there, --upgrade points an "
	          "environment at this Python, --exist-ok keeps a healthy one "
	          "and repairs others");
	return -EEXIST;
}

/* The state of ENV_DIR, and what has to be done with it. */
static int
decide(struct maker *m, bool dry_run)
{
	enum venv_mode mode = m->given->mode;
	int err;

	m->options = *m->given;
	layout_init(&m->layout, m->python, m->ctx->arena);
	m->platlib = m->layout.platlib;
	if (m->no_links) {
		m->options.copies = 1;
		m->layout.lib64_link = false;
	}
	m->ctx->diag->warnings.len = 0;
	err = target_look(m->ctx, m->target.path, &m->target);
	if (err < 0)
		return err;
	if (m->target.kind == TARGET_ABSENT) {
		m->kind = PUBLISH_NEW;
		return 0;
	}
	if (m->target.kind == TARGET_OTHER)
		return diag_set(m->ctx->diag, -ENOTDIR, "cannot create '%s': it is "
		                "%s", m->target.path, m->target.what);
	err = mode == VENV_NEW ? 0 : protect(m);
	if (err < 0)
		return err;
	if (!dry_run)
		m->traces = publish_sweep(m->ctx, m->target.directory);
	if (mode == VENV_NEW)
		return refuse_existing(m);
	m->kind = mode == VENV_CLEAR ? PUBLISH_REPLACE : PUBLISH_CHANGE;
	if (m->kind == PUBLISH_REPLACE)
		return 0;
	return state_read(m->ctx, &m->state, m->target.directory);
}

/* Refuse an environment of another kind, even one that has lost its pyvenv.cfg, and for
 * --upgrade what is none. Not to be asked before ENV_DIR is locked: another run may be
 * replacing it in place. */
static int
check_kind(struct maker *m)
{
	bool windows = m->state.kind == layout_of(true);

	if (m->kind == PUBLISH_CHANGE && windows != m->python->windows &&
	    (windows || m->state.environment)) {
		(void)refuse(m, windows
		             ? "a Windows environment"
		             : "no Windows environment, and the Python is for "
		               "Windows");
		diag_hint(m->ctx->diag, windows
		          ? "--clear deletes it and makes a new one, --python "
		            "with a Python for Windows mends it"
		          : "--clear deletes it and makes a new one");
		return m->ctx->diag->code;
	}
	if (m->kind != PUBLISH_CHANGE || m->given->mode != VENV_UPGRADE ||
	    m->state.environment)
		return 0;
	diag_set(m->ctx->diag, -EINVAL, "cannot upgrade '%s': it is not a virtual "
	         "environment", m->target.path);
	diag_hint(m->ctx->diag, "--exist-ok makes one of a directory");
	return m->ctx->diag->code;
}

/* True if a healthy environment is what was asked for. */
static bool
fits(const struct maker *m, const struct check *c)
{
	const struct venv_options *o = &m->options;
	const struct config *cfg = &c->state.config;

	return !o->python_target && !o->env_target && o->minimal <= cfg->minimal &&
	       (!o->relocatable || (cfg->relocatable && c->bound == 0)) &&
	       (!o->python_given ||
	        strcmp(c->base.real, m->python->real) == 0) &&
	       (o->system_site < 0 ||
	        (o->system_site > 0) == cfg->system_site) &&
	       (o->copies < 0 || (o->copies > 0) == c->state.copies) &&
	       (!o->activators_given ||
	        (o->activators & ~c->state.activators_there) == 0) &&
	       (!o->prompt ||
	        (cfg->prompt && strcmp(o->prompt, cfg->prompt) == 0));
}

/*
 * Where an environment of an older Python has lib64 -> lib, the platform's
 * packages of 3.15 are in lib as well.
 */
static void
follow_lib64(struct maker *m)
{
	const char *lib = m->platlib;
	char *link, *target;

	m->layout.platlib = m->platlib;
	if (!lib || m->kind != PUBLISH_CHANGE)
		return;
	link = arena_fmt(m->ctx->arena, "%s/%.*s", m->target.directory,
	                 (int)strcspn(lib, "/"), lib);
	if (walk_readlink(m->ctx->walk, m->ctx->arena, link, &target) >= 0 &&
	    strcmp(target, "lib") == 0)
		m->layout.platlib = NULL;
}

/* --exist-ok: 1 if the environment is to be left alone. */
static int
may_stay(struct maker *m)
{
	struct check *c;
	int err;

	if (m->options.mode != VENV_EXIST_OK || !m->state.environment)
		return 0;
	c = arena_alloc(m->ctx->arena, sizeof(*c));
	err = check_environment(m->ctx, c, m->host->env, m->target.path, false);
	if (err < 0 || c->count > 0 || !fits(m, c))
		return err;
	follow_lib64(m);
	err = wheel_plan_fits(m->ctx, &m->options, &m->layout,
	                      m->target.directory);
	if (err > 0)
		scripts_warn(m->target.path, m->layout.scripts,
		             c->first_unmendable, c->unmendable, m->ctx->diag);
	return err;
}

void
venv_minimize(struct venv_options *o, struct layout *l,
              const struct python *py)
{
	o->activators = SHELL_SET_NONE;
	o->ignore_files = false;
	layout_minimize(l, py);
}

/* Keep the settings that this run does not give. */
static void
keep_settings(struct maker *m)
{
	struct venv_options *o = &m->options;

	if (m->kind != PUBLISH_CHANGE || !m->state.environment)
		return;
	o->relocatable |= m->state.config.relocatable;
	/* who asks for activators wants no minimal one any more */
	if (!o->activators_given || o->activators == SHELL_SET_NONE)
		o->minimal |= m->state.config.minimal;
	if (o->system_site < 0)
		o->system_site = m->state.config.system_site;
	if (o->copies < 0)
		o->copies = m->state.copies;
	if (!o->prompt)
		o->prompt = m->state.config.prompt;
	if (!o->activators_given) {
		o->activators = m->state.activators;
		o->activators_chosen = m->state.activators_chosen;
		o->activators_given = m->state.activators_given;
		o->activators_kept = true;
	}
	o->ignore_files &= m->state.ignore_file;
}

static bool
has_packages(struct maker *m, const char *lib, const char *name)
{
	struct entries e;
	char *path = arena_fmt(m->ctx->arena, "%s/%s/%s/site-packages",
	                       m->target.directory, lib, name);

	return path &&
	       walk_entries(m->ctx->walk, m->ctx->arena, path, &e) == 0 &&
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
			diag_warn(m->ctx->diag, "packages in '%s/lib/%s' stay "
			          "there: %s does not see them",
			          m->target.path, name,
			          m->layout.stdlib_name);
	}
}

/* Where all versions have one site-packages, warn if it has packages and now gets
 * another version. */
static void
warn_of_shared(struct maker *m)
{
	const struct python *py = m->python;
	const char *dir = m->layout.site_packages;
	struct version v;
	struct entries e;

	if (strcmp(m->layout.lib, m->layout.libs) != 0 || m->options.wheels)
		return;
	config_python_version(&m->state.config, &v);
	if (v.minor < 0 || (v.major == py->major && v.minor == py->minor) ||
	    walk_entries(m->ctx->walk, m->ctx->arena,
	                 pathname_join(m->ctx->arena, m->target.directory, dir),
	                 &e) < 0 ||
	    e.count == 0)
		return;
	diag_warn(m->ctx->diag, "packages in '%s/%s' were installed for Python "
	          "%d.%d: compiled ones do not work with %d.%d", m->target.path,
	          dir, v.major, v.minor, py->major, py->minor);
}

/* True if the script NAME starts the environment's Python by its path. */
static bool
has_path(struct maker *m, const char *name)
{
	char *path = arena_fmt(m->ctx->arena, "%s/%s/%s", m->target.directory,
	                       m->layout.scripts, name);
	const struct plan *p = &m->result->plan;
	const struct node *n = p->count > 0
		? plan_find(p, path + strlen(m->target.directory) + 1)
		: NULL;
	char *python = arena_fmt(m->ctx->arena, "%s/bin/python", m->target.path);
	char *text;
	size_t len;

	/* with -n what is there is not what will be */
	if (n && n->kind == NODE_FILE && !n->kept)
		return false;
	return walk_read(m->ctx->walk, m->ctx->arena, path, SCRIPT_START, &text,
	                 &len) == 0 &&
	       len > 2 && memcmp(text, "#!", 2) == 0 && strstr(text, python);
}

/* Warn about scripts that their installer has to make anew. */
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
		diag_warn(m->ctx->diag, "%zu script%s (such as '%s/bin/%s') cannot "
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
	                     : o->activators_given &&
	                                               o->activators ==
	                                                       SHELL_SET_NONE
	                             ? "--activators none"
	                             : NULL;
	const char *file;

	if (!option || m->kind != PUBLISH_CHANGE)
		return;
	for (size_t i = 0; (file = activators_file(i)); i++) {
		for (size_t k = 0; k < m->state.bin.count; k++) {
			if (strcmp(m->state.bin.names[k], file) != 0)
				continue;
			diag_warn(m->ctx->diag, "'%s' keeps what %s would not make, "
			          "such as '%s/%s': --clear makes it anew",
			          m->target.path, option, m->layout.scripts,
			          file);
			return;
		}
	}
}

static int
add_wheels(struct maker *m)
{
	const char *dir =
		m->kind == PUBLISH_CHANGE ? m->target.directory : NULL;

	return m->options.wheels ? wheel_plan_add(m->ctx, &m->result->plan,
	                                          &m->options, &m->layout, dir,
	                                          m->state.environment ||
	                                                  m->state.interrupted)
	                         : 0;
}

/* Return whether the caller's options change activation scripts. */
static bool
asks_for_activators(const struct maker *m)
{
	const struct venv_options *o = m->given;
	const struct config *cfg = &m->state.config;

	return o->mode == VENV_UPGRADE || o->activators_given ||
	       (o->relocatable && !cfg->relocatable) ||
	       (o->prompt &&
	        (!cfg->prompt || strcmp(o->prompt, cfg->prompt) != 0));
}

static int
make_plan(struct maker *m)
{
	struct plan *p = &m->result->plan;
	int err = check_kind(m);

	keep_settings(m);
	if (m->options.minimal)
		venv_minimize(&m->options, &m->layout, m->python);
	follow_lib64(m);
	if (err == 0)
		err = plan_new(p, &m->options, m->python, &m->layout,
		               m->recorded, m->target.path, m->ctx->arena,
		               m->ctx->diag);
	if (err < 0)
		return err;
	if (m->kind != PUBLISH_CHANGE)
		return add_wheels(m);
	err = state_look(m->ctx, &m->state, m->target.directory, p);
	if (err == 0)
		err = plan_merge(p, &m->state, &m->layout, m->ctx->arena,
		                 m->ctx->diag);
	if (err == 0 && m->state.environment)
		err = activators_plan(m->ctx, p, asks_for_activators(m),
		                      &m->state.config, &m->state.lib,
		                      m->python, &m->layout,
		                      m->target.directory);
	if (err == 0)
		err = add_wheels(m);
	if (err < 0 || !m->state.environment)
		return err;
	scripts_plan(m->ctx, p, &(struct scripts){
		.layout = &m->layout,
		.names = &m->state.bin,
		.env_dir = m->target.directory,
		.recorded = m->recorded,
		.env = m->host->env,
	}, m->given->relocatable || m->given->mode == VENV_UPGRADE);
	return 0;
}

/* With ENV_DIR locked: read again what this run may have waited for, and plan. 1
 * if nothing has to be done after all. */
static int
plan_again(struct maker *m, bool interrupted)
{
	int err = 0;

	if (m->kind == PUBLISH_CHANGE)
		err = state_read(m->ctx, &m->state, m->target.directory);
	m->state.interrupted = interrupted || m->traces == WORK_INTERRUPTED;
	if (err == 0 && m->traces == WORK_RUNNING && !interrupted)
		err = may_stay(m);
	if (err != 0)
		return err;
	err = make_plan(m);
	return err < 0 ? err : m->result->plan.changes == 0;
}

/* The results of make() beside 0 and negative errors. */
enum attempt {
	MADE,
	TRY_AGAIN,         /* the target is another one by now */
	TRY_INSIDE,        /* it cannot be exchanged */
	TRY_WITHOUT_LINKS, /* the file system has none */
};

static int
make(struct maker *m)
{
	struct publish *p = arena_alloc(m->ctx->arena, sizeof(*p));
	int err;

	err = publish_open(m->ctx, p, &m->target, m->kind, m->inside,
	                   m->host->cwd);
	if (err != 0)
		return err == PUBLISH_AGAIN ? TRY_AGAIN : err;
	p->syncs = m->options.fsync;
	err = plan_again(m, p->interrupted);
	if (err != 0) {
		if (err > 0)
			m->result->plan.changes = 0;
		publish_abort(p, m->ctx->diag);
		return err > 0 ? 0 : err;
	}
	err = publish_begin(p, m->ctx->diag);
	if (err == 0)
		err = apply_plan(&m->result->plan, &m->options, m->progress,
		                 &p->sink.sink, m->ctx->walk, m->ctx->diag);
	if (err == 0) {
		err = publish_commit(p, m->ctx->diag);
		return err == PUBLISH_AGAIN    ? TRY_AGAIN
		       : err == PUBLISH_INSIDE ? TRY_INSIDE
		                               : err;
	}
	publish_abort(p, m->ctx->diag);
	return err == APPLY_NO_LINKS ? TRY_WITHOUT_LINKS : err;
}

/* The file system has no symbolic links: copy the interpreter, as Python's own
 * venv does there, and leave lib64 out. */
static int
do_without_links(struct maker *m)
{
	const char *path = m->target.path;

	if (m->no_links)
		return diag_set(m->ctx->diag, -EPERM, "cannot write '%s': its file "
		                "system has no symbolic links", path);
	if (m->given->copies == 0) {
		diag_set(m->ctx->diag, -EPERM, "cannot link the interpreter in '%s': "
		         "its file system has no symbolic links", path);
		diag_hint(m->ctx->diag, "without --symlinks it is copied");
		return m->ctx->diag->code;
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
	return publish_foresee(m->ctx, &m->target, m->kind);
}

static int
carry_out(struct maker *m, bool dry_run)
{
	struct venv_result *r = m->result;
	int err = TRY_AGAIN;

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
		if (err <= MADE)
			break;
		if (err == TRY_WITHOUT_LINKS && do_without_links(m) < 0)
			return m->ctx->diag->code;
		m->inside |= err == TRY_INSIDE;
	}
	if (err != MADE)
		return m->ctx->diag->code;
	diag_clear(m->ctx->diag);
	if (m->no_links && m->given->copies < 0 &&
	    !(m->kind == PUBLISH_CHANGE && m->state.copies))
		diag_warn(m->ctx->diag, "'%s' has a copy of the interpreter: its file "
		          "system has no symbolic links", m->target.path);
	if (m->kind == PUBLISH_CHANGE) {
		warn_left_behind(m);
		warn_of_shared(m);
	}
	warn_of_more(m);
	warn_of_paths(m);
	r->outcome = m->kind == PUBLISH_NEW       ? VENV_CREATED
	             : m->kind == PUBLISH_REPLACE ? VENV_REPLACED
	             : r->plan.changes > 0      ? VENV_CHANGED
	                                        : VENV_UNCHANGED;
	if (r->outcome != VENV_UNCHANGED && !m->options.python_target)
		place_warn(m->ctx, m->python, m->target.path);
	return 0;
}

int
venv_create(const struct ctx *x, struct venv_result *r,
            const struct venv_call *call, const struct python *py,
            const char *env_dir, bool dry_run)
{
	struct maker m = {
		.result = r,
		.given = &call->options,
		.host = &call->host,
		.progress = call->progress,
		.options = call->options,
		.python = py,
		.ctx = x,
	};
	char *path = pathname_absolute(x->arena, call->host.cwd, env_dir);

	memset(r, 0, sizeof(*r));
	r->env_dir = path;
	m.target.path = path;
	if (place_check_name(env_dir, path, x->diag) < 0)
		return x->diag->code;
	if (place_record(x, &call->options, &call->host, py, path,
	                 &m.recorded) < 0)
		return x->diag->code;
	/* its bin/python would be a link to itself */
	if (call->options.python_target &&
	    pathname_holds(m.recorded, py->executable))
		return diag_set(x->diag, -EPERM, "cannot create '%s': the base "
		                "Python is to be in it", path);
	return carry_out(&m, dry_run);
}
