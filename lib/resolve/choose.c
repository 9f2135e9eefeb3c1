#include "resolve/choose.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/strset.h"
#include "format/pathname.h"
#include "os/ctx.h"
#include "os/process.h"
#include "python/layout.h"
#include "python/python.h"
#include "resolve/candidates.h"
#include "resolve/marker.h"
#include "resolve/requirements.h"
#include "wheel/tags.h"

enum { MAX_REQUIREMENTS = 16 * 1024 * 1024, MAX_APPENDED = 64 };

/* A wheel that is asked for and cannot be installed. */
struct missing {
	const char *project; /* which another file may still bring; NULL: none */
	const char *reason;
	const char *hint;    /* "": none */
	struct buf notes;
};

struct chooser {
	struct wheel_set *set;
	const struct wheel_request *request;
	const struct python *python;
	const struct layout *layout;
	struct tags tags;
	struct wheel_source *source;
	struct requirements locks;
	size_t room;
	struct wheel_directory *dirs; /* of --wheel DIR */
	size_t dir_count;
	struct missing *missing;
	size_t missing_count, missing_room;
	struct strset reasons; /* of those */
	const struct ctx *ctx;
};

static struct wheel_choice *
find(const struct wheel_set *s, const char *project)
{
	for (size_t i = 0; i < s->count; i++) {
		if (strcmp(s->list[i].project, project) == 0)
			return &s->list[i];
	}
	return NULL;
}

const char *
wheel_set_version(const struct wheel_set *s, const char *project)
{
	const struct wheel_choice *c = find(s, project);

	return c ? c->version : NULL;
}

static int
read_locks(struct chooser *ch)
{
	const char *file = ch->request->hashes;
	struct marker_facts facts;
	struct kernel kernel;
	bool runs_here = ch->ctx->walk->rootfd < 0 && !ch->request->elsewhere;
	char *text;
	size_t n;
	int err;

	if (!file)
		return 0;
	err = walk_read(
		&walk_host, ch->ctx->arena,
		pathname_absolute(ch->ctx->arena, ch->request->cwd, file),
		MAX_REQUIREMENTS, &text, &n);
	if (err < 0)
		return diag_sys(ch->ctx->diag, err, "read", file);
	if (runs_here)
		runs_here = kernel_read(&kernel, ch->ctx->arena) == 0;
	marker_facts_find(&facts, ch->python, runs_here ? &kernel : NULL,
	                  ch->ctx->arena);
	facts.extra = ""; /* none is chosen */
	if (requirements_parse(&ch->locks, text, n, ch->ctx->arena,
	                       ch->ctx->diag) < 0 ||
	    requirements_select(&ch->locks, &facts, ch->ctx->arena,
	                        ch->ctx->diag) < 0)
		return diag_prefix(ch->ctx->diag, -EINVAL, "%s: ", file);
	return 0;
}

/* Digest the bytes that were found, by each kind that the locks have. */
static int
digest_found(struct chooser *ch)
{
	const unsigned char *sum;
	int err = 0;

	for (size_t i = 0; i < ch->locks.count; i++) {
		const struct requirement *r = &ch->locks.list[i];

		for (size_t k = 0; err == 0 && k < r->hash_count; k++)
			err = wheel_source_sum(ch->source, r->hashes[k].kind,
			                       &sum, ch->ctx->diag);
	}
	return err;
}

/* Return the hash of R that the bytes have; NULL if they have none of them. */
static const struct digest_value *
find_hash(const struct requirement *r, const struct wheel_source *s)
{
	for (size_t i = 0; i < r->hash_count; i++) {
		enum digest_kind kind = r->hashes[i].kind;

		if (memcmp(s->sum[kind], r->hashes[i].sum,
		           digest_size(kind)) == 0)
			return &r->hashes[i];
	}
	return NULL;
}

/* Return whether a line of the locks is for the project PROJECT (normalised),
 * in *VERSIONED whether one is for its version VERSION, too, and in *HASH the
 * hash in such a line that the bytes have. */
