#include "os/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "os/claim.h"
#include "os/entries.h"
#include "os/sys.h"
#include "os/tree.h"
#include "os/undo.h"

#define STAGE ".venvbox-stage"
#define CLEAR ".venvbox-clear"
#define MERGE ".venvbox-merge"
#define MARK "of"

const char journal_gone[] = ".venvbox-gone";
const char journal_prefix[] = ".venvbox-";

static const char *const states[] = { STAGE, CLEAR, MERGE };
static const size_t state_count = sizeof(states) / sizeof(states[0]);

int
journal_is_mark(int dfd, const char *path)
{
	char target[sizeof(journal_gone) + 1];
	ssize_t n = sys_readlink(dfd, path, target, sizeof(target));

	if (n == -ENAMETOOLONG)
		return 0;
	return n < 0 ? (int)n : strcmp(target, journal_gone) == 0;
}

static int
make_old_dir(struct undo *u, const char *rel)
{
	char *path = arena_fmt(u->arena, MERGE "/old/%s", rel);
	int err;

	if (!path)
		return -ENOMEM;
	err = sys_mkdir(u->dfd, path, 0700);
	return err == -EEXIST ? 0 : err;
}

/* True if new/DIR says that the directory goes once it is empty. */
static bool
is_pruned(struct undo *u, const char *dir)
{
	char *mark = arena_fmt(u->arena, "%s/%s", dir, journal_gone);

	return mark && journal_is_mark(u->dfd, mark) == 1;
}

static int merge_dir(struct undo *u, const char *rel);

/* Bring new/REL to its place REL; what stands there moves to old/REL. */
static int
merge_entry(struct undo *u, const char *rel)
{
	char *from = arena_fmt(u->arena, MERGE "/new/%s", rel);
	char *aside = arena_fmt(u->arena, MERGE "/old/%s", rel);
	struct stat here, coming;
	int err, there, gone;

	if (!from || !aside)
		return -ENOMEM;
	err = sys_stat(u->dfd, from, false, &coming);
	if (err < 0)
		return err;
	there = sys_stat(u->dfd, rel, false, &here);
	if (there < 0 && there != -ENOENT)
		return there;
	if (there == 0 && S_ISDIR(here.st_mode) && S_ISDIR(coming.st_mode)) {
		err = make_old_dir(u, rel);
		return err < 0 ? err : merge_dir(u, rel);
	}
	/* a run that was killed had done so */
	if (there < 0 && S_ISDIR(coming.st_mode) && is_pruned(u, from))
		return 0;
	gone = S_ISLNK(coming.st_mode) ? journal_is_mark(u->dfd, from) : 0;
	if (gone < 0)
		return gone;
	if (gone && there == 0 && S_ISDIR(here.st_mode))
		return 0; /* only files and links are removed by name */
	if (there == 0)
		err = undo_move(u, rel, aside);
	if (err == 0 && !gone)
		err = undo_rename(u, from, rel);
	return err;
}

