#include "publish/change.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>

#include "base/diag.h"
#include "base/str.h"
#include "os/entries.h"
#include "os/sys.h"
#include "publish/change_order.h"
#include "publish/dir_at.h"

enum { MAX_TRIES = 3, MAX_ALARMS = 10 };

/* How an entry was changed, and thereby how that is undone. */
enum step_kind {
	STEP_ADDED,     /* W/new/PATH -> PATH, where nothing was */
	STEP_EXCHANGED, /* W/new/PATH <-> PATH */
	STEP_REPLACED,  /* W/new/PATH -> PATH; the old one is W/old/NUMBER */
	STEP_ASIDE,     /* PATH -> W/old/NUMBER */
	STEP_RMDIR,     /* the empty directory PATH is gone */
};

struct step {
	enum step_kind kind;
	unsigned number;
	const char *path;
	struct stat st; /* of STEP_RMDIR */
};

struct commit {
	struct changes *changes;
	const struct change_place *where;
	struct dir_at dirs;  /* of the directory that changes */
	int newfd, oldfd;    /* W/new, W/old */
	struct step *steps;
	size_t count, room;
	unsigned number;     /* of the last entry in W/old */
	const char *path;    /* the one being changed */
	struct diag *diag;
	struct arena_cleanup cleanup;
};

void
changes_init(struct changes *c)
{
	*c = (struct changes){ .count = 0 };
	pool_lock_init(&c->lock);
	arena_init(&c->arena, NULL, 0);
}

void
changes_free(struct changes *c)
{
	arena_free(&c->arena);
	pool_lock_drop(&c->lock);
}

void
changes_add(struct changes *c, enum change_kind kind, const char *path,
            time_t when)
{
	pool_lock_take(&c->lock);
	c->list = arena_more(&c->arena, c->list, c->count, &c->room,
	                     sizeof(*c->list));
	path = arena_str(&c->arena, path);
	c->list[c->count++] = (struct change){ path, kind, .when = when };
	pool_lock_give(&c->lock);
}

bool
changes_remove(const struct changes *c)
{
	for (size_t i = 0; i < c->count; i++) {
		if (c->list[i].kind == CHANGE_REMOVE)
			return true;
	}
	return false;
}

/* ---- steps -------------------------------------------------------------- */

/* Make room for a step before it is taken: then it cannot be forgotten. */
static struct step *
prepare(struct commit *m, enum step_kind kind, const char *path)
{
	m->steps = arena_more(&m->changes->arena, m->steps, m->count, &m->room,
	                      sizeof(*m->steps));
	m->steps[m->count] = (struct step){ .kind = kind, .path = path };
	return &m->steps[m->count];
}

/* The name of entry NUMBER of W/old. */
static const char *
format_number(char name[12], unsigned number)
{
	size_t n = 12;

	name[--n] = '\0';
	do
		name[--n] = (char)('0' + number % 10);
	while (number /= 10);
	return name + n;
}

static int
move_aside(struct commit *m, int dfd, const char *name, const char *path)
{
	struct step *s = prepare(m, STEP_ASIDE, path);
	char old[12];
	int err;

	s->number = ++m->number;
	err = sys_rename_new(dfd, name, m->oldfd,
	                     format_number(old, s->number));
	m->count += err == 0;
	return err;
}

static int
add_new(struct commit *m, int dfd, const char *name, const char *path)
{
	int err;

	prepare(m, STEP_ADDED, path);
	err = sys_rename_new(m->newfd, path, dfd, name);
	m->count += err == 0;
	return err;
}

/* The way without RENAME_EXCHANGE: another name for the old file, then a rename
 * over it. Where that is not possible the name is missing for a moment. */
