#include "venv/venv.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "format/pathname.h"
#include "os/ctx.h"
#include "publish/archive_sink.h"
#include "python/layout.h"
#include "python/python.h"
#include "venv/apply.h"
#include "venv/place.h"
#include "venv/planner.h"
#include "venv/wheel_plan.h"

enum { STDOUT = 1 };

/* An archive in the making. */
struct archiver {
	struct archive_sink sink;
	struct venv_options options;
	const struct venv_host *host;
	struct progress *progress;
	const struct python *python;
	struct layout layout;
	const struct walk *walk;
	struct diag *diag;
	struct plan plan;    /* of ENV_DIR, NULL: of none */
	const char *env_dir;
	const char *place;   /* of it, as the archive names it */
	struct arena memory; /* of the plan */
};

/*
 * Where PATH leads to in the root: with a name that is a link there the archive
 * would have a directory, which most programs put in place of the link.
 */
static int
find_place(struct archiver *m, const char *path)
{
	char *dir = arena_str(&m->memory, path), *real = NULL;
	size_t n = strlen(path);
	int err = 0;

	m->place = path;
	if (m->walk->rootfd < 0)
		return 0;
	while (err == 0) {
		err = walk_resolve(m->walk, &m->memory, n ? dir : "/", &real);
		/* the rest is not there, or not for us to see */
		if (n == 0 || (err != -ENOENT && err != -EACCES))
			break;
		err = 0;
		while (n > 0 && dir[--n] != '/')
			;
		dir[n] = '\0';
	}
	if (err == 0)
		m->place = arena_fmt(&m->memory, "%s%s", real[1] ? real : "",
		                     path + n);
	return err < 0 ? diag_sys(m->diag, err, "create", path) : 0;
}

/* Unpacked there, an environment would become a part of its own Python. */
static int
protect(struct archiver *m, const char *path)
{
	const struct ctx x = { m->walk, &m->memory, m->diag };
	const char *fault = place_fault(&x, path, m->python);

	if (!fault)
		fault = place_fault(&x, m->place, m->python);
	return fault ? diag_set(m->diag, -EPERM, "cannot create '%s': it is %s",
	                        path, fault)
	             : 0;
}

/* Plan the environment ENV_DIR, unless it is the last one that was planned. */
static int
plan_one(struct archiver *m, const char *env_dir)
{
	const struct ctx x = { m->walk, &m->memory, m->diag };
	struct diag *d = m->diag;
	const char *recorded;
	char *path;
	int err;

	if (m->env_dir == env_dir)
		return 0;
	arena_free(&m->memory);
	m->env_dir = NULL;
	path = pathname_absolute(&m->memory, m->host->cwd, env_dir);
	err = place_check_name(env_dir, path, d);
	if (err == 0)
		err = find_place(m, path);
	if (err == 0)
		err = protect(m, path);
	if (err == 0)
		err = place_record(&x, &m->options, m->host, m->python, path,
		                   &recorded);
	if (err == 0)
		err = plan_new(&m->plan, &m->options, m->python, &m->layout,
		               recorded, path, &m->memory, d);
	if (err == 0)
		diag_clear(d); /* what was a warning in the end */
	if (err == 0 && m->options.wheels)
		err = wheel_plan_add(&x, &m->plan, &m->options, &m->layout, NULL,
		                     true);
	if (err == 0)
		m->env_dir = env_dir;
	return err;
}

static int
put_one(struct archiver *m, const char *env_dir)
{
	int err = plan_one(m, env_dir);
	const char *path = m->plan.place;

	if (err < 0)
		return err;
	err = archive_sink_enter(&m->sink, m->place, m->walk);
	if (err < 0)
		return diag_set(m->diag, err, "cannot create '%s': %s", path,
		                err == -EEXIST ? "it is in the archive already" :
		                err == -EINVAL ? "a name in it ends such an "
		                                 "archive"
		                               : diag_reason(err));
	return apply_plan(&m->plan, &m->options, m->progress, &m->sink.sink,
	                  m->walk, m->diag);
}

/* Report a failed write of the output, which belongs to no member. */
static int
blame_output(struct archiver *m, int err)
{
	if (m->sink.err == 0)
		return err;
	return diag_set(m->diag, m->sink.err, "cannot write to standard "
	                "output: %s", diag_reason(m->sink.err));
}

static int
put_all(struct archiver *m, char *const *env_dirs, size_t count)
{
	struct diag *d = m->diag;
	int err = 0;

	archive_sink_begin(&m->sink, true);
	for (size_t i = 0; err == 0 && i < count; i++)
		err = put_one(m, env_dirs[i]);
	if (err == 0) {
		size_t warned = d->warnings.len;

		archive_sink_begin(&m->sink, false);
		for (size_t i = 0; err == 0 && i < count; i++)
			err = put_one(m, env_dirs[i]);
		d->warnings.len = warned; /* each of them came twice */
	}
	if (err == 0)
		err = archive_sink_end(&m->sink);
	return blame_output(m, err);
}

int
venv_archive(const struct ctx *x, const struct archive_format *f,
             const struct venv_call *call, const struct python *py,
             char *const *env_dirs, size_t count)
{
	const struct venv_options *o = &call->options;
	uint64_t mtime = o->has_epoch ? (uint64_t)o->epoch : 0;
	struct archiver *m = arena_zero(x->arena, 1, sizeof(*m));
	int err;

	layout_init(&m->layout, py, x->arena);
	archive_sink_init(&m->sink, f, STDOUT, mtime);
	m->options = *o;
	m->host = &call->host;
	m->progress = call->progress;
	m->python = py;
	m->walk = x->walk;
	m->diag = x->diag;
	if (o->minimal)
		venv_minimize(&m->options, &m->layout, py);
	arena_init(&m->memory, NULL, 0);
	if (mtime > archive_format_max_time(f))
		err = diag_set(x->diag, -EOVERFLOW, "cannot use SOURCE_DATE_EPOCH: "
		               "this archive format cannot hold such a late time");
	else
		err = put_all(m, env_dirs, count);
	arena_free(&m->memory);
	archive_sink_drop(&m->sink);
	return err;
}
