#include "applets/pyvenv.h"

#include <errno.h>
#include <string.h>

#include "applets/cli.h"
#include "base/env.h"
#include "format/pathname.h"
#include "os/process.h"
#include "python/config.h"
#include "shell/shell.h"

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

	for (size_t i = 0; i < r->wheels.path_count; i++)
		needed |= r->wheels.paths[i][0] != '/';
	needed |= r->wheels.hashes && *r->wheels.hashes != '/';
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
	if (r->wheels.with_pip)
		buf_puts(&line, " --with-pip");
	if (r->wheels.with_setuptools)
		buf_puts(&line, " --with-setuptools");
	/* a root does not know the files of the host */
	for (size_t i = 0; i < r->wheels.path_count && !r->root; i++)
		put_argument(&line, " --wheel ", r->wheels.paths[i]);
	if (!r->root)
		put_argument(&line, " --require-hashes ", r->wheels.hashes);
	put_argument(&line, " -p ", r->python);
	r->call.options.command = buf_str(&line);
}

int
pyvenv_prepare(struct run *r)
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
