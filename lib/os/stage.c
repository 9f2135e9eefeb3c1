#include "os/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "format/pathname.h"
#include "os/claim.h"
#include "os/journal.h"
#include "os/mounts.h"
#include "os/signals.h"
#include "os/sys.h"
#include "os/target.h"
#include "os/tree.h"
#include "os/walk.h"

/*
 * The work directory beside NAME has a name of fixed length (NAME may use all
 * that a file system allows) that any run on the same path computes: FNV-1a.
 */
static void
name_work(char work[32], const char *name)
{
	uint64_t h = 0xcbf29ce484222325;
	size_t n = strlen(journal_prefix);

	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * 0x100000001b3;
	memcpy(work, journal_prefix, n);
	for (; h; h >>= 4)
		work[n++] = "0123456789abcdef"[h & 15];
	work[n] = '\0';
}

/* Everything but the lock on what is there. */
static void
close_work(struct stage *s)
{
	if (s->fd != s->claimfd)
		sys_drop(&s->fd);
	s->fd = -1;
	sys_drop(&s->claimfd);
	if (s->dirfd != s->targetfd)
		sys_drop(&s->dirfd);
	s->dirfd = -1;
}

static void
close_all(struct stage *s)
{
	close_work(s);
	sys_drop(&s->targetfd);
}

/* With as few open files as possible: that may be what is short. */
static void
remove_work(struct stage *s)
{
	if (s->fd != s->claimfd)
		sys_drop(&s->fd);
	s->fd = -1;
	if (s->in_place)
		(void)journal_abort(s->dirfd, s->claimfd);
	else if (claim_is(s->dirfd, s->work, s->claimfd))
		(void)tree_remove(s->dirfd, s->work, s->claimfd);
}

/* Errors that say "not by a rename", where a journal may still work. */
static bool
asks_for_journal(int err)
{
	return err == -EXDEV || err == -EBUSY || err == -EINVAL ||
	       err == -ENOSYS || err == -EOPNOTSUPP || err == -EPERM ||
	       err == -EACCES || err == -EROFS || err == -EMLINK ||
	       err == -ENOTDIR;
}

/*
 * Split PATH at its deepest directory that exists: that one is opened, *NAME
 * is the first missing component and *REST what comes behind it ("" if none).
 */
static int
open_ancestor(struct stage *s, const char *path, char **rest)
{
	char *dir = arena_str(s->arena, path);
	char *tail = NULL;

	if (!dir)
		return -ENOMEM;
	for (;;) {
		char *slash = strrchr(dir, '/');

		if (!slash)
			return -ENOENT;
		if (tail)
			tail[-1] = '/';
		*slash = '\0';
		tail = slash + 1;
		s->dirfd = walk_open(s->walk, *dir ? dir : "/",
		                     O_PATH | O_DIRECTORY);
		if (s->dirfd != -ENOENT || !*dir)
			break;
	}
	if (s->dirfd < 0)
		return s->dirfd;
	*rest = strchr(tail, '/');
	if (*rest)
		*(*rest)++ = '\0';
	else
		*rest = tail + strlen(tail);
	s->name = tail;
	return 0;
}

/* The directories REST ("a/b") below the claimed one, the last one opened. */
static int
make_rest(struct stage *s, char *rest)
{
	char *slash = rest;

	s->fd = s->claimfd;
	while (*rest) {
		int err;

		slash = strchr(slash, '/');
		if (slash)
			*slash = '\0';
		err = sys_mkdir(s->claimfd, rest, 0777);
		if (err < 0)
			return err;
		if (!slash)
			break;
		*slash++ = '/';
	}
	if (*rest) {
		int fd = sys_open(s->claimfd, rest, O_RDONLY | O_DIRECTORY, 0);

		if (fd < 0)
			return fd;
		s->fd = fd;
	}
	return 0;
}

/*
 * What replaces a directory may belong to another user in the end; until it is
 * published nobody else is let in, who could lead our writes astray.
 */
static int
claim_sibling(struct stage *s)
{
	name_work(s->work, s->name);
	s->claimfd = claim_make(s->dirfd, s->work,
	                        s->kind == STAGE_NEW ? 0777 : 0700);
	if (s->claimfd < 0)
		return s->claimfd;
	s->fd = s->claimfd;
	return 0;
}

