#include "resolve/pylock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "format/pathname.h"
#include "format/pep440.h"
#include "resolve/lock_fit.h"
#include "resolve/lock_table.h"
#include "resolve/marker.h"
#include "resolve/pylock_package.h"
#include "wheel/name.h"

enum { MAX_SHOWN = 200 };

/* A package that is selected. */
struct selection {
	const char *project;
	const struct toml *table;
	size_t index; /* in the lock */
};

struct reader {
	const struct lock_request *request;
	struct lock_table top;      /* the document */
	const char *dir;            /* of the lock */
	struct marker_facts facts;  /* with the sets below, for packages */
	struct marker_set extras, groups;
	struct selection *selected; /* as many as COUNT */
	size_t count, room;
	struct lock_fit fit;
	struct arena *arena; /* the tree, and what is needed while reading */
	struct diag *diag;
};

/* ---- the head of the document -------------------------------------------- */

static int
check_lock_version(const struct reader *r)
{
	const char *version;
	size_t n;

	if (lock_table_need_text(&r->top, "lock-version", &version) < 0)
		return -EINVAL;
	n = strlen(version);
	if (!pep440_is_version(version, n))
		return lock_table_refuse(&r->top, "lock-version",
		                         "it is not a version");
	if (pep440_compare(version, n, "1", 1) < 0 ||
	    pep440_compare(version, n, "2.dev0", 6) >= 0)
		return lock_table_refuse(&r->top, "lock-version",
		                         "%s is not supported, only 1.x",
		                         version);
	if (pep440_compare(version, n, "1.0", 3) > 0)
		diag_warn(r->diag, "%s: its lock-version %s is newer than 1.0",
		          r->request->path, version);
	return 0;
}

static int
check_head(const struct reader *r)
{
	const struct toml *ignored;
	const char *text;

	if (check_lock_version(r) < 0 ||
	    lock_table_need_text(&r->top, "created-by", &text) < 0 ||
	    lock_table_get(&r->top, "tool", TOML_TABLE, &ignored) < 0 ||
	    lock_table_get_text(&r->top, "requires-python", &text) < 0)
		return -EINVAL;
	return pylock_check_python(&r->top, text);
}

/* ---- extras and groups --------------------------------------------------- */

static bool
is_among(const char *name, const struct toml *list)
{
	for (; list; list = list->next) {
		if (wheel_name_same(name, strlen(name), list->text, list->len))
			return true;
	}
	return false;
}

/* Append the names in LIST that are not in EXCEPT as well. */
static void
put_names(struct buf *out, const struct toml *list, const struct toml *except)
{
	for (; list && out->len < 200; list = list->next) {
		if (!is_among(list->text, except))
			buf_fmt(out, "%s%s", out->len > 0 ? ", " : "",
			        list->text);
	}
}

/* Check that the N names at NAMES are in one of two lists. WHAT: "extra". */
static int
check_declared(const struct reader *r, const char *what, const char **names,
               size_t n, const struct toml *first, const struct toml *second)
{
	for (size_t i = 0; i < n; i++) {
		struct buf b;

		if (is_among(names[i], first) || is_among(names[i], second))
			continue;
		buf_init(&b, r->arena);
		put_names(&b, first, NULL);
		put_names(&b, second, first);
		diag_set(r->diag, -EINVAL, "it does not declare the %s '%s'",
		         what, names[i]);
		if (b.len > 0)
			diag_hint(r->diag, "it declares %s", buf_str(&b));
		else
			diag_hint(r->diag, "it declares none: choose when you "
			          "export the lock");
		return -EINVAL;
	}
	return 0;
}

static int
refuse_number(const struct reader *r, const char *what)
{
	return diag_set(r->diag, -EINVAL, "more than %d %s are selected",
	                LOCK_MAX_NAMES, what);
}

