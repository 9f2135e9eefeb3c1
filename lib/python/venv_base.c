#include "python/venv_base.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "format/cfg.h"
#include "format/pathname.h"
#include "os/walk.h"
#include "python/inspection.h"
#include "python/path.h"
#include "python/version.h"

enum { MAX_CFG = 64 * 1024, MAX_LINKS = 40 };

/* The `home` key of the pyvenv.cfg in directory DIR; 1, 0 if there is none.
 * What a relative one is relative to, nothing says. */
static int
read_home(struct inspection *in, const char *dir, const char **home,
          struct version *v)
{
	const char *path = dir ? pathname_join(in->arena, dir, "pyvenv.cfg")
	                       : NULL;
	const char *value;
	char *text;
	size_t len, n;
	int err;

	if (!path)
		return -ENOMEM;
	err = walk_read(in->walk, in->arena, path, MAX_CFG, &text, &len);
	if (err < 0)
		return err == -ENOMEM ? err : 0;
	if (!cfg_get(text, len, "home", false, &value, &n))
		return 0;
	*home = arena_dup(in->arena, value, n);
	if (!*home)
		return -ENOMEM;
	if (**home != '/')
		return inspection_refuse(in, -ENOEXEC,
		                         "the home '%s' in %s is not an "
		                         "absolute path", *home, path);
	*v = (struct version){ -1, -1, -1, 'f', 0 };
	if (cfg_get(text, len, "version", false, &value, &n) ||
	    cfg_get(text, len, "version_info", false, &value, &n))
		version_parse(value, n, v);
	return 1;
}

/* The first link of the chain from EXE that leaves directory BIN and leads
 * somewhere: 1, or 0 if there is none. */
static int
follow_links(struct inspection *in, const char *exe, const char *bin,
             const char **base)
{
	const char *at = exe;

	for (int i = 0; i < MAX_LINKS; i++) {
		char *target, *dir;
		int err = walk_readlink(in->walk, in->arena, at, &target);

		if (err < 0)
			return err == -ENOMEM ? err : 0;
		dir = pathname_dir(in->arena, at);
		at = dir ? path_absolute(in->walk, in->arena, dir, target)
		         : NULL;
		dir = at ? pathname_dir(in->arena, at) : NULL;
		if (!dir)
			return -ENOMEM;
		if (strcmp(dir, bin) != 0) {
			*base = at;
			return walk_is_file(in->walk, at);
		}
	}
	return 0;
}

/* What the environment's home still has of a Python. The environments of PyPy
 * name their copies "python3" too, which in /usr/bin is another Python. */
static int
look_in_home(struct inspection *in, const char *exe, const char *home,
             const struct version *v, const char **base)
{
	char *bin = pathname_dir(in->arena, exe);
	char *pypy = bin ? pathname_join(in->arena, bin, "pypy3") : NULL;
	bool is_pypy = pypy && walk_is_file(in->walk, pypy);
	char *versioned = arena_fmt(in->arena, "%s%d.%d",
	                            is_pypy ? "pypy" : "python", v->major,
	                            v->minor);
	const char *const names[] = {
		is_pypy ? versioned : pathname_base(exe),
		is_pypy ? "pypy3" : "python3",
		versioned,
		is_pypy ? "pypy" : "python",
	};

	if (!pypy || !versioned)
		return -ENOMEM;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = pathname_join(in->arena, home, names[i]);

		if (!path)
			return -ENOMEM;
		if (strcmp(path, exe) != 0 && walk_is_file(in->walk, path)) {
			*base = path;
			return 1;
		}
	}
	return 0;
}

int
venv_base(struct inspection *in, const char *exe, const char **base)
{
	char *bin = pathname_dir(in->arena, exe);
	const char *home;
	struct version v = { 0 };
	int found = bin ? read_home(in, pathname_dir(in->arena, bin), &home, &v)
	                : -ENOMEM;

	if (found == 0)
		found = read_home(in, bin, &home, &v);
	if (found != 1)
		return found;
	found = follow_links(in, exe, bin, base);
	if (found == 0)
		found = look_in_home(in, exe, home, &v, base);
	if (found == 0)
		return inspection_refuse(in, -ENOEXEC,
		                         "a virtual environment whose base %s "
		                         "(pyvenv.cfg home) no longer has a "
		                         "Python", home);
	return found;
}

int
venv_base_of_links(struct inspection *in, const char *exe, const char *real,
                   const char **base)
{
	char *asked = pathname_dir(in->arena, exe);
	char *end = pathname_dir(in->arena, real);

	if (!asked || !end)
		return -ENOMEM;
	if (strcmp(asked, end) == 0)
		return 0;
	for (int i = 0; i <= MAX_LINKS; i++) {
		char *target, *dir;
		int err = walk_readlink(in->walk, in->arena, exe, &target);

		if (err == -ENOMEM)
			return err;
		if (err < 0)
			break;
		exe = path_absolute(in->walk, in->arena, asked, target);
		dir = exe ? pathname_dir(in->arena, exe) : NULL;
		if (!dir)
			return -ENOMEM;
		if (strcmp(dir, asked) != 0) {
			err = venv_base(in, exe, base);
			if (err != 0)
				return err;
		}
		asked = dir;
	}
	/* a link to its directory may have hidden it */
	return strcmp(asked, end) == 0 ? 0 : venv_base(in, real, base);
}
