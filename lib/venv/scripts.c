#include "venv/scripts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/str.h"
#include "format/digest.h"
#include "format/pathname.h"
#include "os/entries.h"
#include "os/walk.h"
#include "publish/sink.h"
#include "python/layout.h"
#include "venv/plan.h"
#include "venv/wheel_plan.h"
#include "wheel/distribution.h"
#include "wheel/launcher.h"
#include "wheel/record.h"

enum {
	SCRIPT_START = 16 * 1024, /* a path can be long */
	MAX_SCRIPT = 64 * 1024 * 1024,
	MAX_RECORD = 64 * 1024 * 1024,
};

/* A look at one environment. */
struct looker {
	const struct walk *walk;
	const char *env_dir;
	const char *bin;    /* its bin */
	const struct plan *plan; /* what will be in it; NULL: what is there */
	bool unbind;        /* scripts that name its path are looked for, too */
	struct arena *arena;
};

/* Return true if NAME is the name of a Python interpreter. */
static bool
is_python(const char *name)
{
	return str_starts(name, "python") || str_starts(name, "pypy") ||
	       str_starts(name, "graalpy");
}

/* Return whether the interpreter PYTHON, which lies in the bin of this
 * environment, will be there. */
static bool
stays(const struct looker *l, const char *python)
{
	char *path = arena_fmt(l->arena, "bin/%s", pathname_base(python));
	const struct node *n = l->plan && path ? plan_find(l->plan, path) : NULL;
	struct stat st;

	if (n)
		return n->kind != NODE_REMOVE;
	return walk_stat(l->walk, python, &st) == 0;
}

/* Return whether DIR is the bin of an environment, or of one that is gone. */
static bool
was_environment(const struct looker *l, const char *dir)
{
	struct stat st;
	char *cfg = arena_fmt(l->arena, "%s/../pyvenv.cfg", dir);

	return walk_stat(l->walk, dir, &st) < 0 ||
	       (cfg && walk_is_file(l->walk, cfg));
}

/* Fill S and return 1 if the script NAME starts another Python, 2 if it names the
 * path of its own and could do without; else 0 or -ENOMEM. */
static int
look_at(const struct looker *l, const char *name, struct stale_script *s)
{
	char *path = arena_fmt(l->arena, "%s/bin/%s", l->env_dir, name);
	struct launcher_start start;
	struct stat st, there;
	bool own, bound, elsewhere;
	char *text, *dir;
	size_t n;

	if (!path)
		return -ENOMEM;
	if (walk_read(l->walk, l->arena, path, SCRIPT_START, &text, &n) < 0 ||
	    walk_lstat(l->walk, l->arena, path, &st) < 0)
		return 0;
	launcher_read(&start, text, n, l->arena);
	if (!start.program || *start.program != '/' ||
	    !is_python(pathname_base(start.program)))
		return 0;
	dir = pathname_dir(l->arena, start.program);
	if (!dir)
		return -ENOMEM;
	own = walk_is_same(l->walk, dir, l->bin);
	bound = own && stays(l, start.program);
	if (bound && (start.length == 0 || !S_ISREG(st.st_mode)))
		return 0;
	elsewhere = !own && !was_environment(l, dir);
	*s = (struct stale_script){
		.name = name,
		.python = start.program,
		.bound = bound,
		.missing = own || walk_stat(l->walk, start.program, &there) < 0,
		.mendable = !elsewhere && start.length > 0 &&
		            S_ISREG(st.st_mode),
		.length = start.length,
		.mode = st.st_mode & 0777,
	};
	return bound ? 2 : 1;
}

static int
look(struct stale_scripts *s, struct looker *l, const struct entries *bin)
{
	*s = (struct stale_scripts){ .count = 0 };
	l->bin = arena_fmt(l->arena, "%s/bin", l->env_dir);
	if (!l->bin)
		return -ENOMEM;
	for (size_t i = 0; i < bin->count; i++) {
		struct stale_script found;
		int err = look_at(l, bin->names[i], &found);

		if (err < 0)
			return err;
		s->bound += err == 2;
		if (err == 0 || (err == 2 && !l->unbind))
			continue;
		/* a power of two is full */
		if ((s->count & (s->count - 1)) == 0)
			s->list = arena_grow(l->arena, s->list,
			                     s->count * sizeof(found),
			                     (s->count ? 2 * s->count : 1) *
			                             sizeof(found));
		if (!s->list)
			return -ENOMEM;
		s->list[s->count++] = found;
	}
	return 0;
}

