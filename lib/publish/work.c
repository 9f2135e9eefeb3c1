#include "publish/work.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "os/entries.h"
#include "os/sys.h"

#define MARK "of"

enum {
	PREFIX = 9,          /* length of work_prefix */
	DIGITS = 8,          /* of each half of the rest of a name */
	MAX_TRIES = 100,     /* to find a name */
	MAX_FOREIGN = 2,     /* of them may end at a foreign directory */
	MAX_ENTRIES = 10000, /* of a directory that is swept */
	LISTING = 32 * 1024,
};

const char work_prefix[] = ".venvbox-";

static void
put_hex(char *out, uint32_t value)
{
	for (int i = DIGITS; i-- > 0; value >>= 4)
		out[i] = "0123456789abcdef"[value & 15];
}

/* The half of W's name that tells for which environment it is: FNV-1a. */
static void
put_owner(char name[WORK_NAME_SIZE], const char *of)
{
	uint32_t hash = 0x811c9dc5;

	for (; *of; of++)
		hash = (hash ^ (unsigned char)*of) * 0x01000193;
	memcpy(name, work_prefix, PREFIX);
	put_hex(name + PREFIX, hash);
}

void
work_name(char name[WORK_NAME_SIZE], const char *of)
{
	uint32_t random;

	put_owner(name, of);
	sys_random(&random, sizeof(random));
	put_hex(name + PREFIX + DIGITS, random);
	name[PREFIX + 2 * DIGITS] = '\0';
}

/* Return whether NAME is a name of a work directory for the environment OF. */
static bool
is_name(const char *name, const char *of)
{
	char want[WORK_NAME_SIZE];

	put_owner(want, of ? of : "");
	return strncmp(name, want, PREFIX + (of ? DIGITS : 0)) == 0 &&
	       strspn(name + PREFIX, "0123456789abcdef") == (size_t)2 * DIGITS &&
	       !name[PREFIX + 2 * DIGITS];
}

/* Write the target of the mark of the directory ST to TEXT. */
static void
format_mark(char text[40], const struct stat *st)
{
	char digits[20];
	uint64_t parts[] = { st->st_dev, st->st_ino };
	size_t n = 0;

	for (int i = 0; i < 2; i++) {
		size_t count = 0;

		do
			digits[count++] = "0123456789abcdef"[parts[i] & 15];
		while (parts[i] >>= 4);
		while (count > 0)
			text[n++] = digits[--count];
		text[n++] = i == 0 ? ':' : '\0';
	}
}

