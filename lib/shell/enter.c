#include "shell/enter.h"

#include <errno.h>
#include <string.h>

#include "format/pathname.h"
#include "os/ctx.h"
#include "os/process.h"
#include "python/config.h"
#include "shell/activation.h"

/* Read the pyvenv.cfg of the environment ENV_DIR. */
static int
read_config(const struct ctx *x, struct config *c, const char *env_dir)
{
	int err = config_read(c, x->walk, x->arena, env_dir);

	if (err == -ENOENT && walk_is_dir(x->walk, env_dir)) {
		diag_set(x->diag, err, "cannot enter '%s': it has no pyvenv.cfg",
		         env_dir);
		diag_hint(x->diag, "pyvenv --exist-ok makes it an environment");
		return err;
	}
	if (err < 0)
		return diag_sys(x->diag, err, "enter", env_dir);
	if (!c->home)
		return diag_set(x->diag, -EINVAL, "cannot enter '%s': its pyvenv.cfg "
		                "has no home", env_dir);
	if (config_is_of_windows(c, x->walk, x->arena, env_dir))
		return diag_set(x->diag, -EINVAL, "cannot enter '%s': it is a Windows "
		                "environment", env_dir);
	return 0;
}

/* Return the absolute path of ENV_DIR, or if NULL of the nearest environment; NULL
 * with a diag if there is none. */
static char *
find_env(const struct ctx *x, const char *const *env, const char *env_dir)
{
	const char *cwd = "/";
	char *path;

	/* an unset variable is not the current directory */
	if (env_dir && !*env_dir) {
		diag_set(x->diag, -EINVAL, "cannot enter '': the name is empty");
		return NULL;
	}
	if ((!env_dir || *env_dir != '/') &&
	    process_cwd(x->arena, &cwd, x->diag) < 0)
		return NULL;
	if (env_dir)
		return pathname_absolute(x->arena, cwd, env_dir);
	return enter_locate(x, env, cwd, &path) < 0 ? NULL : path;
}

/* Set V->prompt to the one that PROMPT asks for, see --prompt. */
static int
find_prompt(struct activation *v, struct arena *a, const char *prompt,
            const struct config *c, struct diag *d)
{
	const char *cwd;
	int err = 0;

	v->prompt = prompt ? prompt : c->prompt;
	if (!v->prompt)
		v->prompt = pathname_base(v->env_dir);
	if (prompt && strcmp(prompt, ".") == 0) {
		err = process_cwd(a, &cwd, d);
		if (err == 0)
			v->prompt = pathname_base(cwd);
	}
	return err;
}

int
enter_look(const struct ctx *x, struct activation *v, const char *env_dir,
           const char *prompt)
{
	struct config config = { .prompt = NULL };
	char *path = find_env(x, v->env, env_dir);
	int err;

	if (!path)
		return x->diag->code;
	if (strchr(path, ':'))
		return diag_set(x->diag, -EINVAL, "cannot enter '%s': no entry of "
		                "PATH can have a ':' in it", path);
	v->env_dir = path;
	err = read_config(x, &config, path);
	return err < 0 ? err
	               : find_prompt(v, x->arena, prompt, &config, x->diag);
}

static int
check_bin(const char *bin, const struct activation *v, const struct walk *w,
          struct diag *d)
{
	struct stat st;
	int err = walk_stat(w, bin, &st);

	if (err == 0 && !S_ISDIR(st.st_mode))
		err = -ENOTDIR;
	if (err == 0)
		err = walk_may_run(w, bin);
	if (err == 0)
		return 0;
	if (err == -ENOENT) {
		diag_set(d, err, "cannot enter '%s': its bin is missing",
		         v->env_dir);
		diag_hint(d, "pyvenv --exist-ok mends an environment");
		return err;
	}
	return diag_set(d, err, "cannot enter '%s': its bin cannot be "
	                "searched: %s", v->env_dir, diag_reason(err));
}

int
enter_command(const struct ctx *x, char **path, const struct activation *v,
              const char *command)
{
	char *bin = arena_fmt(x->arena, "%s/bin", v->env_dir);
	struct stat st;
	int err = check_bin(bin, v, x->walk, x->diag);

	*path = NULL;
	if (err < 0 || !*command || strchr(command, '/'))
		return err;
	*path = arena_fmt(x->arena, "%s/%s", bin, command);
	err = walk_lstat(x->walk, x->arena, *path, &st);
	if (err == 0 || strcmp(command, "python") == 0 ||
	    strcmp(command, "python3") == 0)
		return 0;
	if (err != -ENOENT && err != -ENAMETOOLONG)
		return diag_sys(x->diag, err, "look at", *path);
	*path = NULL;
	return 0;
}
