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
#include "resolve/installed.h"
#include "resolve/marker.h"
#include "wheel/metadata.h"
#include "wheel/name.h"
#include "wheel/tags.h"

enum {
	MAX_REQUIRES = 8 * 1024 * 1024,
	MAX_WHEEL = 16 * 1024,
	MAX_WORD = 255, /* of a tag, a marker that is shown for many */
};

struct finder {
	const struct ctx *ctx;
	struct marker_facts facts;
	struct kernel kernel;
	struct tags tags;
	struct installed installed;
	unmet_report *report;
	void *to;
};

/* The project whose METADATA is read. */
struct reading {
	struct finder *finder;
	const struct installed_project *project;
	struct arena *arena; /* freed after it, or after one requirement */
	struct strset *said;
};

/* Return the project of that name, in any spelling; NULL if it is not installed. */
static const struct installed_project *
find_project(const struct reading *r, struct slice name)
{
	return installed_get(&r->finder->installed,
	                     wheel_name_normalized(r->arena, name.s, name.n));
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
title(const struct reading *r, const struct installed_project *p)
{
	const char *version = installed_version(p);

	return arena_fmt(r->arena, "%s%s%s", p->name, *version ? " " : "",
	                 version);
}

/* Report that D is not met by FOUND; NULL: it is not installed. */
static void
say_unmet(struct reading *r, const struct dependency *d,
          const struct installed_project *found)
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
	const struct installed_project *found;
	struct dependency d;

	if (dependency_parse(&d, t.s, t.n, r->arena, diag) < 0) {
		say_invalid(r);
		return;
	}
	found = find_project(r, d.name);
	if ((found && dependency_accepts(&d, installed_version(found))) ||
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

	if (installed_read(&r->finder->installed, r->project, "requires.txt",
	                   MAX_REQUIRES, r->arena, &t) < 0)
		return;
	while (installed_next_line(&t, &line)) {
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
	const struct installed_project *p = r->project;
	struct slice t, tag;
	bool doubt = false;

	if (p->kind != DIST_INFO || !r->finder->installed.places[p->place].own ||
	    installed_read(&r->finder->installed, p, "WHEEL", MAX_WHEEL,
	                   r->arena, &t) < 0)
		return;
	for (size_t at = 0;
	     metadata_next(t.s, t.n, &at, "Tag", &tag.s, &tag.n);) {
		if (tag.n > MAX_WORD || tag_fits(r, tag, &doubt) || doubt)
			return;
	}
	say(r, "wheel-unsupported",
	    arena_fmt(r->arena, "%.*s %s is not supported on this platform",
	              (int)name.n, name.s, installed_version(p)));
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
check_project(struct finder *f, const struct installed_project *p)
{
	struct arena shortly;
	struct strset said;
	struct reading r = { f, p, &shortly, &said };
	struct slice text;
	int err;

	arena_init(&shortly, NULL, 0);
	strset_init(&said, &shortly);
	err = installed_metadata(&f->installed, p, &shortly, &text);
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
	bool here = x->walk->rootfd < 0 && kernel_read(&f->kernel, &f->installed.arena) == 0;

	marker_facts_find(&f->facts, py, here ? &f->kernel : NULL, &f->installed.arena);
	f->facts.extra = ""; /* those that were chosen are not recorded */
	tags_init(&f->tags, py, x->walk, &f->installed.arena);
	for (size_t i = 0; i < f->installed.count; i++)
		check_project(f, &f->installed.projects[i]);
}

void
unmet_find(const struct ctx *x, const struct python *py,
           const struct package_place *places, size_t count,
           unmet_report *report, void *to)
{
	struct finder f = { .ctx = x, .report = report, .to = to };

	installed_find(x, &f.installed, places, count);
	if (f.installed.count > 0)
		check_projects(&f, py);
	installed_free(&f.installed);
}
