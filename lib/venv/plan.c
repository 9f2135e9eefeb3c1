#include "venv/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "format/pathname.h"
#include "python/config.h"
#include "python/layout.h"
#include "python/python.h"
#include "shell/activation.h"
#include "shell/shell.h"
#include "venv/options.h"
#include "venv/state.h"

static const char ignore_text[] =
	"# made by pyvenv: version control has no use for an environment\n"
	"*\n";

/* What the functions that add nodes have in common. */
struct planner {
	struct plan *plan;
	size_t cap;
	const struct venv_options *options;
	const struct python *python;
	const struct layout *layout;
	struct arena *arena;
	struct diag *diag;
};

const char *
node_kind_name(enum node_kind kind)
{
	static const char *const names[] = {
		[NODE_DIR] = "dir",   [NODE_FILE] = "file",
		[NODE_LINK] = "link", [NODE_COPY] = "copy",
		[NODE_SAME] = "same", [NODE_REMOVE] = "remove",
		[NODE_WHEEL] = "wheel",
	};

	return names[kind];
}

static int
add(struct planner *p, enum node_kind kind, const char *path, const char *data,
    size_t len, mode_t mode)
{
	struct plan *plan = p->plan;

	if (!path || (!data && kind != NODE_DIR && kind != NODE_REMOVE))
		return diag_oom(p->diag);
	if (plan->count == p->cap) {
		size_t cap = p->cap ? p->cap * 2 : 32;
		struct node *nodes = arena_grow(p->arena, plan->nodes,
		                                p->cap * sizeof(*nodes),
		                                cap * sizeof(*nodes));

		if (!nodes)
			return diag_oom(p->diag);
		plan->nodes = nodes;
		p->cap = cap;
	}
	plan->nodes[plan->count++] = (struct node){
		.kind = kind,
		.path = path,
		.data = data,
		.len = len,
		.mode = mode,
	};
	plan->changes++;
	return 0;
}

static int
add_dir(struct planner *p, const char *path)
{
	return add(p, NODE_DIR, path, NULL, 0, 0);
}

static int
add_link(struct planner *p, const char *path, const char *target)
{
	return add(p, NODE_LINK, path, target, target ? strlen(target) : 0, 0);
}

/* PATH and the directories above it that are not planned yet. */
static int
add_dirs(struct planner *p, const char *path)
{
	const char *slash = path;
	int err = 0;

	while (err == 0 && slash) {
		bool known = false;
		char *dir;

		slash = strchr(slash + 1, '/');
		dir = slash ? arena_dup(p->arena, path, (size_t)(slash - path))
		            : arena_str(p->arena, path);
		for (size_t i = 0; dir && i < p->plan->count; i++)
			known |= strcmp(p->plan->nodes[i].path, dir) == 0;
		if (!known)
			err = add_dir(p, dir);
	}
	return err;
}

static int
add_directories(struct planner *p)
{
	const struct layout *l = p->layout;
	int err = add_dirs(p, "bin");

	if (err == 0 && l->include)
		err = add_dirs(p, l->include);
	if (err == 0)
		err = add_dirs(p, l->site_packages);
	if (err == 0 && l->unused_lib)
		err = add_dirs(p, l->unused_lib);
	if (err == 0 && l->platlib)
		err = add_dirs(p, l->platlib);
	if (err == 0 && l->lib64_link)
		err = add_link(p, "lib64", "lib");
	return err;
}

/* One absolute link to the interpreter, the other names lead to that one. */
static int
add_python_links(struct planner *p)
{
	const struct layout *l = p->layout;
	int err = 0;

	for (size_t i = 0; err == 0 && i < l->name_count; i++)
		err = add_link(p, arena_fmt(p->arena, "bin/%s", l->names[i]),
		               i == 0 ? p->python->executable : l->names[0]);
	return err;
}

/*
 * A copy that looks for its library beside itself or in ../lib must find it
 * there; nowhere outside the environment can it be put.
 */
static int
add_libpython(struct planner *p)
{
	const struct python *py = p->python;
	char *place;

	if (!py->libpython || !py->libpython_origin)
		return 0;
	place = pathname_absolute(p->arena, "/bin", py->libpython_origin);
	if (!place)
		return diag_oom(p->diag);
	if (strncmp(py->libpython_origin, "../../", 6) == 0 ||
	    strcmp(place, "/") == 0)
		return diag_set(p->diag, -EINVAL, "cannot copy '%s': it looks "
		                "for its library outside the environment ('%s' "
		                "from bin)", py->real, py->libpython_origin);
	return add(p, NODE_COPY, place + 1, py->libpython,
	           strlen(py->libpython), 0755);
}

