#include "resolve/uvlock_manifest.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "resolve/dependency.h"
#include "resolve/lock.h"
#include "resolve/lock_table.h"
#include "resolve/uvlock_graph.h"
#include "wheel/name.h"

enum { MAX_SHOWN = 200 };

/* ---- conflicts ----------------------------------------------------------- */

/* An extra or group in a set of those that conflict; or a project: its own
 * dependencies. */
struct item {
	const char *project, *extra, *group;
};

static int
read_item(struct item *i, const struct lock_table *t)
{
	if (lock_table_need_text(t, "package", &i->project) < 0 ||
	    lock_table_get_text(t, "extra", &i->extra) < 0)
		return -EINVAL;
	return lock_table_get_text(t, "group", &i->group);
}

static const char *
name_of(const struct item *i, struct arena *a)
{
	if (i->extra)
		return uvlock_item(UVLOCK_EXTRA, i->project, i->extra, a);
	if (i->group)
		return uvlock_item(UVLOCK_GROUP, i->project, i->group, a);
	return uvlock_item(UVLOCK_PACKAGE, i->project, NULL, a);
}

static const char *
describe(const struct item *i, struct arena *a)
{
	if (!i->extra && !i->group)
		return arena_fmt(a, "the project %.*s", MAX_SHOWN, i->project);
	return arena_fmt(a, "the %s '%.*s' of %.*s",
	                 i->extra ? "extra" : "group", MAX_SHOWN,
	                 i->extra ? i->extra : i->group, MAX_SHOWN,
	                 i->project);
}

static int
refuse_conflict(const struct uvlock_graph *g, const struct item *a,
                const struct item *b)
{
	bool dev = (a->group && strcmp(a->group, "dev") == 0) ||
	           (b->group && strcmp(b->group, "dev") == 0);

	diag_set(g->diag, -EINVAL, "%s and %s cannot be installed together",
	         describe(a, g->arena), describe(b, g->arena));
	if (dev)
		diag_hint(g->diag, "--no-default-groups leaves out the group "
		          "'dev'");
	return -EINVAL;
}

/* Called for each set of items that conflict. */
typedef int use_set(struct uvlock_graph *g, const struct item *items,
                    size_t count);

/* Read the set LIST, element INDEX of conflicts, and use it. */
static int
read_set(struct uvlock_graph *g, size_t index, const struct toml *list,
         use_set *use)
{
	struct item *items = NULL;
	size_t count = 0, room = 0;
	struct lock_table set;

	lock_table_enter_element(&set, g->top, "conflicts", index, list);
	for (const struct toml *e = list->child; e; e = e->next) {
		struct lock_table t;

		if (e->kind != TOML_TABLE)
			return lock_table_refuse(&set, NULL, "expected tables "
			                         "in it");
		lock_table_enter_element(&t, &set, "item", count, e);
		items = arena_more(g->arena, items, count, &room,
		                   sizeof(*items));
		if (read_item(&items[count++], &t) < 0)
			return -EINVAL;
	}
	return use(g, items, count);
}

static int
read_sets(struct uvlock_graph *g, use_set *use)
{
	const struct toml *first;
	size_t index = 0;

	if (lock_table_get_list(g->top, "conflicts", TOML_ARRAY, &first) < 0)
		return -EINVAL;
	for (; first; first = first->next) {
		if (read_set(g, index++, first, use) < 0)
			return -EINVAL;
	}
	return 0;
}

static int
add_items(struct uvlock_graph *g, const struct item *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *name = name_of(&items[i], g->arena);

		strset_add(&g->items, name, strlen(name));
	}
	return 0;
}

/* Refuse two names among ITEMS if both are asked for, or both are active
 * extras: as uv, which takes a group with a conflicting extra that a package needs. */
static int
check_items(struct uvlock_graph *g, const struct item *items, size_t count)
{
	const struct item *asked = NULL, *extra = NULL;

	for (size_t i = 0; i < count; i++) {
		const char *name = name_of(&items[i], g->arena);

		if (strset_has(&g->asked, name, strlen(name))) {
			if (asked)
				return refuse_conflict(g, asked, &items[i]);
			asked = &items[i];
		}
		if (items[i].extra &&
		    strset_has(&g->active, name, strlen(name))) {
			if (extra)
				return refuse_conflict(g, extra, &items[i]);
			extra = &items[i];
		}
	}
	return 0;
}

int
uvlock_conflicts_read(struct uvlock_graph *g)
{
	return read_sets(g, add_items);
}

int
uvlock_conflicts_check(struct uvlock_graph *g)
{
	return read_sets(g, check_items);
}

/* ---- requirements -------------------------------------------------------- */

/* Return 1 if one of the markers of forks for which E was locked holds, or
 * if it has none; 0 if not; or -EINVAL. */
static int
is_for_this_fork(const struct uvlock_graph *g, const struct uvlock_entry *e)
{
	static const char key[] = "resolution-markers";
	const struct toml *first;
	struct lock_table t;
	int rc = 0;

	lock_table_enter_element(&t, g->top, "package", e->index, e->table);
	if (lock_table_get_list(&t, key, TOML_STRING, &first) < 0)
		return -EINVAL;
	if (!first)
		return 1;
	for (; rc == 0 && first; first = first->next)
		rc = uvlock_graph_holds(g, &t, first->text);
	return rc;
}