static bool
find_locked(struct chooser *ch, const char *project, const char *version,
            bool *versioned, const struct digest_value **hash)
{
	const struct requirement *r = NULL;
	bool listed = false;

	*versioned = false;
	*hash = NULL;
	while (!*hash && (r = requirements_find(&ch->locks, project, r))) {
		listed = true;
		if (!requirement_accepts(r, version))
			continue;
		*versioned = true;
		*hash = find_hash(r, ch->source);
	}
	return listed;
}

/* Find the line for VERSION of PROJECT whose hash the bytes of FILE have. If
 * there are several lines for a project, any may be meant. */
static int
match_lock(struct chooser *ch, const char *file, const char *project,
           const char *version, const struct digest_value **hash)
{
	const char *locks = ch->request->hashes;
	bool versioned;

	if (!find_locked(ch, project, version, &versioned, hash))
		return diag_set(ch->ctx->diag, -EINVAL, "%s: %s is not in '%s'", file,
		                project, locks);
	if (!versioned)
		return diag_set(ch->ctx->diag, -EINVAL, "%s: '%s' wants another "
		                "version than %s of %s", file, locks, version,
		                project);
	return *hash ? 0 : diag_set(ch->ctx->diag, -EINVAL, "%s: its hash is not in "
	                            "'%s'", file, locks);
}

/* Verify that the bytes of C have the hash of a locked wheel, before anything
 * in them is believed. One appended to this program may be of no use (*USABLE):
 * there may be others. */
static int
check_hash(struct chooser *ch, const struct wheel_choice *c, bool *usable)
{
	const struct digest_value *hash;
	struct wheel_name name;
	struct buf project;
	int err;

	*usable = true;
	if (!ch->request->hashes)
		return 0;
	err = wheel_source_find(ch->source, c, ch->ctx->diag);
	if (err == 0)
		err = digest_found(ch);
	if (err < 0)
		return err;
	for (size_t i = 0; i < ch->locks.count; i++) {
		if (find_hash(&ch->locks.list[i], ch->source))
			return 0;
	}
	if (!c->file) {
		*usable = false;
		diag_set(ch->ctx->diag, -EINVAL, "the wheel appended to this program "
		         "has none of the hashes in '%s'", ch->request->hashes);
		return 0;
	}
	err = wheel_name_parse(&name, pathname_base(c->file), ch->ctx->arena,
	                       ch->ctx->diag);
	if (err < 0)
		return diag_prefix(ch->ctx->diag, err, "%s: ", c->file);
	buf_init(&project, ch->ctx->arena);
	wheel_name_normalize(&project, name.project, strlen(name.project));
	return match_lock(ch, c->file, buf_str(&project), name.version, &hash);
}

/* Open C and set its project, its version and where it is from. */
static int
identify(struct chooser *ch, struct wheel_choice *c)
{
	const struct wheel *w = &ch->source->wheel;
	struct buf project;
	int err = wheel_source_open(ch->source, c, ch->ctx->diag);

	if (err < 0)
		return err;
	c->origin = ch->source->file.origin;
	buf_init(&project, ch->ctx->arena);
	wheel_name_normalize(&project, w->name.project,
	                     strlen(w->name.project));
	c->project = buf_str(&project);
	c->version = arena_str(ch->ctx->arena, w->name.version);
	c->dist_info = arena_dup(ch->ctx->arena, w->dist_info,
	                         strlen(w->dist_info) - 1);
	c->purelib = w->purelib;
	return 0;
}

/* Open C and verify that it can be installed. *USABLE: this Python can use it;
 * if not, the diag says why. */
