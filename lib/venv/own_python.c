#include "venv/own_python.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/diag.h"
#include "format/pathname.h"
#include "os/entries.h"
#include "os/walk.h"
#include "python/inspect.h"
#include "python/python.h"
#include "venv/layout.h"

struct search {
	struct python *py;
	const struct walk *walk;
	struct arena *arena;
	const char *const *env;
	const char *env_dir;
	struct diag *diag;
	bool has_copy; /* a name in bin is a copy whose base was not found */
};

/* Try the name NAME in bin; it need not be there. */
static int
try(struct search *s, const char *name)
{
	char *path = arena_fmt(s->arena, "%s/bin/%s", s->env_dir, name);
	struct stat st;
	struct diag d;
	int err;

	if (!path)
		return -ENOMEM;
	diag_init(&d, s->arena);
	err = python_inspect(s->walk, s->arena, s->env, path, s->py, &d);
	if (err == 0 && *s->py->home &&
	    strncmp(s->py->executable, s->env_dir, strlen(s->env_dir)) == 0 &&
	    s->py->executable[strlen(s->env_dir)] == '/')
		return 0; /* a whole Python, not an environment of one */
	if (err == 0) {
		s->py->requested = path;
		s->py->why = s->py->gone ? "in the environment's home"
		                         : "the environment's own";
		return 1;
	}
	if (err == -ENOMEM)
		return err;
	diag_note(s->diag, "%s", buf_str(&d.text));
	if (walk_lstat(s->walk, s->arena, path, &st) == 0 &&
	    S_ISREG(st.st_mode))
		s->has_copy = true;
	return 0;
}

/* Try the names of interpreters that are in bin, "python" first. */
static int
try_names(struct search *s)
{
	static const struct layout none;
	char *bin = arena_fmt(s->arena, "%s/bin", s->env_dir);
	struct entries e = { .count = 0 };
	bool any = false;
	int done = 0;

	if (!bin)
		return -ENOMEM;
	if (walk_entries(s->walk, s->arena, bin, &e) == -ENOMEM)
		return -ENOMEM;
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < e.count && done == 0; i++) {
			const char *name = e.names[i];

			if (!layout_is_stale_name(&none, name) ||
			    (strcmp(name, "python") == 0) != (pass == 0))
				continue;
			any = true;
			done = try(s, name);
		}
	}
	/* pyvenv.cfg says where one would come from */
	return done == 0 && !any ? try(s, "python") : done;
}

int
own_python_find(struct python *py, const struct walk *w, struct arena *a,
                const char *const *env, const char *env_dir, struct diag *d)
{
	struct search s = { py, w, a, env, env_dir, d, false };
	char *cfg = pathname_join(a, env_dir, "pyvenv.cfg");
	int done;

	if (!cfg)
		return diag_oom(d);
	if (!walk_is_file(w, cfg))
		return 0;
	done = try_names(&s);
	if (done == -ENOMEM)
		return diag_oom(d);
	if (done == 0 && s.has_copy) {
		diag_set(d, -EINVAL, "cannot change '%s': its Python is a copy, "
		         "and the one it was made from is gone", env_dir);
		diag_hint(d, "give a Python with --python");
		return d->code;
	}
	return done;
}
