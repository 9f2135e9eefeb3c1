#include "os/undo.h"

#include <errno.h>
#include <fcntl.h>

#include "base/arena.h"
#include "os/entries.h"
#include "os/sys.h"

/* A rename of OLD to NEW, or (NEW is NULL) the removal of the directory OLD,
 * which had MODE. */
struct undo_step {
	struct undo_step *before;
	const char *old;
	const char *new;
	mode_t mode;
};

void
undo_init(struct undo *u, struct arena *a, int dfd)
{
	u->arena = a;
	u->last = NULL;
	u->dfd = dfd;
}

/* Room for a step, made before the step is taken: then it cannot be lost. */
static struct undo_step *
prepare(struct undo *u, const char *old, const char *new)
{
	struct undo_step *s = arena_alloc(u->arena, sizeof(*s));

	if (!s)
		return NULL;
	s->before = u->last;
	s->old = arena_str(u->arena, old);
	s->new = new ? arena_str(u->arena, new) : NULL;
	s->mode = 0;
	return s->old && (!new || s->new) ? s : NULL;
}

int
undo_rename(struct undo *u, const char *old, const char *new)
{
	struct undo_step *s = prepare(u, old, new);
	int err;

	if (!s)
		return -ENOMEM;
	err = sys_rename(u->dfd, old, u->dfd, new, 0);
	if (err == 0)
		u->last = s;
	return err;
}

static int
remove_dir(struct undo *u, const char *path, int fd)
{
	struct undo_step *s = prepare(u, path, NULL);
	struct stat st;
	int err;

	if (!s)
		return -ENOMEM;
	err = sys_fstat(fd, &st);
	if (err == 0)
		err = sys_rmdir(u->dfd, path);
	if (err == 0) {
		s->mode = st.st_mode & 07777;
		u->last = s;
	}
	return err;
}

int
undo_rmdir(struct undo *u, const char *path)
{
	int fd = sys_open(u->dfd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	int err = fd < 0 ? fd : remove_dir(u, path, fd);

	sys_drop(&fd);
	return err;
}

/* The directory OLD does not rename: move what is in it. */
static int
move_entries(struct undo *u, const char *old, const char *new)
{
	struct entries e;
	int fd;
	int err = sys_mkdir(u->dfd, new, 0700);

	if (err < 0 && err != -EEXIST)
		return err;
	fd = sys_open(u->dfd, old, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (fd < 0)
		return fd;
	err = entries_read(&e, u->arena, fd);
	for (size_t i = 0; err == 0 && i < e.count; i++) {
		char *from = arena_fmt(u->arena, "%s/%s", old, e.names[i]);
		char *to = arena_fmt(u->arena, "%s/%s", new, e.names[i]);

		err = from && to ? undo_move(u, from, to) : -ENOMEM;
	}
	if (err == 0)
		err = remove_dir(u, old, fd);
	sys_drop(&fd);
	return err;
}

int
undo_move(struct undo *u, const char *old, const char *new)
{
	struct stat st;
	int err = undo_rename(u, old, new);

	/* EEXIST, ENOTEMPTY: a run that was killed had begun to move it */
	if (err != -EXDEV && err != -EEXIST && err != -ENOTEMPTY)
		return err;
	if (sys_stat(u->dfd, old, false, &st) < 0 || !S_ISDIR(st.st_mode))
		return err;
	return move_entries(u, old, new);
}

static int
take_back(struct undo *u, const struct undo_step *s)
{
	int fd;
	int err;

	if (s->new)
		return sys_rename(u->dfd, s->new, u->dfd, s->old, 0);
	err = sys_mkdir(u->dfd, s->old, 0700);
	if (err < 0)
		return err;
	fd = sys_open(u->dfd, s->old, O_RDONLY | O_DIRECTORY, 0);
	if (fd < 0)
		return fd;
	err = sys_fchmod(fd, s->mode);
	sys_drop(&fd);
	return err;
}

int
undo_all(struct undo *u)
{
	int err = 0;

	for (; err == 0 && u->last; u->last = u->last->before) {
		err = take_back(u, u->last);
		/* tried twice: what failed for a moment must not leave half */
		if (err < 0)
			err = take_back(u, u->last);
	}
	return err;
}
