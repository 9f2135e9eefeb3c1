#include "resolve/uvlock.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "format/pathname.h"
#include "resolve/lock_fit.h"
#include "resolve/lock_table.h"
#include "resolve/uvlock_graph.h"
#include "resolve/uvlock_package.h"
#include "resolve/uvlock_manifest.h"
#include "wheel/name.h"

enum { MAX_SHOWN = 200 };

static const char default_group[] = "dev";

/* A package whose dependencies are wanted. */
struct project {
	struct uvlock_entry *entry;
};

struct reader {
	const struct lock_request *request;
	struct lock_table top;      /* the document */
	struct lock_table manifest; /* without a table if there is none */
	struct uvlock_graph graph;
	struct project *projects;
	size_t project_count, room;
	const char **extras, **groups;  /* normalised */
	size_t extra_count, group_count;
	struct arena *arena; /* the tree, and what is needed while reading */
	struct diag *diag;
};

/* ---- the head of the document -------------------------------------------- */

static int
check_version(const struct reader *r)
{
	const struct toml *node;
	int64_t version;

	if (lock_table_get(&r->top, "version", TOML_INTEGER, &node) < 0)
		return -EINVAL;
	if (!node)
		return lock_table_refuse(&r->top, "version", "it is missing");
	if (!toml_integer(node, &version) || version != 1)
		return lock_table_refuse(&r->top, "version", "%.*s is not "
		                         "supported, only 1", MAX_SHOWN,
		                         node->text);
	return 0;
}

static int
check_head(const struct reader *r)
{
	struct lock_fit f = { .request = r->request, .facts = r->graph.facts,
		              .arena = r->arena, .diag = r->diag };
	const struct toml *listed;
	const char *ignored;
	int rc;

	if (check_version(r) < 0 ||
	    lock_table_get_text(&r->top, "requires-python", &ignored) < 0 ||
	    lock_fit_python(&f, &r->top) < 0)
		return -EINVAL;
	rc = lock_fit_environment(&f, &r->top, "supported-markers", &listed);
	if (rc <= 0 || !listed)
		return rc < 0 ? rc : 0;
	lock_table_refuse(&r->top, "supported-markers", "the lock was not made "
	                  "for this environment");
	diag_hint(r->diag, "add it to tool.uv.environments in pyproject.toml, "
	          "then run uv lock");
	return -EINVAL;
}

/* ---- names that are asked for -------------------------------------------- */

/* Set *TO to the COUNT names at FROM, normalised, with space for one more. */
static int
normalize_all(const struct reader *r, const char ***to, const char **from,
              size_t count, const char *what)
{
	if (count > LOCK_MAX_NAMES)
		return diag_set(r->diag, -EINVAL, "more than %d %s are "
		                "selected", LOCK_MAX_NAMES, what);
	*to = arena_zero(r->arena, count + 1, sizeof(**to));
	for (size_t i = 0; i < count; i++)
		(*to)[i] = wheel_name_normalized(r->arena, from[i],
		                                 strlen(from[i]));
	return 0;
}

static int
read_names(struct reader *r)
{
	const struct lock_request *q = r->request;

	if (normalize_all(r, &r->extras, q->extras, q->extra_count,
	                  "extras") < 0 ||
	    normalize_all(r, &r->groups, q->groups, q->group_count,
	                  "groups") < 0)
		return -EINVAL;
	r->extra_count = q->extra_count;
	r->group_count = q->group_count;
	if (!q->no_default_groups)
		r->groups[r->group_count++] = default_group;
	return 0;
}

/* Add the names in the list LIST, or the keys of the table LIST. */
static void
add_names(struct strset *names, struct buf *shown, const struct toml *list)
{
	for (const struct toml *m = list ? list->child : NULL; m; m = m->next) {
		const char *name = m->key ? m->key : toml_string(m);

		if (!name || !strset_add(names, name, strlen(name)) ||
		    shown->len > MAX_SHOWN)
			continue;
		buf_fmt(shown, "%s%s", shown->len > 0 ? ", " : "", name);
	}
}

