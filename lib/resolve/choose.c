#include "resolve/choose.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "format/pathname.h"
#include "format/pep440.h"
#include "os/ctx.h"
#include "python/layout.h"
#include "python/python.h"
#include "resolve/chooser.h"
#include "resolve/seeds.h"
#include "wheel/distribution.h"

enum { MAX_APPENDED = 64 };

bool
wheel_request_chooses(const struct wheel_request *r)
{
	return r->wheels.count > 0 || r->files.count > 0 ||
	       r->installs.count > 0 || r->lock || r->with_pip ||
	       r->with_setuptools;
}

bool
wheel_request_resolves(const struct wheel_request *r)
{
	return r->files.count > 0 || r->installs.count > 0 || r->lock ||
	       r->links.count > 0;
}

const struct wheel_choice *
wheel_set_find(const struct wheel_set *s, const char *project)
{
	for (size_t i = 0; i < s->count; i++) {
		if (strcmp(s->list[i].project, project) == 0)
			return &s->list[i];
	}
	return NULL;
}

void
chooser_add(struct chooser *ch, const struct wheel_choice *c)
{
	struct wheel_set *s = ch->set;

	s->list = arena_more(ch->ctx->arena, s->list, s->count, &ch->room,
	                     sizeof(*s->list));
	s->list[s->count++] = *c;
}

void
chooser_add_release(struct chooser *ch, struct release *r)
{
	chooser_add(ch, &r->choice);
	buf_add(&ch->ctx->diag->warnings, r->warnings.data, r->warnings.len);
	ch->releases = arena_more(ch->ctx->arena, ch->releases,
	                          ch->release_count, &ch->release_room,
	                          sizeof(struct release *));
	ch->releases[ch->release_count++] = r;
}

/* Return whether no file is missing of P, a project of the environment itself. */
static bool
is_whole(const struct chooser *ch, const struct installed_project *p)
{
	const char *place = ch->installed.places[p->place].path;
	size_t n = strlen(ch->request->env_dir);

	return p->kind == DIST_INFO && strncmp(place, ch->request->env_dir, n) == 0 &&
	       place[n] == '/' &&
	       distribution_is_whole(ch->ctx->walk, ch->request->env_dir,
	                             arena_fmt(ch->ctx->arena, "%s/%s",
	                                       place + n + 1, p->entry));
}

const struct installed_project *
chooser_installed(const struct chooser *ch, const char *project)
{
	const struct installed_project *p =
		installed_get(&ch->installed, project);

	if (!p || !*installed_version(p))
		return NULL;
	return !ch->installed.places[p->place].own || is_whole(ch, p) ? p : NULL;
}

void
chooser_keep(struct chooser *ch, const char *project)
{
	strset_add(&ch->set->kept, project, strlen(project));
}

struct release *
chooser_given(const struct chooser *ch, const char *project)
{
	for (size_t i = 0; i < ch->given_count; i++) {
		if (strcmp(ch->given[i].project, project) == 0)
			return &ch->given[i];
	}
	return NULL;
}

void
chooser_miss(struct chooser *ch, const char *project, const char *reason)
{
	missing_add(&ch->missing, project, reason);
}

bool
chooser_may_be_direct(const struct chooser *ch)
{
	/* a host path means nothing in a root, an archive, another system */
	return ch->ctx->walk->rootfd < 0 && !ch->request->elsewhere;
}

/* Move the failure ERR from the diag to what is missing. */
static int
miss_failed(struct chooser *ch, const char *project, int err)
{
	return missing_add_failure(&ch->missing, project, err, ch->ctx->diag);
}

/* ---- files and directories that --wheel gives ---------------------------------- */

/* Set RULE to the one for FILE, a wheel of PROJECT that --wheel gives. FILE is NULL for
 * a wheel that --with-pip finds: it has to be a locked one if the lock has PROJECT.
 * Return 1 if there is a rule, 0 if none is needed, or -EINVAL if one is needed and
 * missing. */
