#include "publish/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>

#include "format/pathname.h"
#include "os/ctx.h"
#include "os/signals.h"
#include "os/sys.h"
#include "publish/target.h"

/* Milliseconds. */
enum { MAX_WAIT = 30 * 1000, PAUSE = 5 };

static const char *
path_of_work(const struct publish *p)
{
	const char *dir = p->inside ? p->target->directory : p->parent;

	if (!dir)
		return p->work.name;
	return arena_fmt(p->arena, "%s/%s", dir[1] ? dir : "", p->work.name);
}

/* ---- ends --------------------------------------------------------------- */

static void
close_all(struct publish *p)
{
	arena_cleanup_drop(&p->cleanup);
	changes_free(&p->changes);
	sys_drop(&p->newfd);
	sys_drop(&p->work.fd);
	sys_drop(&p->parentfd);
	sys_drop(&p->targetfd);
	signals_release();
}

/* Delete W with as few open files as possible: they may be what is short. */
static void
remove_work(struct publish *p, struct diag *d)
{
	const char *path = path_of_work(p);
	size_t left;

	disk_sink_drop(&p->sink);
	sys_drop(&p->newfd);
	left = work_remove(&p->work);
	if (left > 0)
		diag_alarm(d, "cannot delete '%s', which has old files of '%s': "
		           "%zu entr%s left", path, p->target->path, left,
		           left == 1 ? "y is" : "ies are");
}

void
publish_abort(struct publish *p, struct diag *d)
{
	remove_work(p, d);
	close_all(p);
}

/* Memory is out. */
static void
remove_at_end(struct arena_cleanup *c)
{
	struct publish *p =
		(struct publish *)((char *)c -
		                   offsetof(struct publish, cleanup));

	if (p->holds_old || p->changes.undone_in_part)
		return;
	disk_sink_drop(&p->sink);
	sys_drop(&p->newfd);
	(void)work_remove(&p->work);
}

/* ---- find and lock ------------------------------------------------------ */

/*
 * Take the lock, waiting with the interrupt signals let through; not for ever,
 * because anybody who may read a directory can lock it. Some file systems have no
 * locks: there runs are not kept apart.
 */
static int
wait_for_lock(int fd)
{
	int err = sys_lock(fd);

	for (int ms = 0; err == -EWOULDBLOCK && ms < MAX_WAIT; ms += PAUSE) {
		signals_release();
		sys_pause(PAUSE);
		signals_hold();
		err = sys_lock(fd);
	}
	return err == -EWOULDBLOCK ? -EBUSY : 0;
}

/* -EEXIST unless the directory is still what the target was, at its path. */
static int
check_same(const struct publish *p)
{
	struct stat at, of;
	int err = walk_lstat(p->walk, p->arena, p->target->directory, &at);

	if (err == 0)
		err = sys_fstat(p->targetfd, &of);
	if (err == -ENOENT || err == -ENOTDIR ||
	    (err == 0 && !(sys_same_file(&at, &of) &&
	                   sys_same_file(&at, &p->target->st))))
		return -EEXIST;
	return err;
}

static int
say_look_again(const struct publish *p, struct diag *d)
{
	(void)diag_sys(d, -EEXIST, "change", p->target->path);
	return PUBLISH_AGAIN;
}

static int
open_target(struct publish *p, struct diag *d)
{
	const char *path = p->target->path;
	int err;

	p->targetfd = walk_open_dir(p->walk, p->target->directory, true);
	err = p->targetfd < 0 ? p->targetfd : wait_for_lock(p->targetfd);
	if (err == 0)
		err = check_same(p);
	if (err == -ENOENT || err == -ENOTDIR || err == -ELOOP ||
	    err == -EEXIST)
		return say_look_again(p, d);
	if (err == -EBUSY)
		return diag_set(d, err, "cannot change '%s': another run is "
		                "working on it, or another program holds its "
		                "lock", path);
	return err < 0 ? diag_sys(d, err, "change", path) : 0;
}

/* Open the directory PATH for reading or, if that is not permitted, for work in
 * it only. */
static int
open_parent(struct publish *p, const char *path)
{
	p->parent = path;
	p->parentfd = walk_open_dir(p->walk, path, true);
	if (p->parentfd == -EACCES)
		p->parentfd = walk_open_search(p->walk, path);
	return p->parentfd < 0 ? p->parentfd : 0;
}

/* Split the canonical path DIR of a directory into parent and name. */
static int
open_parent_of(struct publish *p, const char *dir)
{
	const char *slash = strrchr(dir, '/');
	char *parent = slash == dir ? arena_str(p->arena, "/")
	                            : arena_dup(p->arena, dir,
	                                        (size_t)(slash - dir));

	p->name = slash + 1;
	return open_parent(p, parent);
}

