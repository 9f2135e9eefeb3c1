#include "resolve/seeds.h"

#include <errno.h>
#include <string.h>

#include "format/pathname.h"
#include "format/pep440.h"
#include "format/quote.h"
#include "os/ctx.h"
#include "python/names.h"
#include "python/python.h"
#include "wheel/name.h"
#include "wheel/tags.h"

enum { MAX_ENSUREPIP = 64 * 1024, MAX_CONFIG = 1024 * 1024 };

/* Distributions keep wheels for all their Pythons here. */
static const char system_wheels[] = "/usr/share/python-wheels";

/* Each of these Pythons removed what older versions use (tried with each). */
static const struct {
	const char *project;
	int minor;         /* this and later ones need */
	const char *first; /* this version */
} needs[] = {
	{ "pip", 12, "23.1.2" }, /* no pkgutil.ImpImporter, distutils */
	{ "pip", 10, "19.2" },   /* no collections.Mapping */
	{ "setuptools", 12, "66.1.0" },
};

struct search {
	const struct walk *walk;
	struct arena *arena;
	const struct python *python;
	const char *project;
	struct tags tags;
	struct diag looked; /* its notes are kept */
};

/*
 * Return the value of the Python literal that follows START in TEXT, where
 * START is at the start of a line or after a blank; NULL if there is none, or
 * it is not a plain one.
 */
static char *
find_literal(struct search *s, const char *text, const char *start)
{
	size_t n = strlen(start), len;
	const char *p = strstr(text, start);
	struct buf b;

	while (p && p > text && !strchr("\n {", p[-1]))
		p = strstr(p + n, start);
	if (!p)
		return NULL;
	p += n;
	p += strspn(p, " ");
	len = *p ? strcspn(p + 1, *p == '"' ? "\"\n" : "'\n") + 1 : 0;
	if (!p[len])
		return NULL;
	buf_init(&b, s->arena);
	return unquote_python_repr(&b, p, len + 1) < 0 ? NULL : buf_str(&b);
}

/* Return the version of the project that this Python needs, if VERSION is
 * older; NULL if it is not. */
static const char *
needed(const struct search *s, const char *version)
{
	for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++) {
		const char *first = needs[i].first;

		if (s->python->minor >= needs[i].minor &&
		    strcmp(s->project, needs[i].project) == 0)
			return pep440_compare(version, strlen(version), first,
			                      strlen(first)) < 0 ? first : NULL;
	}
	return NULL;
}

/* Return the file of the newest wheel of N that the Python can use, its parts
 * in *BEST; NULL if there is none. VERSION, if not NULL, is the one it must
 * have. */
static const char *
find_best(struct search *s, const struct entries *n, const char *version,
          struct wheel_name *best)
{
	const char *file = NULL;
	struct diag ignored;

	diag_init(&ignored, s->arena);
	for (size_t i = 0; i < n->count; i++) {
		struct wheel_name w;
		bool doubt;

		if (wheel_name_parse(&w, n->names[i], s->arena, &ignored) < 0 ||
		    tags_rank(&s->tags, &w, &doubt) < 0 ||
		    (version && pep440_compare(w.version, strlen(w.version),
		                               version, strlen(version)) != 0))
			continue;
		if (!file || pep440_compare(w.version, strlen(w.version),
		                            best->version,
		                            strlen(best->version)) > 0) {
			*best = w;
			file = n->names[i];
		}
	}
	return file;
}

/* Return the path of the newest wheel of the project in DIR that the Python can
 * use; NULL, and a note says why, if there is none. VERSION as above. */
static const char *
search_dir(struct search *s, const char *dir, const char *version)
{
	char *start = arena_fmt(s->arena, "%s-", s->project);
	const char *file, *path, *first;
	struct wheel_name best;
	struct entries n;
	int err = names_list(s->walk, s->arena, dir, start, ".whl", &n);

	if (err < 0) {
		diag_note(&s->looked, "%s: %s", dir, diag_reason(err));
		return NULL;
	}
	file = find_best(s, &n, version, &best);
	if (!file) {
		diag_note(&s->looked, "%s: no wheel of %s%s%s for this Python "
		          "is there", dir, s->project, version ? " " : "",
		          version ? version : "");
		return NULL;
	}
	path = pathname_join(s->arena, dir, file);
	first = needed(s, best.version);
	if (!first)
		return path;
	diag_note(&s->looked, "%s: too old for Python %d.%d, which needs %s %s",
	          path, s->python->major, s->python->minor, s->project, first);
	return NULL;
}

/* Return WHEEL_PKG_DIR of the Python's build; NULL if it has none. */
static const char *
find_wheel_dir(struct search *s)
{
	struct entries n;

	if (names_list(s->walk, s->arena, s->python->stdlib, "_sysconfigdata",
	               ".py", &n) < 0)
		return NULL;
	for (size_t i = 0; i < n.count; i++) {
		char *path = pathname_join(s->arena, s->python->stdlib,
		                           n.names[i]);
		char *text, *dir;
		size_t len;

		if (walk_read(s->walk, s->arena, path, MAX_CONFIG, &text,
		              &len) < 0)
			continue;
		dir = find_literal(s, text, "'WHEEL_PKG_DIR':");
		if (dir && *dir == '/')
			return pathname_absolute(s->arena, "/", dir);
	}
	return NULL;
}

/* Return the version that the ensurepip in DIR names; NULL if it names none. */
static const char *
find_version(struct search *s, const char *dir)
{
	char *path = pathname_join(s->arena, dir, "__init__.py");
	char *key = arena_fmt(s->arena, "_%s_VERSION =", s->project);
	char *text, *version;
	size_t n;

	for (char *c = key + 1; *c != '_'; c++)
		*c = (char)(*c - 'a' + 'A');
	if (walk_read(s->walk, s->arena, path, MAX_ENSUREPIP, &text, &n) < 0)
		return NULL;
	version = find_literal(s, text, key);
	return version && pep440_is_version(version, strlen(version)) ? version
	                                                              : NULL;
}

/* Search the wheels in ensurepip itself. */
static const char *
search_bundle(struct search *s)
{
	char *dir = pathname_join(s->arena, s->python->stdlib, "ensurepip");
	char *bundle = pathname_join(s->arena, dir, "_bundled");

	if (walk_is_dir(s->walk, bundle))
		return search_dir(s, bundle, find_version(s, dir));
	diag_note(&s->looked, "%s: there is no such directory", bundle);
	return NULL;
}

const char *
seeds_find(const struct ctx *x, const struct python *py,
           const char *project)
{
	struct search s = { .walk = x->walk, .arena = x->arena, .python = py,
		            .project = project };
	const char *dir, *path = NULL;

	diag_init(&s.looked, x->arena);
	tags_init(&s.tags, py, x->walk, x->arena);
	/* as ensurepip does: the distribution's wheels go first */
	dir = find_wheel_dir(&s);
	if (dir)
		path = search_dir(&s, dir, NULL);
	if (!path)
		path = search_bundle(&s);
	if (!path && !py->windows && !(dir && pathname_holds(system_wheels, dir)))
		path = search_dir(&s, system_wheels, NULL);
	if (path)
		return path;
	diag_set(x->diag, -ENOENT, "no wheel of %s was found for '%s'", project,
	         py->executable);
	buf_add(&x->diag->notes, s.looked.notes.data, s.looked.notes.len);
	return NULL;
}