static int
find_rule(struct chooser *ch, const char *project, const char *file,
          struct hash_rule *rule)
{
	int found;

	if (ch->request->lock && locked_rule(ch, project, file, rule))
		return 1;
	found = asked_rule(ch->ctx, &ch->asked, project, rule);
	if (found != 0)
		return found;
	if (!ch->request->require_hashes)
		return 0;
	return diag_set(ch->ctx->diag, -EINVAL, "--require-hashes needs a hash of "
	                "%s, and there is none", project);
}

/* Admit the wheel C that --wheel gives. */
static int
admit_given(struct chooser *ch, struct wheel_choice *c)
{
	const char *base = pathname_base(c->file);
	struct arena *a = ch->ctx->arena;
	struct wheel_name name;
	struct hash_rule rule;
	int err = wheel_name_parse(&name, base, a, ch->ctx->diag);

	if (err < 0)
		return diag_prefix(ch->ctx->diag, err, "%s: ", c->file);
	err = find_rule(ch, wheel_name_normalized(a, name.project,
	                                          strlen(name.project)),
	                c->file, &rule);
	return err < 0 ? err
	               : admit(&ch->admission, c, err ? &rule : NULL, NULL);
}

/* Give the project of FILE, which cannot be used, a release without requirements, so
 * that the search goes on and finds what else is missing. */
static void
assume_file(struct chooser *ch, const char *file)
{
	struct arena *a = ch->ctx->arena;
	struct release r = { .direct = true, .state = RELEASE_USABLE,
		             .failed = true, .choice.file = file };
	struct wheel_name name;
	struct diag ignored;

	diag_init(&ignored, a);
	if (wheel_name_parse(&name, pathname_base(file), a, &ignored) < 0)
		return;
	r.project = wheel_name_normalized(a, name.project, strlen(name.project));
	r.version = name.version;
	if (!chooser_given(ch, r.project))
		ch->given[ch->given_count++] = r;
}

static int
add_file(struct chooser *ch, const char *file)
{
	struct release r = { .direct = true, .state = RELEASE_USABLE };
	const struct wheel_choice *other;
	int err;

	r.choice = (struct wheel_choice){ .file = file, .walk = &walk_host,
		                          .direct = chooser_may_be_direct(ch),
		                          .why = "given by --wheel" };
	err = admit_given(ch, &r.choice);
	if (err == ADMITTED && wheel_request_resolves(ch->request))
		err = release_read(&r, &ch->admission);
	if (err != ADMITTED) {
		assume_file(ch, file);
		return miss_failed(ch, NULL, err);
	}
	r.project = r.choice.project;
	r.version = r.choice.version;
	other = wheel_set_find(ch->set, r.project);
	if (other) {
		if (strcmp(other->file, file) != 0)
			chooser_miss(ch, NULL,
			             arena_fmt(ch->ctx->arena, "%s: '%s' is of the "
			                       "same project, %s: give one of "
			                       "them", file, other->file,
			                       r.project));
		return 0;
	}
	ch->given[ch->given_count] = r;
	chooser_add_release(ch, &ch->given[ch->given_count++]);
	return 0;
}

static bool
is_prerelease(const struct candidate *c)
{
	return pep440_is_prerelease(c->name.version, strlen(c->name.version));
}

/* Try the candidates of G, either the pre-releases or the others, as try_newest(). */
static int
try_group(struct chooser *ch, const struct candidate_group *g, bool prereleases,
          const struct hash_rule *rule, bool seed, const char **reason)
{
	for (size_t i = 0; i < g->count; i++) {
		struct wheel_choice c = { .file = g->list[i].file,
		                          .walk = &walk_host, .seed = seed,
		                          .why = "the newest that fits" };
		int verdict;

		if (!candidate_fits(&g->list[i]) ||
		    is_prerelease(&g->list[i]) != prereleases ||
		    !constraints_accept(&ch->asked, g->project,
		                        g->list[i].name.version))
			continue;
		verdict = admit(&ch->admission, &c, rule, g->project);
		/* do not fall back to an older version */
		if (verdict < 0) {
			int err = miss_failed(ch, NULL, verdict);

			return err < 0 ? err : 1;
		}
		if (verdict == ADMITTED) {
			chooser_add(ch, &c);
			return 1;
		}
		if (!*reason)
			*reason = arena_str(ch->ctx->arena,
			                    buf_str(&ch->ctx->diag->text));
		diag_clear(ch->ctx->diag);
	}
	return 0;
}

