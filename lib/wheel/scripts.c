#include "wheel/scripts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "format/digest.h"
#include "format/pathname.h"
#include "os/ctx.h"
#include "os/file_source.h"
#include "publish/plan.h"
#include "python/layout.h"
#include "python/winpath.h"
#include "wheel/distribution.h"
#include "wheel/exe_script.h"
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
	const struct scripts *all;
	const char *bin;    /* its scripts directory */
	const char *own_bin; /* the same where it is used, for Windows */
	const struct plan *plan; /* what will be in it; NULL: what is there */
	bool unbind;        /* scripts that name its path are looked for, too */
};

/* Return the path in the environment of NAME in the scripts directory. */
static char *
place_of(const struct looker *l, const char *name)
{
	return arena_fmt(l->ctx->arena, "%s/%s", l->all->layout->scripts, name);
}

/* Return its path on this host. */
static char *
full_path(const struct looker *l, const char *name)
{
	return arena_fmt(l->ctx->arena, "%s/%s", l->bin, name);
}

/* Return whether NAME is the name of a Python interpreter. */
static bool
is_python(const char *name)
{
	return ascii_starts(name, "python") || str_starts(name, "pypy") ||
	       str_starts(name, "graalpy");
}

/* Return whether the interpreter NAME in the scripts directory will be there. */
static bool
stays(const struct looker *l, const char *name)
{
	const struct node *n =
		l->plan ? plan_find(l->plan, place_of(l, name)) : NULL;
	struct stat st;

	if (n)
		return n->kind != NODE_REMOVE;
	return walk_stat(l->ctx->walk, full_path(l, name), &st) == 0;
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

/* Judge S, which starts S->python in the directory DIR. */
static enum finding
judge(const struct looker *l, struct stale_script *s, const char *dir)
{
	bool own = walk_is_same(l->ctx->walk, dir, l->bin), elsewhere;
	struct stat st;

	s->bound = own && stays(l, pathname_base(s->python));
	if (s->bound && !s->mendable)
		return FOUND_NOTHING;
	elsewhere = !own && !was_environment(l, dir);
	s->missing = own || walk_stat(l->ctx->walk, s->python, &st) < 0;
	s->mendable &= !elsewhere;
	return s->bound ? FOUND_BOUND : FOUND_OTHER;
}

/* Do the same for Windows, where only an environment has its Python in a directory
 * with the name of that of scripts. */
static enum finding
judge_windows(const struct looker *l, struct stale_script *s, const char *dir)
{
	const struct ctx *x = l->ctx;
	const char *host = winpath_to_host(x->walk, x->arena, l->all->env,
	                                   s->python);
	const char *name = winpath_base(dir);
	struct stat st;
	bool own;

	if (!l->own_bin)
		return FOUND_NOTHING;
	own = winpath_is_same(x->walk, x->arena, l->all->env, dir, l->own_bin);
	s->bound = own && stays(l, winpath_base(s->python));
	/* a text does not need the path that it has */
	if (s->bound && (!s->mendable || s->offset == 0))
		return FOUND_NOTHING;
	s->missing = own || (host && walk_stat(x->walk, host, &st) < 0);
	s->mendable &= own || ascii_same(name, strlen(name),
	                                 l->all->layout->scripts);
	return s->bound ? FOUND_BOUND : FOUND_OTHER;
}

/* Read what the script at PATH starts. */
static void
read_start(const struct looker *l, const char *path, struct launcher_start *start)
{
	struct arena *a = l->ctx->arena, shortly;
	struct file_source *f;
	char *text;
	size_t n;

	*start = (struct launcher_start){ .length = 0 };
	if (!l->all->layout->exe_scripts) {
		if (walk_read(l->ctx->walk, a, path, SCRIPT_START, &text, &n) == 0)
			launcher_read(start, text, n, a);
		return;
	}
	arena_init(&shortly, NULL, 0);
	f = arena_alloc(&shortly, sizeof(*f));
	if (file_source_open(f, l->ctx->walk, path) == 0) {
		exe_script_read(start, &f->source, &shortly);
		if (start->program)
			start->program = arena_str(a, start->program);
		file_source_close(f);
	}
	arena_free(&shortly);
}

/* Fill S with what the script NAME starts, unless that is as it should be. */
static enum finding
look_at(const struct looker *l, const char *name, struct stale_script *s)
{
	bool windows = l->all->layout->exe_scripts;
	const char *path = full_path(l, name), *program, *base;
	struct launcher_start start;
	struct stat st;
	const char *dir;

	read_start(l, path, &start);
	program = start.program;
	if (!program ||
	    walk_lstat(l->ctx->walk, l->ctx->arena, path, &st) < 0 ||
	    !(windows ? winpath_is_absolute(program) : *program == '/'))
		return FOUND_NOTHING;
	base = windows ? winpath_base(program) : pathname_base(program);
	if (!is_python(base))
		return FOUND_NOTHING;
	dir = arena_dup(l->ctx->arena, program, (size_t)(base - program) - 1);
	*s = (struct stale_script){
		.name = name,
		.python = program,
		.mendable = start.length > 0 && S_ISREG(st.st_mode),
		.offset = start.offset,
		.length = start.length,
		.mode = st.st_mode & 0777,
	};
	return windows ? judge_windows(l, s, dir) : judge(l, s, dir);
}

static void
look(struct stale_scripts *s, struct looker *l)
{
	const struct scripts *all = l->all;
	const struct layout *layout = all->layout;
	size_t room = 0;

	*s = (struct stale_scripts){ .count = 0 };
	l->bin = arena_fmt(l->ctx->arena, "%s/%s", all->env_dir, layout->scripts);
	if (all->recorded)
		l->own_bin = arena_fmt(l->ctx->arena, "%s%c%s", all->recorded,
		                       layout->separator, layout->scripts);
	for (size_t i = 0; i < all->names->count; i++) {
		struct stale_script script;
		enum finding found = look_at(l, all->names->names[i], &script);

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
scripts_look(const struct ctx *x, struct stale_scripts *s,
             const struct scripts *all)
{
	struct looker l = { .ctx = x, .all = all };

	look(s, &l);
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
	char *text; /* or its change; NULL: it cannot be written */
	size_t len;
	struct script_edit *edit;
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

/* Add the directories above PATH, which exist, because the sink has to know them. */
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
add_file(struct mending *m, enum node_kind kind, const char *path,
         const char *data, size_t len, mode_t mode,
         const struct script_edit *edit)
{
	add_parents(m, path);
	add(m, (struct node){
		.kind = kind,
		.path = path,
		.data = data,
		.len = len,
		.mode = SINK_EXACT | mode,
		.edit = edit,
	});
}

/* Return the name of the Python that the mended script S starts: the same, if this
 * environment will have one, else one of its own. */
static const char *
choose_python(const struct mending *m, const struct stale_script *s)
{
	const struct layout *l = m->look.all->layout;
	const char *name = l->exe_scripts ? winpath_base(s->python)
	                                  : pathname_base(s->python);

	if (stays(&m->look, name))
		return name;
	for (size_t i = 0; i < l->name_count && ascii_starts(name, "pythonw"); i++) {
		if (str_starts(l->names[i], "pythonw"))
			return l->names[i];
	}
	return l->exe_scripts ? l->names[0] : "python";
}

int
scripts_edit(const struct script_edit *e, const struct walk *w,
             const char *path, struct buf *out)
{
	size_t n, rest = (size_t)e->offset + e->length;
	struct record_row row;
	char *text;
	int err = walk_read(w, out->arena, path, MAX_SCRIPT, &text, &n);

	if (err == 0 && (n == MAX_SCRIPT || n < rest))
		err = -EINVAL;
	if (err < 0)
		return err;
	buf_add(out, text, (size_t)e->offset);
	buf_add(out, e->line.data, e->line.len);
	buf_add(out, text + rest, n - rest);
	if (!e->hash)
		return 0;
	record_describe(&row, out->data, out->len, out->arena);
	return strcmp(row.hash, e->hash) == 0 ? 0 : -EINVAL;
}

/* Describe in E the program or script of Windows with another line for NAME. */
static int
edit_windows(const struct mending *m, struct mended *e, const char *name)
{
	struct arena *a = m->look.ctx->arena, shortly;
	const struct stale_script *s = e->script;
	struct script_edit *edit = arena_zero(a, 1, sizeof(*edit));
	const struct launch launch = {
		.python = m->plan->python,
		.base = m->plan->base,
	};
	struct buf out;
	int err;

	edit->offset = s->offset;
	edit->length = s->length;
	buf_init(&edit->line, a);
	if (s->offset > 0)
		exe_script_put_line(&edit->line, &launch, name);
	else
		buf_fmt(&edit->line, "#!%s\\%s", m->look.own_bin, name);
	arena_init(&shortly, NULL, 0);
	buf_init(&out, &shortly);
	e->text = full_path(&m->look, s->name);
	err = scripts_edit(edit, m->look.ctx->walk, e->text, &out);
	if (err == 0)
		record_describe(&e->row, out.data, out.len, a);
	arena_free(&shortly);
	edit->hash = e->row.hash;
	e->edit = edit;
	e->len = strlen(e->text);
	return err;
}

/* Append the script S, of N bytes at TEXT, with other first lines for NAME. */
static int
put_script(const struct mending *m, const struct stale_script *s,
           const char *name, const char *text, size_t n, struct buf *out)
{
	const struct launch launch = {
		.python = arena_fmt(m->look.ctx->arena, "%s/%s",
		                    m->look.own_bin, name),
		.base = m->plan->base,
	};

	if (n < s->length)
		return -EINVAL;
	return launcher_put_program(out, &launch, text + s->length,
	                            n - s->length);
}

/* Write the script of E for POSIX with other first lines for NAME. */
static int
write_posix(const struct mending *m, struct mended *e, const char *name)
{
	struct arena *a = m->look.ctx->arena, shortly;
	struct buf out;
	char *text;
	size_t n;
	int err;

	arena_init(&shortly, NULL, 0);
	buf_init(&out, a);
	err = walk_read(m->look.ctx->walk, &shortly,
	                full_path(&m->look, e->script->name), MAX_SCRIPT, &text,
	                &n);
	if (err == 0 && n == MAX_SCRIPT)
		err = -EINVAL;
	if (err == 0)
		err = put_script(m, e->script, name, text, n, &out);
	arena_free(&shortly);
	e->text = buf_str(&out);
	e->len = out.len;
	if (err == 0)
		record_describe(&e->row, e->text, e->len, a);
	return err;
}

/* Mend the script of E; what cannot be read or written that way is left without a
 * text. */
static void
mend(const struct mending *m, struct mended *e)
{
	const char *python = choose_python(m, e->script);
	int err = m->look.all->layout->exe_scripts
	                  ? edit_windows(m, e, python)
	                  : write_posix(m, e, python);

	if (err < 0)
		e->text = NULL;
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

	const struct layout *l = m->look.all->layout;
	size_t n = strlen(l->scripts);

	/* pip's spelling may be another one where case does not matter */
	if (!(l->one_case ? ascii_starts : str_starts)(full + 1, l->scripts))
		return NULL;
	return full[1 + n] == '/' ? find_name(m, full + n + 2) : NULL;
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

	/* most are in a package */
	if (m->look.all->layout->one_case ? !memmem(s, n, "../", 3)
	                                  : !memmem(s, n, "bin/", 4)) {
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
	full = arena_fmt(&shortly, "%s/%s", m->look.all->env_dir, path);
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
		add_file(m, NODE_FILE, path, arena_dup(a, out.data, out.len),
		         out.len, st.st_mode & 0777, NULL);
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
	                          arena_fmt(a, "%s/%s", m->look.all->env_dir,
	                                    root),
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
mend_all_records(struct mending *m)
{
	const struct layout *l = m->look.all->layout;
	char *lib = arena_fmt(m->look.ctx->arena, "%s/lib", m->look.all->env_dir);
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
			add_file(m, e->edit ? NODE_COPY : NODE_FILE,
			         place_of(&m->look, e->script->name),
			         e->text, e->len,
			         e->listed ? executable(e->script->mode)
			                   : e->script->mode,
			         e->edit);
	}
}

void
scripts_warn(const char *env_dir, const char *scripts, const char *first,
             size_t count, struct diag *d)
{
	if (count > 0)
		diag_warn(d, "%zu script%s (such as '%s/%s/%s') start%s "
		          "another Python, or none: install what made %s again",
		          count, count == 1 ? "" : "s", env_dir, scripts, first,
		          count == 1 ? "s" : "", count == 1 ? "it" : "them");
}

/* Add the programs of RECORDs that nobody can execute, as they are but for their
 * mode. */
static void
add_executable(struct mending *m)
{
	const struct scripts *all = m->look.all;
	struct entries names;

	if (all->layout->exe_scripts)
		return;
	scripts_not_executable(m->look.ctx, &names, all->env_dir, all->names,
	                       all->layout);
	for (size_t i = 0; i < names.count; i++) {
		char *path = place_of(&m->look, names.names[i]);
		char *full = full_path(&m->look, names.names[i]);
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
		char *path = place_of(&m->look, script->name);

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
	scripts_warn(m->plan->place, m->look.all->layout->scripts, first,
	             others, m->look.ctx->diag);
}

void
scripts_plan(const struct ctx *x, struct plan *p, const struct scripts *all,
             bool unbind)
{
	struct mending m = {
		.look = {
			.ctx = x,
			.all = all,
			.plan = p,
			.unbind = unbind && p->base,
		},
		.plan = p,
	};
	struct stale_scripts s;

	look(&s, &m.look);
	if (s.count > 0) {
		mend_all(&m, &s);
		mend_all_records(&m);
		add_scripts(&m);
	}
	add_executable(&m);
	if (m.node_count > 0)
		plan_append(p, m.nodes, m.node_count, x->arena);
}
