#include "resolve/uvlock_graph.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "format/pep440.h"
#include "resolve/lock.h"
#include "resolve/lock_table.h"

enum {
	MAX_SHOWN = 200,
	MAX_SAME = 256,   /* packages of one project */
	MAX_PASSES = 64,  /* through the graph */
};

/* Say that the walk has to start once more, because a name became active. */
enum { AGAIN = 2 };

/* The tables that have the dependencies of extras and groups. */
static const char *const keys[] = {
	[UVLOCK_EXTRA] = "optional-dependencies",
	[UVLOCK_GROUP] = "dev-dependencies",
};

struct walk {
	struct uvlock_graph *graph;
	struct uvlock_node *nodes; /* those that were visited, then others */
	size_t count, room;
	struct strset seen;        /* "INDEX PART NAME" of NODES */
	struct arena arena;        /* of this pass */
};

/* ---- packages ------------------------------------------------------------ */

static int
by_project(const void *pa, const void *pb)
{
	const struct uvlock_entry *a = pa, *b = pb;
	int order = strcmp(a->project, b->project);

	return order ? order : (a->index > b->index) - (a->index < b->index);
}

static int
read_entry(struct uvlock_entry *e, const struct lock_table *t)
{
	if (lock_table_need_text(t, "name", &e->project) < 0 ||
	    lock_table_get_text(t, "version", &e->version) < 0 ||
	    lock_table_get(t, "source", TOML_TABLE, &e->source) < 0)
		return -EINVAL;
	if (!lock_is_normalized(e->project))
		return lock_table_refuse(t, "name", "'%.*s' is not a "
		                         "normalized name", MAX_SHOWN,
		                         e->project);
	e->table = t->toml;
	e->index = t->index;
	return 0;
}

/* Bound what looking for one of them takes. */
static int
check_numbers(const struct uvlock_graph *g)
{
	const struct uvlock_entry *e = g->entries;

	for (size_t i = MAX_SAME; i < g->count; i++) {
		if (strcmp(e[i].project, e[i - MAX_SAME].project) == 0)
			return lock_table_refuse(g->top, "package", "more than "
			                         "%d are of '%.*s'", MAX_SAME,
			                         MAX_SHOWN, e[i].project);
	}
	return 0;
}

int
uvlock_graph_init(struct uvlock_graph *g, const struct lock_table *top,
                  const struct marker_facts *facts, struct arena *a,
                  struct diag *d)
{
	const struct toml *first;
	size_t room = 0;

	*g = (struct uvlock_graph){ .top = top, .facts = *facts, .arena = a,
		                    .diag = d };
	strset_init(&g->items, a);
	strset_init(&g->active, a);
	strset_init(&g->asked, a);
	g->facts.active = &g->active;
	if (lock_table_get_list(top, "package", TOML_TABLE, &first) < 0)
		return -EINVAL;
	for (; first; first = first->next) {
		struct uvlock_entry e = { .selected = false };
		struct lock_table t;

		lock_table_enter_element(&t, top, "package", g->count, first);
		if (read_entry(&e, &t) < 0)
			return -EINVAL;
		g->entries = arena_more(a, g->entries, g->count, &room,
		                        sizeof(e));
		g->entries[g->count++] = e;
	}
	if (g->count > 1)
		qsort(g->entries, g->count, sizeof(*g->entries), by_project);
	return check_numbers(g);
}

struct uvlock_entry *
uvlock_graph_find(const struct uvlock_graph *g, const char *project,
                  size_t *count)
{
	size_t low = 0, high = g->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(g->entries[middle].project, project) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*count = 0;
	while (low + *count < g->count &&
	       strcmp(g->entries[low + *count].project, project) == 0)
		++*count;
	return *count > 0 ? &g->entries[low] : NULL;
}

/* ---- active names -------------------------------------------------------- */

const char *
uvlock_item(enum uvlock_part part, const char *project, const char *name,
            struct arena *a)
{
	size_t n = strlen(project);

	if (part == UVLOCK_PACKAGE)
		return arena_fmt(a, "project-%zu-%s", n, project);
	return arena_fmt(a, "%s-%zu-%s-%s", part == UVLOCK_EXTRA ? "extra"
	                                                         : "group",
	                 n, project, name);
}

/* Make ITEM active. Return false if it is so already, or if no marker has
 * it. */
