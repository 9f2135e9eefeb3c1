#include "shell/runnable.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "format/pathname.h"
#include "os/ctx.h"
#include "wheel/launcher.h"

/* MAX_DEPTH: interpreters of interpreters, as the kernel has it */
enum { MAX_LINKS = 40, MAX_DEPTH = 4, SCRIPT_START = 4096 };

const char *
runnable_closed(const struct ctx *x, const char *path)
{
	for (int links = 0; links < MAX_LINKS; links++) {
		char *target;

		for (const char *p = path + 1; (p = strchr(p, '/')); p++) {
			char *dir =
				arena_dup(x->arena, path, (size_t)(p - path));

			if (walk_may_run(x->walk, dir) == -EACCES)
				return dir;
		}
		if (walk_readlink(x->walk, x->arena, path, &target) < 0)
			return NULL;
		path = pathname_absolute(x->arena, pathname_dir(x->arena, path),
		                         target);
	}
	return NULL;
}

/* Return why PATH, whose status cannot be read, cannot be run. */
static const char *
unseen_fault(const struct ctx *x, const char *path, int err)
{
	const char *dir = err == -EACCES ? runnable_closed(x, path) : NULL;
	struct stat st;

	if (err == -ENOENT || err == -ENOTDIR)
		return walk_lstat(x->walk, x->arena, path, &st) == 0 ? "leads to nothing"
		                                        : "is missing";
	if (dir)
		return arena_fmt(x->arena, "is below '%s', which this user cannot "
		                 "search", dir);
	return arena_fmt(x->arena, "cannot be looked at: %s", diag_reason(err));
}

const char *
runnable_file_fault(const struct ctx *x, const char *path)
{
	struct stat st;
	int err = walk_stat(x->walk, path, &st);

	if (err < 0)
		return unseen_fault(x, path, err);
	if (S_ISDIR(st.st_mode))
		return "is a directory";
	if (!S_ISREG(st.st_mode))
		return "is not a file";
	if (!(st.st_mode & 0111))
		return "is not executable";
	err = walk_may_run(x->walk, path);
	if (err == 0)
		return NULL;
	return walk_is_noexec(x->walk, path)
	               ? "is on a file system that is mounted noexec"
	               : "is not executable for this user";
}

static const char *
fault(const struct ctx *x, const char *path, int depth)
{
	const char *why = runnable_file_fault(x, path);
	struct launcher_start start;
	char *text;
	size_t n;

	if (why || depth == MAX_DEPTH ||
	    walk_read(x->walk, x->arena, path, SCRIPT_START, &text, &n) < 0)
		return why;
	launcher_read(&start, text, n, x->arena);
	if (!start.program || *start.program != '/')
		return NULL;
	why = fault(x, start.program, depth + 1);
	return why ? arena_fmt(x->arena, "names the interpreter '%s', which %s",
	                       start.program, why) : NULL;
}

const char *
runnable_fault(const struct ctx *x, const char *path)
{
	return fault(x, path, 0);
}