int
scripts_look(struct stale_scripts *s, const struct walk *w,
             const char *env_dir, const struct entries *bin, struct arena *a)
{
	struct looker l = { .walk = w, .env_dir = env_dir, .arena = a };

	return look(s, &l, bin);
}

bool
scripts_is_program(const struct walk *w, struct arena *a, const char *path)
{
	char *text;
	size_t n;

	return walk_read(w, a, path, 4, &text, &n) == 0 &&
	       (str_starts(text, "#!") || str_starts(text, "\177ELF"));
}

int
scripts_not_executable(struct entries *names, const struct walk *w,
                       const char *env_dir, const struct entries *bin,
                       const struct layout *l, struct arena *a)
{
	struct diag ignored;
	struct distribution_records records = {
		.walk = w,
		.env_dir = env_dir,
		.layout = l,
		.arena = a,
		.diag = &ignored,
	};

	diag_init(&ignored, a);
	names->count = 0;
	names->names = arena_zero(a, bin->count + 1, sizeof(*names->names));
	if (!names->names)
		return -ENOMEM;
	for (size_t i = 0; i < bin->count; i++) {
		char *path = arena_fmt(a, "%s/bin/%s", env_dir, bin->names[i]);
		struct stat st;
		int listed;

		if (!path)
			return -ENOMEM;
		if (walk_lstat(w, a, path, &st) < 0 || !S_ISREG(st.st_mode) ||
		    (st.st_mode & 0111) || !scripts_is_program(w, a, path))
			continue;
		listed = distribution_lists(&records,
		                            path + strlen(env_dir) + 1,
		                            NULL);
		if (listed == -ENOMEM)
			return listed;
		if (listed > 0)
			names->names[names->count++] = bin->names[i];
	}
	return 0;
}

/* A script as it is to be. */
struct mended {
	const struct stale_script *script;
	char *text; /* NULL: it cannot be written */
	size_t len;
	bool listed; /* in a RECORD */
	struct record_row row; /* its hash and size there */
};

/* Scripts and RECORDs on their way into a plan. */
struct mending {
	struct looker look;
	struct plan *plan;
	struct mended *list;
	size_t count;
	struct node *nodes; /* to be added */
	size_t node_count, room;
	size_t first; /* of these, for the root that is looked at */
	struct diag *diag;
};

static int
add(struct mending *m, struct node n)
{
	if (m->node_count == m->room) {
		size_t size = sizeof(*m->nodes);
		size_t room = m->room ? 2 * m->room : 16;

		m->nodes = arena_grow(m->look.arena, m->nodes, m->room * size,
		                      room * size);
		if (!m->nodes)
			return diag_oom(m->diag);
		m->room = room;
	}
	m->nodes[m->node_count++] = n;
	return 0;
}

/* The directories above PATH, which are there, as the sink has to know them. */
static int
add_parents(struct mending *m, const char *path)
{
	int err = 0;

	for (const char *p = path; err == 0 && (p = strchr(p, '/')); p++) {
		char *dir = arena_dup(m->look.arena, path, (size_t)(p - path));
		bool known = dir && plan_find(m->plan, dir);

		if (!dir)
			return diag_oom(m->diag);
		/* those above a root are the first that it gets; what is in it
		 * is asked for once */
		for (size_t i = m->first;
		     !known && i < m->node_count && i < m->first + 4; i++)
			known = strcmp(m->nodes[i].path, dir) == 0;
		if (!known)
			err = add(m, (struct node){ .kind = NODE_DIR,
			                            .path = dir,
			                            .kept = true });
	}
	return err;
}