/* Nothing is at the target: open the deepest parent that exists. */
static int
open_new(struct publish *p, struct diag *d)
{
	const char *rest = p->target->missing;
	int err;

	p->name = arena_dup(p->arena, rest, strcspn(rest, "/"));
	err = open_parent(p, p->target->directory);
	if (err == -ENOENT || err == -ENOTDIR || err == -ELOOP)
		return say_look_again(p, d);
	if (err < 0)
		return diag_sys(d, err, "create", p->target->path);
	(void)work_sweep(p->parentfd, p->name);
	return 0;
}

/* Decide whether ENV_DIR can be exchanged by a rename in its parent. */
static bool
can_be_exchanged(struct publish *p, const char *cwd)
{
	const char *dir = p->target->directory;
	struct stat st;

	if (!strcmp(dir, "/") || (cwd && pathname_holds(dir, cwd)))
		return false;
	return open_parent_of(p, dir) == 0 &&
	       sys_fstat(p->parentfd, &st) == 0 &&
	       st.st_dev == p->target->st.st_dev;
}

/* Nothing may be mounted below a directory that is replaced. */
static int
check_mounts(struct publish *p, struct diag *d)
{
	const char *dir = p->target->directory;
	const char *host = walk_outside(p->walk, p->arena, dir);
	const char *mount = NULL;
	int err = mounts_below(p->arena, p->targetfd, host, &mount);

	if (err < 0)
		return diag_sys(d, err, "replace", p->target->path);
	if (!mount)
		return 0;
	diag_set(d, -EBUSY, "cannot replace '%s': '%s/%s' is a mount point",
	         p->target->path, p->target->path, mount);
	diag_hint(d, "unmount it first");
	return d->code;
}

int
publish_open(const struct ctx *x, struct publish *p, const struct target *t,
             enum publish_kind kind, bool inside, const char *cwd)
{
	int err;

	*p = (struct publish){
		.walk = x->walk,
		.arena = x->arena,
		.target = t,
		.kind = kind,
		.inside = inside || kind == PUBLISH_CHANGE,
		.targetfd = -1,
		.parentfd = -1,
		.newfd = -1,
		.work.fd = -1,
		.cleanup.run = remove_at_end,
	};
	arena_cleanup_add(&p->cleanup);
	changes_init(&p->changes);
	disk_sink_init(&p->sink, -1, NULL);
	signals_hold();
	if (kind == PUBLISH_NEW) {
		err = open_new(p, x->diag);
	} else {
		err = open_target(p, x->diag);
		if (err == 0)
			p->interrupted = publish_sweep(x, t->directory) ==
			                 WORK_INTERRUPTED;
	}
	if (err == 0 && kind == PUBLISH_REPLACE) {
		err = check_mounts(p, x->diag);
		if (!p->inside && !can_be_exchanged(p, cwd))
			p->inside = true;
	}
	if (err != 0)
		publish_abort(p, x->diag);
	return err;
}

/* ---- begin -------------------------------------------------------------- */

/* Make the directories PATH ("a/b/c") in W/new, and open the last one. */
static int
make_parents(struct publish *p, const char *path)
{
	char *dir = arena_str(p->arena, path);
	size_t n = 0;
	int err = 0;

	while (err == 0 && dir[n]) {
		size_t end = n + strcspn(dir + n, "/");
		char after = dir[end];

		dir[end] = '\0';
		err = sys_mkdir(p->newfd, dir, 0777);
		dir[end] = after;
		n = end + (after == '/');
	}
	if (err == 0 && *dir) {
		int fd = sys_open(p->newfd, dir, O_RDONLY | O_DIRECTORY |
		                  O_NOFOLLOW, 0);

		sys_drop(&p->newfd);
		p->newfd = fd;
		err = fd < 0 ? fd : 0;
	}
	return err;
}

static int
make_new(struct publish *p)
{
	const char *rest = p->kind == PUBLISH_NEW
	                           ? strchr(p->target->missing, '/') : NULL;
	int err = sys_mkdir(p->work.fd, "new", 0777);

	if (err < 0)
		return err;
	p->newfd = sys_open(p->work.fd, "new", O_RDONLY | O_DIRECTORY |
	                    O_NOFOLLOW, 0);
	if (p->newfd < 0)
		return p->newfd;
	return rest ? make_parents(p, rest + 1) : 0;
}

static int
make_work(struct publish *p)
{
	const char *base = pathname_base(p->target->directory);

	if (!p->inside) {
		int err = work_make(&p->work, p->parentfd, p->name);

		/* a parent that cannot be written to */
		if (err == 0 || p->kind == PUBLISH_NEW ||
		    (err != -EACCES && err != -EPERM && err != -EROFS))
			return err;
		p->inside = true;
	}
	return work_make(&p->work, p->targetfd, base);
}