/* Check that the COUNT names WANTED, as written, are among NAMES. */
static int
check_names(const struct reader *r, const char *what, const char **wanted,
            size_t count, const struct strset *names, struct buf *shown)
{
	for (size_t i = 0; i < count; i++) {
		const char *name = wheel_name_normalized(r->arena, wanted[i],
		                                         strlen(wanted[i]));

		if (strset_has(names, name, strlen(name)))
			continue;
		diag_set(r->diag, -EINVAL, "it does not declare the %s '%s'",
		         what, wanted[i]);
		if (shown->len > 0)
			diag_hint(r->diag, "it declares %s", buf_str(shown));
		else
			diag_hint(r->diag, "it declares none");
		return -EINVAL;
	}
	return 0;
}

/* Check that the projects declare the extras and groups that are asked for.
 * Those without dependencies are only in the metadata. */
static int
check_declared(const struct reader *r)
{
	const struct lock_request *q = r->request;
	struct strset extras, groups;
	struct buf shown_extras, shown_groups;

	strset_init(&extras, r->arena);
	strset_init(&groups, r->arena);
	buf_init(&shown_extras, r->arena);
	buf_init(&shown_groups, r->arena);
	for (size_t i = 0; i < r->project_count; i++) {
		const struct toml *t = r->projects[i].entry->table;
		const struct toml *metadata = toml_find(t, "metadata");

		add_names(&extras, &shown_extras,
		          toml_find(metadata, "provides-extras"));
		add_names(&extras, &shown_extras,
		          toml_find(t, "optional-dependencies"));
		add_names(&groups, &shown_groups,
		          toml_find(metadata, "requires-dev"));
		add_names(&groups, &shown_groups,
		          toml_find(t, "dev-dependencies"));
	}
	add_names(&groups, &shown_groups,
	          toml_find(r->manifest.toml, "dependency-groups"));
	if (check_names(r, "extra", q->extras, q->extra_count, &extras,
	                &shown_extras) < 0)
		return -EINVAL;
	return check_names(r, "group", q->groups, q->group_count, &groups,
	                   &shown_groups);
}

/* ---- projects ------------------------------------------------------------ */

static void
add_project(struct reader *r, struct uvlock_entry *e)
{
	r->projects = arena_more(r->arena, r->projects, r->project_count,
	                         &r->room, sizeof(*r->projects));
	r->projects[r->project_count++].entry = e;
}

/* Add the members of the workspace. */
static int
add_members(struct reader *r)
{
	const struct toml *first;
	size_t i = 0;

	if (!r->manifest.toml)
		return 0;
	if (lock_table_get_list(&r->manifest, "members", TOML_STRING,
	                        &first) < 0)
		return -EINVAL;
	for (; first; first = first->next, i++) {
		size_t count;
		struct uvlock_entry *e =
			uvlock_graph_find(&r->graph, first->text, &count);

		if (count != 1)
			return lock_table_refuse_element(
				&r->manifest, "members", i, "'%.*s' is in the "
				"lock %zu times", MAX_SHOWN, first->text,
				count);
		add_project(r, e);
	}
	return 0;
}

/* Return whether the manifest itself requires something, as that of a
 * script. */
static bool
has_requirements(const struct reader *r)
{
	return toml_find(r->manifest.toml, "requirements") ||
	       toml_find(r->manifest.toml, "dependency-groups");
}

/* Find the project beside the lock, else all members of its workspace. */
static int
find_projects(struct reader *r)
{
	const struct uvlock_graph *g = &r->graph;

	for (size_t i = 0; i < g->count; i++) {
		if (!uvlock_is_here(g->entries[i].source))
			continue;
		if (r->project_count > 0)
			return lock_table_refuse(
				&r->top, "package", "'%.*s' and '%.*s' have "
				"the lock's own directory as their source",
				MAX_SHOWN, r->projects[0].entry->project,
				MAX_SHOWN, g->entries[i].project);
		add_project(r, &g->entries[i]);
	}
	if (r->project_count == 0 && add_members(r) < 0)
		return -EINVAL;
	if (r->project_count == 0 && g->count > 0 && !has_requirements(r))
		return lock_table_refuse(&r->top, "package", "none of them has "
		                         "the lock's own directory as its "
		                         "source");
	return 0;
}

