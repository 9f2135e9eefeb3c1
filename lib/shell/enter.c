#include "shell/enter.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "format/pathname.h"
#include "os/ctx.h"
#include "os/process.h"
#include "python/config.h"
#include "python/layout.h"
#include "python/winpath.h"
#include "shell/activation.h"

/* Find the path of the environment V for programs of Windows, and whether WSL or
 * wine starts these. */
static int
find_windows_dir(const struct ctx *x, struct activation *v)
{
	const char *dir =
		winpath_from_host(x->walk, x->arena, NULL, v->env_dir);

	v->in_wsl = dir != NULL;
	if (!dir)
		dir = winpath_from_host(x->walk, x->arena, v->env, v->env_dir);
	if (!dir) {
		diag_set(x->diag, -EINVAL, "cannot enter '%s': it is a Windows "
		         "environment, and on no drive of WSL or wine here",
		         v->env_dir);
		diag_hint(x->diag, "the drives of wine are links in "
		          "$WINEPREFIX/dosdevices; or enter it on Windows");
		return x->diag->code;
	}
	if (strchr(dir, ';'))
		return diag_set(x->diag, -EINVAL, "cannot enter '%s': PATH on "
		                "Windows cannot hold a name with ';' in it",
		                v->env_dir);
	v->windows_dir = dir;
	return 0;
}

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
	bool windows;
	int err;

	if (!path)
		return x->diag->code;
	if (strchr(path, ':'))
		return diag_set(x->diag, -EINVAL, "cannot enter '%s': no entry of "
		                "PATH can have a ':' in it", path);
	v->env_dir = path;
	err = read_config(x, &config, path);
	if (err < 0)
		return err;
	windows = config_is_of_windows(&config, x->walk, x->arena, path);
	v->layout = layout_of(windows);
	if (windows)
		err = find_windows_dir(x, v);
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
		diag_set(d, err, "cannot enter '%s': its %s is missing",
		         v->env_dir, v->layout->scripts);
		diag_hint(d, "pyvenv --exist-ok mends an environment");
		return err;
	}
	return diag_set(d, err, "cannot enter '%s': its %s cannot be "
	                "searched: %s", v->env_dir, v->layout->scripts,
	                diag_reason(err));
}

int
enter_command(const struct ctx *x, char **path, const struct activation *v,
              const char *command)
{
	char *bin = arena_fmt(x->arena, "%s/%s", v->env_dir,
	                      v->layout->scripts);
	const char *const suffixes[] = { "", v->layout->script_suffix };
	struct stat st;
	int err = check_bin(bin, v, x->walk, x->diag);

	*path = NULL;
	if (err < 0 || !*command || strchr(command, '/'))
		return err;
	for (size_t i = 0; i == 0 || (i < 2 && *suffixes[i]); i++) {
		*path = arena_fmt(x->arena, "%s/%s%s", bin, command,
		                  suffixes[i]);
		err = walk_lstat(x->walk, x->arena, *path, &st);
		if (err == 0)
			return 0;
		if (err != -ENOENT && err != -ENAMETOOLONG)
			return diag_sys(x->diag, err, "look at", *path);
	}
	if (strcmp(command, "python") != 0 && strcmp(command, "python3") != 0)
		*path = NULL;
	else if (*suffixes[1])
		*path = arena_fmt(x->arena, "%s/python%s", bin, suffixes[1]);
	return 0;
}