static int
fail_to_begin(const struct target *t, enum publish_kind kind, int err,
              struct diag *d)
{
	return diag_sys(d, err, kind == PUBLISH_NEW ? "create" : "change",
	                t->path);
}

static int
may_create_in(const struct walk *w, const char *dir)
{
	int fd = walk_open_search(w, dir);
	int err = fd < 0 ? fd : sys_may_create(fd);

	sys_drop(&fd);
	return err;
}

int
publish_foresee(const struct ctx *x, const struct target *t,
                enum publish_kind kind)
{
	int err = may_create_in(x->walk, t->directory);

	/* a parent that can be written to is enough to replace what is in it */
	if (err < 0 && kind == PUBLISH_REPLACE &&
	    may_create_in(x->walk, pathname_dir(x->arena, t->directory)) == 0)
		return 0;
	return err < 0 ? fail_to_begin(t, kind, err, x->diag) : 0;
}

int
publish_begin(struct publish *p, struct diag *d)
{
	int err = make_work(p);

	if (err == 0)
		err = make_new(p);
	if (err < 0)
		return fail_to_begin(p->target, p->kind, err, d);
	disk_sink_init(&p->sink, p->newfd, p->inside ? &p->changes : NULL);
	return 0;
}

/* ---- publish ------------------------------------------------------------ */

/* Give W/new what the target has, except its times. A directory that cannot be
 * written to cannot be renamed: it gets its mode when it is published. */
static int
copy_attributes(struct publish *p, struct stat *st)
{
	struct stat now;
	int err = sys_fstat(p->targetfd, st);

	if (err == 0)
		err = sys_fstat(p->newfd, &now);
	if (err == 0 && (st->st_uid != now.st_uid || st->st_gid != now.st_gid))
		(void)sys_fchown(p->newfd, st->st_uid, st->st_gid);
	if (err == 0)
		err = sys_fchmod(p->newfd, (st->st_mode & 07777) | 0700);
	return err < 0 ? err : sys_copy_xattrs(p->targetfd, p->newfd);
}

/* Return whether the entry NAME of W is the directory that was locked and judged:
 * the owner of the parent can put another one at its name. */
static bool
is_target(const struct publish *p, const char *name)
{
	struct stat at, of;

	return sys_stat(p->work.fd, name, false, &at) == 0 &&
	       sys_fstat(p->targetfd, &of) == 0 && sys_same_file(&at, &of);
}

/* The two renames where names cannot be exchanged. */
static int
swap(struct publish *p)
{
	int err = sys_rename_new(p->parentfd, p->name, p->work.fd, "old");

	if (err < 0)
		return err;
	err = is_target(p, "old") ? sys_rename_new(p->work.fd, "new",
	                                           p->parentfd, p->name)
	                          : -ESTALE;
	for (int i = 0; err < 0 && i < 3; i++) {
		if (sys_rename_new(p->work.fd, "old", p->parentfd, p->name) == 0)
			return err;
	}
	return err < 0 ? -ENOTRECOVERABLE : 0;
}

static int
exchange(struct publish *p)
{
	int err = sys_rename(p->work.fd, "new", p->parentfd, p->name,
	                     SYS_RENAME_EXCHANGE);

	if (err < 0 || is_target(p, "new"))
		return err;
	for (int i = 0; i < 3; i++) {
		if (sys_rename(p->work.fd, "new", p->parentfd, p->name,
		               SYS_RENAME_EXCHANGE) == 0)
			return -ESTALE;
	}
	return -ENOTRECOVERABLE;
}

static int
publish_exchange(struct publish *p, struct diag *d)
{
	struct stat st;
	mode_t closed;
	int err = copy_attributes(p, &st);

	/* an ACL that this user cannot set; in place the directory keeps it */
	if (err == -EINVAL || err == -EPERM || err == -EOPNOTSUPP)
		return -EXDEV;
	if (err < 0)
		return err;
	closed = (st.st_mode & 0700) != 0700 ? st.st_mode & 07777 : 0;
	if (closed) /* it has to move, too */
		(void)sys_fchmod(p->targetfd, closed | 0700);
	err = exchange(p);
	if (sys_rename_is_refused(err))
		err = swap(p);
	if (closed)
		(void)sys_fchmod(err == 0 ? p->newfd : p->targetfd, closed);
	p->holds_old = err == -ENOTRECOVERABLE;
	if (p->holds_old)
		diag_alarm(d, "cannot put back '%s', which is now in '%s'",
		           p->target->path, path_of_work(p));
	return sys_rename_is_refused(err) ? -EXDEV : err;
}