/* Ask for the projects, their extras and groups. */
static void
ask_for_projects(struct reader *r)
{
	for (size_t i = 0; i < r->project_count; i++) {
		struct uvlock_entry *e = r->projects[i].entry;

		uvlock_graph_ask(&r->graph, e, UVLOCK_PACKAGE, NULL);
		for (size_t k = 0; k < r->extra_count; k++)
			uvlock_graph_ask(&r->graph, e, UVLOCK_EXTRA,
			                 r->extras[k]);
		for (size_t k = 0; k < r->group_count; k++)
			uvlock_graph_ask(&r->graph, e, UVLOCK_GROUP,
			                 r->groups[k]);
	}
}

/* ---- the selection ------------------------------------------------------- */

static bool
is_installed(const struct uvlock_entry *e)
{
	return e->selected && !uvlock_is_virtual(e->source);
}

/* Read what is selected into L, with memory of A. */
static int
keep_selected(const struct reader *r, struct lock *l, const char *dir,
              struct arena *a)
{
	const struct uvlock_entry *last = NULL;

	l->packages = arena_zero(a, r->graph.count, sizeof(*l->packages));
	l->empty = true;
	for (size_t i = 0; i < r->graph.count; i++) {
		const struct uvlock_entry *e = &r->graph.entries[i];
		struct lock_table t;

		l->empty &= uvlock_is_virtual(e->source);
		if (!is_installed(e))
			continue;
		lock_table_enter_element(&t, &r->top, "package", e->index,
		                         e->table);
		if (last && strcmp(last->project, e->project) == 0)
			return lock_table_refuse(&t, NULL, "%.*s is selected "
			                         "already, by package[%zu]",
			                         MAX_SHOWN, e->project,
			                         last->index);
		if (uvlock_package_read(&l->packages[l->count++], &t, dir,
		                        a) < 0)
			return -EINVAL;
		last = e;
	}
	return 0;
}

static int
read_document(struct reader *r, struct lock *l, const char *text, size_t n,
              struct arena *a)
{
	const char *dir = pathname_dir(r->arena, r->request->path);
	struct toml *root;
	const struct toml *manifest;

	if (toml_parse(&root, text, n, r->arena, r->diag) < 0)
		return r->diag->code;
	r->top.toml = root;
	if (lock_table_get(&r->top, "manifest", TOML_TABLE, &manifest) < 0)
		return -EINVAL;
	lock_table_enter(&r->manifest, &r->top, "manifest", manifest);
	if (uvlock_graph_init(&r->graph, &r->top, r->request->facts, r->arena,
	                      r->diag) < 0 ||
	    check_head(r) < 0 || uvlock_conflicts_read(&r->graph) < 0 ||
	    read_names(r) < 0 || find_projects(r) < 0 || check_declared(r) < 0)
		return -EINVAL;
	ask_for_projects(r);
	if (uvlock_manifest_ask(&r->graph, &r->manifest, r->groups,
	                        r->group_count) < 0 ||
	    uvlock_graph_walk(&r->graph) < 0 ||
	    uvlock_conflicts_check(&r->graph) < 0 ||
	    uvlock_manifest_changes(&r->manifest, l, r->arena) < 0)
		return -EINVAL;
	return keep_selected(r, l, dir, a);
}

int
uvlock_read(struct lock *l, const char *text, size_t n,
            const struct lock_request *q, struct arena *a, struct diag *d)
{
	struct reader r = { .request = q, .diag = d, .top.diag = d };
	struct arena tree;
	int rc;

	memset(l, 0, sizeof(*l));
	strset_init(&l->exceptions, a);
	arena_init(&tree, NULL, 0);
	r.arena = &tree;
	rc = read_document(&r, l, text, n, a);
	arena_free(&tree);
	return rc;
}