static bool
activate(struct uvlock_graph *g, const char *item)
{
	size_t n = strlen(item);

	if (!strset_has(&g->items, item, n) ||
	    !strset_add(&g->active, item, n))
		return false;
	g->actives = arena_more(g->arena, g->actives, g->active_count,
	                        &g->active_room, sizeof(*g->actives));
	g->actives[g->active_count++] = arena_str(g->arena, item);
	return true;
}

void
uvlock_graph_ask(struct uvlock_graph *g, struct uvlock_entry *e,
                 enum uvlock_part part, const char *name)
{
	const char *item = uvlock_item(part, e->project, name, g->arena);

	g->roots = arena_more(g->arena, g->roots, g->root_count, &g->root_room,
	                      sizeof(*g->roots));
	g->roots[g->root_count++] = (struct uvlock_node){ e, part, name };
	strset_add(&g->asked, item, strlen(item));
	/* uv does not know one without dependencies at this point */
	if (part == UVLOCK_PACKAGE ||
	    toml_find(toml_find(e->table, keys[part]), name))
		activate(g, item);
}

/* ---- edges --------------------------------------------------------------- */

int
uvlock_graph_holds(const struct uvlock_graph *g, const struct lock_table *t,
                   const char *text)
{
	enum marker_variable unknown;
	struct arena shortly;
	char memory[1024];
	size_t n;
	int rc;

	if (!text)
		return 1;
	n = strlen(text);
	arena_init(&shortly, memory, sizeof(memory));
	rc = marker_evaluate(text, n, &g->facts, &shortly, &unknown, g->diag);
	arena_free(&shortly);
	if (rc == MARKER_UNKNOWN)
		rc = marker_refuse(text, n, unknown, g->diag);
	return rc < 0 ? lock_table_prefix(t, "marker") : rc;
}

/* Set TRIAL to the active names and those of the EXTRAS of PROJECT. Return
 * whether it has more than the active ones. */
static bool
set_trial(const struct uvlock_graph *g, struct strset *trial,
          const char *project, const struct toml *extras)
{
	bool more = false;

	for (size_t i = 0; i < g->active_count; i++)
		strset_add(trial, g->actives[i], strlen(g->actives[i]));
	for (; extras; extras = extras->next) {
		const char *item = uvlock_item(UVLOCK_EXTRA, project,
		                               extras->text, trial->arena);
		size_t n = strlen(item);

		more |= strset_has(&g->items, item, n) &&
		        strset_add(trial, item, n);
	}
	return more;
}

/* Return AGAIN if the dependency T on PROJECT holds once its own EXTRAS are
 * active, which some of them were not; then they are. Else return 0, or
 * -EINVAL. */
static int
activate_extras(struct uvlock_graph *g, const struct lock_table *t,
                const char *project, const char *marker,
                const struct toml *extras)
{
	struct arena shortly;
	struct strset trial;
	int rc = 0;

	if (!extras || g->items.count == 0)
		return 0;
	arena_init(&shortly, NULL, 0);
	strset_init(&trial, &shortly);
	g->facts.active = &trial;
	if (set_trial(g, &trial, project, extras))
		rc = uvlock_graph_holds(g, t, marker);
	g->facts.active = &g->active;
	for (; rc > 0 && extras; extras = extras->next)
		activate(g, uvlock_item(UVLOCK_EXTRA, project, extras->text,
		                        g->arena));
	arena_free(&shortly);
	return rc > 0 ? AGAIN : rc;
}

/* Return whether two tables of strings are equal. */
static bool
is_same_table(const struct toml *a, const struct toml *b)
{
	size_t count = 0;

	for (const struct toml *m = a->child; m; m = m->next, count++) {
		const char *text = toml_string(m);
		const char *other = toml_string(toml_find(b, m->key));

		if (!text || !other || strcmp(text, other) != 0)
			return false;
	}
	for (const struct toml *m = b->child; m; m = m->next)
		count--;
	return count == 0;
}

static bool
is_meant(const struct uvlock_entry *e, const char *version,
         const struct toml *source)
{
	if (version && (!e->version ||
	                pep440_compare(version, strlen(version), e->version,
	                               strlen(e->version)) != 0))
		return false;
	return !source || (e->source && is_same_table(source, e->source));
}

/* Return the package that the dependency T on PROJECT is on; NULL if that is
 * refused. */
