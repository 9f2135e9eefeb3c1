#include "resolve/unmet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/strset.h"
#include "format/pathname.h"
#include "format/pep440.h"
#include "os/ctx.h"
#include "os/process.h"
#include "resolve/dependency.h"
#include "resolve/marker.h"
#include "wheel/metadata.h"
#include "wheel/name.h"
#include "wheel/tags.h"

enum {
	MAX_METADATA = 8 * 1024 * 1024,
	MAX_WHEEL = 16 * 1024,
	MAX_PTH = 64 * 1024,
	MAX_PLACES = 1000,
	MAX_WORD = 255, /* of a version, a tag, a marker that is shown for many */
};

enum project_kind { DIST_INFO, EGG_INFO, EGG };

/* An installed project. There may be many. */
struct project {
	const char *name;  /* normalised; after its NUL comes the version in its
	                      normal form, "" if unknown */
	const char *entry; /* of its place */
	unsigned short place;
	unsigned char kind;
};

struct finder {
	const struct ctx *ctx;
	struct marker_facts facts;
	struct kernel kernel;
	struct tags tags;
	struct package_place *places;
	size_t place_count, place_room;
	struct arena arena; /* freed at the end */
	struct strset seen; /* paths of places */
	struct project *projects;
	size_t count, room;
	unmet_report *report;
	void *to;
};

/* The project whose METADATA is read. */
struct reading {
	struct finder *finder;
	const struct project *project;
	struct arena *arena; /* freed after it, or after one requirement */
	struct strset *said;
};

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Take the next line, without blanks around it. */
static bool
next_line(struct slice *t, struct slice *line)
{
	const char *end;

	if (t->n == 0)
		return false;
	end = memchr(t->s, '\n', t->n);
	line->s = t->s;
	line->n = end ? (size_t)(end - t->s) : t->n;
	t->s += line->n + (end != NULL);
	t->n -= line->n + (end != NULL);
	while (line->n > 0 && is_space(line->s[line->n - 1]))
		line->n--;
	for (; line->n > 0 && is_space(*line->s); line->n--)
		line->s++;
	return true;
}

/* ---- METADATA ------------------------------------------------------------------ */

static const char *
version_of(const struct project *p)
{
	return p->name + strlen(p->name) + 1;
}

/* Return the path of NAME in P's metadata; of that itself if NAME is NULL. */
static const char *
path_of(const struct finder *f, const struct project *p, const char *name,
        struct arena *a)
{
	return arena_fmt(a, "%s/%s%s%s%s", f->places[p->place].path, p->entry,
	                 p->kind == EGG ? "/EGG-INFO" : "", name ? "/" : "",
	                 name ? name : "");
}

static int
read_text(const struct finder *f, struct arena *a, const char *path, size_t max,
          struct slice *t)
{
	char *text;
	int err = walk_read(f->ctx->walk, a, path, max + 1, &text, &t->n);

	t->s = text;
	return err == 0 && t->n > max ? -EFBIG : err;
}

static bool
is_absent(int err)
{
	return err == -ENOENT || err == -ENOTDIR;
}

/* Read P's METADATA, or PKG-INFO, or the file that its .egg-info is. A project
 * without any has an empty text. */
static int
read_metadata(const struct finder *f, const struct project *p, struct arena *a,
              struct slice *t)
{
	const char *name = p->kind == DIST_INFO ? "METADATA" : "PKG-INFO";
	int err = read_text(f, a, path_of(f, p, name, a), MAX_METADATA, t);

	if (p->kind == EGG_INFO && is_absent(err))
		err = read_text(f, a, path_of(f, p, NULL, a), MAX_METADATA, t);
	if (!is_absent(err) && err != -EINVAL)
		return err;
	*t = (struct slice){ "", 0 };
	return 0;
}

/* ---- what is installed --------------------------------------------------------- */

static bool
is_name(struct slice t)
{
	struct slice rest = t, name;

	return dependency_take_name(&rest, &name) && rest.n == 0 &&
	       t.s[t.n - 1] != '_';
}

/* Return the kind of ENTRY, which has *LENGTH bytes without its suffix; -1 if it is not
 * metadata. */
static int
kind_of(const char *entry, size_t *length)
{
	static const char *const suffixes[] = {
		[DIST_INFO] = ".dist-info",
		[EGG_INFO] = ".egg-info",
		[EGG] = ".egg",
	};
	size_t n = strlen(entry);

	for (int kind = DIST_INFO; kind <= EGG; kind++) {
		if (str_ends(entry, suffixes[kind])) {
			*length = n - strlen(suffixes[kind]);
			return kind;
		}
	}
	return -1;
}

/* Set the name of P, whose place tells VERSION; if that is none, METADATA does. */
static void
set_name(struct finder *f, struct project *p, struct slice name,
         struct slice version)
{
	struct arena shortly;
	struct slice t;
	struct buf b;