/* Why the work directory beside the target cannot be claimed. */
static int
say_in_the_way(const struct stage *s, int err, struct diag *d)
{
	const char *why = err == -EBUSY ? "another run may be at work on it" :
	                  err == -EPERM ? "a work directory of another user is "
	                                  "beside it"
	                                : "a file is in the way beside it";

	diag_set(d, err, "cannot create '%s': %s", s->target->path, why);
	diag_hint(d, "'%s' has to go", s->work);
	return err;
}

/* A missing component that is there all the same is a link to nothing, or
 * another run has made it since: -EEXIST. */
static int
check_missing(struct stage *s, struct diag *d)
{
	struct stat st;

	if (sys_stat(s->dirfd, s->name, false, &st) < 0)
		return 0;
	if (!S_ISLNK(st.st_mode))
		return diag_sys(d, -EEXIST, "create", s->target->path);
	return diag_set(d, -ENOENT, "cannot create '%s': '%s' in it is a "
	                "symlink to nothing", s->target->path, s->name);
}

static int
open_new(struct stage *s, struct diag *d)
{
	char *rest;
	int err = open_ancestor(s, s->target->path, &rest);

	s->in_place = false; /* there is no place yet */
	if (err == 0 && *rest && check_missing(s, d) < 0)
		return d->code;
	if (err == 0)
		err = claim_sibling(s);
	if (err == -EBUSY || err == -EPERM || err == -ENOTDIR)
		return say_in_the_way(s, err, d);
	if (err == 0) {
		err = make_rest(s, rest);
		if (err < 0)
			remove_work(s);
	}
	return err < 0 ? diag_sys(d, err, "create", s->target->path) : 0;
}

/* Open the parent of the target; false: the stage cannot be a sibling. */
static bool
may_be_sibling(struct stage *s, const struct stage_limits *limits)
{
	const char *dir = s->target->directory;
	const char *slash = strrchr(dir, '/');
	const char *host_dir = walk_outside(s->walk, s->arena, dir);
	struct stat st;
	char *parent;

	if (s->in_place || !slash[1] || !host_dir ||
	    (limits->cwd && pathname_holds(dir, limits->cwd)) ||
	    mounts_below(s->arena, host_dir))
		return false;
	if (s->kind == STAGE_MERGE &&
	    (limits->must_keep_dir || sys_is_overlay(s->targetfd)))
		return false;
	parent = slash == dir ? arena_str(s->arena, "/")
	                      : arena_dup(s->arena, dir, (size_t)(slash - dir));
	if (!parent)
		return false;
	s->name = slash + 1;
	s->dirfd = walk_open(s->walk, parent, O_PATH | O_DIRECTORY);
	return s->dirfd >= 0 && sys_fstat(s->dirfd, &st) == 0 &&
	       st.st_dev == s->target->st.st_dev;
}

/* A sibling that starts as the target is (MERGE) or empty (REPLACE). */
static int
open_sibling(struct stage *s)
{
	int err = claim_sibling(s);

	if (err < 0)
		return err;
	if (s->kind == STAGE_MERGE)
		err = tree_share(s->targetfd, s->claimfd, journal_prefix);
	if (err < 0)
		remove_work(s);
	return err;
}

static int
open_in_place(struct stage *s)
{
	s->in_place = true;
	s->dirfd = s->targetfd;
	s->claimfd = journal_begin(s->dirfd, &s->fd);
	return s->claimfd < 0 ? s->claimfd : 0;
}

/* While this run waited, another may have exchanged the directory. */
static int
check_same(const struct stage *s)
{
	struct stat at = { 0 }, of = { 0 };
	int err = walk_lstat(s->walk, s->arena, s->target->directory, &at);

	if (err == 0)
		err = sys_fstat(s->targetfd, &of);
	if (err == -ENOENT || (err == 0 && (at.st_dev != of.st_dev ||
	                                    at.st_ino != of.st_ino)))
		return -EEXIST;
	return err;
}

/* Open and lock what is there, which no other run changes from then on, and
 * end what a killed one left half done in it. */
static int
open_target(struct stage *s)
{
	int err;

	s->targetfd = walk_open(s->walk, s->target->directory,
	                        O_RDONLY | O_DIRECTORY);
	if (s->targetfd < 0)
		return s->targetfd;
	err = claim_lock(s->targetfd);
	if (err == 0)
		err = check_same(s);
	if (err == 0 && journal_found(s->targetfd))
		err = journal_recover(s->targetfd);
	return err;
}