static struct uvlock_entry *
find_target(const struct uvlock_graph *g, const struct lock_table *t,
            const char *project)
{
	struct uvlock_entry *e, *found = NULL;
	const struct toml *source;
	const char *version;
	size_t count;

	if (lock_table_get_text(t, "version", &version) < 0 ||
	    lock_table_get(t, "source", TOML_TABLE, &source) < 0)
		return NULL;
	e = uvlock_graph_find(g, project, &count);
	for (size_t i = 0; i < count; i++) {
		if (!is_meant(&e[i], version, source))
			continue;
		if (found) {
			lock_table_refuse(t, NULL, "package[%zu] and "
			                  "package[%zu] fit",
			                  found->index, e[i].index);
			return NULL;
		}
		found = &e[i];
	}
	if (!found)
		lock_table_refuse(t, NULL, "'%.*s' is not in the lock",
		                  MAX_SHOWN, project);
	return found;
}

/* Visit a node later, unless it was seen. */
static void
want(struct walk *w, const struct uvlock_node *n)
{
	char *key = arena_fmt(&w->arena, "%zu %d %s", n->entry->index,
	                      (int)n->part, n->name ? n->name : "");

	if (!strset_add(&w->seen, key, strlen(key)))
		return;
	w->nodes = arena_more(&w->arena, w->nodes, w->count, &w->room,
	                      sizeof(*w->nodes));
	w->nodes[w->count++] = *n;
}

/* Follow the dependency T. Return 0, AGAIN or -EINVAL. */
static int
follow(struct walk *w, const struct lock_table *t)
{
	const char *project, *marker;
	const struct toml *extras;
	struct uvlock_entry *e;
	int rc;

	if (lock_table_need_text(t, "name", &project) < 0 ||
	    lock_table_get_text(t, "marker", &marker) < 0 ||
	    lock_table_get_list(t, "extra", TOML_STRING, &extras) < 0)
		return -EINVAL;
	rc = activate_extras(w->graph, t, project, marker, extras);
	if (rc != 0)
		return rc;
	rc = uvlock_graph_holds(w->graph, t, marker);
	if (rc <= 0)
		return rc;
	e = find_target(w->graph, t, project);
	if (!e)
		return -EINVAL;
	want(w, &(struct uvlock_node){ e, UVLOCK_PACKAGE, NULL });
	for (; extras; extras = extras->next)
		want(w, &(struct uvlock_node){ e, UVLOCK_EXTRA, extras->text });
	return 0;
}

/* Follow the dependencies in the list KEY of T. */
static int
follow_list(struct walk *w, const struct lock_table *t, const char *key)
{
	const struct toml *first;
	size_t i = 0;

	if (lock_table_get_list(t, key, TOML_TABLE, &first) < 0)
		return -EINVAL;
	for (; first; first = first->next) {
		struct lock_table edge;
		int rc;

		lock_table_enter_element(&edge, t, key, i++, first);
		rc = follow(w, &edge);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static int
visit(struct walk *w, const struct uvlock_node *n)
{
	const struct uvlock_graph *g = w->graph;
	const struct toml *parts;
	struct lock_table t, inner;

	lock_table_enter_element(&t, g->top, "package", n->entry->index,
	                         n->entry->table);
	if (n->part == UVLOCK_PACKAGE) {
		n->entry->selected = true;
		return follow_list(w, &t, "dependencies");
	}
	if (lock_table_get(&t, keys[n->part], TOML_TABLE, &parts) < 0)
		return -EINVAL;
	if (!parts)
		return 0;
	lock_table_enter(&inner, &t, keys[n->part], parts);
	return follow_list(w, &inner, n->name);
}

/* Walk from the roots. Return 0, AGAIN or -EINVAL. */
static int
pass(struct uvlock_graph *g)
{
	struct walk w = { .graph = g };
	int rc = 0;

	arena_init(&w.arena, NULL, 0);
	strset_init(&w.seen, &w.arena);
	for (size_t i = 0; i < g->count; i++)
		g->entries[i].selected = false;
	for (size_t i = 0; i < g->root_count; i++)
		want(&w, &g->roots[i]);
	for (size_t i = 0; rc == 0 && i < w.count; i++) {
		const struct uvlock_node n = w.nodes[i];

		rc = visit(&w, &n);
	}
	arena_free(&w.arena);
	return rc;
}

int
uvlock_graph_walk(struct uvlock_graph *g)
{
	for (int i = 0; i < MAX_PASSES; i++) {
		int rc = pass(g);

		if (rc != AGAIN)
			return rc;
	}
	return lock_table_refuse(g->top, "conflicts", "more than %d extras in "
	                         "it are needed", MAX_PASSES);
}