	arena_init(&shortly, NULL, 0);
	buf_init(&b, &shortly);
	wheel_name_normalize(&b, name.s, name.n);
	buf_putc(&b, '\0');
	if (!pep440_is_version(version.s, version.n) &&
	    read_metadata(f, p, &shortly, &t) == 0)
		metadata_header(t.s, t.n, "Version", &version.s, &version.n);
	if (version.n <= MAX_WORD)
		pep440_put(&b, version.s, version.n);
	p->name = arena_dup(&f->arena, b.data, b.len);
	arena_free(&shortly);
}

/* Add the project that ENTRY of PLACE is of, if it is of one. The name ends at the
 * first '-', as for pip. */
static void
add_project(struct finder *f, size_t place, const char *entry)
{
	size_t length;
	int kind = kind_of(entry, &length);
	struct project p = { .entry = entry, .place = (unsigned short)place,
		             .kind = (unsigned char)kind };
	struct slice name = { entry, strcspn(entry, "-") };
	struct slice version = { "", 0 };

	if (kind < 0)
		return;
	if (name.n > length)
		name.n = length;
	if (!is_name(name))
		return;
	if (kind == DIST_INFO && name.n < length)
		version = (struct slice){ entry + name.n + 1,
			                  length - name.n - 1 };
	set_name(f, &p, name, version);
	f->projects = arena_more(&f->arena, f->projects, f->count, &f->room,
	                         sizeof(*f->projects));
	f->projects[f->count++] = p;
}

static void
add_place(struct finder *f, const char *path, bool own)
{
	if (f->place_count == MAX_PLACES ||
	    !strset_add(&f->seen, path, strlen(path)))
		return;
	f->places = arena_more(&f->arena, f->places, f->place_count,
	                       &f->place_room, sizeof(*f->places));
	f->places[f->place_count++] = (struct package_place){ path, own };
}

/* Add the directories that the .pth file NAME of PLACE names; its other lines are
 * comments and code. */
static void
add_pth(struct finder *f, const char *place, const char *name)
{
	struct arena shortly;
	struct slice t, line;
	char *text;

	arena_init(&shortly, NULL, 0);
	if (walk_read(f->ctx->walk, &shortly, pathname_join(&shortly, place, name),
	              MAX_PTH, &text, &t.n) < 0)
		t.n = 0;
	else
		t.s = text;
	while (next_line(&t, &line)) {
		char *path = arena_dup(&shortly, line.s, line.n);

		if (line.n == 0 || *path == '#' || strlen(path) != line.n ||
		    str_starts(path, "import ") || str_starts(path, "import\t"))
			continue;
		path = pathname_absolute(&shortly, place, path);
		if (walk_is_dir(f->ctx->walk, path))
			add_place(f, arena_str(&f->arena, path), false);
	}
	arena_free(&shortly);
}

static int
compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Add the projects in PLACE; with PTH, also the places that .pth files name. */
static void
add_projects(struct finder *f, size_t place, bool pth)
{
	const char *path = f->places[place].path;
	struct entries e;

	if (walk_entries(f->ctx->walk, &f->arena, path, &e) < 0)
		return;
	if (e.count > 1)
		qsort(e.names, e.count, sizeof(*e.names), compare_strings);
	for (size_t i = 0; i < e.count; i++) {
		if (pth && str_ends(e.names[i], ".pth") && *e.names[i] != '.')
			add_pth(f, path, e.names[i]);
		else
			add_project(f, place, e.names[i]);
	}
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct project *)a)->name,
	              ((const struct project *)b)->name);
}

/* The same, then in the order in which they were found. */
static int
by_name_and_place(const void *a, const void *b)
{
	const struct project *p = a, *q = b;
	int order = by_name(p, q);

	if (order == 0)
		order = (int)p->place - (int)q->place;
	return order ? order : strcmp(p->entry, q->entry);
}

/* Sort the projects, and of several of one name keep the one found first. */
static void
sort_projects(struct finder *f)
{
	size_t count = 0;

	if (f->count > 1)
		qsort(f->projects, f->count, sizeof(*f->projects),
		      by_name_and_place);
	for (size_t i = 0; i < f->count; i++) {
		if (count == 0 ||
		    by_name(&f->projects[count - 1], &f->projects[i]) != 0)
			f->projects[count++] = f->projects[i];
	}
	f->count = count;
}

/* Return the project of that name, in any spelling; NULL if it is not installed. */
static const struct project *
find_project(const struct reading *r, struct slice name)
{
	const struct finder *f = r->finder;
	struct project key = { .name = "" };
	struct buf b;

	buf_init(&b, r->arena);
	wheel_name_normalize(&b, name.s, name.n);
	key.name = buf_str(&b);
	return bsearch(&key, f->projects, f->count, sizeof(key), by_name);
}

