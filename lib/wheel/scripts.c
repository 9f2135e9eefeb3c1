#include "wheel/scripts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "format/digest.h"
#include "format/pathname.h"
#include "os/ctx.h"
#include "publish/plan.h"
#include "python/layout.h"
#include "wheel/distribution.h"
#include "wheel/fates.h"
#include "wheel/launcher.h"
#include "wheel/record.h"

enum {
	SCRIPT_START = 16 * 1024, /* a path can be long */
	MAX_SCRIPT = 64 * 1024 * 1024,
	MAX_RECORD = 64 * 1024 * 1024,
};

/* A look at one environment. */
struct looker {
	const struct ctx *ctx;
	const char *env_dir;
	const char *bin;    /* its bin */
	const struct plan *plan; /* what will be in it; NULL: what is there */
	bool unbind;        /* scripts that name its path are looked for, too */
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
	char *path = arena_fmt(l->ctx->arena, "bin/%s", pathname_base(python));
	const struct node *n = l->plan ? plan_find(l->plan, path) : NULL;
	struct stat st;

	if (n)
		return n->kind != NODE_REMOVE;
	return walk_stat(l->ctx->walk, python, &st) == 0;
}

/* Return whether DIR is the bin of an environment, or of one that is gone. */
static bool
was_environment(const struct looker *l, const char *dir)
{
	struct stat st;
	char *cfg = arena_fmt(l->ctx->arena, "%s/../pyvenv.cfg", dir);

	return walk_stat(l->ctx->walk, dir, &st) < 0 ||
	       walk_is_file(l->ctx->walk, cfg);
}

enum finding {
	FOUND_NOTHING,
	FOUND_OTHER, /* the script starts another Python */
	FOUND_BOUND, /* it names the path of its own, and could do without */
};

/* Fill S with what the script NAME starts, unless that is as it should be. */
static enum finding
look_at(const struct looker *l, const char *name, struct stale_script *s)
{
	char *path = arena_fmt(l->ctx->arena, "%s/bin/%s", l->env_dir, name);
	struct launcher_start start;
	struct stat st, there;
	bool own, bound, elsewhere;
	char *text, *dir;
	size_t n;

	if (walk_read(l->ctx->walk, l->ctx->arena, path, SCRIPT_START, &text,
	              &n) < 0 ||
	    walk_lstat(l->ctx->walk, l->ctx->arena, path, &st) < 0)
		return FOUND_NOTHING;
	launcher_read(&start, text, n, l->ctx->arena);
	if (!start.program || *start.program != '/' ||
	    !is_python(pathname_base(start.program)))
		return FOUND_NOTHING;
	dir = pathname_dir(l->ctx->arena, start.program);
	own = walk_is_same(l->ctx->walk, dir, l->bin);
	bound = own && stays(l, start.program);
	if (bound && (start.length == 0 || !S_ISREG(st.st_mode)))
		return FOUND_NOTHING;
	elsewhere = !own && !was_environment(l, dir);
	*s = (struct stale_script){
		.name = name,
		.python = start.program,
		.bound = bound,
		.missing = own ||
		           walk_stat(l->ctx->walk, start.program, &there) < 0,
		.mendable =
			!elsewhere && start.length > 0 && S_ISREG(st.st_mode),
		.length = start.length,
		.mode = st.st_mode & 0777,
	};
	return bound ? FOUND_BOUND : FOUND_OTHER;
}

static void
look(struct stale_scripts *s, struct looker *l, const struct entries *bin)
{
	size_t room = 0;

	*s = (struct stale_scripts){ .count = 0 };
	l->bin = arena_fmt(l->ctx->arena, "%s/bin", l->env_dir);
	for (size_t i = 0; i < bin->count; i++) {
		struct stale_script script;
		enum finding found = look_at(l, bin->names[i], &script);

		s->bound += found == FOUND_BOUND;
		if (found == FOUND_NOTHING ||
		    (found == FOUND_BOUND && !l->unbind))
			continue;
		s->list = arena_more(l->ctx->arena, s->list, s->count, &room,
		                     sizeof(script));
		s->list[s->count++] = script;
	}
}

void
scripts_look(const struct ctx *x, struct stale_scripts *s, const char *env_dir,
             const struct entries *bin)
{
	struct looker l = { .ctx = x, .env_dir = env_dir };

	look(s, &l, bin);
}

bool
scripts_is_program(const struct ctx *x, const char *path)
{
	char *text;
	size_t n;

	return walk_read(x->walk, x->arena, path, 4, &text, &n) == 0 &&
	       (str_starts(text, "#!") || str_starts(text, "\177ELF"));
}

