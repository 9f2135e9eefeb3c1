/*
 * locked: the wheels of a lock, found in directories by name and hash.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/strset.h"
#include "format/pathname.h"
#include "format/pep440.h"
#include "os/ctx.h"
#include "os/signals.h"
#include "resolve/chooser.h"
#include "resolve/lock_format.h"
#include "resolve/pylock.h"
#include "resolve/uvlock.h"

enum { MAX_LOCK = 16 * 1024 * 1024 };

/* A wheel of a lock that this Python can use. */
struct option {
	const struct lock_wheel *wheel;
	struct wheel_name name;
	int rank;
};

/* The package that is looked for. */
struct finding {
	struct chooser *chooser;
	const struct lock_package *package;
	struct option *options;
	size_t count;
	struct candidate_group *group; /* of the project */
	struct strset files; /* names of files in GROUP */
	const char *fault; /* of a copy that cannot be taken */
};

static int
by_rank(const void *pa, const void *pb)
{
	const struct option *a = pa, *b = pb;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return wheel_build_compare(b->name.build, a->name.build);
}

/* List the wheels of the package that this Python can use, the best one first. */
static void
list_options(struct finding *f)
{
	const struct chooser *ch = f->chooser;
	const struct lock_package *p = f->package;
	struct diag ignored;
	bool doubt;

	diag_init(&ignored, ch->ctx->arena);
	f->options = arena_alloc(ch->ctx->arena,
	                         (p->wheel_count + 1) * sizeof(*f->options));
	for (size_t i = 0; i < p->wheel_count; i++) {
		struct option o = { .wheel = &p->wheels[i] };

		if (wheel_name_parse(&o.name, o.wheel->file, ch->ctx->arena,
		                     &ignored) < 0)
			continue;
		o.rank = tags_rank(&ch->admission.tags, &o.name, &doubt);
		if (o.rank >= 0)
			f->options[f->count++] = o;
	}
	if (f->count > 1)
		qsort(f->options, f->count, sizeof(*f->options), by_rank);
}

static struct hash_rule
rule_of(const struct chooser *ch, const struct lock_wheel *w)
{
	return (struct hash_rule){ .hashes = w->hashes, .count = w->hash_count,
		                   .all = true, .from = ch->request->lock };
}

/* Return whether the file has the size that the lock gives. */
static bool
has_size(const struct lock_wheel *w, const char *file)
{
	struct stat st;

	return !w->sized || (walk_stat(&walk_host, file, &st) == 0 &&
	                     (uint64_t)st.st_size == w->size);
}

/* Add the copy FILE of the wheel W if it is what the lock says. Return 1 if it was
 * added, 0 if not, or -EINTR. */
static int
try_copy(struct finding *f, const struct lock_wheel *w, const char *file)
{
	struct chooser *ch = f->chooser;
	const struct hash_rule rule = rule_of(ch, w);
	struct release *r = arena_zero(ch->ctx->arena, 1, sizeof(*r));
	bool archive = f->package->kind == LOCK_ARCHIVE;
	int verdict;

	r->choice = (struct wheel_choice){
		.file = file,
		.walk = &walk_host,
		.why = "in the lock",
		.direct = archive && chooser_may_be_direct(ch),
	};
	if (rule.count == 0 && ch->request->require_hashes) {
		f->fault = arena_fmt(ch->ctx->arena, "%s: --require-hashes needs a "
		                     "hash of it, and '%s' has none", file,
		                     rule.from);
		return 0;
	}
	if (!has_size(w, file)) {
		f->fault = arena_fmt(ch->ctx->arena, "%s: its size is not the "
		                     "one in '%s'", file, rule.from);
		return 0;
	}
	verdict = admit(&ch->admission, &r->choice, rule.count > 0 ? &rule : NULL,
	                f->package->project);
	if (verdict == -EINTR)
		return verdict;
	r->project = f->package->project;
	r->version = r->choice.version;
	if (verdict == ADMITTED && release_read(r, &ch->admission) == 0) {
		r->state = RELEASE_USABLE;
		chooser_add_release(ch, r);
		return 1;
	}
	f->fault = arena_str(ch->ctx->arena, buf_str(&ch->ctx->diag->text));
	diag_clear(ch->ctx->diag);
	return 0;
}

/* Try each copy of W: the file that the lock names, then those in directories. Return 1
 * if one was added, 0 if not, or -EINTR. */
