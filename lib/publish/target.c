#include "publish/target.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "os/walk.h"

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
target_look(const struct walk *w, struct arena *a, const char *path,
            struct target *t, struct diag *d)
{
	char *dir, *rest, *link;
	int err = walk_reach(w, a, path, &dir, &rest, &link);

	*t = (struct target){ .path = path, .directory = path, .missing = "" };
	if (link)
		return refuse_link(path, link, err, t, d);
	if (err == 0 && !*rest)
		err = walk_lstat(w, a, dir, &t->st);
	if (err < 0)
		return diag_sys(d, err, "create", path);
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