static int
open_dir(int dfd, const char *name)
{
	return sys_open(dfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
}

static bool
is_private(const struct stat *st, uid_t owner)
{
	/* a directory inherits setgid from its parent */
	return st->st_uid == owner && (st->st_mode & 05777) == 0700;
}

/* Make the mark of the directory FD. */
static int
mark(int fd, const struct stat *st)
{
	char text[40];

	format_mark(text, st);
	return sys_symlink(text, fd, MARK);
}

/* How an attempt to make W ends, other than with 0 or a negative errno. */
enum {
	NAME_TAKEN = 1, /* try another name: the sweep of another run has met W
	                   before it was locked and marked */
	NOT_OURS,       /* the directory at our name is not the one we made */
};

/*
 * Lock and mark the directory FD, which must be ours, closed to others, empty and
 * on the file system of its parent: anything else is not the directory that was
 * made. FORGETS: the file system does not keep owners and modes.
 */
static int
take(int parentfd, int fd, bool forgets)
{
	struct stat st, above;
	int err = sys_fstat(fd, &st);

	if (err == 0)
		err = sys_fstat(parentfd, &above);
	if (err == 0 && (st.st_dev != above.st_dev ||
	                 (!forgets && !is_private(&st, sys_user()))))
		return NOT_OURS;
	if (err == 0)
		err = entries_none(fd);
	if (err <= 0)
		return err < 0 ? err : NOT_OURS;
	if (sys_lock(fd) == -EWOULDBLOCK)
		return NAME_TAKEN;
	/* without locks nobody removes leftovers, without links nobody
	 * recognises them: both are better than no environment */
	err = mark(fd, &st);
	return err == -ENOENT ? NAME_TAKEN :
	       err == -EPERM || err == -EOPNOTSUPP ? 0 : err;
}

static int
try_name(struct work *w, const char *of, bool *forgets)
{
	int err;

	work_name(w->name, of);
	err = sys_mkdir(w->parentfd, w->name, 0700);
	if (err < 0)
		return err == -EEXIST ? NAME_TAKEN : err;
	w->fd = open_dir(w->parentfd, w->name);
	err = w->fd < 0 ? w->fd : take(w->parentfd, w->fd, *forgets);
	if (err == 0)
		return 0;
	if (err == -ENOENT)
		err = NAME_TAKEN;
	if (err == -ENOTDIR || err == -ELOOP)
		err = NOT_OURS;
	if (err == NOT_OURS && w->fd >= 0)
		*forgets = sys_forgets_owners(w->parentfd);
	if (err != NOT_OURS || *forgets) {
		(void)sys_unlink(w->fd, MARK);
		/* removes nothing that holds anything */
		(void)sys_rmdir(w->parentfd, w->name);
	}
	sys_drop(&w->fd);
	return err;
}

int
work_make(struct work *w, int parentfd, const char *name)
{
	bool forgets = false;
	int foreign = 0;

	*w = (struct work){ .parentfd = parentfd, .fd = -1 };
	for (int i = 0; i < MAX_TRIES; i++) {
		int err = try_name(w, name, &forgets);

		if (err <= 0)
			return err;
		foreign += err == NOT_OURS;
		if (foreign >= MAX_FOREIGN)
			return -EPERM;
	}
	return -EEXIST;
}

/* Delete the directory FD, called NAME in PARENTFD, the mark last: if this is
 * interrupted or fails, another run goes on. */
static size_t
delete(int parentfd, const char *name, int fd, bool empty)
{
	size_t left = empty ? 0 : remove_entries(fd, MARK);
	struct stat st;
	int err = -EBUSY;

	/* twice: what fails for a moment must leave no litter */
	for (int i = 0; left == 0 && i < 2 && err < 0 && err != -ENOENT; i++) {
		(void)sys_unlink(fd, MARK);
		err = sys_rmdir(parentfd, name);
	}
	if (left > 0)
		return left;
	if (err == 0 || err == -ENOENT)
		return 0;
	if (sys_fstat(fd, &st) == 0)
		(void)mark(fd, &st);
	return 1;
}

size_t
work_remove(struct work *w)
{
	size_t left = 0;

	if (w->fd >= 0)
		left = delete(w->parentfd, w->name, w->fd, w->empty);
	sys_drop(&w->fd);
	return left;
}

void
work_abandon(struct work *w)
{
	if (w->fd >= 0)
		(void)sys_unlink(w->fd, MARK);
	sys_drop(&w->fd);
}

/* Return whether the directory FD holds the mark that belongs to it, made by the
 * owner of FD. */
static bool
is_marked(int fd, const struct stat *st)
{
	char want[40], found[40];
	struct stat link;

	format_mark(want, st);
	return sys_stat(fd, MARK, false, &link) == 0 &&
	       link.st_uid == st->st_uid &&
	       sys_readlink(fd, MARK, found, sizeof(found)) > 0 &&
	       strcmp(found, want) == 0;
}

/* A search for the work directories in a directory. */
struct look {
	int dirfd;    /* just opened */
	const char *of;
	uid_t owner;  /* another user whose work counts */
	bool removes;
	enum work_traces found;
};

static void
note(struct look *l, enum work_traces found)
{
	if (found > l->found)
		l->found = found;
}

static void
look_at(struct look *l, const char *name)
{
	struct stat st, at;
	int fd = open_dir(l->dirfd, name);
	int err;

	if (fd < 0)
		return;
	if (sys_fstat(fd, &st) < 0 || sys_fstat(l->dirfd, &at) < 0 ||
	    st.st_dev != at.st_dev ||
	    !(is_private(&st, sys_user()) || is_private(&st, l->owner)))
		goto out;
	err = sys_lock(fd);
	if (err == -EWOULDBLOCK && is_marked(fd, &st))
		note(l, WORK_RUNNING);
	/* it may have been published or removed meanwhile */
	if (err < 0 || sys_stat(l->dirfd, name, false, &at) < 0 ||
	    !sys_same_file(&st, &at))
		goto out;
	if (is_marked(fd, &st)) {
		note(l, WORK_INTERRUPTED);
		if (l->removes)
			(void)delete(l->dirfd, name, fd, false);
	} else if (l->removes && entries_none(fd) == 1) {
		(void)sys_rmdir(l->dirfd, name);
	}
out:
	sys_drop(&fd);
}

static enum work_traces
look_through(struct look *l)
{
	_Alignas(struct dirent) char block[LISTING];
	size_t count = 0;
	ssize_t n;

	while (count < MAX_ENTRIES &&
	       (n = sys_getdents(l->dirfd, block, sizeof(block))) > 0) {
		for (ssize_t at = 0; at < n; count++) {
			const struct dirent *de = (void *)(block + at);

			at += de->d_reclen;
			if (is_name(de->d_name, l->of))
				look_at(l, de->d_name);
		}
	}
	return l->found;
}

enum work_traces
work_sweep(int fd, const char *name)
{
	struct look l = { fd, name, sys_user(), true, WORK_NONE };

	return look_through(&l);
}

enum work_traces
work_look(int fd, const char *name, uid_t owner)
{
	struct look l = { fd, name, owner, false, WORK_NONE };

	return look_through(&l);
}