static int
add_file(struct mending *m, const char *path, const char *text, size_t len,
         mode_t mode)
{
	int err = path && text ? add_parents(m, path) : diag_oom(m->diag);

	return err < 0 ? err : add(m, (struct node){
		.kind = NODE_FILE,
		.path = path,
		.data = text,
		.len = len,
		.mode = SINK_EXACT | mode,
	});
}

/* The Python that the mended script S starts: the one of the same name, if this
 * environment will have one. */
static char *
choose_python(const struct mending *m, const struct stale_script *s)
{
	const char *name = pathname_base(s->python);
	char *here = arena_fmt(m->look.arena, "%s/bin/%s", m->look.env_dir,
	                       name);

	if (!here)
		return NULL;
	return arena_fmt(m->look.arena, "%s/bin/%s", m->plan->env_dir,
	                 stays(&m->look, here) ? name : "python");
}

static int
write_row(struct mended *e, struct arena *a)
{
	unsigned char sum[DIGEST_MAX];
	struct digest digest;
	struct buf hash;

	buf_init(&hash, a);
	digest_init(&digest, DIGEST_SHA256);
	digest_add(&digest, e->text, e->len);
	digest_end(&digest, sum);
	digest_put_record(&hash, DIGEST_SHA256, sum);
	e->row.hash = buf_str(&hash);
	e->row.size = arena_fmt(a, "%zu", e->len);
	return e->row.hash && e->row.size ? 0 : -ENOMEM;
}

/* Write the script of E with other first lines; what cannot be read or written
 * that way is left without a text. */
static int
mend(const struct mending *m, struct mended *e)
{
	struct arena *a = m->look.arena, shortly;
	const struct stale_script *s = e->script;
	const struct launch launch = {
		.python = choose_python(m, s),
		.base = m->plan->base,
	};
	char *path = arena_fmt(a, "%s/bin/%s", m->look.env_dir, s->name);
	struct buf out;
	char *text;
	size_t n;
	int err;

	if (!path || !launch.python)
		return -ENOMEM;
	arena_init(&shortly, NULL, 0);
	buf_init(&out, a);
	err = walk_read(m->look.walk, &shortly, path, MAX_SCRIPT, &text, &n);
	if (err == 0 && (n < s->length || n == MAX_SCRIPT))
		err = -EINVAL;
	if (err == 0)
		err = launcher_put_program(&out, &launch, text + s->length,
		                           n - s->length);
	arena_free(&shortly);
	if (err < 0)
		return err == -ENOMEM ? err : 0;
	e->text = buf_str(&out);
	e->len = out.len;
	return e->text ? write_row(e, a) : -ENOMEM;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct mended *)a)->script->name,
	              ((const struct mended *)b)->script->name);
}

/* Return the mended script NAME; NULL: it is none of these. */
static struct mended *
find_name(const struct mending *m, const char *name)
{
	const struct stale_script script = { .name = name };
	const struct mended key = { .script = &script };
	struct mended *e = m->count > 0 ? bsearch(&key, m->list, m->count,
	                                          sizeof(key), by_name) : NULL;

	return e && e->text ? e : NULL;
}

/* The script that PATH of a RECORD in ROOT is; NULL: none of these. */
static struct mended *
find(const struct mending *m, const char *root, const char *path, struct arena *a)
{
	char *top = arena_fmt(a, "/%s", root);
	char *full = top ? pathname_absolute(a, top, path) : NULL;

	return full && str_starts(full, "/bin/") ? find_name(m, full + 5)
	                                         : NULL;
}

/* Append the line of N bytes at S, of a RECORD in ROOT, with the row of a mended
 * script if it is one. Return whether it changed; -EINVAL; -ENOMEM. */
static int
put_line(struct mending *m, const char *root, const char *s, size_t n,
         struct buf *out, struct arena *a)
{
	struct record_row row;
	struct mended *e;
	struct record r;
	struct diag ignored;
	int err;

