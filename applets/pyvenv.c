/*
 * pyvenv: make Python virtual environments, without running Python.
 */
#include <errno.h>
#include <string.h>

#include "applets/applet.h"
#include "applets/cli.h"
#include "applets/pyvenv.h"
#include "applets/pyvenv_progress.h"
#include "applets/pyvenv_report.h"
#include "applets/pyvenv_wheels.h"
#include "base/str.h"
#include "format/json.h"
#include "format/pathname.h"
#include "os/ctx.h"
#include "os/process.h"
#include "publish/archive_sink.h"
#include "resolve/exe_launchers.h"
#include "python/find.h"
#include "python/layout.h"
#include "shell/shell.h"
#include "venv/check.h"
#include "venv/inventory.h"
#include "venv/packages.h"

/* "3.12" of pyvenv-3.12, the name under which CPython installed this command
 * for one version; NULL for other names. */
static const char *
version_in_name(const char *argv0)
{
	const char *name = pathname_base(argv0);

	name += *name == '-'; /* a login shell */
	return strncmp(name, "pyvenv-", 7) == 0 ? name + 7 : NULL;
}

static void
tell_python(struct run *r, const struct python *py)
{
	struct buf facts;

	if (!r->verbose)
		return;
	buf_init(&facts, &r->arena);
	report_python(&facts, r->prog, py, &r->diag.notes, &r->arena);
	(void)process_write(2, facts.data, facts.len);
}

/* Give PY the path that it has where the environment will be used. */
static int
settle(struct run *r, struct python *py)
{
	return python_settle(py, r->call.options.python_target, &r->walk,
	                     r->call.host.env, &r->arena, &r->diag);
}

/* Find the Python that was asked for, or else the first one. */
static int
find_python(struct run *r, struct python *py)
{
	struct python_search search = {
		.walk = &r->walk,
		.env = r->call.host.env,
		.cwd = r->call.host.cwd,
		.argv0 = applet_called_as,
		.request = r->python,
		.explain = r->verbose,
	};
	int err;

	if (!search.request)
		search.request = version_in_name(r->argv0);
	if (!search.request) /* a root has no environment */
		search.request = env_get(r->call.host.env, "PYVENV_PYTHON");
	if (search.request && !*search.request)
		search.request = NULL;
	err = python_find(&search, &r->arena, py, &r->diag);
	if (err == 0)
		tell_python(r, py);
	return err < 0 ? err : settle(r, py);
}

/* Say if the search would have found another version than the environment has. */
static void
tell_of_other(struct run *r, const struct python *own)
{
	struct diag kept = r->diag;
	struct python *py = arena_alloc(&r->arena, sizeof(*py));
	bool verbose = r->verbose;

	r->verbose = false;
	diag_init(&r->diag, &r->arena);
	if (find_python(r, py) == 0 &&
	    (py->major != own->major || py->minor != own->minor)) {
		struct buf line;

		buf_init(&line, &r->arena);
		buf_fmt(&line, "%s: not used: %s (%s): the environment keeps its "
		        "own Python\n", r->prog, py->executable, py->why);
		(void)process_write(2, line.data, line.len);
	}
	r->diag = kept;
	r->verbose = verbose;
}

/* Warn that PY takes the place of the Python of ENV_DIR, which was at GONE. */
static void
warn_of_gone(struct run *r, const char *gone, const char *env_dir,
             const struct python *py)
{
	diag_warn(&r->diag, "'%s', which '%s' was made from, is gone: using '%s'",
	          gone, env_dir, py->executable);
}

/*
 * The Python for ENV_DIR: with --upgrade and --exist-ok its own, unless -p names
 * one. *COMMON is the one for all others, found when it is first needed (NULL
 * before).
 */