static int
say_change(const struct stage *s, int err, struct diag *d)
{
	const char *path = s->target->path;

	if (err == -EBUSY)
		return diag_set(d, err, "cannot change '%s': another run is at "
		                "work on it, or another program holds its "
		                "lock", path);
	if (err != -ESTALE)
		return diag_sys(d, err, "change", path);
	diag_set(d, err, "cannot change '%s': in it is an interrupted change "
	         "of another directory", path);
	diag_hint(d, "look at what is in '%s*' and remove it", journal_prefix);
	return err;
}

static int
open_over(struct stage *s, const struct stage_limits *limits, struct diag *d)
{
	int err = open_target(s);

	if (err == 0) {
		err = may_be_sibling(s, limits) ? open_sibling(s) : -EXDEV;
		if (asks_for_journal(err)) {
			close_work(s);
			err = open_in_place(s);
		}
	}
	return err < 0 ? say_change(s, err, d) : 0;
}

int
stage_open(struct stage *s, const struct walk *w, struct arena *a,
           const struct target *t, enum stage_kind kind, bool in_place,
           const struct stage_limits *limits, struct diag *d)
{
	int err;

	s->walk = w;
	s->arena = a;
	s->target = t;
	s->kind = kind;
	s->in_place = in_place;
	s->targetfd = s->dirfd = s->claimfd = s->fd = -1;
	s->name = NULL;
	signals_hold();
	if (kind == STAGE_NEW)
		err = open_new(s, d);
	else
		err = open_over(s, limits, d);
	if (err < 0) {
		close_all(s);
		signals_release();
	}
	return err;
}

void
stage_abort(struct stage *s)
{
	remove_work(s);
	close_all(s);
	signals_release();
}

/* Rename without RENAME_NOREPLACE: only an empty directory made by somebody
 * else between the two calls would be replaced. */
static int
rename_to_nothing(struct stage *s)
{
	struct stat st;
	int err = sys_stat(s->dirfd, s->name, false, &st);

	if (err == 0)
		return -EEXIST;
	if (err != -ENOENT)
		return err;
	return sys_rename(s->dirfd, s->work, s->dirfd, s->name, 0);
}

static int
publish_new(struct stage *s)
{
	int err = sys_rename(s->dirfd, s->work, s->dirfd, s->name,
	                     SYS_RENAME_NOREPLACE);

	if (err == -ENOSYS || err == -EINVAL)
		err = rename_to_nothing(s);
	return err;
}

static int
publish_exchange(struct stage *s, struct diag *d)
{
	int err = tree_like(s->targetfd, s->claimfd);

	if (err == 0)
		err = sys_rename(s->dirfd, s->work, s->dirfd, s->name,
		                 SYS_RENAME_EXCHANGE);
	if (err < 0)
		err = asks_for_journal(err) ? -EXDEV : err;
	else if (tree_remove(s->dirfd, s->work, s->targetfd) < 0)
		diag_warn(d, "cannot remove all of what '%s' was: it is now "
		          "'%s' beside it", s->target->path, s->work);
	return err;
}

int
stage_commit(struct stage *s, struct diag *d)
{
	int err = signals_pending() ? -EINTR : 0;

	if (err == 0 && s->in_place) {
		err = journal_commit(s->dirfd, s->claimfd,
		                     s->kind == STAGE_REPLACE);
		if (err > 0)
			diag_warn(d, "cannot remove all of what '%s' was: the "
			          "next run on it tries again",
			          s->target->path);
	} else if (err == 0) {
		err = s->kind == STAGE_NEW ? publish_new(s)
		                           : publish_exchange(s, d);
	}
	if (err < 0) {
		diag_sys(d, err, s->kind == STAGE_NEW ? "create" : "change",
		         s->target->path);
		stage_abort(s);
		return err;
	}
	close_all(s);
	signals_release();
	return 0;
}

static void
sweep_beside(const struct walk *w, struct arena *a, const char *directory)
{
	const char *slash = strrchr(directory, '/');
	char *parent = arena_dup(a, directory, (size_t)(slash - directory));
	char work[32];
	int fd;

	if (!parent)
		return;
	fd = walk_open(w, *parent ? parent : "/", O_PATH | O_DIRECTORY);
	if (fd < 0)
		return;
	name_work(work, slash + 1);
	(void)claim_clear(fd, work);
	sys_drop(&fd);
}

void
stage_sweep(const struct walk *w, struct arena *a, const char *directory)
{
	int fd;

	signals_hold();
	sweep_beside(w, a, directory);
	fd = walk_open(w, directory, O_RDONLY | O_DIRECTORY);
	if (fd >= 0 && journal_found(fd) && claim_lock(fd) == 0)
		(void)journal_recover(fd);
	sys_drop(&fd);
	signals_release();
}