/* Try the candidates of G, the newest first, and pre-releases only if there is nothing
 * else, with RULE (NULL: there is none); SEED says that nobody named the project. Return
 * 1 if the one that was tried last decides, with its failure remembered or it added; 0
 * if there was none, with the first reason in *REASON; or -EINTR. */
static int
try_newest(struct chooser *ch, const struct candidate_group *g,
           const struct hash_rule *rule, bool seed, const char **reason)
{
	int rc = try_group(ch, g, false, rule, seed, reason);

	return rc == 0 ? try_group(ch, g, true, rule, seed, reason) : rc;
}

/* Add the newest of the candidates of one project that this Python can use. */
static int
add_newest(struct chooser *ch, const struct candidate_group *g)
{
	const char *reason = NULL;
	int rc = try_newest(ch, g, NULL, false, &reason);

	for (size_t i = 0; rc == 0 && i < g->count; i++) {
		const struct candidate *c = &g->list[i];

		if (!c->sdist && reason)
			continue;
		chooser_miss(ch, g->project,
		             candidate_misfit(c, &ch->admission.tags,
		                              ch->ctx->arena));
		/* one wheel is enough to say why */
		if (!c->sdist)
			reason = "";
	}
	if (rc == 0 && reason && *reason)
		chooser_miss(ch, g->project, reason);
	return rc < 0 ? rc : 0;
}

/* Add the best wheel of each project in the directory PATH, all of which have to be
 * installed. */
static int
add_all_of(struct chooser *ch, const char *path)
{
	struct candidate_group *groups;
	struct catalogue all;
	size_t count;
	int err;

	catalogue_init(&all, &ch->host, &ch->admission.tags);
	err = catalogue_add(&all, path, false);
	if (err < 0)
		return miss_failed(ch, NULL, err);
	groups = catalogue_all(&all, &count);
	if (count == 0)
		chooser_miss(ch, NULL, arena_fmt(ch->ctx->arena,
		                                 "there is no wheel in '%s'", path));
	for (size_t i = 0; err == 0 && i < count; i++) {
		const struct candidate_group *g = &groups[i];

		for (size_t k = 0; !g->project && k < g->count; k++)
			chooser_miss(ch, NULL,
			             arena_fmt(ch->ctx->arena, "%s: %s",
			                       g->list[k].file,
			                       g->list[k].fault));
		if (g->project && !wheel_set_find(ch->set, g->project))
			err = add_newest(ch, g);
	}
	return err;
}

/* Add the wheels that --wheel asks for, files first. */
static int
add_given(struct chooser *ch)
{
	const struct text_list *list = &ch->request->wheels;
	const char **dirs;
	size_t dir_count = 0;
	int err = 0;

	dirs = arena_alloc(ch->ctx->arena, (list->count + 1) * sizeof(*dirs));
	ch->given = arena_alloc(ch->ctx->arena,
	                        (list->count + 1) * sizeof(*ch->given));
	for (size_t i = 0; err == 0 && i < list->count; i++) {
		char *path = pathname_absolute(ch->ctx->arena, ch->request->cwd,
		                               list->list[i]);
		struct stat st;

		err = walk_stat(&walk_host, path, &st);
		if (err < 0)
			err = miss_failed(ch, NULL, diag_sys(ch->ctx->diag, err,
			                                     "read", path));
		else if (S_ISDIR(st.st_mode))
			dirs[dir_count++] = path;
		else
			err = add_file(ch, path);
	}
	for (size_t i = 0; err == 0 && i < dir_count; i++)
		err = add_all_of(ch, dirs[i]);
	return err;
}