static int
python_for(struct run *r, const char *env_dir, struct python *own,
           const struct python **common, const struct python **py)
{
	enum venv_mode mode = r->call.options.mode;
	char *path = pathname_absolute(&r->arena, r->call.host.cwd, env_dir);
	int err = 0;

	own->gone = NULL;
	if (!r->call.options.python_given && !r->call.options.python_target &&
	    (mode == VENV_UPGRADE || mode == VENV_EXIST_OK))
		err = own_python_find(own, &r->walk, &r->arena,
		                      r->call.host.env, path, &r->diag);
	if (err < 0)
		return err;
	if (err == 1) {
		if (own->gone)
			warn_of_gone(r, own->gone, path, own);
		tell_python(r, own);
		if (r->verbose)
			tell_of_other(r, own);
		*py = own;
		return settle(r, own);
	}
	if (!*common) {
		struct python *found = arena_alloc(&r->arena, sizeof(*found));

		err = find_python(r, found);
		if (err < 0)
			return err;
		*common = found;
	}
	if (own->gone)
		warn_of_gone(r, own->gone, path, *common);
	*py = *common;
	return 0;
}

/* Return what the choice of wheels for ENV_DIR depends on: the Python, and the
 * environment if what is installed counts. */
static const char *
choice_key(struct run *r, const struct python *py, const char *env_dir)
{
	enum venv_mode mode = r->call.options.mode;
	bool keeps = mode == VENV_UPGRADE || mode == VENV_EXIST_OK;

	return keeps && wheel_request_resolves(&r->wheels)
	               ? arena_fmt(&r->arena, "%s\n%s", py->real, env_dir)
	               : py->real;
}

/* Choose the wheels that are asked for, for ENV_DIR with the Python PY. */
static int
choose_wheels(struct run *r, const struct python *py, const char *env_dir)
{
	const struct ctx x = { &r->walk, &r->arena, &r->diag };
	const char *key = choice_key(r, py, env_dir);
	struct wheel_request *w = &r->wheels;
	struct packages packages;
	struct layout layout;
	int err;

	if (!wheel_request_chooses(w))
		return 0;
	/* what is installed may have changed since */
	if (r->chosen_for && !r->chosen.there &&
	    strcmp(r->chosen_for, key) == 0)
		return 0;
	if (r->chosen_for)
		wheel_set_close(&r->chosen);
	r->chosen_for = NULL;
	layout_init(&layout, py, &r->arena);
	if (wheel_request_resolves(w)) {
		w->env_dir = pathname_absolute(&r->arena, r->call.host.cwd,
		                               env_dir);
		packages_expect(&x, &packages, &r->call.options, w->env_dir, py,
		                &layout);
		w->places = packages.list;
		w->place_count = packages.count;
		w->upgrade = r->call.options.mode == VENV_UPGRADE;
		w->without_pip = r->without_pip;
	}
	w->elsewhere |= layout.other_paths;
	err = wheel_set_choose(&x, &r->chosen, w, py, &layout);
	w->places = NULL;
	w->place_count = 0;
	r->call.options.exe = layout.exe_scripts ? &r->exe : NULL;
	if (err == 0 && layout.exe_scripts)
		err = exe_launchers_find(&x, &r->chosen, py, &r->exe);
	if (err < 0)
		return err;
	r->chosen_for = key;
	if (r->verbose) {
		struct buf facts;

		buf_init(&facts, &r->arena);
		report_wheels(&facts, r->prog, &r->chosen);
		(void)process_write(2, facts.data, facts.len);
	}
	r->call.options.wheels = &r->chosen;
	return 0;
}

/* Keep for --json the warnings about what all environments share, or about one
 * that could not be made. */
static void
keep_warnings(struct run *r)
{
	if (r->json)
		buf_add(&r->warned, r->diag.warnings.data,
		        r->diag.warnings.len);
}

static int
report(struct run *r)
{
	if (r->quiet)
		r->diag.warnings.len = 0;
	return cli_report(r->prog, &r->diag);
}

static int
make_one(struct run *r, const struct python *py, const char *env_dir,
         struct arena *a)
{
	struct venv_result result;
	struct progress_line line;
	bool shows = r->call.options.wheels && !r->quiet &&
	             progress_line_begin(&line, r->prog);
	struct buf said;
	int err;