/* One copy with as many names as there are links otherwise. */
static int
add_python_copies(struct planner *p)
{
	const struct layout *l = p->layout;
	const char *first = l->names[0];
	const char *path;
	int err;

	/* nodes are carried out in order of their paths */
	for (size_t i = 1; i < l->name_count; i++)
		if (strcmp(l->names[i], first) < 0)
			first = l->names[i];
	path = arena_fmt(p->arena, "bin/%s", first);
	err = add(p, NODE_COPY, path, p->python->real,
	          strlen(p->python->real), 0755);
	for (size_t i = 0; err == 0 && i < l->name_count; i++)
		if (l->names[i] != first)
			err = add(p, NODE_SAME,
			          arena_fmt(p->arena, "bin/%s", l->names[i]),
			          path, strlen(path), 0);
	return err < 0 ? err : add_libpython(p);
}

static int
add_file(struct planner *p, const char *path, struct buf *content)
{
	char *data = buf_str(content);

	return add(p, NODE_FILE, path, data, content->len, 0666);
}

static int
add_activators(struct planner *p)
{
	const struct venv_options *o = p->options;
	const struct activation v = {
		.env_dir = p->plan->env_dir,
		.prompt = o->prompt ? o->prompt
		                    : pathname_base(p->plan->env_dir),
		.by_directory = !o->prompt,
	};
	enum activation_kind kind = o->relocatable ? ACTIVATION_FINDS_ITSELF
	                                           : ACTIVATION_FILE;
	bool all = o->activators && shell_in_list(o->activators, "all");
	int err = 0;

	for (size_t i = 0; err == 0 && i < shell_count(); i++) {
		const struct shell *sh = shell_at(i);
		struct buf code;

		bool asked = o->activators ? shell_in_list(o->activators,
		                                           sh->name)
		                           : sh->by_venv;

		if (!sh->file || !(all || asked))
			continue;
		buf_init(&code, p->arena);
		err = activation_render(sh, kind, &v, &code, p->diag);
		if (err == -EINVAL &&
		    (all || !o->activators || o->activators_kept)) {
			/* a shell that cannot hold the name is of no use here;
			 * the others are */
			diag_warn(p->diag, "%s is left out: the shell cannot "
			          "hold this name", sh->file);
			err = 0;
		} else if (err == 0)
			err = add_file(p, arena_fmt(p->arena, "bin/%s",
			                            sh->file), &code);
	}
	return err;
}

static int
add_config(struct planner *p)
{
	const struct venv_options *o = p->options;
	const struct python *py = p->python;
	struct config c = {
		.home = py->home,
		.version = layout_version(py, p->arena),
		/* Pythons before 3.8 do not write it; --upgrade keeps it */
		.prompt = o->prompt,
		.system_site = o->system_site > 0,
		/* read by us, and the latter by uv */
		.minimal = o->minimal,
		.relocatable = o->relocatable,
	};
	struct buf text, command;
	int err;

	buf_init(&command, p->arena);
	buf_puts(&command, o->command);
	buf_putc(&command, ' ');
	config_put_word(&command, p->plan->env_dir);
	if (!c.version || !buf_str(&command))
		return diag_oom(p->diag);
	if (p->layout->has_command_keys) {
		c.executable = o->python_target ? py->executable : py->real;
		c.command = command.data;
	}
	buf_init(&text, p->arena);
	err = config_write(&text, &c, p->diag);
	return err < 0 ? err : add_file(p, "pyvenv.cfg", &text);
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct node *)a)->path,
	              ((const struct node *)b)->path);
}

void
plan_sort(struct plan *p)
{
	if (p->count > 0)
		qsort(p->nodes, p->count, sizeof(*p->nodes), by_path);
}

int
plan_append(struct plan *p, const struct node *nodes, size_t count,
            struct arena *a, struct diag *d)
{
	struct node *all = arena_alloc(a, (p->count + count) * sizeof(*all));

	if (!all)
		return diag_oom(d);
	memcpy(all, p->nodes, p->count * sizeof(*all));
	memcpy(all + p->count, nodes, count * sizeof(*all));
	for (size_t i = 0; i < count; i++)
		p->changes += !nodes[i].kept;
	p->nodes = all;
	p->count += count;
	plan_sort(p);
	return 0;
}

const struct node *
plan_find(const struct plan *p, const char *path)
{
	const struct node key = { .path = path };
	const struct node *n = bsearch(&key, p->nodes, p->count, sizeof(key),
	                               by_path);

	return n && n->kind != NODE_WHEEL ? n : NULL;
}

int
plan_new(struct plan *plan, const struct venv_options *o,
         const struct python *py, const struct layout *l, const char *env_dir,
         struct arena *a, struct diag *d)
{
	struct planner p = {
		.plan = plan,
		.options = o,
		.python = py,
		.layout = l,
		.arena = a,
		.diag = d,
	};
	int err;