	if (!memmem(s, n, "bin/", 4)) {
		buf_add(out, s, n);
		return 0;
	}
	diag_init(&ignored, a);
	err = record_parse(&r, s, n, a, &ignored);
	if (err < 0)
		return err;
	e = r.count == 1 ? find(m, root, r.rows[0].path, a) : NULL;
	if (e)
		e->listed = true;
	if (!e || !*r.rows[0].hash ||
	    strcmp(r.rows[0].hash, e->row.hash) == 0) {
		buf_add(out, s, n);
		return 0;
	}
	row = e->row;
	row.path = r.rows[0].path;
	record_put(out, &row);
	/* keep the end of line that it had */
	if (n < 2 || s[n - 2] != '\r') {
		out->len -= 2;
		if (s[n - 1] == '\n')
			buf_putc(out, '\n');
	}
	return 1;
}

/* Bring the RECORD of the project in DIRECTORY of ROOT up to date. One that
 * cannot be read stays as it is. */
static int
mend_record(struct mending *m, const char *root, const char *directory)
{
	struct arena *a = m->look.arena, shortly;
	char *path = arena_fmt(a, "%s/%s/RECORD", root, directory);
	struct stat st;
	struct buf out;
	char *text, *full;
	size_t n;
	int err, changes = 0;

	/* of a project that is removed or replaced */
	if (path && plan_find(m->plan, path))
		return 0;
	arena_init(&shortly, NULL, 0);
	buf_init(&out, &shortly);
	full = path ? arena_fmt(&shortly, "%s/%s", m->look.env_dir, path) : NULL;
	err = full ? walk_read(m->look.walk, &shortly, full, MAX_RECORD, &text,
	                       &n) : -ENOMEM;
	if (err == 0)
		err = walk_lstat(m->look.walk, &shortly, full, &st);
	if (err == 0 && (!S_ISREG(st.st_mode) || n == MAX_RECORD))
		err = -EINVAL;
	while (err == 0 && n > 0) {
		const char *end = memchr(text, '\n', n);
		size_t line = end ? (size_t)(end - text) + 1 : n;
		int changed = put_line(m, root, text, line, &out, &shortly);

		err = changed < 0 ? changed : 0;
		changes += changed > 0;
		text += line;
		n -= line;
	}
	if (err == 0 && out.failed)
		err = -ENOMEM;
	if (err == 0 && changes > 0)
		err = add_file(m, path, arena_dup(a, out.data, out.len),
		               out.len, st.st_mode & 0777);
	arena_free(&shortly);
	return err == -ENOMEM ? diag_oom(m->diag) : 0;
}

/* The RECORDs in ROOT, which may be NULL or not there. */
static int
mend_records(struct mending *m, const char *root)
{
	struct entries e;
	char *path = root ? arena_fmt(m->look.arena, "%s/%s", m->look.env_dir,
	                              root) : NULL;
	int err = 0;

	m->first = m->node_count;
	if (!path || walk_entries(m->look.walk, m->look.arena, path, &e) < 0)
		return 0;
	for (size_t i = 0; err == 0 && i < e.count; i++) {
		if (str_ends(e.names[i], ".dist-info"))
			err = mend_record(m, root, e.names[i]);
	}
	return err;
}

/* The RECORDs of all versions of Python: those of others are left behind, but
 * their scripts are in the same bin. */
static int
mend_all_records(struct mending *m, const struct layout *l)
{
	char *lib = arena_fmt(m->look.arena, "%s/lib", m->look.env_dir);
	struct entries e = { .count = 0 };
	int err = mend_records(m, l->site_packages);

	if (err == 0)
		err = mend_records(m, l->platlib);
	if (err < 0 || !lib ||
	    walk_entries(m->look.walk, m->look.arena, lib, &e) < 0)
		return err;
	for (size_t i = 0; err == 0 && i < e.count; i++) {
		if (layout_is_other_stdlib(l, e.names[i]))
			err = mend_records(m, arena_fmt(m->look.arena,
			                                "lib/%s/site-packages",
			                                e.names[i]));
	}
	return err;
}

/* Return MODE with an x bit for each r bit, if it has none. */
static mode_t
executable(mode_t mode)
{
	return mode & 0111 ? mode : mode | (mode & 0444) >> 2;
}

static bool
has_wheels(const struct plan *p)
{
	return p->wheels && p->wheels->count > 0;
}