	r->call.progress = shows ? &line.progress : NULL;
	err = venv_create(&(struct ctx){ &r->walk, a, &r->diag }, &result,
	                  &r->call, py, env_dir, r->dry_run);
	if (shows)
		progress_line_end(&line);
	if (err == 0 && r->json) {
		r->described = true;
		buf_puts(&r->out, "{");
		report_result_json(&r->out, &result);
		if (r->dry_run)
			json_flag(&r->out, "dry_run", true);
		buf_puts(&r->out, ",\n\"python\": {");
		report_python_json(&r->out, py, a);
		buf_puts(&r->out, "}");
		buf_init(&said, a);
		buf_add(&said, r->diag.warnings.data, r->diag.warnings.len);
		buf_add(&said, r->diag.alarms.data, r->diag.alarms.len);
		report_warnings_json(&r->out, &said);
		buf_puts(&r->out, "}");
	} else if (err == 0 && r->dry_run) {
		report_plan(&r->out, &result, r->verbose);
	}
	if (err == 0 && !r->dry_run && !r->quiet) {
		buf_init(&said, a);
		report_removed(&said, r->prog, &result);
		(void)process_write(2, said.data, said.len);
	}
	if (err < 0)
		keep_warnings(r);
	return report(r);
}

static int
check_one(struct run *r, const char *env_dir, struct arena *a)
{
	const struct ctx x = { &r->walk, a, &r->diag };
	struct check *c = arena_alloc(a, sizeof(*c));
	char *path = pathname_absolute(a, r->call.host.cwd, env_dir);
	struct inventory installed;

	if (check_environment(&x, c, r->call.host.env, path, true) < 0)
		return report(r);
	if (r->json) {
		r->described = true;
		buf_puts(&r->out, "{");
		report_check_json(&r->out, path, c);
		if (c->has_base) {
			inventory_read(&x, &installed, path, &c->base);
			report_inventory_json(&r->out, &installed);
		}
		buf_puts(&r->out, "}");
	} else {
		report_check(&r->out, path, c);
	}
	return c->count == 0 ? EXIT_OK : EXIT_FAILED;
}

/* Free the memory for one ENV_DIR before the next: it does not grow with their
 * number. */
static int
run_one(struct run *r, const struct python *py, const char *env_dir)
{
	static char memory[64 * 1024];
	struct arena a;
	int code;

	arena_init(&a, memory, sizeof(memory));
	diag_init(&r->diag, &a);
	code = r->check ? check_one(r, env_dir, &a)
	                : make_one(r, py, env_dir, &a);
	arena_free(&a);
	diag_init(&r->diag, &r->arena);
	return code;
}

/* All in one archive, or nothing. */
static int
write_archive(struct run *r, const struct python *py)
{
	struct progress_line line;
	bool shows = r->call.options.wheels && !r->quiet &&
	             progress_line_begin(&line, r->prog);

	r->call.progress = shows ? &line.progress : NULL;
	venv_archive(&(struct ctx){ &r->walk, &r->arena, &r->diag },
	             archive_format_find(r->archive), &r->call, py, r->env_dirs,
	             (size_t)r->env_dir_count);
	if (shows)
		progress_line_end(&line);
	return report(r);
}

/* Find the Python and the wheels for ENV_DIR: false if that failed, which is
 * reported. */
static bool
prepare_one(struct run *r, const char *env_dir, struct python *own,
            const struct python **common, const struct python **py)
{
	int err = python_for(r, env_dir, own, common, py);

	if (err == 0 && *py) {
		diag_clear(&r->diag);
		err = choose_wheels(r, *py, env_dir);
	}
	if (err == 0)
		diag_clear(&r->diag);
	keep_warnings(r);
	(void)report(r); /* warnings, too */
	return err == 0;
}

static void
begin_json(struct run *r, const struct python *py)
{
	buf_puts(&r->out, "{");
	if (py) {
		buf_puts(&r->out, "\"python\": {");
		report_python_json(&r->out, py, &r->arena);
		buf_puts(&r->out, "},\n");
	}
	if (r->call.options.wheels)
		report_wheels_json(&r->out, &r->chosen);
	buf_puts(&r->out, "\"environments\": [");
}

static void
end_json(struct run *r)
{
	if (r->out.len > 2 && r->out.data[r->out.len - 2] == ',')
		r->out.len -= 2;
	buf_puts(&r->out, "]");
	if (!r->check)
		report_warnings_json(&r->out, &r->warned);
	buf_puts(&r->out, "}\n");
}