static int
verify(struct chooser *ch, struct wheel_choice *c, bool *usable)
{
	int err = check_hash(ch, c, usable);

	if (err == 0 && *usable)
		err = identify(ch, c);
	if (err == 0 && *usable)
		*usable = wheel_judge(&ch->source->wheel, &ch->tags, ch->python,
		                      ch->ctx->diag);
	if (err != 0 || !*usable)
		return err;
	if (ch->request->hashes)
		err = match_lock(ch, ch->source->wheel.file, c->project,
		                 c->version, &c->lock);
	if (err == 0)
		err = wheel_files_list(
			&c->files, &ch->source->wheel, ch->layout, c->direct,
			ch->source->inflater, ch->ctx->arena, ch->ctx->diag);
	c->platlib = ch->layout->platlib != NULL;
	if (err == 0)
		c->wheel = wheel_source_keep(ch->source);
	return err;
}

static void
add(struct chooser *ch, const struct wheel_choice *c)
{
	struct wheel_set *s = ch->set;

	s->list = arena_more(ch->ctx->arena, s->list, s->count, &ch->room,
	                     sizeof(*s->list));
	s->list[s->count++] = *c;
}

/* Remember M. Each reason is given once. */
static void
remember(struct chooser *ch, struct missing m)
{
	if (!strset_add(&ch->reasons, m.reason, strlen(m.reason)))
		return;
	ch->missing = arena_more(ch->ctx->arena, ch->missing,
	                         ch->missing_count, &ch->missing_room,
	                         sizeof(m));
	ch->missing[ch->missing_count++] = m;
}

/* Remember why something is missing; PROJECT as in struct missing. */
static void
miss(struct chooser *ch, const char *project, const char *reason)
{
	remember(ch, (struct missing){ .project = project, .reason = reason,
	                               .hint = "" });
}

/* The same for the failure ERR that the diag holds. Return 0, or -EINTR if that
 * is the failure. */
static int
miss_failed(struct chooser *ch, const char *project, int err)
{
	struct diag *d = ch->ctx->diag;
	struct missing m = { .project = project };

	if (err == -EINTR)
		return err;
	m.reason = arena_str(ch->ctx->arena, buf_str(&d->text));
	m.hint = arena_str(ch->ctx->arena, buf_str(&d->hint));
	buf_init(&m.notes, ch->ctx->arena);
	buf_add(&m.notes, d->notes.data, d->notes.len);
	diag_clear(d);
	remember(ch, m);
	return 0;
}

static int
add_file(struct chooser *ch, const char *file)
{
	/* a host path means nothing inside a root */
	struct wheel_choice c = { .file = file, .walk = &walk_host,
	                          .direct = ch->ctx->walk->rootfd < 0,
	                          .why = "given by --wheel" };
	const struct wheel_choice *other;
	bool usable;
	int err = verify(ch, &c, &usable);

	if (err != 0 || !usable)
		return miss_failed(ch, NULL, err);
	other = find(ch->set, c.project);
	if (!other)
		add(ch, &c);
	else if (strcmp(other->file, file) != 0)
		miss(ch, NULL, arena_fmt(ch->ctx->arena, "%s: '%s' is of the same "
		                         "project, %s: give one of them", file,
		                         other->file, c.project));
	return 0;
}

/* "'FILE' is for TAGS, not for PYTHON" */
static char *
describe_tags(struct chooser *ch, const struct candidate *c)
{
	return arena_fmt(ch->ctx->arena, "%s: it is for %s-%s-%s, not for %s",
	                 c->file, c->name.python, c->name.abi, c->name.platform,
	                 tags_describe(&ch->tags, ch->ctx->arena));
}

/* Add the newest of the N candidates of one project that this Python can use.
 * One that is damaged is not passed over: an older one is not what is asked
 * for. */