/* REL is "" for the top. */
static int
merge_dir(struct undo *u, const char *rel)
{
	const char *slash = *rel ? "/" : "";
	char *path = arena_fmt(u->arena, MERGE "/new%s%s", slash, rel);
	struct entries e;
	bool pruned = false;
	int fd, err;

	if (!path)
		return -ENOMEM;
	fd = sys_open(u->dfd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (fd < 0)
		return fd;
	err = entries_read(&e, u->arena, fd);
	sys_drop(&fd);
	for (size_t i = 0; err == 0 && i < e.count; i++) {
		char *child = arena_fmt(u->arena, "%s%s%s", rel, slash,
		                        e.names[i]);

		if (strcmp(e.names[i], journal_gone) == 0)
			pruned = true;
		else
			err = child ? merge_entry(u, child) : -ENOMEM;
	}
	if (err < 0 || !pruned)
		return err;
	err = undo_rmdir(u, rel);
	return err == -ENOTEMPTY || err == -EEXIST ? 0 : err;
}

static int
clear_away(struct undo *u)
{
	struct entries e;
	int err = entries_read(&e, u->arena, u->dfd);

	for (size_t i = 0; err == 0 && i < e.count; i++) {
		char *aside = arena_fmt(u->arena, CLEAR "/old/%s", e.names[i]);

		if (!aside)
			return -ENOMEM;
		if (strcmp(e.names[i], CLEAR) != 0)
			err = undo_move(u, e.names[i], aside);
	}
	return err;
}

/* From the commit on: the same steps whether this run or one before it made
 * the work directory. */
static int
roll_forward(struct undo *u, bool clear)
{
	int err = 0;

	if (clear) {
		err = clear_away(u);
		if (err == 0)
			err = undo_rename(u, CLEAR, MERGE);
	}
	if (err == 0)
		err = merge_dir(u, "");
	return err < 0 ? err : undo_rename(u, MERGE, STAGE);
}

/*
 * The mark says which directory a journal belongs to: one that came along in
 * an archive or a copy must not move a file of the directory it came to.
 */
static void
format_mark(char mark[24], const struct stat *st)
{
	size_t n = 0;

	for (uint64_t ino = st->st_ino; ino > 0; ino >>= 4)
		mark[n++] = "0123456789abcdef"[ino & 15];
	mark[n] = '\0';
}

static int
put_mark(int dfd, int fd)
{
	struct stat st = { 0 };
	char mark[24];
	int err = sys_fstat(dfd, &st);

	if (err < 0)
		return err;
	format_mark(mark, &st);
	return sys_symlink(mark, fd, MARK);
}

/* -ESTALE if the journal FD is another directory's. */
static int
check_mark(int dfd, int fd)
{
	struct stat st = { 0 };
	char want[24], mark[24];
	int err = sys_fstat(dfd, &st);
	ssize_t n = sys_readlink(fd, MARK, mark, sizeof(mark));

	if (err < 0)
		return err;
	if (n < 0 && n != -ENOENT && n != -EINVAL && n != -ENAMETOOLONG)
		return (int)n;
	format_mark(want, &st);
	return n > 0 && strcmp(mark, want) == 0 ? 0 : -ESTALE;
}

bool
journal_found(int dfd)
{
	struct stat st;

	for (size_t i = 0; i < state_count; i++) {
		if (sys_stat(dfd, states[i], false, &st) == 0)
			return true;
	}
	return false;
}

int
journal_recover(int dfd)
{
	for (size_t i = 0; i < state_count; i++) {
		struct arena a;
		struct undo u;
		int fd;
		int err = 0;

		fd = claim_take(dfd, states[i]);
		if (fd == -ENOENT)
			continue;
		if (fd < 0)
			return fd;
		arena_init(&a, NULL, 0);
		undo_init(&u, &a, dfd);
		if (i > 0)
			err = check_mark(dfd, fd);
		if (i > 0 && err == 0)
			err = roll_forward(&u, i == 1);
		arena_free(&a);
		if (err == 0)
			err = tree_remove(dfd, STAGE, fd);
		sys_drop(&fd);
		if (err < 0)
			return err;
	}
	return 0;
}

int
journal_begin(int dfd, int *newfd)
{
	int err;
	int fd = claim_make(dfd, STAGE, 0700);

	if (fd < 0)
		return fd;
	err = put_mark(dfd, fd);
	if (err == 0)
		err = sys_mkdir(fd, "new", 0777);
	if (err == 0)
		err = sys_mkdir(fd, "old", 0700);
	if (err == 0) {
		*newfd = sys_open(fd, "new",
		                  O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
		err = *newfd < 0 ? *newfd : 0;
	}
	if (err < 0) {
		(void)tree_remove(dfd, STAGE, fd);
		sys_drop(&fd);
		return err;
	}
	return fd;
}

int
journal_abort(int dfd, int fd)
{
	/* under another name it is committed, and holds what was old */
	return claim_is(dfd, STAGE, fd) ? tree_remove(dfd, STAGE, fd) : 0;
}

int
journal_commit(int dfd, int fd, bool clear)
{
	struct arena a;
	struct undo u;
	int err;

	arena_init(&a, NULL, 0);
	undo_init(&u, &a, dfd);
	err = undo_rename(&u, STAGE, clear ? CLEAR : MERGE);
	if (err == 0)
		err = roll_forward(&u, clear);
	if (err == 0) {
		err = tree_remove(dfd, STAGE, fd) < 0;
	} else {
		int bad = undo_all(&u);

		if (bad == 0)
			(void)tree_remove(dfd, STAGE, fd);
		else
			err = bad;
	}
	arena_free(&a);
	return err;
}
