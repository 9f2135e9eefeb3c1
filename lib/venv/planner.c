#include "venv/planner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "format/pathname.h"
#include "python/layout.h"
#include "python/python.h"
#include "python/winpath.h"
#include "shell/activation.h"
#include "shell/activation_file.h"
#include "shell/shell.h"
#include "venv/state.h"
#include "venv/venv.h"

static const char ignore_text[] =
	"# made by pyvenv: version control has no use for an environment\n"
	"*\n";

/* The state that the functions that add nodes share. */
struct planner {
	struct plan *plan;
	size_t room; /* for nodes */
	const struct venv_options *options;
	const struct python *python;
	const struct layout *layout;
	struct arena *arena;
	struct diag *diag;
};

static void
add(struct planner *p, enum node_kind kind, const char *path, const char *data,
    size_t len, mode_t mode)
{
	struct plan *plan = p->plan;

	plan->nodes = arena_more(p->arena, plan->nodes, plan->count, &p->room,
	                         sizeof(*plan->nodes));
	plan->nodes[plan->count++] = (struct node){
		.kind = kind,
		.path = path,
		.data = data,
		.len = len,
		.mode = mode,
	};
	plan->changes++;
}

static void
add_link(struct planner *p, const char *path, const char *target)
{
	add(p, NODE_LINK, path, target, strlen(target), 0);
}

/* Add PATH and the directories above it that are not planned yet; NULL: none. */
static void
add_dirs(struct planner *p, const char *path)
{
	const char *slash = path;

	while (slash) {
		bool known = false;
		const char *dir;

		slash = strchr(slash + 1, '/');
		dir = slash ? arena_dup(p->arena, path, (size_t)(slash - path))
		            : path;
		for (size_t i = 0; i < p->plan->count; i++)
			known |= strcmp(p->plan->nodes[i].path, dir) == 0;
		if (!known)
			add(p, NODE_DIR, dir, NULL, 0, 0);
	}
}

static void
add_directories(struct planner *p)
{
	const struct layout *l = p->layout;

	add_dirs(p, l->scripts);
	add_dirs(p, l->include);
	add_dirs(p, l->site_packages);
	add_dirs(p, l->unused_lib);
	add_dirs(p, l->platlib);
	if (l->lib64_link)
		add_link(p, "lib64", "lib");
}

/* Add the copies of the base's launchers. */
static int
add_launchers(struct planner *p)
{
	const struct layout *l = p->layout;

	if (p->options->copies == 0) {
		diag_set(p->diag, -EINVAL, "cannot link the interpreter in '%s': "
		         "Windows cannot follow links that are made here",
		         p->plan->place);
		diag_hint(p->diag, "without --symlinks its launcher is copied");
		return p->diag->code;
	}
	for (size_t i = 0; i < l->name_count; i++)
		add(p, NODE_COPY, arena_fmt(p->arena, "%s/%s", l->scripts,
		                            l->names[i]),
		    l->sources[i], strlen(l->sources[i]), 0755);
	return 0;
}

/* Add one absolute link to the interpreter, to which the other names lead. */
static void
add_python_links(struct planner *p)
{
	const struct layout *l = p->layout;

	for (size_t i = 0; i < l->name_count; i++)
		add_link(p, arena_fmt(p->arena, "%s/%s", l->scripts, l->names[i]),
		         i == 0 ? p->python->executable : l->names[0]);
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
	if (strncmp(py->libpython_origin, "../../", 6) == 0 ||
	    strcmp(place, "/") == 0)
		return diag_set(p->diag, -EINVAL, "cannot copy '%s': it looks "
		                "for its library outside the environment ('%s' "
		                "from bin)", py->real, py->libpython_origin);
	add(p, NODE_COPY, place + 1, py->libpython, strlen(py->libpython),
	    0755);
	return 0;
}

/* Add one copy with as many names as there are links otherwise. */
static int
add_python_copies(struct planner *p)
{
	const struct layout *l = p->layout;
	const char *first = l->names[0];
	const char *path;

	/* nodes are carried out in order of their paths */
	for (size_t i = 1; i < l->name_count; i++)
		if (strcmp(l->names[i], first) < 0)
			first = l->names[i];
	path = arena_fmt(p->arena, "%s/%s", l->scripts, first);
	add(p, NODE_COPY, path, p->python->real, strlen(p->python->real), 0755);
	for (size_t i = 0; i < l->name_count; i++)
		if (l->names[i] != first)
			add(p, NODE_SAME,
			    arena_fmt(p->arena, "%s/%s", l->scripts, l->names[i]), path,
			    strlen(path), 0);
	return add_libpython(p);
}

static void
add_file(struct planner *p, const char *path, struct buf *content)
{
	add(p, NODE_FILE, path, buf_str(content), content->len, 0666);
}

/* Add the activation file F. With SOME, one whose shell cannot hold a value is left
 * out. */
static int
add_activator(struct planner *p, const struct activation_file *f,
              const struct activation *v, bool some)
{
	const char *path = arena_fmt(p->arena, "%s/%s", p->layout->scripts,
	                             f->name);
	const char *script = p->python->activate_ps1;
	struct buf text;
	int err;

	if (f->is_copy) {
		if (script)
			add(p, NODE_COPY, path, script, strlen(script), 0644);
		else
			diag_warn(p->diag, "%s is left out: this Python has none "
			          "that can be copied", f->name);
		return 0;
	}
	buf_init(&text, p->arena);
	err = activation_file_render(f, v, p->options->relocatable, &text,
	                             p->diag);
	if (err == -EINVAL && some) {
		diag_warn(p->diag, "%s is left out: the shell cannot hold this "
		          "name", f->name);
		return 0;
	}
	if (err == 0)
		add_file(p, path, &text);
	return err;
}