/* Add PATH, a directory of wheels or a wheel, to the catalogue. */
static int
add_link(struct chooser *ch, const char *path)
{
	if (!walk_is_file(&walk_host, path))
		return catalogue_add(&ch->catalogue, path, true);
	catalogue_add_wheel(&ch->catalogue, path);
	return 0;
}

/* Add what --find-links names, and what requirements files name: that may be on the
 * machine on which the file was made. */
static int
list_links(struct chooser *ch)
{
	const struct text_list *links = &ch->request->links;
	const struct requirement_files *f = &ch->asked.files;
	struct diag *d = ch->ctx->diag;
	int err = 0;

	for (size_t i = 0; err == 0 && i < links->count; i++)
		err = add_link(ch, pathname_absolute(ch->ctx->arena,
		                                     ch->request->cwd,
		                                     links->list[i]));
	for (size_t i = 0; err == 0 && i < f->place_count; i++) {
		if (add_link(ch, f->places[i].path) == 0)
			continue;
		diag_warn(d, "%s", buf_str(&d->text));
		diag_clear(d);
	}
	return err;
}

/* ---- pip and setuptools ------------------------------------------------------- */

/*
 * Add the wheel of PROJECT that is appended to this program, if any: the last
 * one that this Python can use and that obeys RULE (NULL: there is none). Warn about
 * the others only if none is added, because one file may carry a wheel for each of
 * several Pythons.
 */
static int
add_appended(struct chooser *ch, const char *project, const struct hash_rule *rule)
{
	struct wheel_choice list[MAX_APPENDED];
	struct diag *d = ch->ctx->diag;
	struct diag others;
	const char *damaged;
	int n = wheel_source_appended(ch->admission.source, list, MAX_APPENDED,
	                              &damaged);

	/* without a /proc the program cannot find itself */
	diag_init(&others, ch->ctx->arena);
	if (damaged)
		diag_warn(&others, "skipped what is appended to this program%s: "
		          "%s", n > 0 ? ", except its end" : "", damaged);
	for (int i = 0; i < n; i++) {
		int verdict;

		list[i].why = "appended to this program";
		list[i].seed = true;
		verdict = admit(&ch->admission, &list[i], rule, project);
		if (verdict < 0)
			return verdict;
		if (verdict == ADMITTED) {
			chooser_add(ch, &list[i]);
			return 0;
		}
		if (verdict != NOT_OURS)
			diag_warn(&others, "skipped: %s", buf_str(&d->text));
		diag_clear(d);
	}
	diag_clear(d);
	buf_add(&d->warnings, others.warnings.data, others.warnings.len);
	return 0;
}

/* Set the hint to where to get a wheel of PROJECT. Debian removes those of
 * ensurepip from the Python that it packages. */
static void
hint_at_wheel(struct chooser *ch, const char *project)
{
	bool debian = walk_is_file(ch->ctx->walk, "/etc/debian_version") &&
	              str_starts(ch->admission.python->executable, "/usr/bin/");

	if (debian)
		diag_hint(ch->ctx->diag, "install the package python3-%s-whl, or give "
		          "a wheel: --wheel %s-VERSION-py3-none-any.whl",
		          project, project);
	else
		diag_hint(ch->ctx->diag, "give one: --wheel %s-VERSION-py3-none-any"
		          ".whl, or a directory that has it", project);
}

/* Add the newest wheel of PROJECT in the directories of --find-links that obeys RULE
 * (NULL: there is none). */
static int
add_linked(struct chooser *ch, const char *project, const struct hash_rule *rule)
{
	const char *reason = NULL;

	return try_newest(ch, catalogue_find(&ch->catalogue, project), rule, true,
	                  &reason);
}