/* ---- findings ------------------------------------------------------------------ */

static void
say(struct reading *r, const char *code, const char *text)
{
	if (strset_add(r->said, text, strlen(text)))
		r->finder->report(r->finder->to, code,
		                  arena_str(r->finder->ctx->arena, text));
}

/* Return "NAME VERSION", as far as that is known. */
static const char *
title(const struct reading *r, const struct project *p)
{
	const char *version = version_of(p);

	return arena_fmt(r->arena, "%s%s%s", p->name, *version ? " " : "",
	                 version);
}

/* Report that D is not met by FOUND; NULL: it is not installed. */
static void
say_unmet(struct reading *r, const struct dependency *d,
          const struct project *found)
{
	const char *who = title(r, r->project);
	struct buf b;

	buf_init(&b, r->arena);
	if (!found) {
		wheel_name_normalize(&b, d->name.s, d->name.n);
		say(r, "requirement-missing",
		    arena_fmt(r->arena, "%s requires %s, which is not installed.",
		              who, buf_str(&b)));
		return;
	}
	dependency_put(&b, d);
	say(r, "requirement-unmet",
	    arena_fmt(r->arena, "%s has requirement %s, but you have %s.", who,
	              buf_str(&b), title(r, found)));
}

/* Report what keeps us from understanding the requirement T of the project. */
static void
say_invalid(struct reading *r)
{
	struct diag *d = r->finder->ctx->diag;

	say(r, "metadata-invalid",
	    arena_fmt(r->arena, "cannot parse a requirement of %s: %s",
	              title(r, r->project), buf_str(&d->text)));
	diag_clear(d);
}

/* Return the enum marker_truth of MARKER, for WHAT it is about; MARKER_FALSE if that is
 * a finding. */
static int
evaluate(struct reading *r, struct slice marker, struct slice what)
{
	struct diag *d = r->finder->ctx->diag;
	enum marker_variable unknown;
	int holds = marker_evaluate(marker.s, marker.n, &r->finder->facts,
	                            r->arena, &unknown, d);

	if (holds == MARKER_TRUE || holds == MARKER_FALSE)
		return holds;
	if (holds < 0) {
		say_invalid(r);
		return MARKER_FALSE;
	}
	marker_refuse(marker.s, marker.n, unknown, d);
	say(r, "requirement-unknown",
	    arena_fmt(r->arena, "%s may require %.*s: %s", title(r, r->project),
	              (int)what.n, what.s, buf_str(&d->text)));
	diag_clear(d);
	return MARKER_FALSE;
}

/* Check the requirement T, of a section whose marker SECTION holds. Its own marker
 * only counts if nothing meets it. */
static void
check_dependency(struct reading *r, struct slice t, struct slice section)
{
	struct diag *diag = r->finder->ctx->diag;
	const struct project *found;
	struct dependency d;

	if (dependency_parse(&d, t.s, t.n, r->arena, diag) < 0) {
		say_invalid(r);
		return;
	}
	found = find_project(r, d.name);
	if ((found && dependency_accepts(&d, version_of(found))) ||
	    (d.marker.n > 0 && evaluate(r, d.marker, d.name) == MARKER_FALSE))
		return;
	if (d.marker.n == 0)
		d.marker = section;
	say_unmet(r, &d, found);
}

/* Check the requirement T of a section; if it is folded, as one line. */
static void
check_requirement(const struct reading *r, struct slice t, struct slice section)
{
	char memory[1024];
	struct arena shortly;
	struct reading one = { r->finder, r->project, &shortly, r->said };

	arena_init(&shortly, memory, sizeof(memory));
	if (memchr(t.s, '\n', t.n) || memchr(t.s, '\r', t.n))
		t.s = metadata_unfold(&shortly, t.s, t.n);
	check_dependency(&one, t, section);
	arena_free(&shortly);
}

/* ---- requires.txt -------------------------------------------------------------- */

/* Return whether the requirements of the section "[EXTRA:MARKER]" count, and set
 * SHOWN to what findings show of its marker. */
static bool
section_holds(struct reading *r, struct slice line, struct slice *shown)
{
	static const struct slice something = { "something", 9 };
	struct slice marker = { line.s + 2, line.n - 3 };

	shown->n = 0;
	if (line.n < 3)
		return true;
	if (line.s[1] != ':')
		return false;
	if (marker.n > 0 && evaluate(r, marker, something) == MARKER_FALSE)
		return false;
	if (marker.n <= MAX_WORD)
		*shown = marker;
	return true;
}

