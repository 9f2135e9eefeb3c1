#include "venv/apply.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "base/diag.h"
#include "os/pool.h"
#include "os/signals.h"
#include "os/walk.h"
#include "resolve/choose.h"
#include "venv/venv.h"
#include "wheel/fates.h"
#include "wheel/made.h"
#include "wheel/scripts.h"
#include "wheel/write.h"

static int
put_file(struct sink *s, const struct node *n, const char *data, size_t len)
{
	int err = s->ops->begin(s, n->path, n->mode, len);

	if (err == 0)
		err = s->ops->write(s, data, len);
	if (err == 0)
		err = s->ops->end(s);
	return err;
}

static int
put_edited(struct sink *s, const struct node *n, const struct walk *w)
{
	struct arena shortly;
	struct buf out;
	int err;

	arena_init(&shortly, NULL, 0);
	buf_init(&out, &shortly);
	err = scripts_edit(n->edit, w, n->data, &out);
	if (err == 0)
		err = put_file(s, n, out.data, out.len);
	arena_free(&shortly);
	return err;
}

/* How many names the file N gets. */
static unsigned
count_names(const struct plan *p, const struct node *n)
{
	unsigned names = 1;

	for (size_t i = 0; i < p->count; i++) {
		const struct node *other = &p->nodes[i];

		if (other->kind == NODE_SAME &&
		    strcmp(other->data, n->path) == 0)
			names++;
	}
	return names;
}

static int
put_copy(struct sink *s, const struct plan *p, const struct node *n,
         const struct walk *w)
{
	struct stat st;
	int err;
	int fd = walk_open_file(w, n->data, &st);

	if (fd < 0)
		return fd;
	err = s->ops->copy(s, n->path, n->mode, fd, count_names(p, n));
	walk_close(fd);
	return err;
}

static int
put_node(struct sink *s, const struct plan *p, const struct node *n,
         const struct walk *w)
{
	switch (n->kind) {
	case NODE_DIR:
		return s->ops->dir(s, n->path);
	case NODE_FILE:
		return put_file(s, n, n->data, n->len);
	case NODE_LINK:
		return s->ops->link(s, n->path, n->data);
	case NODE_COPY:
		return n->edit ? put_edited(s, n, w) : put_copy(s, p, n, w);
	case NODE_SAME:
		return s->ops->same(s, n->path, n->data);
	case NODE_REMOVE:
		return s->ops->remove(s, n->path);
	case NODE_WHEEL: /* comes when all else is there */
		return 0;
	}
	return -EINVAL;
}

/* A pass that sets the times of what was written. */
struct stamping {
	struct sink *sink;
	time_t when;
	struct buf path; /* of a directory */
};

static int
stamp_directory(void *ctx, const char *path, size_t n)
{
	struct stamping *s = ctx;

	s->path.len = 0;
	buf_add(&s->path, path, n);
	return s->sink->ops->stamp(s->sink, buf_str(&s->path), s->when);
}

static int
stamp_wheel(struct stamping *s, const struct wheel_install *w,
            const char **path)
{
	int err = 0;

	for (size_t i = 0; err == 0 && i < w->files.count; i++) {
		*path = w->files.list[i].path;
		if (w->fates[i] == FATE_WRITTEN)
			err = s->sink->ops->stamp(s->sink, *path, s->when);
	}
	return err < 0 ? err
	               : wheel_files_each_directory(&w->files, stamp_directory,
	                                            s);
}

/* Everything is written: set the times of all of it. A directory that was there has
 * got new entries. */
static int
stamp_all(const struct plan *p, time_t when, struct sink *sink,
          const char **path, struct arena *a)
{
	struct stamping s = { .sink = sink, .when = when };
	int err = 0;

	buf_init(&s.path, a);
	for (size_t i = 0; err == 0 && i < p->count; i++) {
		const struct node *n = &p->nodes[i];

		*path = n->path;
		if (n->kind == NODE_WHEEL)
			err = stamp_wheel(&s, n->wheel, path);
		else if (n->kind == NODE_DIR ||
		         (n->kind != NODE_REMOVE && !n->kept))
			err = sink->ops->stamp(sink, n->path, when);
	}
	return err < 0 ? err : sink->ops->stamp(sink, ".", when);
}

/* Write the wheels of P to S. */
static int
put_wheels(const struct plan *p, const struct venv_options *o,
           struct progress *progress, struct sink *s, struct diag *d)
{
	const struct wheel_write how = {
		.list = p->wheels,
		.count = p->wheel_count,
		.source = o->wheels->source,
		.launch = wheel_launch(p),
		.env_dir = p->place,
		.workers = pool_processors(),
		.progress = progress,
	};
	int err = wheel_write(&how, s, d);

	if (err < 0 && progress)
		progress->end(progress);
	return err;
}

/* Prune the directory DIR, which has lost files, or set its time *WHEN if it is
 * still there. */
static int
tend(struct sink *s, const char *dir, const time_t *when)
{
	int err = when ? s->ops->stamp(s, dir, *when) : s->ops->prune(s, dir);

	return when && err == -ENOENT ? 0 : err;
}

/* Tend the directories that removed files were in, except those that every
 * environment has; *AT is the one that an error is of. */
static int
tend_emptied(const struct plan *p, struct sink *s, const time_t *when,
             const char **at, struct arena *a)
{
	const char *last = "";
	int err = 0;

	for (size_t i = 0; err == 0 && i < p->count; i++) {
		const char *path = p->nodes[i].path;
		size_t same = 0;

		if (p->nodes[i].kind != NODE_REMOVE)
			continue;
		while (path[same] && path[same] == last[same])
			same++;
		/* the directories of both were tended with the last one */
		for (size_t n = same; err == 0 && path[n]; n++) {
			if (path[n] != '/' || plan_find_n(p, path, n))
				continue;
			*at = arena_dup(a, path, n);
			err = tend(s, *at, when);
		}
		last = path;
	}
	return err;
}

int
apply_plan(const struct plan *p, const struct venv_options *o,
           struct progress *progress, struct sink *s, const struct walk *w,
           struct diag *d)
{
	const char *path = "";
	int err = 0;

	for (size_t i = 0; err == 0 && i < p->count; i++) {
		const struct node *n = &p->nodes[i];

		path = n->path;
		/* a copy can be long; the rest is done in no time */
		if (n->kind == NODE_COPY && signals_pending())
			err = -EINTR;
		else if (!n->kept || n->kind == NODE_DIR)
			err = put_node(s, p, n, w);
		/* what is written to is new, so no other rule forbids it */
		if (n->kind == NODE_LINK &&
		    (err == -EPERM || err == -EOPNOTSUPP || err == -ENOSYS))
			return APPLY_NO_LINKS;
	}
	if (err == 0)
		err = tend_emptied(p, s, NULL, &path, d->text.arena);
	if (err == 0 && p->wheel_count > 0) {
		err = put_wheels(p, o, progress, s, d);
		if (err < 0)
			return err;
	}
	if (err == 0 && o->has_epoch)
		err = tend_emptied(p, s, &o->epoch, &path,
		                   d->text.arena);
	if (err == 0 && o->has_epoch)
		err = stamp_all(p, o->epoch, s, &path, d->text.arena);
	if (err < 0)
		diag_set(d, err, "cannot write '%s/%s': %s", p->place, path,
		         diag_reason(err));
	return err;
}