static int
try_wheel(struct finding *f, const struct lock_wheel *w)
{
	int rc = w->path && walk_is_file(&walk_host, w->path)
	                 ? try_copy(f, w, w->path)
	                 : 0;

	if (!strset_has(&f->files, w->file, strlen(w->file)))
		return rc;
	for (size_t i = 0; rc == 0 && i < f->group->count; i++) {
		const char *file = f->group->list[i].file;

		if (strcmp(pathname_base(file), w->file) == 0)
			rc = try_copy(f, w, file);
	}
	return rc;
}

static const char *
title(const struct finding *f)
{
	const struct lock_package *p = f->package;

	return p->version ? arena_fmt(f->chooser->ctx->arena, "%s %s", p->project,
	                              p->version)
	                  : p->project;
}

/* Remember why the package is missing. */
static void
miss(struct finding *f, const char *reason)
{
	chooser_miss(f->chooser, f->package->project, reason);
}

/* Add the best of the options that is there. One with other bytes is not passed over:
 * another wheel is not what the lock's author would get. */
static int
add_option(struct finding *f)
{
	struct arena *a = f->chooser->ctx->arena;

	for (size_t i = 0; i < f->count; i++) {
		int rc = try_wheel(f, f->options[i].wheel);

		if (rc != 0)
			return rc < 0 ? rc : 0;
		if (f->fault) {
			miss(f, f->fault);
			return 0;
		}
	}
	if (f->count > 0)
		miss(f, arena_fmt(a, "%s: '%s' is not in any directory, and '%s' "
		                  "asks for it", title(f),
		                  f->options[0].wheel->file,
		                  f->chooser->request->lock));
	else
		miss(f, arena_fmt(a, "%s: none of the wheels in '%s' is for %s, such "
		                  "as '%s'", title(f), f->chooser->request->lock,
		                  tags_describe(&f->chooser->admission.tags, a),
		                  f->package->wheels[0].file));
	return 0;
}

/* Return why a package of this kind cannot be installed; NULL if it can. */
static const char *
kind_fault(const struct lock_package *p)
{
	switch (p->kind) {
	case LOCK_SDIST:
		return "it is locked as a source distribution only, and that has "
		       "to be built";
	case LOCK_DIRECTORY:
		return "it is locked as a source directory, and that has to be "
		       "built: give its wheel with --wheel FILE";
	case LOCK_VCS:
		return "it is locked as a repository, and that has to be built: "
		       "give its wheel with --wheel FILE";
	case LOCK_ARCHIVE:
		return p->wheel_count > 0 ? NULL : "the locked archive is not a wheel";
	case LOCK_WHEELS:
		break;
	}
	return NULL;
}

/* Check that the wheel R, which --wheel gives, is the locked one. */
static void
check_given(struct finding *f, const struct release *r)
{
	const struct lock_package *p = f->package;

	if (p->version &&
	    pep440_compare(p->version, strlen(p->version), r->version,
	                   strlen(r->version)) != 0)
		chooser_miss(f->chooser, NULL,
		             arena_fmt(f->chooser->ctx->arena,
		                       "%s: '%s' locks version %s, not %s",
		                       r->choice.file, f->chooser->request->lock,
		                       p->version, r->version));
}

/* Return whether the environment has the version that is locked already, whole. */
static bool
is_installed(const struct chooser *ch, const struct lock_package *p)
{
	const struct installed_project *have =
		p->version ? chooser_installed(ch, p->project) : NULL;

	return have && ch->installed.places[have->place].own &&
	       pep440_compare(p->version, strlen(p->version),
	                      installed_version(have),
	                      strlen(installed_version(have))) == 0;
}

/* List the files of F's project in the directories. */
static void
list_files(struct finding *f)
{
	struct chooser *ch = f->chooser;

	f->group = catalogue_find(&ch->catalogue, f->package->project);
	strset_init(&f->files, ch->ctx->arena);
	for (size_t i = 0; i < f->group->count; i++) {
		const char *base = pathname_base(f->group->list[i].file);

		strset_add(&f->files, base, strlen(base));
	}
}

static int
add_package(struct chooser *ch, const struct lock_package *p)
{
	struct finding f = { .chooser = ch, .package = p };
	const struct release *given = chooser_given(ch, p->project);
	const char *fault = given ? NULL : kind_fault(p);

	if (given) {
		check_given(&f, given);
		return 0;
	}
	if (is_installed(ch, p)) {
		chooser_keep(ch, p->project);
		return 0;
	}
	if (fault) {
		miss(&f, arena_fmt(ch->ctx->arena, "%s: %s", title(&f), fault));
		return 0;
	}
	list_files(&f);
	list_options(&f);
	return add_option(&f);
}

