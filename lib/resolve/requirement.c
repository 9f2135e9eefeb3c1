#include "resolve/requirement.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/diag.h"
#include "format/pathname.h"
#include "format/pep440.h"
#include "resolve/dependency.h"
#include "resolve/link.h"
#include "resolve/marker.h"
#include "wheel/name.h"

enum { MAX_SHOWN = 200 };

static const char only_wheels[] = "only wheels can be installed";
static const char is_source_tree[] = "it is a source tree, and only wheels can be "
                                     "installed";

static const char build_first[] = "build a wheel first, with 'pip wheel'";

static int
shown(struct slice t)
{
	return t.n < MAX_SHOWN ? (int)t.n : MAX_SHOWN;
}

/* Put TEXT in front of the reason in the diag. */
static int
refuse(const struct requirement_reader *r, struct slice text)
{
	return diag_prefix(r->diag, -EINVAL, "'%.*s': ", shown(text), text.s);
}

static enum requirement_place_kind
look(const struct requirement_reader *r, const char *path)
{
	return r->look ? r->look(path) : PLACE_NONE;
}

/* ---- parts ------------------------------------------------------------------ */

static int
compare_strings(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *
normalized(const struct requirement_reader *r, struct slice name)
{
	struct buf b;

	buf_init(&b, r->scratch);
	wheel_name_normalize(&b, name.s, name.n);
	return arena_dup(r->arena, b.data, b.len);
}

/* Set Q's extras to the names in LIST, with commas between them. */
static void
set_extras(const struct requirement_reader *r, struct requirement *q,
           struct slice list)
{
	const char **extras, *s = list.s, *end = s + list.n;
	size_t room = 1, n = 0, kept = 0;

	if (list.n == 0)
		return;
	for (size_t i = 0; i < list.n; i++)
		room += s[i] == ',';
	extras = arena_alloc(r->arena, room * sizeof(*extras));
	while (n < room) {
		const char *comma = memchr(s, ',', (size_t)(end - s));
		struct slice name = { s, (size_t)((comma ? comma : end) - s) };

		extras[n++] = normalized(r, slice_trimmed(name));
		s = comma ? comma + 1 : end;
	}
	qsort(extras, n, sizeof(*extras), compare_strings);
	for (size_t i = 0; i < n; i++) {
		if (kept == 0 || strcmp(extras[kept - 1], extras[i]) != 0)
			extras[kept++] = extras[i];
	}
	q->extras = extras;
	q->extra_count = kept;
}

/* Cut the marker off *TEXT: after the first ';', or, after a URL, "; ". */
static int
take_marker(const struct requirement_reader *r, struct requirement *q,
            struct slice *text)
{
	bool is_url = link_is_url(text->s, text->n);
	struct slice all = *text, marker;
	size_t i = 0;

	while (i < text->n && (text->s[i] != ';' ||
	                       (is_url && (i + 1 == text->n ||
	                                   text->s[i + 1] != ' '))))
		i++;
	if (i == text->n)
		return 0;
	marker = slice_trimmed((struct slice){ text->s + i + 1, text->n - i - 1 });
	text->n = i;
	if (marker.n == 0)
		return 0;
	if (marker_check(marker.s, marker.n, r->scratch, r->diag) < 0)
		return diag_prefix(r->diag, -EINVAL,
		                   "Invalid requirement: '%.*s': ", shown(all),
		                   all.s);
	q->marker = arena_dup(r->arena, marker.s, marker.n);
	return 0;
}

/* ---- wheels ----------------------------------------------------------------- */

/* Set Q's wheel to the file NAME, and if Q has no project yet, the project and
 * version to its own. */
static int
set_wheel(const struct requirement_reader *r, struct requirement *q,
          const char *name)
{
	struct wheel_name w;
	const char *project, *version;
	struct buf b;

	if (wheel_name_parse(&w, name, r->scratch, r->diag) < 0)
		return r->diag->code;
	project = normalized(r, (struct slice){ w.project, strlen(w.project) });
	if (q->project && strcmp(q->project, project) != 0)
		return diag_set(r->diag, -EINVAL, "it is a wheel of %s",
		                project);
	q->wheel = arena_str(r->arena, name);
	if (q->project)
		return 0;
	q->project = project;
	version = w.version;
	buf_init(&b, r->scratch);
	buf_puts(&b, "==");
	pep440_put(&b, version, strlen(version));
	q->specifiers = arena_dup(r->arena, b.data, b.len);
	return 0;
}

/* Set Q's wheel to that at the path or URL in Q, whose last part is NAME. */
static int
set_file(const struct requirement_reader *r, struct requirement *q, const char *name)
{
	if (link_is_wheel(name))
		return set_wheel(r, q, name);
	q->unsupported = only_wheels;
	if (q->location[0] == '/' && look(r, q->location) == PLACE_DIRECTORY)
		q->unsupported = is_source_tree;
	return 0;
}

/* ---- URLs ------------------------------------------------------------------- */

static int
set_link(const struct requirement_reader *r, struct requirement *q,
         const struct link *l)
{
	if (l->hash) {
		struct digest_value *h = arena_alloc(r->arena, sizeof(*h));

		*h = *l->hash;
		q->url_hash = h;
	}
	if (l->kind == LINK_FILE)
		q->location = pathname_absolute(r->arena, r->cwd, l->path);
	else
		q->location = arena_str(r->arena, l->url);
	if (l->kind != LINK_SOURCE && set_file(r, q, l->file_name) < 0)
		return r->diag->code;
	if (l->kind == LINK_SOURCE)
		q->unsupported = "it needs a build, and only wheels can be "
		                 "installed";
	else if (l->kind == LINK_NETWORK && q->wheel && !q->url_hash &&
	         q->hash_count == 0)
		q->unsupported = "it needs the network, unless it has a hash";
	if (!q->project && l->egg)
		q->project = normalized(r, (struct slice){ l->egg,
		                                           strlen(l->egg) });
	return 0;
}

static int
read_url(const struct requirement_reader *r, struct requirement *q, struct slice url)
{
	struct link l;

	if (link_parse(&l, url.s, url.n, r->scratch, r->diag) < 0)
		return r->diag->code;
	return set_link(r, q, &l);
}

/* ---- paths ------------------------------------------------------------------ */

static bool
looks_like_path(struct slice name)
{
	return name.n > 0 && (*name.s == '.' || memchr(name.s, '/', name.n));
}

/* Cut "[EXTRAS]" off the end of PATH, which may then be empty. Return false if
 * they are invalid. */
static bool
cut_extras(char *path, struct slice *extras)
{
	char *bracket = strrchr(path, '['), *end = path + strlen(path);
	struct slice rest;

	*extras = (struct slice){ end, 0 };
	if (!bracket || bracket == path || end[-1] != ']' ||
	    end - bracket < 3 || strchr(bracket, ']') != end - 1)
		return true;
	rest = (struct slice){ bracket, (size_t)(end - bracket) };
	if (!dependency_take_extras(&rest, extras) || rest.n > 0)
		return false;
	while (bracket > path && (bracket[-1] == ' ' || bracket[-1] == '\t'))
		bracket--;
	*bracket = '\0';
	return true;
}

/* Set Q to the path PATH, a file or, if IS_DIRECTORY, a source tree. */
static int
set_path(const struct requirement_reader *r, struct requirement *q, const char *path,
         bool is_directory)
{
	q->location = arena_str(r->arena, path);
	if (!is_directory)
		return set_file(r, q, pathname_base(q->location));
	q->unsupported = is_source_tree;
	return 0;
}

/* Return whether NAME is "PROJECT @ URL" rather than a path with '@' in it. */
static bool
names_url(struct slice name)
{
	const char *at = memchr(name.s, '@', name.n);

	return at && !looks_like_path((struct slice){
		name.s, (size_t)(at - name.s) });
}

/* Read NAME if it is the path of a directory or archive. Return 1 if it is, 0
 * if not, or -EINVAL. */
static int
read_path(const struct requirement_reader *r, struct requirement *q,
          struct slice name)
{
	bool is_path = looks_like_path(name);
	enum requirement_place_kind there;
	struct slice extras;
	char *path;

	/* most lines end here */
	if (!is_path && !memchr(name.s, '.', name.n))
		return 0;
	path = pathname_absolute(r->scratch, r->cwd,
	                         arena_dup(r->scratch, name.s, name.n));
	if (!cut_extras(path, &extras))
		return diag_set(r->diag, -EINVAL, "its extras are invalid");
	if (!is_path && !link_is_archive(pathname_base(path)))
		return 0;
	there = look(r, path);
	if (!(is_path && there == PLACE_DIRECTORY) &&
	    (!link_is_archive(pathname_base(path)) ||
	     (there != PLACE_FILE && names_url(name))))
		return 0;
	set_extras(r, q, extras);
	if (set_path(r, q, path, is_path && there == PLACE_DIRECTORY) < 0)
		return r->diag->code;
	return 1;
}

/* ---- requirements ----------------------------------------------------------- */

/* Return whether NAME has '=' in it but no operator, as in "aa=1". */
static bool
has_lone_equals(struct slice name)
{
	const char *equals = memchr(name.s, '=', name.n);

	if (!equals || memchr(name.s, '<', name.n) || memchr(name.s, '>', name.n))
		return false;
	return !memmem(name.s, name.n, "==", 2) &&
	       !memmem(name.s, name.n, "~=", 2) &&
	       !memmem(name.s, name.n, "!=", 2);
}

/* Read NAME as a dependency specifier without a marker. */
static int
read_specifier(const struct requirement_reader *r, struct requirement *q,
               struct slice name)
{
	struct diag *d = r->diag;
	struct dependency dep;

	if (dependency_parse(&dep, name.s, name.n, r->scratch, d) < 0) {
		diag_prefix(d, -EINVAL, "Invalid requirement: ");
		if (looks_like_path(name) && !names_url(name))
			diag_hint(d, "there is no wheel or directory '%.*s'",
			          shown(name), name.s);
		else if (has_lone_equals(name))
			diag_hint(d, "did you mean '=='?");
		return d->code;
	}
	q->project = normalized(r, dep.name);
	if (dep.specifiers.n > 0)
		q->specifiers = arena_dup(r->arena, dep.specifiers.s,
		                          dep.specifiers.n);
	set_extras(r, q, dep.extras);
	if (dep.url.n > 0 && read_url(r, q, dep.url) < 0)
		return refuse(r, name);
	return 0;
}

static int
read_kind(const struct requirement_reader *r, struct requirement *q,
          struct slice name)
{
	int rc;

	if (link_is_url(name.s, name.n))
		return read_url(r, q, name) < 0 ? refuse(r, name) : 0;
	rc = read_path(r, q, name);
	if (rc < 0)
		return refuse(r, name);
	return rc > 0 ? 0 : read_specifier(r, q, name);
}

/* Refuse what cannot be a constraint, and what no marker can make harmless. */
static int
check(const struct requirement_reader *r, const struct requirement *q,
      struct slice text, bool constraint)
{
	struct diag *d = r->diag;

	if (constraint && q->extra_count > 0)
		return diag_set(d, -EINVAL, "'%.*s': constraints cannot have "
		                "extras", shown(text), text.s);
	if (constraint && !q->project)
		return diag_set(d, -EINVAL, "'%.*s': a constraint must have a "
		                "name", shown(text), text.s);
	if (!q->unsupported || constraint || q->marker)
		return 0;
	diag_set(d, -EINVAL, "'%.*s': %s", shown(text), text.s, q->unsupported);
	if (!q->wheel)
		diag_hint(d, "%s", build_first);
	return d->code;
}

static void
clear(struct requirement *q)
{
	*q = (struct requirement){
		.hashes = q->hashes, .hash_count = q->hash_count,
		.file = q->file, .line = q->line, .specifiers = "",
	};
}

int
requirement_read(const struct requirement_reader *r, struct requirement *q,
                 struct slice text, bool constraint)
{
	struct slice name = text;

	clear(q);
	if (take_marker(r, q, &name) < 0)
		return r->diag->code;
	if (read_kind(r, q, slice_trimmed(name)) < 0)
		return r->diag->code;
	return check(r, q, text, constraint);
}

int
requirement_read_editable(const struct requirement_reader *r, struct requirement *q,
                          const char *path, bool constraint)
{
	struct slice extras;
	char *absolute = pathname_absolute(r->scratch, r->cwd, path);

	clear(q);
	if (constraint)
		return diag_set(r->diag, -EINVAL, "-e cannot be used in "
		                "constraints");
	q->editable = true;
	if (cut_extras(absolute, &extras) && extras.n == 0 &&
	    !link_is_url(path, strlen(path)) &&
	    look(r, absolute) == PLACE_DIRECTORY) {
		q->location = arena_str(r->arena, absolute);
		return 0;
	}
	diag_set(r->diag, -EINVAL, "-e '%.*s': it needs a build, and only wheels "
	         "can be installed", MAX_SHOWN, path);
	diag_hint(r->diag, "%s", build_first);
	return -EINVAL;
}