	*plan = (struct plan){
		.env_dir = env_dir,
		.base = o->relocatable ? py->executable : NULL,
	};
	err = add_directories(&p);
	if (err == 0)
		err = o->copies > 0 ? add_python_copies(&p)
		                    : add_python_links(&p);
	if (err == 0)
		err = add_activators(&p);
	if (err == 0)
		err = add_config(&p);
	if (err == 0 && o->ignore_files)
		err = add(&p, NODE_FILE, ".gitignore", ignore_text,
		          sizeof(ignore_text) - 1, 0666);
	plan_sort(plan);
	return err;
}

/* Decide about one node; false: something is in its way. */
static bool
merge_node(struct node *n, const struct present *now)
{
	/* what to ignore is the user's own choice once the file is there */
	if (strcmp(n->path, ".gitignore") == 0)
		n->kept = now->kind != PRESENT_NOTHING;
	if (n->kept)
		return true;
	switch (now->kind) {
	case PRESENT_NOTHING:
		return true;
	case PRESENT_DIR:
		/* an old lib64 that is a directory of its own may stay */
		n->kept = n->kind == NODE_DIR || strcmp(n->path, "lib64") == 0;
		return n->kept;
	case PRESENT_FILE:
		n->kept = now->equal ||
		          (n->kind == NODE_FILE && now->data &&
		           now->len == n->len &&
		           memcmp(now->data, n->data, n->len) == 0);
		return n->kind != NODE_DIR;
	case PRESENT_LINK:
		n->kept = n->kind == NODE_LINK && now->len == n->len &&
		          memcmp(now->data, n->data, n->len) == 0;
		return n->kind != NODE_DIR;
	default:
		return false;
	}
}

/* Names of one file are made together: return whether N, or the node that it is
 * another name of, or has as another name, is made anew. */
static bool
has_new_name(const struct plan *p, const struct node *n)
{
	const char *first = n->kind == NODE_SAME ? n->data : n->path;

	for (size_t i = 0; i < p->count; i++) {
		const struct node *other = &p->nodes[i];
		bool named = (other->kind == NODE_COPY &&
		              strcmp(other->path, first) == 0) ||
		             (other->kind == NODE_SAME &&
		              strcmp(other->data, first) == 0);

		if (named && !other->kept)
			return true;
	}
	return false;
}

static void
renew_names(struct plan *p)
{
	for (size_t i = 0; i < p->count; i++) {
		struct node *n = &p->nodes[i];

		if (n->kept && (n->kind == NODE_COPY || n->kind == NODE_SAME) &&
		    has_new_name(p, n)) {
			n->kept = false;
			p->changes++;
		}
	}
}

/* A directory that is no environment yet keeps its files: list those that are
 * where an environment's own go. */
static int
refuse_files(const struct plan *p, const struct state *s, struct diag *d)
{
	size_t count = 0;

	for (size_t i = 0; i < p->count; i++) {
		struct node n = p->nodes[i];
		const struct present *now = &s->present[i];

		(void)merge_node(&n, now);
		if (n.kept || (now->kind != PRESENT_FILE &&
		               now->kind != PRESENT_LINK))
			continue;
		if (count++ == 0)
			diag_set(d, -ENOTEMPTY, "cannot make '%s' an "
			         "environment: there are files where its own go",
			         p->env_dir);
		diag_note(d, "%s", n.path);
	}
	if (count > 0)
		diag_hint(d, "move them away; --clear deletes all that is in "
		          "the directory");
	return count > 0 ? d->code : 0;
}

int
plan_merge(struct plan *plan, const struct state *s, const struct layout *l,
           struct arena *a, struct diag *d)
{
	struct planner p = {
		.plan = plan,
		.cap = plan->count,
		.arena = a,
		.diag = d,
	};

	if (!s->environment && !s->has_config && !s->interrupted &&
	    refuse_files(plan, s, d) < 0)
		return d->code;
	for (size_t i = 0; i < plan->count; i++) {
		struct node *n = &plan->nodes[i];

		if (!merge_node(n, &s->present[i]))
			return diag_set(d, -ENOTEMPTY, "cannot change '%s': '%s' "
			                "in it is not what an environment has "
			                "there", plan->env_dir, n->path);
		if (n->kept)
			plan->changes--;
	}
	renew_names(plan);
	for (size_t i = 0; i < s->bin.count; i++) {
		const char *name = s->bin.names[i];

		if (layout_is_stale_name(l, name) &&
		    add(&p, NODE_REMOVE, arena_fmt(a, "bin/%s", name), NULL, 0,
		        0) < 0)
			return d->code;
	}
	plan_sort(plan);
	return 0;
}