static int
gather_extras(struct reader *r)
{
	const struct lock_request *q = r->request;
	const struct toml *declared;
	size_t i = 0;

	if (lock_table_get_list(&r->top, "extras", TOML_STRING,
	                        &declared) < 0)
		return -EINVAL;
	for (const struct toml *e = declared; e; e = e->next, i++) {
		if (!lock_is_normalized(e->text))
			return lock_table_refuse_element(
				&r->top, "extras", i,
				"'%.*s' is not a normalized name", MAX_SHOWN,
				e->text);
	}
	if (q->extra_count > LOCK_MAX_NAMES)
		return refuse_number(r, "extras");
	r->extras = (struct marker_set){ q->extras, q->extra_count };
	return check_declared(r, "extra", q->extras, q->extra_count, declared,
	                      NULL);
}

static int
gather_groups(struct reader *r)
{
	const struct lock_request *q = r->request;
	const struct toml *declared, *defaults;
	const char **names;
	size_t count = q->group_count;

	if (lock_table_get_list(&r->top, "dependency-groups", TOML_STRING,
	                        &declared) < 0 ||
	    lock_table_get_list(&r->top, "default-groups", TOML_STRING,
	                        &defaults) < 0)
		return -EINVAL;
	if (count > LOCK_MAX_NAMES)
		return refuse_number(r, "groups");
	names = arena_zero(r->arena, LOCK_MAX_NAMES, sizeof(*names));
	if (count > 0)
		memcpy(names, q->groups, count * sizeof(*names));
	for (const struct toml *g = q->no_default_groups ? NULL : defaults; g;
	     g = g->next) {
		if (count == LOCK_MAX_NAMES)
			return refuse_number(r, "groups");
		names[count++] = g->text;
	}
	r->groups = (struct marker_set){ names, count };
	return check_declared(r, "group", q->groups, q->group_count, declared,
	                      defaults);
}

/* ---- this Python, this environment --------------------------------------- */

/* Check that one of the environments that the lock lists is this one. pipenv writes an
 * empty list for all environments, and pip takes it so. */
static int
judge_environment(const struct reader *r)
{
	const struct toml *listed;
	int rc = lock_fit_environment(&r->fit, &r->top, "environments", &listed);

	if (rc <= 0 || !listed)
		return rc < 0 ? rc : 0;
	lock_table_refuse(&r->top, "environments", "the lock was not made for "
	                  "this environment");
	diag_hint(r->diag, "export the lock again, for this environment too");
	return -EINVAL;
}

/* ---- packages ------------------------------------------------------------ */

/* Return 1 if the marker of P, read from T, holds; 0 if not; or -EINVAL. */
static int
is_wanted(const struct reader *r, const struct pylock_package *p,
          const struct lock_table *t, struct arena *a)
{
	enum marker_variable unknown;
	size_t n;
	int rc;

	if (!p->marker)
		return 1;
	n = strlen(p->marker);
	rc = marker_evaluate(p->marker, n, &r->facts, a, &unknown, r->diag);
	if (rc == MARKER_UNKNOWN)
		rc = marker_refuse(p->marker, n, unknown, r->diag);
	return rc < 0 ? lock_table_prefix(t, "marker") : rc;
}

/* Check the package T, and note if it is selected. */
static int
examine(struct reader *r, const struct lock_table *t, struct arena *a)
{
	struct pylock_package p;
	int rc = pylock_package_read(&p, t, r->dir, a);

	if (rc == 0)
		rc = is_wanted(r, &p, t, a);
	if (rc <= 0)
		return rc;
	if (lock_fit_python(&r->fit, t) < 0)
		return -EINVAL;
	r->selected = arena_more(r->arena, r->selected, r->count, &r->room,
	                         sizeof(*r->selected));
	r->selected[r->count++] = (struct selection){
		toml_string(toml_find(t->toml, "name")), t->toml, t->index
	};
	return 0;
}

