#include "os/target.h"

#include <errno.h>

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

/* What the links in PATH lead to, if that is a directory. */
static int
look_behind(const struct walk *w, struct arena *a, struct target *t)
{
	char *real;
	int err = walk_resolve(w, a, t->path, &real);

	if (err == -ENOENT) {
		t->kind = TARGET_OTHER;
		t->what = "a symlink to nothing";
		return 0;
	}
	if (err < 0)
		return err;
	t->directory = real;
	return walk_lstat(w, a, real, &t->st);
}

int
target_look(const struct walk *w, struct arena *a, const char *path,
            struct target *t, struct diag *d)
{
	int err;

	t->path = path;
	t->directory = path;
	t->kind = TARGET_ABSENT;
	t->what = NULL;
	err = walk_lstat(w, a, path, &t->st);
	if (err == -ENOENT)
		return 0;
	if (err == 0 && (S_ISLNK(t->st.st_mode) || S_ISDIR(t->st.st_mode)))
		err = look_behind(w, a, t);
	if (err < 0)
		return diag_sys(d, err, "create", path);
	if (t->what)
		return 0;
	if (S_ISDIR(t->st.st_mode)) {
		t->kind = TARGET_DIRECTORY;
	} else {
		t->kind = TARGET_OTHER;
		t->what = describe(t->st.st_mode);
	}
	return 0;
}