/* Check the requirements in the requires.txt of setuptools. */
static void
check_requires(struct reading *r)
{
	struct slice t, line, marker = { "", 0 };
	bool holds = true;

	if (read_text(r->finder, r->arena,
	              path_of(r->finder, r->project, "requires.txt", r->arena),
	              MAX_METADATA, &t) < 0)
		return;
	while (next_line(&t, &line)) {
		if (line.n == 0 || *line.s == '#')
			continue;
		if (*line.s == '[' && line.s[line.n - 1] == ']')
			holds = section_holds(r, line, &marker);
		else if (holds)
			check_requirement(r, line, marker);
	}
}

/* ---- tags ---------------------------------------------------------------------- */

/* Return whether the tag of a WHEEL, "PYTHON-ABI-PLATFORM", is one that fits. */
static bool
tag_fits(const struct reading *r, struct slice tag, bool *doubt)
{
	char *python = arena_dup(r->arena, tag.s, tag.n);
	char *abi = strchr(python, '-');
	char *platform = abi ? strchr(abi + 1, '-') : NULL;

	for (char *p = python; *p; p++)
		*p = ascii_lower(*p);
	if (!platform)
		return false;
	*abi++ = *platform++ = '\0';
	return tags_rank(&r->finder->tags,
	                 &(struct wheel_name){ .python = python, .abi = abi,
	                                       .platform = platform },
	                 doubt) >= 0;
}

/* Check that one of the tags in the project's WHEEL is one of this Python; NAME is
 * that of its METADATA. Unknown versions of a C library are no finding. */
static void
check_tags(struct reading *r, struct slice name)
{
	const struct project *p = r->project;
	struct slice t, tag;
	bool doubt = false;

	if (p->kind != DIST_INFO || !r->finder->places[p->place].own ||
	    read_text(r->finder, r->arena,
	              path_of(r->finder, p, "WHEEL", r->arena), MAX_WHEEL,
	              &t) < 0)
		return;
	for (size_t at = 0;
	     metadata_next(t.s, t.n, &at, "Tag", &tag.s, &tag.n);) {
		if (tag.n > MAX_WORD || tag_fits(r, tag, &doubt) || doubt)
			return;
	}
	say(r, "wheel-unsupported",
	    arena_fmt(r->arena, "%.*s %s is not supported on this platform",
	              (int)name.n, name.s, version_of(p)));
}

/* ---- all of it ----------------------------------------------------------------- */

static void
check_metadata(struct reading *r, struct slice t)
{
	static const struct slice none = { "", 0 };
	struct slice name, value;
	bool requires = false;

	for (size_t at = 0; metadata_next(t.s, t.n, &at, "Requires-Dist",
	                                  &value.s, &value.n);) {
		requires = true;
		check_requirement(r, value, none);
	}
	if (r->project->kind != DIST_INFO && !requires)
		check_requires(r);
	if (!metadata_header(t.s, t.n, "Name", &name.s, &name.n))
		name = (struct slice){ r->project->name,
			               strlen(r->project->name) };
	check_tags(r, name);
}

static void
check_project(struct finder *f, const struct project *p)
{
	struct arena shortly;
	struct strset said;
	struct reading r = { f, p, &shortly, &said };
	struct slice text;
	int err;

	arena_init(&shortly, NULL, 0);
	strset_init(&said, &shortly);
	err = read_metadata(f, p, &shortly, &text);
	if (err < 0)
		say(&r, "metadata-invalid",
		    arena_fmt(&shortly, "cannot read the requirements of %s: %s",
		              title(&r, p), diag_reason(err)));
	else
		check_metadata(&r, text);
	arena_free(&shortly);
}

/* Find out what PY is and check all projects. */
static void
check_projects(struct finder *f, const struct python *py)
{
	const struct ctx *x = f->ctx;
	bool here = x->walk->rootfd < 0 && kernel_read(&f->kernel, &f->arena) == 0;

	marker_facts_find(&f->facts, py, here ? &f->kernel : NULL, &f->arena);
	f->facts.extra = ""; /* those that were chosen are not recorded */
	tags_init(&f->tags, py, x->walk, &f->arena);
	for (size_t i = 0; i < f->count; i++)
		check_project(f, &f->projects[i]);
}

void
unmet_find(const struct ctx *x, const struct python *py,
           const struct package_place *places, size_t count,
           unmet_report *report, void *to)
{
	struct finder f = { .ctx = x, .report = report, .to = to };

	arena_init(&f.arena, NULL, 0);
	strset_init(&f.seen, &f.arena);
	for (size_t i = 0; i < count; i++)
		add_place(&f, places[i].path, places[i].own);
	count = f.place_count;
	/* what .pth files add comes last, and has no such files itself */
	for (size_t i = 0; i < f.place_count; i++)
		add_projects(&f, i, i < count);
	sort_projects(&f);
	if (f.count > 0)
		check_projects(&f, py);
	arena_free(&f.arena);
}
