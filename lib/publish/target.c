#include "os/ctx.h"
#include "publish/target.h"

#include <errno.h>
#include <string.h>


static const char *
describe(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "a file";
	case S_IFIFO:
		return "a named pipe";
	case S_IFSOCK:
		return "a socket";
	default:
		return "a device";
	}
}

/* A link on the way of PATH cannot be followed. */
static int
refuse_link(const char *path, const char *link, int err, struct target *t,
            struct diag *d)
{
	if (err == -EPERM) {
		diag_set(d, err, "cannot use '%s': '%s' is a symlink that "
		         "another user has made", path, link);
		diag_hint(d, "name the directory that it leads to");
		return err;
	}
	if (strcmp(path, link) != 0)
		return diag_set(d, err, "cannot create '%s': '%s' is a symlink "
		                "to nothing", path, link);
	t->kind = TARGET_OTHER;
	t->what = "a symlink to nothing";
	return 0;
}

int
target_look(const struct ctx *x, const char *path, struct target *t)
{
	char *dir, *rest, *link;
	int err = walk_reach(x->walk, x->arena, path, &dir, &rest, &link);

	*t = (struct target){ .path = path, .directory = path, .missing = "" };
	if (link)
		return refuse_link(path, link, err, t, x->diag);
	if (err == 0 && !*rest)
		err = walk_lstat(x->walk, x->arena, dir, &t->st);
	if (err < 0)
		return diag_sys(x->diag, err, "create", path);
	t->directory = dir;
	t->missing = rest;
	if (*rest) {
		t->kind = TARGET_ABSENT;
		return 0;
	}
	t->kind = TARGET_DIRECTORY;
	if (!S_ISDIR(t->st.st_mode)) {
		t->kind = TARGET_OTHER;
		t->what = describe(t->st.st_mode);
	}
	return 0;
}