static int
add_best(struct chooser *ch, const struct candidate *list, size_t n)
{
	const char *project = list->project;
	char *reason = NULL;

	if (find(ch->set, project))
		return 0;
	for (size_t i = 0; i < n && list[i].rank >= 0; i++) {
		struct wheel_choice c = { .file = list[i].file,
		                          .walk = &walk_host,
		                          .why = "the newest that fits" };
		bool usable;
		int err = verify(ch, &c, &usable);

		/* another directory must not bring an older one instead */
		if (err < 0)
			return miss_failed(ch, NULL, err);
		if (usable) {
			add(ch, &c);
			return 0;
		}
		if (!reason)
			reason = arena_str(ch->ctx->arena,
			                   buf_str(&ch->ctx->diag->text));
		diag_clear(ch->ctx->diag);
	}
	miss(ch, project, reason ? reason : describe_tags(ch, list));
	return 0;
}

/* Add the best wheel of each project in DIR. All that it has is asked for. */
static int
add_all_of(struct chooser *ch, const struct wheel_directory *dir)
{
	const struct candidate *w = dir->wheels;
	int err = 0;

	if (dir->wheel_count == 0 && dir->reject_count == 0)
		miss(ch, NULL, arena_fmt(ch->ctx->arena, "there is no wheel in '%s'",
		                         dir->path));
	for (size_t i = 0, n; err == 0 && i < dir->wheel_count; i += n) {
		n = 1;
		while (i + n < dir->wheel_count &&
		       strcmp(w[i].project, w[i + n].project) == 0)
			n++;
		err = add_best(ch, &w[i], n);
	}
	for (size_t i = 0; err == 0 && i < dir->reject_count; i++) {
		const struct candidate *c = &dir->rejects[i];

		miss(ch, c->project,
		     arena_fmt(ch->ctx->arena, "%s: %s", c->file, c->fault ? c->fault
		               : "it is a source distribution, not a wheel"));
	}
	return err;
}

/* A search for a locked project, and the best reason for its failure so far. */
struct locked {
	const struct requirement *want;
	char *reason;
	int weight;
};

enum { OTHER_VERSION = 1, IS_SDIST, OTHER_TAGS, OTHER_BYTES };

static void
blame(struct locked *l, int weight, char *reason)
{
	if (weight > l->weight) {
		l->weight = weight;
		l->reason = reason;
	}
}

static void
blame_version(struct chooser *ch, struct locked *l, const char *file)
{
	blame(l, OTHER_VERSION,
	      arena_fmt(ch->ctx->arena, "%s %s: only other versions are there, such "
	                "as '%s'", l->want->name, l->want->version, file));
}

/* Look at C, a source distribution of the project. */
static void
blame_sdist(struct chooser *ch, struct locked *l, const struct candidate *c)
{
	if (!requirement_accepts(l->want, c->name.version))
		blame_version(ch, l, c->file);
	else
		blame(l, IS_SDIST,
		      arena_fmt(ch->ctx->arena, "%s %s: only a source distribution "
		                "is there, '%s'", l->want->name,
		                l->want->version, c->file));
}

/* Add the candidate C if it is the one that L wants; else return false. */
static bool
try_locked(struct chooser *ch, struct locked *l, const struct candidate *c)
{
	struct wheel_choice choice = { .file = c->file, .walk = &walk_host,
	                               .why = "in the file of hashes" };
	bool usable;

	if (!requirement_accepts(l->want, c->name.version)) {
		blame_version(ch, l, c->file);
	} else if (c->rank < 0) {
		blame(l, OTHER_TAGS, describe_tags(ch, c));
	} else if (verify(ch, &choice, &usable) == 0 && usable) {
		add(ch, &choice);
		return true;
	} else {
		blame(l, OTHER_BYTES,
		      arena_str(ch->ctx->arena, buf_str(&ch->ctx->diag->text)));
		diag_clear(ch->ctx->diag);
	}
	return false;
}