/* Add the mended scripts. One that no RECORD lists may be about to come from a
 * wheel. */
static int
add_scripts(struct mending *m)
{
	bool wheels = has_wheels(m->plan);
	int err = 0;

	for (size_t i = 0; err == 0 && i < m->count; i++) {
		const struct mended *e = &m->list[i];

		if (e->text && (e->listed || !wheels))
			err = add_file(m, arena_fmt(m->look.arena, "bin/%s",
			                            e->script->name),
			               e->text, e->len,
			               e->listed ? executable(e->script->mode)
			                         : e->script->mode);
	}
	return err;
}

void
scripts_warn(const char *env_dir, const char *first, size_t count,
             struct diag *d)
{
	if (count > 0)
		diag_warn(d, "%zu script%s (such as '%s/bin/%s') start%s "
		          "another Python, or none: install what made %s again",
		          count, count == 1 ? "" : "s", env_dir, first,
		          count == 1 ? "s" : "", count == 1 ? "it" : "them");
}

/* Add the programs of RECORDs that nobody can execute, as they are but for their
 * mode. */
static int
add_executable(struct mending *m, const struct layout *l,
               const struct entries *bin)
{
	struct entries names;
	int err = scripts_not_executable(&names, m->look.walk, m->look.env_dir,
	                                 bin, l, m->look.arena);

	for (size_t i = 0; err == 0 && i < names.count; i++) {
		char *path = arena_fmt(m->look.arena, "bin/%s", names.names[i]);
		char *full = arena_fmt(m->look.arena, "%s/bin/%s",
		                       m->look.env_dir, names.names[i]);
		struct stat st;

		if (!path || !full)
			return diag_oom(m->diag);
		if (plan_find(m->plan, path) || find_name(m, names.names[i]) ||
		    walk_lstat(m->look.walk, m->look.arena, full, &st) < 0)
			continue;
		err = add(m, (struct node){
			.kind = NODE_COPY,
			.path = path,
			.data = full,
			.len = strlen(full),
			.mode = SINK_EXACT | executable(st.st_mode & 0777),
		});
	}
	return err == -ENOMEM ? diag_oom(m->diag) : err;
}

/* Write the scripts of S with other first lines. */
static int
mend_all(struct mending *m, const struct stale_scripts *s)
{
	const char *first = NULL;
	size_t others = 0;

	m->list = arena_zero(m->look.arena, s->count + 1, sizeof(*m->list));
	if (!m->list)
		return diag_oom(m->diag);
	m->count = s->count;
	for (size_t i = 0; i < s->count; i++) {
		const struct stale_script *script = &s->list[i];
		char *path = arena_fmt(m->look.arena, "bin/%s", script->name);

		m->list[i].script = script;
		if (!path)
			return diag_oom(m->diag);
		/* what the plan writes or removes is right after it */
		if (plan_find(m->plan, path))
			continue;
		if (script->mendable && mend(m, &m->list[i]) < 0)
			return diag_oom(m->diag);
		if (!m->list[i].text && !script->bound && others++ == 0)
			first = script->name;
	}
	qsort(m->list, m->count, sizeof(*m->list), by_name);
	scripts_warn(m->plan->env_dir, first, others, m->diag);
	return 0;
}

int
scripts_plan(struct plan *p, const struct layout *l, const char *dir,
             const struct entries *bin, bool unbind, const struct walk *w,
             struct arena *a, struct diag *d)
{
	struct mending m = {
		.look = {
			.walk = w,
			.env_dir = dir,
			.plan = p,
			.unbind = unbind && p->base,
			.arena = a,
		},
		.plan = p,
		.diag = d,
	};
	struct stale_scripts s;
	int err = look(&s, &m.look, bin);

	if (err < 0)
		return diag_oom(d);
	if (s.count > 0) {
		err = mend_all(&m, &s);
		if (err == 0)
			err = mend_all_records(&m, l);
		if (err == 0)
			err = add_scripts(&m);
	}
	if (err == 0)
		err = add_executable(&m, l, bin);
	return err < 0 || m.node_count == 0
	               ? err
	               : plan_append(p, m.nodes, m.node_count, a, d);
}