/* Each ENV_DIR is tried; one that fails makes the whole run fail. */
static int
run_all(struct run *r)
{
	const struct python *common = NULL;
	bool begun = false;
	int code = EXIT_OK;

	for (int i = 0; i < r->env_dir_count; i++) {
		const char *env_dir = r->env_dirs[i];
		const struct python *py = NULL;
		struct python own;

		if (!r->check && !prepare_one(r, env_dir, &own, &common, &py)) {
			/* the next one would say the same */
			if (r->call.options.mode == VENV_NEW ||
			    r->call.options.mode == VENV_CLEAR)
				return EXIT_FAILED;
			code = EXIT_FAILED;
			continue;
		}
		if (r->archive)
			return write_archive(r, py);
		if (r->json && !begun)
			begin_json(r, py);
		begun = true;
		r->described = false;
		if (run_one(r, py, env_dir) != EXIT_OK)
			code = EXIT_FAILED;
		if (r->described)
			buf_puts(&r->out, ",\n");
	}
	if (r->json && begun)
		end_json(r);
	return code;
}

/* ---- what surrounds the command ---------------------------------------------- */

/* The current directory may have been deleted; that matters only to what is
 * said relative to it. */
static int
find_cwd(struct run *r)
{
	bool by_prompt = r->call.options.prompt &&
	                 strcmp(r->call.options.prompt, ".") == 0;
	bool needed = by_prompt || (r->python && *r->python != '/' &&
	                            strchr(r->python, '/'));
	int err = process_cwd(&r->arena, &r->call.host.cwd, &r->diag);

	needed |= pyvenv_wheels_need_cwd(r);
	for (int i = 0; i < r->env_dir_count; i++)
		needed |= r->env_dirs[i][0] != '/';
	needed |= r->root && *r->root != '/';
	if (err < 0 && needed)
		return err;
	if (err < 0) {
		diag_clear(&r->diag);
		r->call.host.cwd = "/";
	}
	if (by_prompt)
		r->call.options.prompt = pathname_base(r->call.host.cwd);
	r->wheels.cwd = r->call.host.cwd;
	return 0;
}

/* The directory PATH of the host as it is inside of the root; NULL: outside,
 * or there is none. */
static const char *
inside(struct run *r, const char *path)
{
	char *real;

	if (!path || *path != '/' ||
	    walk_resolve(&walk_host, &r->arena, path, &real) < 0)
		return NULL;
	return walk_inside(&r->walk, real);
}

/* Somebody may have put the root in front of PATH as well. */
static void
warn_of_twice(struct run *r, const char *path)
{
	const char *twice = path && *r->walk.root
	                            ? walk_inside(&r->walk, path) : NULL;

	if (twice && !walk_is_dir(&r->walk, r->walk.root))
		diag_warn(&r->diag, "'%s' names the root twice: inside it, "
		          "that is '%s'", path, twice);
}

/* From here on each path is one inside of the root. Nothing of the host says
 * which Python is meant, but its directories of the user are protected. */
static int
enter_root(struct run *r)
{
	static const char *const none[] = { NULL };
	struct venv_host *h = &r->call.host;
	int err;

	if (!r->root)
		return 0;
	err = walk_enter(&r->walk, &r->arena,
	                 pathname_absolute(&r->arena, h->cwd, r->root));
	if (err < 0)
		return diag_sys(&r->diag, err, "enter", r->root);
	h->cwd = inside(r, h->cwd);
	h->cwd = h->cwd ? h->cwd : "/";
	h->home = inside(r, h->home);
	h->env = none;
	warn_of_twice(r, r->python);
	for (int i = 0; i < r->env_dir_count; i++)
		warn_of_twice(r, r->env_dirs[i]);
	return 0;
}

/* SOURCE_DATE_EPOCH: seconds, digits only, as reproducible-builds.org has it. */
static int
read_epoch(struct run *r)
{
	const char *s = env_get(r->call.host.env, "SOURCE_DATE_EPOCH");
	const char *p = s;

	if (!s)
		return 0;
	for (; *p >= '0' && *p <= '9' && p - s < 18; p++)
		r->call.options.epoch = r->call.options.epoch * 10 + (*p - '0');
	if (*p || p == s)
		return diag_set(&r->diag, -EINVAL, "cannot use "
		                "SOURCE_DATE_EPOCH: '%s' is not a number of "
		                "seconds", s);
	r->call.options.has_epoch = true;
	/* who wants the same times wants the same modes as well */
	process_umask(022);
	return 0;
}