/* Refuse shells that were asked for by name and have no file in this environment. */
static int
check_activators(struct planner *p)
{
	unsigned lacking = p->options->activators &
	                   ~activation_file_set(p->layout);

	for (size_t i = 0; lacking && i < shell_count(); i++) {
		const struct shell *sh = shell_at(i);

		if (!(lacking & shell_set_of(sh)))
			continue;
		diag_set(p->diag, -EINVAL, "cannot write an activation script for "
		         "%s: the environments of this Python have none", sh->name);
		diag_hint(p->diag, "use activate-print -s %s", sh->name);
		return p->diag->code;
	}
	return 0;
}

static int
add_activators(struct planner *p)
{
	const struct venv_options *o = p->options;
	bool on_windows = p->layout->other_paths;
	const char *name = on_windows ? winpath_base(p->plan->env_dir)
	                              : pathname_base(p->plan->env_dir);
	const struct activation v = {
		.env_dir = p->plan->env_dir,
		.prompt = o->prompt ? o->prompt : name,
		.on_windows = on_windows,
		.by_directory = !o->prompt,
	};
	/* a shell that cannot hold the name is of no use here; the others are,
	 * unless just that one was asked for */
	bool some = !o->activators_given || o->activators_kept ||
	            o->activators == shell_set_all();
	int err = some ? 0 : check_activators(p);
	struct activation_file f;

	for (size_t i = 0; err == 0 && activation_file_at(&f, i, p->layout); i++) {
		if (f.name && (o->activators & shell_set_of(f.shell)))
			err = add_activator(p, &f, &v, some);
	}
	return err;
}

/* Add PATH with the N bytes at TEXT, whose line ends become those of the layout. */
static void
add_lines(struct planner *p, const char *path, const char *text, size_t n)
{
	const char *nl;
	struct buf lines;

	if (strcmp(p->layout->line_end, "\n") == 0) {
		add(p, NODE_FILE, path, text, n, 0666);
		return;
	}
	buf_init(&lines, p->arena);
	for (; (nl = memchr(text, '\n', n)); text = nl + 1) {
		buf_add(&lines, text, (size_t)(nl - text));
		buf_puts(&lines, p->layout->line_end);
		n -= (size_t)(nl - text) + 1;
	}
	buf_add(&lines, text, n);
	add_file(p, path, &lines);
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
	struct buf text, command, activators;
	int err;

	buf_init(&activators, p->arena);
	shell_set_put(&activators, o->activators_chosen);
	if (o->activators_given && !o->minimal)
		c.activators = buf_str(&activators);
	buf_init(&command, p->arena);
	buf_puts(&command, o->command);
	buf_putc(&command, ' ');
	config_put_word(&command, p->plan->env_dir);
	buf_str(&command);
	if (p->layout->has_command_keys) {
		c.executable = o->python_target || p->layout->other_paths
			? py->executable : py->real;
		c.command = command.data;
	}
	buf_init(&text, p->arena);
	err = config_write(&text, &c, p->diag);
	if (err == 0)
		add_lines(p, "pyvenv.cfg", buf_str(&text), text.len);
	return err;
}

static int
check_lengths(const struct planner *p)
{
	const struct plan *plan = p->plan;
	char *who = arena_fmt(p->arena, "cannot create '%s'", plan->place);
	int err = 0;

	for (size_t i = 0; err == 0 && i < plan->count; i++)
		err = layout_check_length(p->layout, plan->env_dir,
		                          plan->nodes[i].path, who, p->diag);
	return err;
}

int
plan_new(struct plan *plan, const struct venv_options *o,
         const struct python *py, const struct layout *l, const char *env_dir,
         const char *place, struct arena *a, struct diag *d)
{
	struct planner p = {
		.plan = plan,
		.options = o,
		.python = py,
		.layout = l,
		.arena = a,
		.diag = d,
	};
	int err = 0;

	*plan = (struct plan){
		.env_dir = env_dir,
		.place = place,
		.python = arena_fmt(a, "%s%c%s%c%s", env_dir, l->separator,
		                    l->scripts, l->separator,
		                    l->sources[0] ? l->names[0] : "python"),
		.exe = o->exe,
		.base = o->relocatable ? py->executable : NULL,
	};
	add_directories(&p);
	if (l->sources[0])
		err = add_launchers(&p);
	else if (o->copies > 0)
		err = add_python_copies(&p);
	else
		add_python_links(&p);
	if (err == 0)
		err = add_activators(&p);
	if (err == 0)
		err = add_config(&p);
	if (err == 0 && o->ignore_files)
		add_lines(&p, ".gitignore", ignore_text,
		          sizeof(ignore_text) - 1);
	plan_sort(plan);
	return err < 0 || l->path_max == 0 ? err : check_lengths(&p);
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
			         p->place);
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
		.room = plan->count,
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
			                "there", plan->place, n->path);
		if (n->kept)
			plan->changes--;
	}
	renew_names(plan);
	for (size_t i = 0; i < s->bin.count; i++) {
		const char *name = s->bin.names[i];

		if (layout_is_stale_name(l, name))
			add(&p, NODE_REMOVE, arena_fmt(a, "%s/%s", l->scripts, name),
			    NULL, 0, 0);
	}
	plan_sort(plan);
	return 0;
}