/* Ask for the package that is required by the table T. */
static int
ask(struct uvlock_graph *g, const struct lock_table *t, const char *project)
{
	struct uvlock_entry *e, *found = NULL;
	const struct toml *extras;
	size_t count;

	if (lock_table_get_list(t, "extras", TOML_STRING, &extras) < 0)
		return -EINVAL;
	e = uvlock_graph_find(g, project, &count);
	for (size_t i = 0; i < count; i++) {
		int rc = is_for_this_fork(g, &e[i]);

		if (rc < 0)
			return rc;
		if (rc > 0 && found)
			return lock_table_refuse(t, NULL, "package[%zu] and "
			                         "package[%zu] fit",
			                         found->index, e[i].index);
		if (rc > 0)
			found = &e[i];
	}
	if (!found)
		return lock_table_refuse(t, NULL, "'%.*s' is not in the lock "
		                         "for this environment", MAX_SHOWN,
		                         project);
	uvlock_graph_ask(g, found, UVLOCK_PACKAGE, NULL);
	for (; extras; extras = extras->next)
		uvlock_graph_ask(g, found, UVLOCK_EXTRA, extras->text);
	return 0;
}

/* Ask for what the list KEY of the table T requires. */
static int
ask_list(struct uvlock_graph *g, const struct lock_table *t, const char *key)
{
	const struct toml *first;
	size_t index = 0;

	if (lock_table_get_list(t, key, TOML_TABLE, &first) < 0)
		return -EINVAL;
	for (; first; first = first->next) {
		const char *project, *marker;
		struct lock_table q;
		int rc;

		lock_table_enter_element(&q, t, key, index++, first);
		if (lock_table_need_text(&q, "name", &project) < 0 ||
		    lock_table_get_text(&q, "marker", &marker) < 0)
			return -EINVAL;
		rc = uvlock_graph_holds(g, &q, marker);
		if (rc > 0)
			rc = ask(g, &q, project);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int
uvlock_manifest_ask(struct uvlock_graph *g, const struct lock_table *manifest,
                    const char *const *groups, size_t count)
{
	static const char key[] = "dependency-groups";
	const struct toml *node;
	struct lock_table t;

	if (!manifest->toml)
		return 0;
	if (ask_list(g, manifest, "requirements") < 0 ||
	    lock_table_get(manifest, key, TOML_TABLE, &node) < 0)
		return -EINVAL;
	lock_table_enter(&t, manifest, key, node);
	for (size_t i = 0; node && i < count; i++) {
		if (ask_list(g, &t, groups[i]) < 0)
			return -EINVAL;
	}
	return 0;
}

/* ---- changed requirements ------------------------------------------------ */

/* Return the normalised name of the project that E, a requirement as a table
 * or a text, is for; NULL if E is neither. */
static const char *
required_project(const struct toml *e, struct arena *a)
{
	const char *text = toml_string(e->kind == TOML_TABLE
	                                       ? toml_find(e, "name") : e);
	struct slice rest = { text, text ? strlen(text) : 0 }, name;
	struct buf b;

	if (!text || !dependency_take_name(&rest, &name))
		return NULL;
	buf_init(&b, a);
	wheel_name_normalize(&b, name.s, name.n);
	return buf_str(&b);
}

/* Remember the change E: of the requirements on a project, or of those that one
 * package has on some. */
static int
add_change(struct lock *l, const struct toml *e, struct arena *a)
{
	const struct toml *package = toml_find(e, "package");
	const struct toml *list = toml_find(e, "dependencies");
	const char *of = package ? required_project(package, a) : NULL, *on;

	if (!package) {
		on = required_project(e, a);
		if (on)
			lock_except(l, NULL, NULL, on);
		return on ? 0 : -EINVAL;
	}
	if (!of)
		return -EINVAL;
	for (e = list ? list->child : NULL; e; e = e->next) {
		on = required_project(e, a);
		if (!on)
			return -EINVAL;
		lock_except(l, of, toml_string(toml_find(package, "version")),
		            on);
	}
	return 0;
}

/* Remember the changes in the list KEY. */
static int
add_changes(const struct lock_table *manifest, struct lock *l, const char *key,
            struct arena *a)
{
	const struct toml *list;
	size_t index = 0;

	if (lock_table_get(manifest, key, TOML_ARRAY, &list) < 0)
		return -EINVAL;
	for (const struct toml *e = list ? list->child : NULL; e;
	     e = e->next, index++) {
		if (add_change(l, e, a) < 0)
			return lock_table_refuse_element(manifest, key, index,
			                                 "it does not name a "
			                                 "project");
	}
	return 0;
}

/* Remember the packages whose metadata is not that of their wheels. */
static int
add_metadata(const struct lock_table *manifest, struct lock *l, struct arena *a)
{
	static const char key[] = "dependency-metadata";
	const struct toml *first;
	size_t index = 0;

	if (lock_table_get_list(manifest, key, TOML_TABLE, &first) < 0)
		return -EINVAL;
	for (; first; first = first->next) {
		const char *project = required_project(first, a);

		if (!project)
			return lock_table_refuse_element(manifest, key, index,
			                                 "it does not name a "
			                                 "project");
		lock_except(l, project,
		            toml_string(toml_find(first, "version")), NULL);
		index++;
	}
	return 0;
}

int
uvlock_manifest_changes(const struct lock_table *manifest, struct lock *l,
                        struct arena *a)
{
	if (!manifest->toml)
		return 0;
	if (add_changes(manifest, l, "overrides", a) < 0 ||
	    add_changes(manifest, l, "excludes", a) < 0)
		return -EINVAL;
	return add_metadata(manifest, l, a);
}
