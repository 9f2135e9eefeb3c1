#include "resolve/asked.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "format/pathname.h"
#include "format/toml.h"
#include "os/ctx.h"
#include "os/signals.h"
#include "resolve/admit.h"
#include "resolve/choose.h"
#include "resolve/marker.h"
#include "wheel/name.h"

enum { MAX_PYPROJECT = 1024 * 1024 };

/* Return the name of the project in the source directory DIR; NULL if its
 * pyproject.toml does not tell. */
static const char *
name_of_source(const struct ctx *x, const char *dir)
{
	const char *path = pathname_join(x->arena, dir, "pyproject.toml");
	const char *name;
	struct toml *root;
	struct diag ignored;
	char *text;
	size_t n;

	diag_init(&ignored, x->arena);
	if (walk_read(&walk_host, x->arena, path, MAX_PYPROJECT, &text, &n) < 0 ||
	    toml_parse(&root, text, n, x->arena, &ignored) < 0)
		return NULL;
	name = toml_string(toml_find(toml_find(root, "project"), "name"));
	if (!name)
		return NULL;
	return wheel_name_normalized(x->arena, name, strlen(name));
}

/* Set *PROJECT to the one that the requirement Q is for. */
static int
find_project(const struct ctx *x, const struct requirement *q,
             const char **project)
{
	*project = q->project;
	if (!*project && q->editable)
		*project = name_of_source(x, q->location);
	if (*project)
		return 0;
	diag_set(x->diag, -EINVAL, "%s: line %zu: the project of '%s' is not known",
	         q->file, q->line, q->location);
	if (q->editable)
		diag_hint(x->diag, "leave it out with uv export --no-emit-project, "
		          "and give its wheel with --wheel FILE");
	return x->diag->code;
}

/* Return 1 if the marker of Q holds, 0 if not, or -EINVAL. */
static int
holds(const struct ctx *x, const struct requirement *q,
      const struct marker_facts *facts)
{
	enum marker_variable unknown;
	struct marker_facts with = *facts;
	int truth = MARKER_TRUE;
	size_t n = q->marker ? strlen(q->marker) : 0;

	with.extra = "";
	if (n > 0)
		truth = marker_evaluate(q->marker, n, &with, x->arena, &unknown,
		                        x->diag);
	if (truth == MARKER_UNKNOWN)
		truth = marker_refuse(q->marker, n, unknown, x->diag);
	return truth < 0 ? diag_prefix(x->diag, truth, "%s: line %zu: ", q->file,
	                               q->line)
	                 : truth == MARKER_TRUE;
}

/* Add Q, unless its marker does not hold. FROM names it; NULL: its line does. */
static int
add(const struct ctx *x, struct asked *a, const struct requirement *q,
    const char *from, bool constraint, const struct marker_facts *facts)
{
	struct asked_requirement new = { .requirement = q, .index = a->count,
		                         .constraint = constraint };
	int err = holds(x, q, facts);

	if (err <= 0)
		return err;
	/* a constraint does not want its project */
	if (q->unsupported && !constraint)
		return diag_set(x->diag, -EINVAL, "%s: line %zu: %s", q->file,
		                q->line, q->unsupported);
	err = find_project(x, q, &new.project);
	if (err < 0)
		return err;
	new.from = from ? from : arena_fmt(x->arena, "%s:%zu", q->file, q->line);
	a->list = arena_more(x->arena, a->list, a->count, &a->room, sizeof(new));
	a->list[a->count++] = new;
	return signals_pending() ? -EINTR : 0;
}

static int
add_list(const struct ctx *x, struct asked *a, const struct requirement_list *l,
         bool constraint, const struct marker_facts *facts)
{
	int err = 0;

	for (size_t i = 0; err == 0 && i < l->count; i++)
		err = add(x, a, &l->list[i], NULL, constraint, facts);
	return err;
}

static int
read_files(const struct ctx *x, struct asked *a, const struct text_list *files,
           bool constraint, const struct wheel_request *r)
{
	int err = 0;

	for (size_t i = 0; err == 0 && i < files->count; i++) {
		const char *name = files->list[i];

		err = requirement_files_read(
			x, &a->files, name,
			pathname_absolute(x->arena, r->cwd, name), constraint,
			r->cwd, r->env);
	}
	return err;
}