static int
publish_new(struct publish *p)
{
	int err = sys_rename_new(p->work.fd, "new", p->parentfd, p->name);

	p->work.empty = err == 0;
	return err == -ENOTEMPTY ? -EEXIST : err;
}

/* Return whether something is mounted in ENV_DIR, or that cannot be told. */
static bool
has_mounts(struct publish *p)
{
	const char *host = walk_outside(p->walk, p->arena, p->target->directory);
	const char *mount = NULL;

	return mounts_below(p->arena, p->targetfd, host, &mount) < 0 || mount;
}

static int
publish_changes(struct publish *p, struct diag *d)
{
	bool replaces = p->kind == PUBLISH_REPLACE;
	const struct change_place place = {
		.dirfd = p->targetfd,
		.workfd = p->work.fd,
		.path = p->target->path,
		.work = path_of_work(p),
		.skip = p->work.name,
		.mounts = !replaces && changes_remove(&p->changes) &&
		          has_mounts(p),
	};

	return changes_commit(&p->changes, &place, replaces, d);
}

/* Publish by the way that was chosen: 0, an enum publish_outcome, or a negative
 * errno with a diag. */
static int
publish_by_kind(struct publish *p, struct diag *d)
{
	bool new = p->kind == PUBLISH_NEW;
	int err;

	if (p->inside) {
		err = publish_changes(p, d);
		return err == CHANGES_STUCK ? d->code : err;
	}
	err = new ? publish_new(p) : publish_exchange(p, d);
	if (err == -ESTALE)
		diag_set(d, err, "cannot replace '%s': another directory was put "
		         "in its place during the run", p->target->path);
	else if (err < 0)
		diag_sys(d, err, new ? "create" : "replace", p->target->path);
	return new && err == -EEXIST    ? PUBLISH_AGAIN
	       : !new && err == -EXDEV ? PUBLISH_INSIDE
	                               : err;
}

/* The directory is published: delete W, and set times. */
static void
finish(struct publish *p, struct diag *d)
{
	remove_work(p, d);
	if (p->inside && changes_stamp(&p->changes, p->targetfd) < 0)
		diag_warn(d, "cannot set the times of all directories of '%s'",
		          p->target->path);
}

int
publish_commit(struct publish *p, struct diag *d)
{
	int err = signals_pending() ? -EINTR : 0;

	disk_sink_drop(&p->sink);
	if (err == 0 && p->syncs)
		err = sys_sync(p->work.fd);
	if (err < 0)
		diag_sys(d, err, p->kind == PUBLISH_NEW ? "create" : "change",
		         p->target->path);
	else
		err = publish_by_kind(p, d);
	if (p->holds_old || p->changes.undone_in_part) {
		work_abandon(&p->work);
	} else if (err == 0) {
		if (p->syncs && sys_sync(p->work.fd) < 0)
			diag_alarm(d, "cannot make sure that '%s' is on the "
			           "disk", p->target->path);
		finish(p, d);
	} else {
		remove_work(p, d);
	}
	close_all(p);
	return err;
}

/* ---- leftovers ---------------------------------------------------------- */

/* Call LOOK for DIRECTORY and each directory above it, at most DEPTH of them. */
static enum work_traces
look_upwards(const struct walk *w, struct arena *a, const char *directory,
             int depth,
             enum work_traces (*look)(int fd, const char *name, uid_t owner),
             uid_t owner)
{
	char *dir = arena_str(a, directory);
	enum work_traces found = WORK_NONE;
	const char *name = NULL;

	while (depth-- > 0) {
		int fd = walk_open_dir(w, *dir ? dir : "/", true);
		enum work_traces here = fd < 0 ? WORK_NONE
		                               : look(fd, name, owner);
		char *slash = strrchr(dir, '/');

		sys_drop(&fd);
		if (here > found)
			found = here;
		if (!slash || !slash[1])
			break;
		*slash = '\0';
		name = slash + 1;
	}
	return found;
}

static enum work_traces
sweep(int fd, const char *name, uid_t owner)
{
	(void)owner;
	return work_sweep(fd, name);
}

enum work_traces
publish_sweep(const struct ctx *x, const char *directory)
{
	enum work_traces found;

	signals_hold();
	found = look_upwards(x->walk, x->arena, directory, PATH_MAX, sweep, 0);
	signals_release();
	return found;
}

enum work_traces
publish_look(const struct ctx *x, const char *directory)
{
	struct stat st;

	if (walk_lstat(x->walk, x->arena, directory, &st) < 0)
		return WORK_NONE;
	return look_upwards(x->walk, x->arena, directory, 2, work_look,
	                    st.st_uid);
}
