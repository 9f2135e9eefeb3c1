#include "wheel/seeds.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "format/pathname.h"
#include "format/pep440.h"
#include "format/quote.h"
#include "os/walk.h"
#include "python/names.h"
#include "python/python.h"
#include "wheel/name.h"
#include "wheel/tags.h"

enum { MAX_ENSUREPIP = 64 * 1024, MAX_CONFIG = 1024 * 1024 };

/* Where distributions keep wheels for all their Pythons. */
static const char system_wheels[] = "/usr/share/python-wheels";

/* What each Python took away broke those before (tried with each). */
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
 * The literal of Python behind START in TEXT, where that is at the start of a
 * line or behind a blank, in *VALUE; NULL if there is none, or it is not as
 * plain as these are. 0 or -ENOMEM.
 */
static int
find_literal(struct search *s, const char *text, const char *start,
             char **value)
{
	size_t n = strlen(start), len;
	const char *p = strstr(text, start);
	struct buf b;

	while (p && p > text && !strchr("\n {", p[-1]))
		p = strstr(p + n, start);
	*value = NULL;
	if (!p)
		return 0;
	p += n;
	p += strspn(p, " ");
	len = *p ? strcspn(p + 1, *p == '"' ? "\"\n" : "'\n") + 1 : 0;
	if (!p[len])
		return 0;
	buf_init(&b, s->arena);
	if (unquote_python_repr(&b, p, len + 1) < 0)
		return 0;
	*value = buf_str(&b);
	return *value ? 0 : -ENOMEM;
}

/* The version of the project that VERSION is too old beside, for this Python;
 * NULL: it is not. */
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

/* Note that there is no wheel of the project in DIR. */
static int
note_missing(struct search *s, const char *dir, const char *version)
{
	diag_note(&s->looked, "%s: no wheel of %s%s%s for this Python is there",
	          dir, s->project, version ? " " : "", version ? version : "");
	return -ENOENT;
}

/*
 * The wheel of the project in directory DIR, the newest one that the Python can
 * use; VERSION, if not NULL, is the one it has to have. 0, -ENOENT or -ENOMEM.
 */
static int
search_dir(struct search *s, const char *dir, const char *version,
           const char **path)
{
	char *start = arena_fmt(s->arena, "%s-", s->project);
	struct wheel_name best = { .version = NULL };
	const char *file = NULL, *first;
	struct names n;
	struct diag d;
	int err = start ? names_list(s->walk, s->arena, dir, start, ".whl", &n)
	                : -ENOMEM;

	if (err < 0 && err != -ENOMEM)
		diag_note(&s->looked, "%s: %s", dir, diag_reason(err));
	if (err < 0)
		return err == -ENOMEM ? err : -ENOENT;
	diag_init(&d, s->arena);
	for (size_t i = 0; i < n.count; i++) {
		struct wheel_name w;
		bool doubt;

		err = wheel_name_parse(&w, n.name[i], s->arena, &d);
		if (err == -ENOMEM)
			return err;
		if (err < 0 || tags_rank(&s->tags, &w, &doubt) < 0 ||
		    (version && pep440_compare(w.version, strlen(w.version),
		                               version, strlen(version)) != 0))
			continue;
		if (!file || pep440_compare(w.version, strlen(w.version),
		                            best.version,
		                            strlen(best.version)) > 0) {
			best = w;
			file = n.name[i];
		}
	}
	if (!file)
		return note_missing(s, dir, version);
	first = needed(s, best.version);
	*path = pathname_join(s->arena, dir, file);
	if (first)
		diag_note(&s->looked, "%s: too old for Python %d.%d, which "
		          "needs %s %s", *path ? *path : dir, s->python->major,
		          s->python->minor, s->project, first);
	return !*path ? -ENOMEM : first ? -ENOENT : 0;
}

/* What the build of the Python says: WHEEL_PKG_DIR in *DIR, NULL if it says
 * nothing. 0 or -ENOMEM. */
static int
find_wheel_dir(struct search *s, char **dir)
{
	struct names n;
	int err = names_list(s->walk, s->arena, s->python->stdlib,
	                     "_sysconfigdata", ".py", &n);

	*dir = NULL;
	if (err < 0)
		return err == -ENOMEM ? err : 0;
	for (size_t i = 0; i < n.count && !*dir; i++) {
		char *text, *path = pathname_join(s->arena, s->python->stdlib,
		                                  n.name[i]);
		size_t len;

		err = path ? walk_read(s->walk, s->arena, path, MAX_CONFIG,
		                       &text, &len)
		           : -ENOMEM;
		if (err == 0)
			err = find_literal(s, text, "'WHEEL_PKG_DIR':", dir);
		if (err == -ENOMEM)
			return err;
		if (*dir && **dir != '/')
			*dir = NULL;
	}
	if (!*dir)
		return 0;
	*dir = pathname_absolute(s->arena, "/", *dir);
	return *dir ? 0 : -ENOMEM;
}

/* The version that ensurepip names; NULL if it names none. */
static int
find_version(struct search *s, const char *dir, char **version)
{
	char *text, *path = pathname_join(s->arena, dir, "__init__.py");
	char *key = arena_fmt(s->arena, "_%s_VERSION =", s->project);
	size_t n;
	int err;

	*version = NULL;
	if (!path || !key)
		return -ENOMEM;
	for (char *c = key + 1; *c != '_'; c++)
		*c = (char)(*c - 'a' + 'A');
	err = walk_read(s->walk, s->arena, path, MAX_ENSUREPIP, &text, &n);
	if (err < 0)
		return err == -ENOMEM ? err : 0;
	err = find_literal(s, text, key, version);
	if (err < 0)
		return err;
	if (*version && !pep440_is_version(*version, strlen(*version)))
		*version = NULL;
	return 0;
}

/* The wheels in ensurepip itself. */
static int
search_bundle(struct search *s, const char **path)
{
	char *dir = pathname_join(s->arena, s->python->stdlib, "ensurepip");
	char *bundle = dir ? pathname_join(s->arena, dir, "_bundled") : NULL;
	char *version;
	int err;

	if (!bundle)
		return -ENOMEM;
	if (!walk_is_dir(s->walk, bundle)) {
		diag_note(&s->looked, "%s: there is no such directory",
		          bundle);
		return -ENOENT;
	}
	err = find_version(s, dir, &version);
	return err < 0 ? err : search_dir(s, bundle, version, path);
}

/* In the order of ensurepip: what the distribution has goes before. */
static int
search_all(struct search *s, const char **path)
{
	bool looked = false;
	char *dir;
	int err = find_wheel_dir(s, &dir);

	if (err < 0)
		return err;
	err = -ENOENT;
	if (dir) {
		looked = pathname_holds(system_wheels, dir);
		err = search_dir(s, dir, NULL, path);
	}
	if (err == -ENOENT)
		err = search_bundle(s, path);
	if (err == -ENOENT && !looked)
		err = search_dir(s, system_wheels, NULL, path);
	return err;
}

int
seeds_find(const struct python *py, const char *project,
           const struct walk *w, struct arena *a, const char **path,
           struct diag *d)
{
	struct search s = { .walk = w, .arena = a, .python = py,
		            .project = project };
	int err;

	diag_init(&s.looked, a);
	err = tags_init(&s.tags, py, w, a);
	if (err == 0)
		err = search_all(&s, path);
	if (err == -ENOMEM)
		return diag_oom(d);
	if (err < 0) {
		diag_set(d, err, "no wheel of %s was found for '%s'", project,
		         py->executable);
		buf_add(&d->notes, s.looked.notes.data, s.looked.notes.len);
	}
	return err;
}