/* Add the base Python's wheel of PROJECT, which has to obey RULE (NULL: there is none). */
static int
add_base_seed(struct chooser *ch, const char *project, const struct hash_rule *rule)
{
	struct wheel_choice c = { .why = "that of the base Python",
	                          .walk = ch->ctx->walk, .seed = true };
	int err;

	c.file = seeds_find(ch->ctx, ch->admission.python, project);
	if (c.file) {
		err = admit(&ch->admission, &c, rule, project);
	} else {
		err = ch->ctx->diag->code;
		diag_note(ch->ctx->diag, "no compatible wheel of %s is appended to "
		          "this program", project);
		hint_at_wheel(ch, project);
	}
	if (err == ADMITTED)
		chooser_add(ch, &c);
	return err;
}

/* Add a wheel of PROJECT from the first place that has one. */
static int
add_seed(struct chooser *ch, const char *project)
{
	const struct hash_rule *rule;
	struct hash_rule found;
	int err;

	if (wheel_set_find(ch->set, project))
		return 0;
	err = find_rule(ch, project, NULL, &found);
	rule = err > 0 ? &found : NULL;
	if (err >= 0)
		err = add_linked(ch, project, rule);
	if (err == 0)
		err = add_appended(ch, project, rule);
	if (err == 0 && !wheel_set_find(ch->set, project))
		err = add_base_seed(ch, project, rule);
	else if (err > 0)
		err = 0;
	if (err == ADMITTED)
		return 0;
	/* a locked one is missing already */
	if (ch->request->lock && locked_rule(ch, project, NULL, &found)) {
		diag_clear(ch->ctx->diag);
		return err == -EINTR ? err : 0;
	}
	return miss_failed(ch, project, err);
}

/* ---- all of it ----------------------------------------------------------------- */

static int
by_project(const void *a, const void *b)
{
	return strcmp(((const struct wheel_choice *)a)->project,
	              ((const struct wheel_choice *)b)->project);
}

static bool
has(void *ctx, const char *project)
{
	return wheel_set_find(((const struct chooser *)ctx)->set, project);
}

/* Find what is installed, and remember it for those that change it. */
static void
find_installed(struct chooser *ch)
{
	const struct wheel_request *r = ch->request;
	struct wheel_set *s = ch->set;
	struct package_place *places;
	struct buf there;
	bool own = false;

	installed_find(ch->ctx, &ch->installed, r->places, r->place_count);
	places = arena_zero(ch->ctx->arena, r->place_count + 1, sizeof(*places));
	for (size_t i = 0; i < r->place_count; i++) {
		places[i] = r->places[i];
		own |= places[i].own;
	}
	if (!own)
		return;
	s->places = places;
	s->place_count = r->place_count;
	buf_init(&there, ch->ctx->arena);
	installed_put_own(&there, &ch->installed);
	s->there = buf_str(&there);
}

/* Set the facts that markers ask for. */
static void
find_facts(struct chooser *ch)
{
	bool here = ch->ctx->walk->rootfd < 0 && !ch->request->elsewhere &&
	            kernel_read(&ch->kernel, ch->ctx->arena) == 0;

	marker_facts_find(&ch->facts, ch->admission.python,
	                  here ? &ch->kernel : NULL, ch->ctx->arena);
}

/* Make the set the only projects of the environment. Refuse an empty set, which is a
 * mistake unless the lock itself is empty. */
static int
sync_set(struct chooser *ch)
{
	struct wheel_set *s = ch->set;

	if (s->count == 0 && s->kept.count == 0 &&
	    !(ch->request->lock && ch->lock.empty)) {
		diag_set(ch->ctx->diag, -EINVAL, "--sync would remove everything: "
		         "nothing is asked for on this Python");
		diag_hint(ch->ctx->diag, "--clear without --sync makes an empty "
		          "environment");
		return ch->ctx->diag->code;
	}
	s->sync = true;
	if (!ch->request->without_pip)
		chooser_keep(ch, "pip");
	return 0;
}

/* List the files of C's project in the directories that come before it and are of no
 * use. */