void
scripts_not_executable(const struct ctx *x, struct entries *names,
                       const char *env_dir, const struct entries *bin,
                       const struct layout *l)
{
	struct diag ignored;
	const struct ctx quiet = { x->walk, x->arena, &ignored };
	struct distribution_records records = {
		.ctx = &quiet,
		.env_dir = env_dir,
		.layout = l,
	};

	diag_init(&ignored, x->arena);
	names->count = 0;
	names->names =
		arena_zero(x->arena, bin->count + 1, sizeof(*names->names));
	for (size_t i = 0; i < bin->count; i++) {
		char *path = arena_fmt(x->arena, "%s/bin/%s", env_dir, bin->names[i]);
		struct stat st;

		if (walk_lstat(x->walk, x->arena, path, &st) < 0 ||
		    !S_ISREG(st.st_mode) || (st.st_mode & 0111) ||
		    !scripts_is_program(x, path))
			continue;
		if (distribution_lists(&records, path + strlen(env_dir) + 1,
		                       NULL) > 0)
			names->names[names->count++] = bin->names[i];
	}
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
};

/* Return whether the plan decides what will be at PATH. */
static bool
is_planned(const struct mending *m, const char *path)
{
	return plan_find(m->plan, path) || wheel_conflicts_find(m->plan, path);
}

static void
add(struct mending *m, struct node n)
{
	m->nodes = arena_more(m->look.ctx->arena, m->nodes, m->node_count,
	                      &m->room, sizeof(n));
	m->nodes[m->node_count++] = n;
}

/* The directories above PATH, which are there, as the sink has to know them. */
static void
add_parents(struct mending *m, const char *path)
{
	for (const char *p = path; (p = strchr(p, '/')); p++) {
		char *dir =
			arena_dup(m->look.ctx->arena, path, (size_t)(p - path));
		bool known = plan_find(m->plan, dir);

		/* those above a root are the first that it gets; what is in it
		 * is asked for once */
		for (size_t i = m->first;
		     !known && i < m->node_count && i < m->first + 4; i++)
			known = strcmp(m->nodes[i].path, dir) == 0;
		if (!known)
			add(m, (struct node){ .kind = NODE_DIR,
			                      .path = dir,
			                      .kept = true });
	}
}