/* Refuse a file that is not a lock, or one of a FORMAT that is not read. */
static int
refuse_format(const struct chooser *ch, enum lock_format format)
{
	const char *file = ch->request->lock;
	const char *command = lock_format_export(format);
	struct diag *d = ch->ctx->diag;

	if (format == LOCK_REQUIREMENTS) {
		diag_set(d, -EINVAL, "%s: it is a requirements file, not a lock",
		         file);
		diag_hint(d, "-r %s", file);
	} else if (command) {
		diag_set(d, -EINVAL, "%s: it is a %s, not a pylock.toml or "
		         "uv.lock", file, lock_format_name(format));
		diag_hint(d, "make one: %s", command);
	} else {
		diag_set(d, -EINVAL, "%s: it is neither a pylock.toml nor a "
		         "uv.lock", file);
	}
	return d->code;
}

int
locked_read(struct chooser *ch)
{
	const struct wheel_request *q = ch->request;
	struct arena *a = ch->ctx->arena;
	char *path = pathname_absolute(a, q->cwd, q->lock), *text;
	const struct lock_request request = {
		.path = path,
		.extras = q->extras.list,
		.extra_count = q->extras.count,
		.groups = q->groups.list,
		.group_count = q->groups.count,
		.no_default_groups = q->no_default_groups,
		.python = ch->admission.python,
		.facts = &ch->facts,
	};
	enum lock_format format;
	size_t n;
	int err = walk_read_given(&walk_host, a, path, MAX_LOCK + 1, &text, &n);

	if (err == -EINVAL)
		return diag_set(ch->ctx->diag, err, "cannot read '%s': it is not a "
		                "regular file", q->lock);
	if (err == 0 && n > MAX_LOCK)
		err = -EFBIG;
	if (err == -EINVAL)
		return diag_set(ch->ctx->diag, err, "cannot read '%s': it is not a "
		                "regular file", q->lock);
	if (err < 0)
		return diag_sys(ch->ctx->diag, err, "read", q->lock);
	format = lock_format_find(text, n);
	switch (format) {
	case LOCK_PYLOCK:
		err = pylock_read(&ch->lock, text, n, &request, a,
		                  ch->ctx->diag);
		break;
	case LOCK_UV:
		err = uvlock_read(&ch->lock, text, n, &request, a,
		                  ch->ctx->diag);
		break;
	default:
		return refuse_format(ch, format);
	}
	return err < 0 ? diag_prefix(ch->ctx->diag, err, "%s: ", q->lock) : 0;
}

int
locked_choose(struct chooser *ch)
{
	int err = 0;

	for (size_t i = 0; err == 0 && i < ch->lock.count; i++) {
		err = add_package(ch, &ch->lock.packages[i]);
		if (err == 0 && signals_pending())
			err = -EINTR;
	}
	return err;
}

static int
by_project(const void *key, const void *package)
{
	return strcmp(key, ((const struct lock_package *)package)->project);
}

/* Set RULE to any of the hashes of P's wheels. */
static void
merge_rules(const struct chooser *ch, const struct lock_package *p,
            struct hash_rule *rule)
{
	struct buf b;

	buf_init(&b, ch->ctx->arena);
	for (size_t i = 0; i < p->wheel_count; i++)
		buf_add(&b, p->wheels[i].hashes,
		        p->wheels[i].hash_count * sizeof(*rule->hashes));
	rule->hashes = (const void *)b.data;
	rule->count = b.len / sizeof(*rule->hashes);
	rule->all = false;
}

bool
locked_rule(const struct chooser *ch, const char *project, const char *file,
            struct hash_rule *rule)
{
	const struct lock_package *p =
		ch->lock.count > 0
			? bsearch(project, ch->lock.packages, ch->lock.count,
	                          sizeof(*p), by_project)
			: NULL;

	*rule = (struct hash_rule){ .from = ch->request->lock };
	if (p && !file)
		merge_rules(ch, p, rule);
	for (size_t i = 0; p && file && i < p->wheel_count; i++) {
		if (strcmp(p->wheels[i].file, pathname_base(file)) == 0)
			*rule = rule_of(ch, &p->wheels[i]);
	}
	return rule->count > 0;
}