static void
list_passed(struct chooser *ch, const struct wheel_choice *c)
{
	const struct candidate_group *g =
		catalogue_find(&ch->catalogue, c->project);
	struct arena *a = ch->ctx->arena;

	for (size_t i = 0; i < g->count && c->file; i++) {
		const struct candidate *w = &g->list[i];
		const char *line;

		if (strcmp(w->file, c->file) == 0)
			return;
		if (candidate_fits(w))
			continue;
		line = candidate_misfit(w, &ch->admission.tags, a);
		buf_add(&ch->set->passed, line, strlen(line) + 1);
	}
}

static void
list_all_passed(struct chooser *ch)
{
	buf_init(&ch->set->passed, ch->ctx->arena);
	for (size_t i = 0; ch->request->verbose && i < ch->set->count; i++)
		list_passed(ch, &ch->set->list[i]);
}

/* Read what is asked for, and list the directories. */
static int
read_request(struct chooser *ch)
{
	const struct wheel_request *r = ch->request;
	int err = 0;

	if (wheel_request_resolves(r)) {
		find_facts(ch);
		find_installed(ch);
		err = asked_read(ch->ctx, &ch->asked, r, &ch->facts);
	}
	if (err == 0)
		err = list_links(ch);
	if (err == 0 && r->lock)
		err = locked_read(ch);
	return err;
}

/* Add all that is asked for, and report what is missing. */
static int
add_all(struct chooser *ch)
{
	const struct wheel_request *r = ch->request;
	int err = add_given(ch);

	if (err == 0 && r->lock)
		err = locked_choose(ch);
	else if (err == 0 && wheel_request_resolves(r))
		err = resolution_choose(ch);
	if (err < 0 && ch->missing.count > 0)
		err = miss_failed(ch, NULL, err);
	if (err == 0 && r->with_setuptools)
		err = add_seed(ch, "setuptools");
	if (err == 0 && r->with_pip)
		err = add_seed(ch, "pip");
	if (err == 0 && wheel_request_resolves(r))
		err = constraints_check(ch);
	return err < 0 ? err
	               : missing_report(&ch->missing, has, ch, ch->ctx->diag);
}

/* Add to the error for missing wheels that no directory was given. */
static void
hint_at_links(const struct chooser *ch)
{
	if (ch->catalogue.places == 0 && wheel_request_resolves(ch->request) &&
	    ch->ctx->diag->hint.len == 0)
		diag_hint(ch->ctx->diag, "name the directories of wheels with "
		          "--find-links DIR");
}

/* Read what is asked for and choose all of it. */
static int
choose(struct chooser *ch)
{
	const struct wheel_request *r = ch->request;
	int err = read_request(ch);

	if (err == 0) {
		err = add_all(ch);
		if (err == -ENOENT)
			hint_at_links(ch);
	}
	if (err == 0 && r->sync)
		err = sync_set(ch);
	if (err == 0 && wheel_request_resolves(r) && !r->no_deps)
		err = set_check(ch);
	if (err == 0)
		list_all_passed(ch);
	if (wheel_request_resolves(r))
		installed_free(&ch->installed);
	return err;
}

int
wheel_set_choose(const struct ctx *x, struct wheel_set *s,
                 const struct wheel_request *r, const struct python *py,
                 const struct layout *l)
{
	struct chooser ch = {
		.set = s,
		.request = r,
		.ctx = x,
		.host = { &walk_host, x->arena, x->diag },
		.admission = { .ctx = x, .python = py, .layout = l },
	};
	int err;

	*s = (struct wheel_set){ .count = 0 };
	s->source = arena_alloc(x->arena, sizeof(*s->source));
	wheel_source_init(s->source);
	ch.admission.source = s->source;
	ch.admission.digests = r->digests;
	tags_init(&ch.admission.tags, py, x->walk, x->arena);
	catalogue_init(&ch.catalogue, &ch.host, &ch.admission.tags);
	missing_init(&ch.missing, x->arena);
	strset_init(&s->kept, x->arena);
	err = choose(&ch);
	if (err == 0 && s->count > 1)
		qsort(s->list, s->count, sizeof(*s->list), by_project);
	return err;
}

void
wheel_set_close(struct wheel_set *s)
{
	if (s->source)
		wheel_source_close(s->source);
}