static int
add_installs(const struct ctx *x, struct asked *a, const struct wheel_request *r,
             const struct marker_facts *facts)
{
	const struct text_list *l = &r->installs;
	struct requirement *list = arena_zero(x->arena, l->count + 1,
	                                      sizeof(*list));
	int err = 0;

	for (size_t i = 0; err == 0 && i < l->count; i++) {
		err = requirement_parse(x, &list[i], l->list[i], "--install",
		                        r->cwd);
		if (err == 0)
			err = add(x, a, &list[i],
			          arena_fmt(x->arena, "--install '%s'",
			                    l->list[i]), false, facts);
	}
	return err;
}

static int
compare(const void *pa, const void *pb)
{
	const struct asked_requirement *a = pa, *b = pb;
	int order = strcmp(a->project, b->project);

	return order ? order : (a->index > b->index) - (a->index < b->index);
}

/* Return whether a line has a hash. As in pip, its marker need not hold. */
static bool
has_hash(const struct requirement_list *l)
{
	for (size_t i = 0; i < l->count; i++) {
		if (l->list[i].hash_count > 0)
			return true;
	}
	return false;
}

int
asked_read(const struct ctx *x, struct asked *a, const struct wheel_request *r,
           const struct marker_facts *facts)
{
	int err;

	requirement_files_init(&a->files);
	err = read_files(x, a, &r->files, false, r);
	if (err == 0)
		err = read_files(x, a, &r->constraints, true, r);
	if (err == 0)
		err = add_list(x, a, &a->files.wanted, false, facts);
	if (err == 0)
		err = add_installs(x, a, r, facts);
	if (err == 0)
		err = add_list(x, a, &a->files.constraints, true, facts);
	if (err < 0)
		return err;
	if (r->require_hashes && a->files.no_require_hashes)
		return diag_set(x->diag, -EINVAL, "--require-hashes is given, and a "
		                "requirements file has --no-require-hashes");
	if (a->count > 1)
		qsort(a->list, a->count, sizeof(*a->list), compare);
	a->hash_mode = r->require_hashes || a->files.require_hashes;
	if (has_hash(&a->files.wanted) || has_hash(&a->files.constraints))
		a->hash_mode |= !a->files.no_require_hashes;
	return 0;
}

const struct asked_requirement *
asked_find(const struct asked *a, const char *project, size_t *count)
{
	size_t low = 0, high = a->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(a->list[middle].project, project) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*count = 0;
	while (low + *count < a->count &&
	       strcmp(a->list[low + *count].project, project) == 0)
		++*count;
	return a->list + low;
}

/* Leave in RULE the hashes that LIST has too; all of LIST if RULE is empty. */
static void
narrow(const struct ctx *x, struct hash_rule *rule,
       const struct digest_value *list, size_t n)
{
	struct strset set;
	struct buf common;

	if (!rule->hashes) {
		rule->hashes = list;
		rule->count = n;
		return;
	}
	strset_init(&set, x->arena);
	buf_init(&common, x->arena);
	for (size_t i = 0; i < n; i++)
		strset_add(&set, (const char *)list[i].sum,
		           digest_size(list[i].kind));
	for (size_t i = 0; i < rule->count; i++) {
		const struct digest_value *h = &rule->hashes[i];

		/* kinds differ in size */
		if (strset_has(&set, (const char *)h->sum, digest_size(h->kind)))
			buf_add(&common, h, sizeof(*h));
	}
	rule->hashes = common.len > 0 ? (const void *)common.data : list;
	rule->count = common.len / sizeof(*rule->hashes);
}

int
asked_rule(const struct ctx *x, const struct asked *a, const char *project,
           struct hash_rule *rule)
{
	size_t n;
	const struct asked_requirement *q = asked_find(a, project, &n);
	const char *last = NULL;

	*rule = (struct hash_rule){ .hashes = NULL };
	for (size_t i = 0; i < n; i++) {
		const struct requirement *r = q[i].requirement;

		/* the last constraint that is not met */
		if (r->hash_count > 0)
			narrow(x, rule, r->hashes, r->hash_count);
		if (r->url_hash)
			narrow(x, rule, r->url_hash, 1);
		if (r->hash_count == 0 && !r->url_hash)
			continue;
		if (rule->count == 0)
			return diag_set(x->diag, -EINVAL, "%s: %s has no hash in "
			                "common with %s", q[i].from, project,
			                last);
		last = q[i].from;
		if (!rule->from)
			rule->from = r->file;
	}
	return rule->hashes != NULL;
}
