#include "venv/state.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "os/ctx.h"
#include "publish/plan.h"
#include "python/layout.h"
#include "shell/shell.h"

static int
read_names(const struct ctx *x, struct entries *e, const char *path)
{
	int err = walk_entries(x->walk, x->arena, path, e);

	return err == -ENOENT || err == -ENOTDIR ? 0 : err;
}

static int
read_config(const struct ctx *x, struct state *s, const char *dir)
{
	int err = config_read(&s->config, x->walk, x->arena, dir);

	/* not there, or not a file: no environment */
	if (err < 0 && err != -ENOENT && err != -EINVAL)
		return err;
	s->has_config = err == 0;
	s->environment = s->config.home;
	s->kind = layout_of(config_is_of_windows(&s->config, x->walk, x->arena,
	                                         dir));
	return 0;
}

static bool
has_name(const struct entries *e, const char *name)
{
	for (size_t i = 0; i < e->count; i++) {
		if (strcmp(e->names[i], name) == 0)
			return true;
	}
	return false;
}

/* Return the set of shells whose scripts are in bin. */
static unsigned
look_for_activators(const struct state *s)
{
	unsigned set = SHELL_SET_NONE;

	for (size_t i = 0; i < shell_count(); i++) {
		const struct shell *sh = shell_at(i);
		const char *file = sh->file ? sh->file : sh->windows_file;

		if (file && has_name(&s->bin, file))
			set |= shell_set_of(sh);
	}
	return set;
}

/* How the environment was made, as far as its files tell. */
static void
read_habits(const struct ctx *x, struct state *s, const char *dir)
{
	char *python = arena_fmt(x->arena, "%s/bin/python", dir);
	char *ignore = arena_fmt(x->arena, "%s/.gitignore", dir);
	struct stat st;

	s->copies = s->kind->copies_only ||
	            (walk_lstat(x->walk, x->arena, python, &st) == 0 &&
	             S_ISREG(st.st_mode));
	s->ignore_file = walk_lstat(x->walk, x->arena, ignore, &st) == 0;
	s->activators_there = look_for_activators(s);
	s->activators = s->activators_there;
	s->activators_given = s->config.activators &&
	                      shell_set_parse(&s->activators_chosen,
	                                      s->config.activators);
	/* Without a choice all that venv writes, as one that is missing may be
	 * damage. An empty or lost bin is damage, not a choice of none. */
	if (s->activators_given)
		s->activators |= s->activators_chosen;
	else if (s->activators_there || s->bin.count == 0)
		s->activators |= shell_set_by_venv();
}

int
state_read(const struct ctx *x, struct state *s, const char *dir)
{
	int err;

	*s = (struct state){ .kind = layout_of(false) };
	err = read_config(x, s, dir);
	if (err == 0)
		err = read_names(x, &s->bin,
		                 arena_fmt(x->arena, "%s/%s", dir,
		                           s->kind->scripts));
	if (err == 0)
		err = read_names(x, &s->lib,
		                 arena_fmt(x->arena, "%s/%s", dir,
		                           s->kind->libs));
	read_habits(x, s, dir);
	return err < 0 ? diag_sys(x->diag, err, "read", dir) : 0;
}

/* The file that the node N of P copies, itself or by another name. */
static const char *
source_of(const struct plan *p, const struct node *n)
{
	if (n->kind == NODE_SAME)
		n = plan_find(p, n->data);
	return n && n->kind == NODE_COPY ? n->data : NULL;
}

/* Return false if N is a copy that nobody is to execute. */
static bool
is_program(const struct node *n)
{
	return n->kind != NODE_COPY || (n->mode & 0111);
}

static int
look_at(const struct ctx *x, struct present *now, const struct plan *p,
        const struct node *n, const char *path)
{
	const char *source = source_of(p, n);
	struct stat st;
	char *data;
	int err = walk_lstat(x->walk, x->arena, path, &st);

	*now = (struct present){ .kind = PRESENT_NOTHING };
	if (err <
	    0) /* below a file: the node of that file will object */
		return err == -ENOENT || err == -ENOTDIR ? 0 : err;
	if (S_ISDIR(st.st_mode)) {
		now->kind = PRESENT_DIR;
	} else if (S_ISREG(st.st_mode)) {
		now->kind = PRESENT_FILE;
		if (source)
			now->equal =
				((st.st_mode & 0111) || !is_program(n)) &&
				walk_same_content(x->walk, path, source) == 1;
		if (n->kind != NODE_FILE || (uint64_t)st.st_size != n->len)
			return 0;
		err = walk_read(x->walk, x->arena, path, n->len, &data,
		                &now->len);
		now->data = err < 0 ? NULL : data;
	} else if (S_ISLNK(st.st_mode)) {
		now->kind = PRESENT_LINK;
		err = walk_readlink(x->walk, x->arena, path, &data);
		now->data = err < 0 ? NULL : data;
		now->len = now->data ? strlen(now->data) : 0;
	} else {
		now->kind = PRESENT_OTHER;
	}
	return err;
}

int
state_look(const struct ctx *x, struct state *s, const char *dir,
           const struct plan *p)
{
	s->present = arena_zero(x->arena, p->count, sizeof(*s->present));
	for (size_t i = 0; i < p->count; i++) {
		const struct node *n = &p->nodes[i];
		char *path = arena_fmt(x->arena, "%s/%s", dir, n->path);
		int err;

		err = look_at(x, &s->present[i], p, n, path);
		if (err < 0)
			return diag_sys(x->diag, err, "read", path);
	}
	return 0;
}