static int
replace(struct commit *m, int dfd, const char *name, const char *path)
{
	struct step *s = prepare(m, STEP_REPLACED, path);
	char old[12];
	int err;

	/* the last step, which nothing takes back */
	if (change_phase(path) == PHASE_CONFIG)
		return sys_rename(m->newfd, path, dfd, name, 0);
	s->number = ++m->number;
	err = sys_link(dfd, name, m->oldfd, format_number(old, s->number));
	if (err == 0) {
		err = sys_rename(m->newfd, path, dfd, name, 0);
		if (err < 0)
			(void)sys_unlink(m->oldfd,
			                 format_number(old, s->number));
		m->count += err == 0;
		return err;
	}
	err = move_aside(m, dfd, name, path);
	return err < 0 ? err : add_new(m, dfd, name, path);
}

static int
exchange(struct commit *m, int dfd, const char *name, const char *path)
{
	int err;

	prepare(m, STEP_EXCHANGED, path);
	err = sys_rename(m->newfd, path, dfd, name, SYS_RENAME_EXCHANGE);
	m->count += err == 0;
	return sys_rename_is_refused(err) ? replace(m, dfd, name, path) : err;
}

/* Remove the empty directory NAME. */
static int
remove_dir(struct commit *m, int dfd, const char *name, const char *path)
{
	struct step *s = prepare(m, STEP_RMDIR, path);
	int err = sys_stat(dfd, name, false, &s->st);

	if (err == 0)
		err = sys_rmdir(dfd, name);
	m->count += err == 0;
	return err;
}

/* Return 1 if the directory NAME of DFD is there and empty, 0 if not. */
static int
is_empty(int dfd, const char *name)
{
	int none, fd = sys_open(dfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
	                        0);

	if (fd < 0)
		return fd == -EMFILE || fd == -ENFILE || fd == -ENOMEM ? fd : 0;
	none = entries_none(fd);
	sys_drop(&fd);
	return none;
}