static void
add_file(struct mending *m, const char *path, const char *text, size_t len,
         mode_t mode)
{
	add_parents(m, path);
	add(m, (struct node){
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
	char *here = arena_fmt(m->look.ctx->arena, "%s/bin/%s", m->look.env_dir,
	                       name);

	return arena_fmt(m->look.ctx->arena, "%s/bin/%s", m->plan->env_dir,
	                 stays(&m->look, here) ? name : "python");
}

/* Write the script of E with other first lines; what cannot be read or written
 * that way is left without a text. */
static void
mend(const struct mending *m, struct mended *e)
{
	struct arena *a = m->look.ctx->arena, shortly;
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

	arena_init(&shortly, NULL, 0);
	buf_init(&out, a);
	err = walk_read(m->look.ctx->walk, &shortly, path, MAX_SCRIPT, &text,
	                &n);
	if (err == 0 && (n < s->length || n == MAX_SCRIPT))
		err = -EINVAL;
	if (err == 0)
		err = launcher_put_program(&out, &launch, text + s->length,
		                           n - s->length);
	arena_free(&shortly);
	if (err < 0)
		return;
	e->text = buf_str(&out);
	e->len = out.len;
	record_describe(&e->row, e->text, e->len, a);
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
find(const struct mending *m, const char *root, const char *path,
     struct arena *a)
{
	char *top = arena_fmt(a, "/%s", root);
	char *full = pathname_absolute(a, top, path);

	return str_starts(full, "/bin/") ? find_name(m, full + 5) : NULL;
}

/* Append the line of N bytes at S, of a RECORD in ROOT, with the row of a mended
 * script if it is one. Return 1 if it changed, 0 if not, or -EINVAL. */
static int
put_line(struct mending *m, const char *root, const char *s, size_t n,
         struct buf *out, struct arena *a)
{
	struct record_row listed, row;
	struct mended *e;
	size_t len = n;

	if (!memmem(s, n, "bin/", 4)) {
		buf_add(out, s, n);
		return 0;
	}
	while (len > 0 && (s[len - 1] == '\n' || s[len - 1] == '\r'))
		len--;
	if (record_parse_line(&listed, arena_dup(a, s, len), len))
		return -EINVAL;
	e = find(m, root, listed.path, a);
	if (e)
		e->listed = true;
	if (!e || !*listed.hash || strcmp(listed.hash, e->row.hash) == 0) {
		buf_add(out, s, n);
		return 0;
	}
	row = e->row;
	row.path = listed.path;
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
static void
mend_record(struct mending *m, const char *root, const char *directory)
{
	struct arena *a = m->look.ctx->arena, shortly;
	char *path = arena_fmt(a, "%s/%s/RECORD", root, directory);
	struct stat st;
	struct buf out;
	char *text, *full;
	size_t n;
	int err, changes = 0;

	/* of a project that is removed or replaced */
	if (plan_find(m->plan, path))
		return;
	arena_init(&shortly, NULL, 0);
	buf_init(&out, &shortly);
	full = arena_fmt(&shortly, "%s/%s", m->look.env_dir, path);
	err = walk_read(m->look.ctx->walk, &shortly, full, MAX_RECORD, &text,
	                &n);
	if (err == 0)
		err = walk_lstat(m->look.ctx->walk, &shortly, full, &st);
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
	if (err == 0 && changes > 0)
		add_file(m, path, arena_dup(a, out.data, out.len), out.len,
		         st.st_mode & 0777);
	arena_free(&shortly);
}

/* The RECORDs in ROOT, which may be NULL or not there. */
static void
mend_records(struct mending *m, const char *root)
{
	struct arena *a = m->look.ctx->arena;
	struct entries e;

	m->first = m->node_count;
	if (!root || walk_entries(m->look.ctx->walk, a,
	                          arena_fmt(a, "%s/%s", m->look.env_dir, root),
	                          &e) < 0)
		return;
	for (size_t i = 0; i < e.count; i++) {
		if (str_ends(e.names[i], ".dist-info"))
			mend_record(m, root, e.names[i]);
	}
}

/* The RECORDs of all versions of Python: those of others are left alone, but
 * their scripts are in the same bin. */
static void
mend_all_records(struct mending *m, const struct layout *l)
{
	char *lib = arena_fmt(m->look.ctx->arena, "%s/lib", m->look.env_dir);
	struct entries e;

	mend_records(m, l->site_packages);
	mend_records(m, l->platlib);
	if (walk_entries(m->look.ctx->walk, m->look.ctx->arena, lib, &e) < 0)
		return;
	for (size_t i = 0; i < e.count; i++) {
		if (layout_is_other_stdlib(l, e.names[i]))
			mend_records(m, arena_fmt(m->look.ctx->arena,
			                          "lib/%s/site-packages",
			                          e.names[i]));
	}
}

/* Return MODE with an x bit for each r bit, if it has none. */
static mode_t
executable(mode_t mode)
{
	return mode & 0111 ? mode : mode | (mode & 0444) >> 2;
}

/* Add the mended scripts. */
static void
add_scripts(struct mending *m)
{
	for (size_t i = 0; i < m->count; i++) {
		const struct mended *e = &m->list[i];

		if (e->text)
			add_file(m, arena_fmt(m->look.ctx->arena, "bin/%s",
			                      e->script->name),
			         e->text, e->len,
			         e->listed ? executable(e->script->mode)
			                   : e->script->mode);
	}
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
static void
add_executable(struct mending *m, const struct layout *l,
               const struct entries *bin)
{
	struct entries names;

	scripts_not_executable(m->look.ctx, &names, m->look.env_dir, bin, l);
	for (size_t i = 0; i < names.count; i++) {
		char *path = arena_fmt(m->look.ctx->arena, "bin/%s", names.names[i]);
		char *full = arena_fmt(m->look.ctx->arena, "%s/bin/%s",
		                       m->look.env_dir, names.names[i]);
		struct stat st;

		if (is_planned(m, path) || find_name(m, names.names[i]) ||
		    walk_lstat(m->look.ctx->walk, m->look.ctx->arena, full,
		               &st) < 0)
			continue;
		add(m, (struct node){
			.kind = NODE_COPY,
			.path = path,
			.data = full,
			.len = strlen(full),
			.mode = SINK_EXACT | executable(st.st_mode & 0777),
		});
	}
}

/* Write the scripts of S with other first lines. */
static void
mend_all(struct mending *m, const struct stale_scripts *s)
{
	const char *first = NULL;
	size_t others = 0;

	m->list =
		arena_zero(m->look.ctx->arena, s->count + 1, sizeof(*m->list));
	m->count = s->count;
	for (size_t i = 0; i < s->count; i++) {
		const struct stale_script *script = &s->list[i];
		char *path = arena_fmt(m->look.ctx->arena, "bin/%s", script->name);

		m->list[i].script = script;
		/* what the plan writes or removes is right after it */
		if (is_planned(m, path))
			continue;
		if (script->mendable)
			mend(m, &m->list[i]);
		if (!m->list[i].text && !script->bound && others++ == 0)
			first = script->name;
	}
	qsort(m->list, m->count, sizeof(*m->list), by_name);
	scripts_warn(m->plan->env_dir, first, others, m->look.ctx->diag);
}

void
scripts_plan(const struct ctx *x, struct plan *p, const struct layout *l,
             const char *dir, const struct entries *bin, bool unbind)
{
	struct mending m = {
		.look = {
			.ctx = x,
			.env_dir = dir,
			.plan = p,
			.unbind = unbind && p->base,
		},
		.plan = p,
	};
	struct stale_scripts s;

	look(&s, &m.look, bin);
	if (s.count > 0) {
		mend_all(&m, &s);
		mend_all_records(&m, l);
		add_scripts(&m);
	}
	add_executable(&m, l, bin);
	if (m.node_count > 0)
		plan_append(p, m.nodes, m.node_count, x->arena);
}