/* Check all packages, each with its own memory, and note the selected ones. */
static int
select_packages(struct reader *r, bool *empty)
{
	const struct toml *list;
	struct lock_table t;
	size_t i = 0;

	if (lock_table_get_list(&r->top, "packages", TOML_TABLE, &list) < 0)
		return -EINVAL;
	if (!toml_find(r->top.toml, "packages"))
		return lock_table_refuse(&r->top, "packages", "it is missing");
	*empty = !list;
	for (; list; list = list->next) {
		struct arena a;
		int rc;

		arena_init(&a, NULL, 0);
		lock_table_enter_element(&t, &r->top, "packages", i++, list);
		rc = examine(r, &t, &a);
		arena_free(&a);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int
compare_selections(const void *a, const void *b)
{
	const struct selection *p = a, *q = b;
	int order = strcmp(p->project, q->project);

	return order ? order : (p->index > q->index) - (p->index < q->index);
}

/* Sort what is selected by name, and check that there is one of each. */
static int
sort_selected(struct reader *r)
{
	const struct selection *s = r->selected;

	if (r->count > 1)
		qsort(r->selected, r->count, sizeof(*s), compare_selections);
	for (size_t i = 1; i < r->count; i++) {
		struct lock_table t;

		if (strcmp(s[i - 1].project, s[i].project) != 0)
			continue;
		lock_table_enter_element(&t, &r->top, "packages", s[i].index,
		                         s[i].table);
		return lock_table_refuse(&t, NULL, "%s is selected already, by "
		                         "packages[%zu]", s[i].project,
		                         s[i - 1].index);
	}
	return 0;
}

/* Read what is selected once more, into L with memory of A. */
static int
keep_selected(const struct reader *r, struct lock *l, struct arena *a)
{
	l->packages = arena_zero(a, r->count, sizeof(*l->packages));
	for (; l->count < r->count; l->count++) {
		const struct selection *s = &r->selected[l->count];
		struct pylock_package p;
		struct lock_table t;

		lock_table_enter_element(&t, &r->top, "packages", s->index,
		                         s->table);
		if (pylock_package_read(&p, &t, r->dir, a) < 0)
			return -EINVAL;
		l->packages[l->count] = p.package;
	}
	return 0;
}

/* ---- all of it ----------------------------------------------------------- */

static int
read_document(struct reader *r, struct lock *l, const char *text, size_t n,
              struct arena *a)
{
	static const char mark[] = "\xef\xbb\xbf"; /* as uv, unlike pip */
	struct toml *root;

	if (n >= 3 && memcmp(text, mark, 3) == 0) {
		text += 3;
		n -= 3;
	}
	if (toml_parse(&root, text, n, r->arena, r->diag) < 0)
		return r->diag->code;
	r->top.toml = root;
	if (check_head(r) < 0 || gather_extras(r) < 0 || gather_groups(r) < 0 ||
	    lock_fit_python(&r->fit, &r->top) < 0 || judge_environment(r) < 0)
		return -EINVAL;
	r->facts.extras = &r->extras;
	r->facts.dependency_groups = &r->groups;
	if (select_packages(r, &l->empty) < 0 || sort_selected(r) < 0)
		return -EINVAL;
	return keep_selected(r, l, a);
}

int
pylock_read(struct lock *l, const char *text, size_t n,
            const struct lock_request *q, struct arena *a, struct diag *d)
{
	struct reader r = { .request = q, .diag = d, .top.diag = d,
		            .facts = *q->facts };
	struct arena tree;
	int rc;

	memset(l, 0, sizeof(*l));
	arena_init(&tree, NULL, 0);
	r.arena = &tree;
	r.facts.extra = NULL;
	r.facts.extras = r.facts.dependency_groups = NULL;
	r.fit = (struct lock_fit){ .request = q, .facts = r.facts,
		                   .arena = &tree, .diag = d };
	r.dir = pathname_dir(&tree, q->path);
	rc = read_document(&r, l, text, n, a);
	arena_free(&tree);
	return rc;
}