static int
make_dir_again(int dfd, const char *name, const struct stat *st)
{
	struct stat now;
	int fd, err = sys_mkdir(dfd, name, 0700);

	if (err < 0 && err != -EEXIST)
		return err;
	fd = sys_open(dfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (fd < 0)
		return fd;
	/* nothing that others have put there is given away */
	err = sys_fstat(fd, &now);
	if (err == 0 && (now.st_uid != sys_user() ||
	                 (now.st_mode & 05777) != 0700 ||
	                 entries_none(fd) != 1))
		err = -EPERM;
	if (err == 0) {
		(void)sys_fchown(fd, st->st_uid, st->st_gid);
		err = sys_fchmod(fd, st->st_mode & 07777);
	}
	sys_drop(&fd);
	return err;
}

static int
take_back(struct commit *m, const struct step *s)
{
	const char *name;
	char old[12];
	int dfd = dir_at(&m->dirs, s->path, &name);

	if (dfd < 0)
		return dfd;
	switch (s->kind) {
	case STEP_ADDED:
		return sys_rename_new(dfd, name, m->newfd, s->path);
	case STEP_EXCHANGED:
		return sys_rename(m->newfd, s->path, dfd, name,
		                  SYS_RENAME_EXCHANGE);
	case STEP_REPLACED:
		return sys_rename(m->oldfd, format_number(old, s->number), dfd,
		                  name, 0);
	case STEP_ASIDE:
		return sys_rename_new(m->oldfd, format_number(old, s->number),
		                      dfd, name);
	case STEP_RMDIR:
		return make_dir_again(dfd, name, &s->st);
	}
	return -EINVAL;
}

static void
report_stuck(struct commit *m, const struct step *s, int err, size_t stuck)
{
	const struct change_place *w = m->where;
	char old[12];

	if (stuck > MAX_ALARMS)
		return;
	if (s->kind == STEP_ADDED)
		diag_alarm(m->diag, "cannot take back '%s/%s', which is new: %s",
		           w->path, s->path, diag_reason(err));
	else if (s->kind == STEP_RMDIR)
		diag_alarm(m->diag, "cannot make the empty directory '%s/%s' "
		           "again: %s", w->path, s->path, diag_reason(err));
	else if (s->kind == STEP_EXCHANGED)
		diag_alarm(m->diag, "cannot put back '%s/%s', which is now "
		           "'%s/new/%s': %s", w->path, s->path, w->work,
		           s->path, diag_reason(err));
	else
		diag_alarm(m->diag, "cannot put back '%s/%s', which is now "
		           "'%s/old/%s': %s", w->path, s->path, w->work,
		           format_number(old, s->number), diag_reason(err));
}

/* Take every step back, the last one first. Return the number of steps that
 * resist; each is tried again, because an error may last only a moment. */
static size_t
undo(struct commit *m)
{
	size_t stuck = 0;

	m->changes->undone_in_part = m->count > 0;
	while (m->count > 0) {
		const struct step *s = &m->steps[--m->count];
		int err = -EINTR;

		for (int i = 0; err < 0 && i < MAX_TRIES; i++) {
			/* directories have moved since the descriptors of
			 * the way were opened */
			dir_at_close(&m->dirs);
			err = take_back(m, s);
		}
		if (err < 0)
			report_stuck(m, s, err, ++stuck);
	}
	if (stuck > MAX_ALARMS)
		diag_alarm(m->diag, "and %zu more paths of '%s'",
		           stuck - MAX_ALARMS, m->where->path);
	m->changes->undone_in_part = stuck > 0;
	return stuck;
}

/* Memory is out between two steps. */
static void
undo_at_end(struct arena_cleanup *c)
{
	(void)undo((struct commit *)((char *)c -
	                             offsetof(struct commit, cleanup)));
}

/* ---- removal ------------------------------------------------------------ */

/* Read the entries of the directory PATH; -EACCES if it is to be OWNED by this user
 * and is not, unless that is root. */
static int
read_dir(struct dir_at *dirs, const char *path, bool owned, struct entries *e,
         struct arena *a)
{
	const char *name;
	struct stat st;
	int err, fd = dir_at(dirs, path, &name);

	*e = (struct entries){ .count = 0 };
	if (fd < 0)
		return fd;
	fd = sys_open(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (fd < 0)
		return fd;
	err = sys_fstat(fd, &st);
	/* what is in another user's directory could be moved, but not deleted */
	if (err == 0 && owned && sys_user() != 0 && st.st_uid != sys_user())
		err = -EACCES;
	if (err == 0)
		err = entries_read(e, a, fd);
	sys_drop(&fd);
	return err;
}

static int take_away(struct commit *m, const char *path);

/* The directory PATH does not move, as in the lower layer of an overlay: move its
 * entries, and remove it. */
static int
take_entries(struct commit *m, const char *path)
{
	struct arena *a = &m->changes->arena;
	struct entries e;
	const char *name;
	int dfd, err = read_dir(&m->dirs, path, false, &e, a);

	for (size_t i = 0; err == 0 && i < e.count; i++) {
		char *child = arena_fmt(a, "%s/%s", path, e.names[i]);

		err = strlen(child) < PATH_MAX ? take_away(m, child)
		                               : -ENAMETOOLONG;
	}
	if (err < 0)
		return err;
	dfd = dir_at(&m->dirs, path, &name);
	return dfd < 0 ? dfd : remove_dir(m, dfd, name, path);
}

/* Move the entry PATH, whatever it is, to W/old. */
static int
take_away(struct commit *m, const char *path)
{
	const char *name;
	struct stat st;
	int err, dfd = dir_at(&m->dirs, path, &name);

	if (dfd < 0)
		return dfd;
	m->path = path;
	err = move_aside(m, dfd, name, path);
	if (err == -EXDEV && sys_stat(dfd, name, false, &st) == 0 &&
	    S_ISDIR(st.st_mode))
		err = take_entries(m, path);
	return err;
}

/* Move the file or link PATH away, if there is one. */
static int
remove_file(struct commit *m, const char *path)
{
	const char *name;
	struct stat st;
	int dfd = dir_at(&m->dirs, path, &name);
	int err = dfd < 0 ? dfd : sys_stat(dfd, name, false, &st);

	m->path = path;
	if (err < 0)
		return err == -ENOENT || err == -ENOTDIR ? 0 : err;
	return S_ISDIR(st.st_mode) ? 0 : move_aside(m, dfd, name, path);
}

/* Remove the directory PATH if it is empty. It is moved away and judged again
 * where nobody else can write to it. */
static int
prune(struct commit *m, const char *path)
{
	const char *name;
	char old[12];
	int dfd = dir_at(&m->dirs, path, &name), err;

	m->path = path;
	if (dfd < 0)
		return dfd == -ENOENT || dfd == -ENOTDIR ? 0 : dfd;
	err = is_empty(dfd, name);
	if (err <= 0)
		return err;
	err = move_aside(m, dfd, name, path);
	if (sys_rename_is_refused(err)) {
		err = remove_dir(m, dfd, name, path);
		return err == -ENOTEMPTY || err == -EEXIST ||
		       err == -EBUSY ? 0 : err;
	}
	if (err < 0)
		return err;
	err = is_empty(m->oldfd, format_number(old, m->number));
	if (err != 0)
		return err < 0 ? err : 0;
	err = take_back(m, &m->steps[m->count - 1]);
	m->count -= err == 0;
	return err;
}

static bool
is_dir(struct dir_at *dirs, const char *path)
{
	const char *name;
	struct stat st;
	int dfd = dir_at(dirs, path, &name);

	return dfd < 0 || sys_stat(dfd, name, false, &st) < 0 ||
	       S_ISDIR(st.st_mode);
}

/* Return whether entry I of E, which is PATH below the top of DIRS, is a
 * directory. */
static bool
is_directory(struct dir_at *dirs, const struct entries *e, size_t i,
             const char *path)
{
	return e->kinds[i] == ENTRY_UNKNOWN ? is_dir(dirs, path)
	                                    : e->kinds[i] == ENTRY_DIRECTORY;
}

/* Return 0 for an error that means that a directory is not there, or not for this
 * user; else ERR. */
static int
is_serious(int err)
{
	return err == -ENOTDIR || err == -ELOOP || err == -ENOENT ||
	       err == -EACCES ? 0 : err;
}

/* Note that something in the directory PATH stays. Return 0. */
static int
note_stay(struct changes *c, const char *path)
{
	const struct change *x = changes_find(c, CHANGE_PRUNE, path);

	if (x)
		c->list[x - c->list].stays = true;
	return 0;
}

/*
 * Return 1 if all in the directory PATH, which is AT below the top of DIRS, is
 * removed, 0 if not; REPLACED: or written anew. A directory in the place of a file
 * is not. A directory of which something stays is not looked at again.
 */
static int
is_all_removed(struct commit *m, struct dir_at *dirs, const char *at,
               const char *path, bool replaced, struct arena *a)
{
	const struct change *x = changes_find(m->changes, CHANGE_PRUNE, path);
	struct entries e;
	int all = replaced || (!(x && x->stays) &&
	                       !changes_find(m->changes, CHANGE_DIR, path));
	int err = all ? read_dir(dirs, at, true, &e, a) : 0;

	for (size_t i = 0; err == 0 && all == 1 && i < e.count; i++) {
		char *child = arena_fmt(a, "%s/%s", path, e.names[i]);
		char *now = arena_fmt(a, "%s/%s", at, e.names[i]);

		if (strlen(child) >= PATH_MAX || strlen(now) >= PATH_MAX)
			return -ENAMETOOLONG;
		if (!changes_find(m->changes, CHANGE_REMOVE, child))
			all = is_all_removed(m, dirs, now, child, replaced, a);
		else if (is_directory(dirs, &e, i, now))
			all = 0;
	}
	err = err < 0 ? is_serious(err) : all;
	return err == 0 && !replaced ? note_stay(m->changes, path) : err;
}

/* Move the directory PATH to W/old, and judge it there again. */
static int
move_whole(struct commit *m, const char *path, struct arena *a)
{
	struct dir_at aside;
	const char *name;
	char old[12];
	int dfd = dir_at(&m->dirs, path, &name);
	int err = dfd < 0 ? dfd : move_aside(m, dfd, name, path);

	if (sys_rename_is_refused(err))
		return 0;
	if (err < 0)
		return err;
	dir_at_close(&m->dirs);
	dir_at_init(&aside, m->oldfd);
	err = is_all_removed(m, &aside, format_number(old, m->number), path,
	                     false, a);
	dir_at_close(&aside);
	if (err == 0) {
		err = take_back(m, &m->steps[m->count - 1]);
		m->count -= err == 0;
	}
	return err;
}

/*
 * Remove the directory PATH in one piece, if all in it is removed: a killed run
 * leaves no part of it, of which the next one would not know whose it is. Return
 * 1 if it is gone, 0 if it must be done file by file.
 */
static int
remove_whole(struct commit *m, const char *path)
{
	struct arena shortly;
	int err;

	if (m->where->mounts)
		return 0;
	m->path = path;
	arena_init(&shortly, NULL, 0);
	err = is_all_removed(m, &m->dirs, path, path, false, &shortly);
	if (err == 1)
		err = move_whole(m, path, &shortly);
	arena_free(&shortly);
	return err;
}

/* Set all changes at and below PATH done, times excepted. */
static void
finish_below(struct changes *c, const char *path)
{
	const struct change *first = changes_find(c, CHANGE_DIR, path);
	size_t i = (size_t)(first - c->list);

	/* of those of one path, CHANGE_DIR comes first */
	for (; i < c->count && (strcmp(c->list[i].path, path) == 0 ||
	                        change_is_below(c->list[i].path, path)); i++)
		c->list[i].done |= c->list[i].kind != CHANGE_STAMP;
}

/* Exchange the directory AT for its new version, and judge the old one again in
 * W: 0 or a negative errno. If it does not pass, or cannot be exchanged, it is
 * left to be changed file by file. */
static int
exchange_directory(struct commit *m, const char *at, struct arena *a)
{
	/* a step outlives AT */
	const char *path = changes_find(m->changes, CHANGE_DIR, at)->path;
	struct dir_at aside;
	const char *name;
	int dfd = dir_at(&m->dirs, path, &name), err;

	if (dfd < 0)
		return dfd;
	m->path = path;
	(void)prepare(m, STEP_EXCHANGED, path);
	/* where this is refused, the files say why, if they are refused, too */
	if (sys_rename(m->newfd, path, dfd, name, SYS_RENAME_EXCHANGE) < 0)
		return 0;
	m->count++;
	dir_at_close(&m->dirs);
	dir_at_init(&aside, m->newfd);
	err = is_all_removed(m, &aside, path, path, true, a);
	dir_at_close(&aside);
	if (err == 1) {
		finish_below(m->changes, path);
		return 0;
	}
	if (err == 0) {
		err = take_back(m, &m->steps[m->count - 1]);
		m->count -= err == 0;
		dir_at_close(&m->dirs);
	}
	return err;
}

/* Return whether the directory PATH can go without anything being lost: it is only
 * pruned, or has the owner, group and mode of its new version, and no
 * attributes. */
static bool
is_plain(struct commit *m, const char *path)
{
	struct stat now, new;
	const char *name;
	int fd, dfd = dir_at(&m->dirs, path, &name);
	bool none;

	if (dfd < 0 || sys_stat(dfd, name, false, &now) < 0)
		return false;
	if (!changes_find(m->changes, CHANGE_DIR, path))
		return changes_find(m->changes, CHANGE_PRUNE, path);
	if (sys_stat(m->newfd, path, false, &new) < 0 ||
	    now.st_uid != new.st_uid || now.st_gid != new.st_gid ||
	    now.st_mode != new.st_mode)
		return false;
	fd = sys_open(dfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (fd < 0)
		return false;
	none = sys_has_no_xattrs(fd);
	sys_drop(&fd);
	return none;
}

static int exchange_below(struct commit *m, const char *path, struct arena *a);

/* Judge entry I of E, the directory PATH. *CHILD becomes its path if it is a
 * directory that may be exchanged or go. Return 1 if nothing of it stays, 0, or a
 * negative errno. */
static int
judge_entry(struct commit *m, const char *path, const struct entries *e,
            size_t i, char **child, struct arena *a)
{
	char *now = arena_fmt(a, "%s/%s", path, e->names[i]);
	int whole;

	*child = NULL;
	if (strlen(now) >= PATH_MAX)
		return -ENAMETOOLONG;
	if (changes_find(m->changes, CHANGE_REMOVE, now))
		return !is_directory(&m->dirs, e, i, now);
	if (!is_plain(m, now))
		return 0;
	whole = exchange_below(m, now, a);
	if (whole == 1)
		*child = now;
	return whole;
}

/* Judge the directory PATH: 1 if it may be exchanged for its new version, as all
 * in it is removed or written anew. If not, 0, and the directories in it of which
 * that is true have been exchanged. */
static int
exchange_below(struct commit *m, const char *path, struct arena *a)
{
	struct entries e;
	char **whole;
	size_t count = 0;
	bool all = is_plain(m, path);
	int err = read_dir(&m->dirs, path, true, &e, a);

	if (err < 0)
		return is_serious(err);
	whole = arena_alloc(a, (e.count + 1) * sizeof(*whole));
	for (size_t i = 0; i < e.count; i++) {
		int judged = judge_entry(m, path, &e, i, &whole[count], a);

		if (judged < 0)
			return judged;
		count += whole[count] != NULL;
		all &= judged == 1;
	}
	if (all)
		return 1;
	for (size_t i = 0; err == 0 && i < count; i++) {
		if (changes_find(m->changes, CHANGE_DIR, whole[i]))
			err = exchange_directory(m, whole[i], a);
	}
	return err;
}

/* Exchange package directories of which nothing else stays: two versions of one
 * are never mixed, and a kill has less time to come between. */
static int
exchange_packages(struct commit *m)
{
	struct changes *c = m->changes;
	const char *last = NULL; /* judged with all below it */
	int err = 0;

	if (m->where->mounts || !changes_remove(c))
		return 0;
	for (size_t i = 0; err == 0 && i < c->count; i++) {
		const char *path = c->list[i].path;
		struct arena shortly;

		if (c->list[i].kind != CHANGE_DIR || !change_in_package(path) ||
		    (last && change_is_below(path, last)))
			continue;
		last = path;
		arena_init(&shortly, NULL, 0);
		err = exchange_below(m, path, &shortly);
		if (err == 1)
			err = exchange_directory(m, path, &shortly);
		arena_free(&shortly);
	}
	return err;
}

/* Remove the files of a .dist-info directory, from change FIRST to END: in one
 * piece if it can be, else RECORD last, by which the other files are known. */
static int
remove_dist_info(struct commit *m, size_t first, size_t end)
{
	struct change *l = m->changes->list;
	char *dir = arena_dup(&m->changes->arena, l[first].path,
	                      change_dist_info(l[first].path));
	int err = remove_whole(m, dir);

	if (err != 0)
		return err < 0 ? err : 0;
	for (int last = 0; last < 2; last++) {
		for (size_t i = first; err == 0 && i < end; i++) {
			if (l[i].kind == CHANGE_REMOVE && !l[i].done &&
			    str_ends(l[i].path, "/RECORD") == last)
				err = remove_file(m, l[i].path);
		}
	}
	return err;
}

static int
remove_dist_infos(struct commit *m)
{
	const struct changes *c = m->changes;
	int err = 0;

	for (size_t i = 0, end; err == 0 && i < c->count; i = end) {
		size_t n = change_dist_info(c->list[i].path);

		end = i + 1;
		if (n == 0 || c->list[i].kind != CHANGE_REMOVE ||
		    c->list[i].done)
			continue;
		while (end < c->count &&
		       change_dist_info(c->list[end].path) == n &&
		       strncmp(c->list[i].path, c->list[end].path, n) == 0)
			end++;
		err = remove_dist_info(m, i, end);
	}
	return err;
}

/* The directory of change I is gone, with all that is in it. */
static void
skip_below(struct changes *c, size_t i)
{
	const char *dir = c->list[i].path;

	for (; i < c->count && (strcmp(c->list[i].path, dir) == 0 ||
	                        change_is_below(c->list[i].path, dir)); i++) {
		if (c->list[i].kind == CHANGE_REMOVE ||
		    c->list[i].kind == CHANGE_PRUNE)
			c->list[i].done = true;
	}
}

static int
remove_files(struct commit *m)
{
	struct changes *c = m->changes;
	int err = 0;

	for (size_t i = 0; err == 0 && i < c->count; i++) {
		const struct change *x = &c->list[i];

		if (x->done || change_phase(x->path) == PHASE_DIST_INFO)
			continue;
		if (x->kind == CHANGE_REMOVE)
			err = remove_file(m, x->path);
		if (x->kind != CHANGE_PRUNE || x->stays)
			continue;
		err = remove_whole(m, x->path);
		if (err == 1) {
			skip_below(c, i);
			err = 0;
		}
	}
	return err;
}

static int
prune_all(struct commit *m, enum change_phase phase)
{
	const struct changes *c = m->changes;
	int err = 0;

	for (size_t i = c->count; err == 0 && i-- > 0;) {
		const struct change *x = &c->list[i];

		if (x->kind == CHANGE_PRUNE && !x->done &&
		    change_phase(x->path) == phase)
			err = prune(m, x->path);
	}
	dir_at_close(&m->dirs);
	return err;
}

/* Move everything in the directory away, except W. */
static int
clear(struct commit *m)
{
	struct entries e;
	int err = entries_read(&e, &m->changes->arena, m->where->dirfd);

	for (size_t i = 0; err == 0 && i < e.count; i++) {
		if (strcmp(e.names[i], m->where->skip) != 0)
			err = take_away(m, e.names[i]);
	}
	dir_at_close(&m->dirs);
	return err;
}

/* ---- publication -------------------------------------------------------- */

/* Publish the directory of change I with all that is in it, unless there is one. */
static int
put_dir(struct commit *m, size_t i)
{
	struct change *l = m->changes->list;
	const char *path = l[i].path, *name;
	struct stat st;
	int dfd = dir_at(&m->dirs, path, &name);
	int err = dfd < 0 ? dfd : add_new(m, dfd, name, path);

	if (err == 0) {
		while (i < m->changes->count &&
		       (strcmp(l[i].path, path) == 0 ||
		        change_is_below(l[i].path, path))) {
			if (l[i].kind == CHANGE_DIR || l[i].kind == CHANGE_PUT)
				l[i].done = true;
			i++;
		}
	} else if (err == -EEXIST || err == -ENOTEMPTY) {
		err = sys_stat(dfd, name, false, &st);
		if (err == 0 && !S_ISDIR(st.st_mode))
			err = -ENOTDIR;
	}
	return err;
}

static int
put_file(struct commit *m, const char *path)
{
	const char *name;
	struct stat st;
	int dfd = dir_at(&m->dirs, path, &name);
	int err = dfd < 0 ? dfd : add_new(m, dfd, name, path);

	if (err != -EEXIST)
		return err;
	err = sys_stat(dfd, name, false, &st);
	if (err == 0 && S_ISDIR(st.st_mode))
		err = -EISDIR;
	return err < 0 ? err : exchange(m, dfd, name, path);
}

static int
put_all(struct commit *m, enum change_phase phase)
{
	const struct changes *c = m->changes;
	int err = 0;

	for (size_t i = 0; err == 0 && i < c->count; i++) {
		const struct change *x = &c->list[i];

		if (x->done || change_phase(x->path) != phase)
			continue;
		if (x->kind != CHANGE_DIR && x->kind != CHANGE_PUT)
			continue;
		m->path = x->path;
		err = x->kind == CHANGE_DIR ? put_dir(m, i)
		                            : put_file(m, x->path);
	}
	return err;
}

static int
carry_out(struct commit *m, bool clears)
{
	int err = clears ? clear(m) : exchange_packages(m);

	if (err == 0)
		err = remove_files(m);
	if (err == 0)
		err = prune_all(m, PHASE_FILES);
	if (err == 0)
		err = put_all(m, PHASE_FILES);
	if (err == 0)
		err = put_all(m, PHASE_DIST_INFO);
	if (err == 0)
		err = remove_dist_infos(m);
	if (err == 0)
		err = prune_all(m, PHASE_DIST_INFO);
	return err < 0 ? err : put_all(m, PHASE_CONFIG);
}

static int
report_failure(const struct commit *m, int err)
{
	const char *path = m->path ? m->path : "";
	const char *slash = *path ? "/" : "";
	const char *reason = err == -EBUSY ? "it is a mount point"
	                     : err == -EISDIR
	                             ? "a directory that is not empty is there"
	                             : diag_reason(err);

	return diag_set(m->diag, err, "cannot change '%s%s%s': %s",
	                m->where->path, slash, path, reason);
}

static int
open_new(int workfd, const char *name)
{
	return sys_open(workfd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
}

int
changes_commit(struct changes *c, const struct change_place *where, bool clears,
               struct diag *d)
{
	struct commit m = {
		.changes = c,
		.where = where,
		.diag = d,
		.cleanup.run = undo_at_end,
	};
	size_t stuck = 0;
	int err;

	changes_sort(c);
	arena_cleanup_add(&m.cleanup);
	dir_at_init(&m.dirs, where->dirfd);
	m.newfd = open_new(where->workfd, "new");
	err = m.newfd < 0 ? m.newfd : sys_mkdir(where->workfd, "old", 0700);
	m.oldfd = err < 0 ? err : open_new(where->workfd, "old");
	err = m.oldfd < 0 ? m.oldfd : carry_out(&m, clears);
	if (err < 0) {
		report_failure(&m, err);
		stuck = undo(&m);
	}
	arena_cleanup_drop(&m.cleanup);
	dir_at_close(&m.dirs);
	sys_drop(&m.newfd);
	sys_drop(&m.oldfd);
	return stuck > 0 ? CHANGES_STUCK : err;
}

int
changes_stamp(const struct changes *c, int dirfd)
{
	struct dir_at dirs;
	int err = 0;

	dir_at_init(&dirs, dirfd);
	for (size_t i = 0; i < c->count; i++) {
		const struct timespec times[2] = {
			{ .tv_sec = c->list[i].when },
			{ .tv_sec = c->list[i].when },
		};
		const char *name;
		int dfd, failed;

		if (c->list[i].kind != CHANGE_STAMP)
			continue;
		dfd = dir_at(&dirs, c->list[i].path, &name);
		failed = dfd < 0 ? dfd : sys_utime(dfd, name, times);
		if (failed < 0 && failed != -ENOENT && failed != -ENOTDIR)
			err = failed;
	}
	dir_at_close(&dirs);
	return err;
}
