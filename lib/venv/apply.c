#include "venv/apply.h"

#include <errno.h>
#include <fcntl.h>

#include "base/diag.h"
#include "os/signals.h"
#include "os/sink.h"
#include "os/walk.h"
#include "venv/options.h"
#include "venv/plan.h"

static int
put_file(struct sink *s, const struct node *n)
{
	int err = s->ops->begin(s, n->path, n->mode);

	if (err == 0)
		err = s->ops->write(s, n->data, n->len);
	if (err == 0)
		err = s->ops->end(s);
	return err;
}

static int
put_copy(struct sink *s, const struct node *n, const struct walk *w)
{
	int err;
	int fd = walk_open(w, n->data, O_RDONLY);

	if (fd < 0)
		return fd;
	err = s->ops->begin(s, n->path, n->mode);
	if (err == 0)
		err = s->ops->copy(s, fd);
	if (err == 0)
		err = s->ops->end(s);
	walk_close(fd);
	return err;
}

static int
put_node(struct sink *s, const struct node *n, const struct walk *w)
{
	switch (n->kind) {
	case NODE_DIR:
		return s->ops->dir(s, n->path);
	case NODE_FILE:
		return put_file(s, n);
	case NODE_LINK:
		return s->ops->link(s, n->path, n->data);
	case NODE_COPY:
		return put_copy(s, n, w);
	case NODE_SAME:
		return s->ops->same(s, n->path, n->data);
	case NODE_REMOVE:
		return s->ops->remove(s, n->path);
	}
	return -EINVAL;
}

/* Children first: writing an entry changes the time of its directory. */
static int
stamp_nodes(const struct plan *p, time_t when, struct sink *s,
            const char **path)
{
	int err = 0;

	for (size_t i = p->count; err == 0 && i-- > 0;) {
		const struct node *n = &p->nodes[i];

		*path = n->path;
		/* a directory that was there has got new entries */
		if (n->kind == NODE_DIR || (n->kind != NODE_REMOVE && !n->kept))
			err = s->ops->stamp(s, n->path, when);
	}
	return err < 0 ? err : s->ops->stamp(s, ".", when);
}

int
apply_plan(const struct plan *p, const struct venv_options *o, struct sink *s,
           const struct walk *w, struct diag *d)
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
			err = put_node(s, n, w);
	}
	if (err == 0 && o->has_epoch)
		err = stamp_nodes(p, o->epoch, s, &path);
	if (err < 0)
		diag_set(d, err, "cannot write '%s/%s': %s", p->env_dir, path,
		         diag_reason(err));
	return err;
}