static void
put_argument(struct buf *line, const char *option, const char *argument)
{
	if (!argument)
		return;
	buf_puts(line, option);
	config_put_word(line, argument);
}

/* The `command` key: the options as they would have to be given again. */
static void
describe_command(struct run *r)
{
	static const char *const modes[] = {
		[VENV_NEW] = "",
		[VENV_CLEAR] = " --clear",
		[VENV_UPGRADE] = " --upgrade",
		[VENV_EXIST_OK] = " --exist-ok",
	};
	const struct venv_options *o = &r->call.options;
	struct buf line;

	buf_init(&line, &r->arena);
	buf_fmt(&line, "pyvenv%s%s%s%s", o->system_site > 0
	        ? " --system-site-packages" : "", o->copies > 0
	        ? " --copies" : "", modes[o->mode], o->ignore_files
	        ? "" : " --without-scm-ignore-files");
	put_argument(&line, " --prompt ", o->prompt);
	if (o->activators_given) {
		buf_puts(&line, " --activators ");
		shell_set_put(&line, o->activators);
	}
	buf_puts(&line, o->relocatable ? " --relocatable" : "");
	buf_puts(&line, o->minimal ? " --minimal" : "");
	put_argument(&line, " --python-target ", o->python_target);
	pyvenv_wheels_describe(r, &line);
	put_argument(&line, " -p ", r->python);
	r->call.options.command = buf_str(&line);
}

static int
prepare(struct run *r)
{
	int err = find_cwd(r);

	if (err == 0)
		err = read_epoch(r);
	if (err == 0)
		err = enter_root(r);
	if (err == 0)
		describe_command(r);
	return err;
}

/* Print what is on its way to stdout, before all of it is known. */
static void
print_part(void *run, const char *p, size_t n)
{
	struct run *r = run;

	if (!r->unwritable)
		r->unwritable = cli_write(r->prog, p, n) != EXIT_OK;
}

static int
pyvenv_main(int argc, char **argv, const char *const *env)
{
	static char memory[64 * 1024];
	static struct run r;
	int code;

	arena_init(&r.arena, memory, sizeof(memory));
	diag_init(&r.diag, &r.arena);
	buf_init(&r.out, &r.arena);
	r.out.drain = print_part;
	r.out.ctx = &r;
	buf_init(&r.warned, &r.arena);
	r.prog = "pyvenv";
	r.argv0 = argv[0];
	r.walk = walk_host;
	r.call.options = (struct venv_options){
		.system_site = -1,
		.copies = -1,
		.ignore_files = true,
		.activators = shell_set_by_venv(),
	};
	r.call.host.env = env;
	r.call.host.home = env_get(env, "HOME");
	code = pyvenv_parse_options(&r, argc, argv);
	if (code != EXIT_OK)
		return code;
	if (r.help)
		return pyvenv_help(&r);
	if (r.version)
		return cli_version(r.prog);
	r.call.options.python_given = r.python != NULL;
	r.wheels.elsewhere = r.archive || r.call.options.env_target;
	r.wheels.digests = r.json;
	r.wheels.verbose = r.verbose;
	r.wheels.env = env;
	if (prepare(&r) < 0 || r.diag.warnings.len > 0) {
		keep_warnings(&r);
		code = report(&r);
	}
	if (code == EXIT_OK)
		code = pyvenv_wheels_check_paths(&r);
	if (code != EXIT_OK)
		return code;
	code = run_all(&r);
	wheel_set_close(&r.chosen);
	walk_leave(&r.walk);
	print_part(&r, r.out.data, r.out.len);
	if (r.unwritable)
		code = EXIT_FAILED;
	arena_free(&r.arena);
	return code;
}

const struct applet pyvenv_applet = {
	.name = "pyvenv",
	.summary = "make Python virtual environments",
	.main = pyvenv_main,
};