/* Find the wheel of one line of the file of hashes in the directories. */
static void
add_locked(struct chooser *ch, const struct requirement *want)
{
	struct locked l = { .want = want };
	const char *name = want->name;

	for (size_t k = 0; k < ch->dir_count; k++) {
		const struct wheel_directory *dir = &ch->dirs[k];

		for (size_t i = 0; i < dir->wheel_count; i++) {
			if (strcmp(dir->wheels[i].project, name) == 0 &&
			    try_locked(ch, &l, &dir->wheels[i]))
				return;
		}
		for (size_t i = 0; i < dir->reject_count; i++) {
			const struct candidate *c = &dir->rejects[i];

			if (c->project && strcmp(c->project, name) == 0)
				blame_sdist(ch, &l, c);
		}
	}
	miss(ch, name, l.reason ? l.reason
	     : arena_fmt(ch->ctx->arena, "%s %s: no wheel of it is there, and '%s' "
	                 "asks for it", name, want->version,
	                 ch->request->hashes));
}

/* List the directory PATH, unless it was given before. */
static int
list_directory(struct chooser *ch, const char *path)
{
	int err;

	for (size_t i = 0; i < ch->dir_count; i++) {
		if (walk_is_same(&walk_host, ch->dirs[i].path, path))
			return 0;
	}
	err = candidates_list(
		&(struct ctx){ &walk_host, ch->ctx->arena, ch->ctx->diag },
		&ch->dirs[ch->dir_count], path, &ch->tags);
	ch->dir_count += err == 0;
	return err < 0 ? miss_failed(ch, NULL, err) : 0;
}

/* Add the wheels that --wheel and --require-hashes ask for: files first. With a
 * file of hashes, a directory is a place to choose from. */
static int
add_given(struct chooser *ch)
{
	const struct wheel_request *r = ch->request;
	int err = 0;

	ch->dirs = arena_alloc(ch->ctx->arena,
	                       (r->path_count + 1) * sizeof(*ch->dirs));
	for (size_t i = 0; err == 0 && i < r->path_count; i++) {
		char *path =
			pathname_absolute(ch->ctx->arena, r->cwd, r->paths[i]);

		err = walk_is_dir(&walk_host, path) ? list_directory(ch, path)
		                                    : add_file(ch, path);
	}
	for (size_t i = 0; err == 0 && !r->hashes && i < ch->dir_count; i++)
		err = add_all_of(ch, &ch->dirs[i]);
	for (size_t i = 0; err == 0 && i < ch->locks.count; i++) {
		if (!find(ch->set, ch->locks.list[i].name))
			add_locked(ch, &ch->locks.list[i]);
	}
	return err;
}

/* Fail with all that is missing, except what another file has brought. */
static int
report_missing(struct chooser *ch)
{
	const struct missing *first = NULL;
	struct diag *d = ch->ctx->diag;
	size_t count = 0;

	for (size_t i = 0; i < ch->missing_count; i++) {
		struct missing *m = &ch->missing[i];

		if (m->project && find(ch->set, m->project))
			m->reason = NULL;
		if (m->reason && count++ == 0)
			first = m;
	}
	if (count == 0)
		return 0;
	if (count == 1) {
		diag_set(d, -ENOENT, "%s", first->reason);
		buf_add(&d->notes, first->notes.data, first->notes.len);
		if (*first->hint)
			diag_hint(d, "%s", first->hint);
		return d->code;
	}
	diag_set(ch->ctx->diag, -ENOENT, "cannot install everything that is asked "
	         "for: %zu wheels are missing or cannot be used", count);
	for (size_t i = 0; i < ch->missing_count; i++) {
		if (ch->missing[i].reason)
			diag_note(ch->ctx->diag, "%s", ch->missing[i].reason);
	}
	return ch->ctx->diag->code;
}

/*
 * Add the wheel of PROJECT that is appended to this program, if any: the last
 * one that this Python can use. Warn about the others only if none is added,
 * because one file may carry a wheel for each of several Pythons.
 */
static int
add_appended(struct chooser *ch, const char *project)
{
	struct wheel_choice list[MAX_APPENDED];
	struct diag others;
	const char *damaged;
	int n = wheel_source_appended(ch->source, list, MAX_APPENDED, &damaged);

	diag_init(&others, ch->ctx->arena);
	if (damaged)
		diag_warn(&others, "skipped what is appended to this program%s: "
		          "%s", n > 0 ? ", except its end" : "", damaged);
	/* without a /proc the program cannot find itself */
	for (int i = 0; i < n; i++) {
		bool usable;
		int err;

		list[i].why = "appended to this program";
		list[i].seed = true;
		err = check_hash(ch, &list[i], &usable);
		if (err == 0 && usable) {
			err = identify(ch, &list[i]);
			/* others are not asked for: they need not fit */
			if (err == 0 && strcmp(list[i].project, project) != 0)
				continue;
		}
		if (err == 0 && usable)
			err = verify(ch, &list[i], &usable);
		if (err < 0)
			return err;
		if (usable) {
			add(ch, &list[i]);
			return 0;
		}
		diag_warn(&others, "skipped: %s", buf_str(&ch->ctx->diag->text));
	}
	diag_clear(ch->ctx->diag);
	buf_add(&ch->ctx->diag->warnings, others.warnings.data,
	        others.warnings.len);
	return 0;
}

/* Set the hint to where a wheel of PROJECT can be had. Debian removes those of
 * ensurepip from the Python that it packages. */
static void
hint_at_wheel(struct chooser *ch, const char *project)
{
	bool debian = walk_is_file(ch->ctx->walk, "/etc/debian_version") &&
	              str_starts(ch->python->executable, "/usr/bin/");

	if (debian)
		diag_hint(ch->ctx->diag, "install the package python3-%s-whl, or give "
		          "a wheel: --wheel %s-VERSION-py3-none-any.whl",
		          project, project);
	else
		diag_hint(ch->ctx->diag, "give one: --wheel %s-VERSION-py3-none-any"
		          ".whl, or a directory that has it", project);
}

/* Add a wheel of PROJECT, from wherever there is one. */
static int
add_seed(struct chooser *ch, const char *project)
{
	struct wheel_choice c = { .why = "that of the base Python",
	                          .walk = ch->ctx->walk, .seed = true };
	bool usable = false;
	int err;

	if (find(ch->set, project))
		return 0;
	err = add_appended(ch, project);
	if (err < 0 || find(ch->set, project))
		return err;
	c.file = candidates_seed(ch->ctx, ch->python, project);
	if (c.file) {
		err = verify(ch, &c, &usable);
	} else {
		diag_note(ch->ctx->diag, "no compatible wheel of %s is appended to "
		          "this program", project);
		hint_at_wheel(ch, project);
	}
	if (err < 0 || !usable)
		return miss_failed(ch, project, err);
	add(ch, &c);
	return 0;
}

static int
by_project(const void *a, const void *b)
{
	return strcmp(((const struct wheel_choice *)a)->project,
	              ((const struct wheel_choice *)b)->project);
}

int
wheel_set_choose(const struct ctx *x, struct wheel_set *s,
                 const struct wheel_request *r, const struct python *py,
                 const struct layout *l)
{
	struct chooser ch = {
		.set = s,
		.request = r,
		.python = py,
		.layout = l,
		.ctx = x,
	};
	int err;

	*s = (struct wheel_set){ NULL, 0, NULL };
	strset_init(&ch.reasons, x->arena);
	ch.source = s->source = arena_alloc(x->arena, sizeof(*ch.source));
	wheel_source_init(ch.source);
	tags_init(&ch.tags, py, x->walk, x->arena);
	err = read_locks(&ch);
	if (err == 0)
		err = add_given(&ch);
	if (err == 0 && r->with_setuptools)
		err = add_seed(&ch, "setuptools");
	if (err == 0 && r->with_pip)
		err = add_seed(&ch, "pip");
	if (err == 0)
		err = report_missing(&ch);
	if (err == 0 && s->count > 0)
		qsort(s->list, s->count, sizeof(*s->list), by_project);
	return err;
}

void
wheel_set_close(struct wheel_set *s)
{
	if (s->source)
		wheel_source_close(s->source);
}
