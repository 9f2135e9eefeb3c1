#include "resolve/requirement_file.h"

#include <errno.h>

#include "base/buf.h"
#include "base/diag.h"
#include "format/pathname.h"
#include "os/ctx.h"
#include "os/signals.h"
#include "resolve/link.h"
#include "resolve/requirement_option.h"
#include "resolve/requirement_text.h"

enum { LINES = 1024, MAX_SHOWN = 200 };

/* A file that is being read. */
struct reading {
	const struct ctx *ctx;
	struct requirement_files *files;
	const struct reading *parent; /* the file that names it */
	size_t depth;
	const char *name;             /* for messages */
	const char *path;             /* absolute, normal */
	bool constraint;
	const char *cwd;
	const char *const *env;
	struct arena *line;           /* scratch of a line */
	struct requirement_text text;
};

static enum requirement_place_kind
look_on_host(const char *path)
{
	struct stat st;

	if (walk_stat(&walk_host, path, &st) < 0)
		return PLACE_NONE;
	return S_ISDIR(st.st_mode) ? PLACE_DIRECTORY :
	       S_ISREG(st.st_mode) ? PLACE_FILE : PLACE_NONE;
}

static struct requirement_reader
reader_of(const struct reading *f)
{
	return (struct requirement_reader){
		.arena = f->ctx->arena, .scratch = f->line,
		.diag = f->ctx->diag, .cwd = f->cwd, .look = look_on_host,
	};
}

/* ---- requirements ----------------------------------------------------------- */

static int
add_hash(const struct reading *f, struct buf *hashes, const char *value)
{
	const char *colon = strchr(value, ':');
	struct diag *d = f->ctx->diag;
	struct digest_value h;

	memset(&h, 0, sizeof(h));
	if (!colon)
		return diag_set(d, -EINVAL, "the value of --hash is not "
		                "ALGORITHM:HEX");
	if (!digest_kind_parse(value, (size_t)(colon - value), &h.kind))
		return diag_set(d, -EINVAL, "--hash '%.*s': the algorithm is not "
		                "sha256, sha384 or sha512", MAX_SHOWN, value);
	if (!digest_parse_hex(colon + 1, strlen(colon + 1), h.kind, h.sum))
		return diag_set(d, -EINVAL, "--hash '%.*s': not %zu hexadecimal "
		                "digits", MAX_SHOWN, value,
		                2 * digest_size(h.kind));
	buf_add(hashes, &h, sizeof(h));
	return 0;
}

/* Obey an option that counts on any line, as in pip. */
static int
add_names(const struct reading *f, const struct requirement_option *o)
{
	bool formats = o->kind == OPTION_NO_BINARY ||
	               o->kind == OPTION_ONLY_BINARY;
	struct name_control *c = formats ? &f->files->formats
	                                 : &f->files->releases;
	int which = o->kind == OPTION_ONLY_BINARY || o->kind == OPTION_ONLY_FINAL;

	if (o->value[0] == '-')
		return diag_set(f->ctx->diag, -EINVAL, "%s needs a value",
		                o->name);
	name_control_add(c, which, o->value, f->ctx->arena);
	return 0;
}

/* Read an OPTION that follows a requirement, into HASHES if it is one. pip
 * ignores most others; here it is an error if that would leave something
 * out. */
static int
read_own_option(const struct reading *f, const struct requirement_option *o,
                struct buf *hashes)
{
	switch (o->kind) {
	case OPTION_HASH:
		return add_hash(f, hashes, o->value);
	case OPTION_REQUIREMENT:
	case OPTION_CONSTRAINT:
	case OPTION_EDITABLE:
		return diag_set(f->ctx->diag, -EINVAL, "%s must be on a line of "
		                "its own", o->name);
	case OPTION_NO_BINARY:
	case OPTION_ONLY_BINARY:
	case OPTION_ALL_RELEASES:
	case OPTION_ONLY_FINAL:
		return add_names(f, o);
	default:
		return 0;
	}
}

static int
read_hashes(const struct reading *f, struct slice options, struct requirement *q)
{
	struct requirement_option o;
	struct buf hashes;
	int rc;

	buf_init(&hashes, f->line);
	while ((rc = requirement_option_next(&options, &o, f->line,
	                                     f->ctx->diag)) > 0) {
		rc = read_own_option(f, &o, &hashes);
		if (rc < 0)
			return rc;
	}
	if (rc == 0 && hashes.len > 0) {
		struct digest_value *copy = arena_alloc(f->ctx->arena,
		                                        hashes.len);

		memcpy(copy, hashes.data, hashes.len);
		q->hashes = copy;
		q->hash_count = hashes.len / sizeof(*copy);
	}
	return rc;
}

static void
add_requirement(const struct reading *f, const struct requirement *q)
{
	struct requirement_list *l = f->constraint ? &f->files->constraints
	                                           : &f->files->wanted;

	l->list = arena_more(f->ctx->arena, l->list, l->count, &l->room,
	                     sizeof(*l->list));
	l->list[l->count++] = *q;
}

static int
read_requirement(const struct reading *f, struct slice text, struct slice options)
{
	struct requirement q = { .file = f->name, .line = f->text.line };
	struct requirement_reader r = reader_of(f);

	if (read_hashes(f, options, &q) < 0 ||
	    requirement_read(&r, &q, text, f->constraint) < 0)
		return f->ctx->diag->code;
	add_requirement(f, &q);
	return 0;
}

static int
read_editable(const struct reading *f, const char *value)
{
	struct requirement q = { .file = f->name, .line = f->text.line };
	struct requirement_reader r = reader_of(f);

	if (requirement_read_editable(&r, &q, value, f->constraint) < 0)
		return f->ctx->diag->code;
	add_requirement(f, &q);
	return 0;
}

/* ---- places ----------------------------------------------------------------- */

static void
add_place(const struct reading *f, struct requirement_places *p, const char *path,
          bool index)
{
	p->list = arena_more(f->ctx->arena, p->list, p->count, &p->room,
	                     sizeof(*p->list));
	p->list[p->count++] = (struct requirement_place){ path, index };
}

/* Set *PATH to the absolute path of a file: URL; NULL for another URL. */
static int
path_of_url(const struct reading *f, const char *url, const char **path)
{
	struct link l;

	*path = NULL;
	if (link_parse(&l, url, strlen(url), f->line, f->ctx->diag) < 0)
		return diag_prefix(f->ctx->diag, -EINVAL, "'%.*s': ", MAX_SHOWN,
		                   url);
	if (l.kind == LINK_FILE)
		*path = pathname_absolute(f->ctx->arena, f->cwd, l.path);
	return 0;
}

/* Add the place of -f: relative to the file, or if nothing is there, to CWD. */
static int
read_find_links(const struct reading *f, const char *value)
{
	struct arena *a = f->ctx->arena;
	const char *path;

	if (link_is_url(value, strlen(value))) {
		if (path_of_url(f, value, &path) < 0)
			return f->ctx->diag->code;
	} else {
		struct stat st;

		path = pathname_absolute(a, pathname_dir(f->line, f->path),
		                         value);
		if (walk_stat(&walk_host, path, &st) < 0)
			path = pathname_absolute(a, f->cwd, value);
	}
	if (path)
		add_place(f, &f->files->links, path, false);
	return 0;
}

/* Add the place of an index, if it is one of this host. */
static int
read_index(const struct reading *f, const char *value)
{
	const char *path = NULL;

	if (f->files->no_index)
		return 0;
	if (link_is_url(value, strlen(value))) {
		if (path_of_url(f, value, &path) < 0)
			return f->ctx->diag->code;
	} else if (value[0] == '.' || strchr(value, '/')) {
		path = pathname_absolute(f->ctx->arena, f->cwd, value);
	}
	if (path)
		add_place(f, &f->files->indexes, path, true);
	return 0;
}

/* ---- lines of options ------------------------------------------------------- */

static int read_file(const struct ctx *x, struct requirement_files *files,
                     const struct reading *parent, struct reading *f);

/* Read the file that VALUE of -r or -c names. */
static int
read_nested(const struct reading *f, const char *value, bool constraint)
{
	struct diag *d = f->ctx->diag;
	struct arena *a = f->ctx->arena, scratch;
	struct reading nested = {
		.constraint = constraint, .cwd = f->cwd, .env = f->env,
		.line = &scratch,
	};

	if (link_is_url(value, strlen(value))) {
		if (path_of_url(f, value, &nested.path) < 0)
			return d->code;
		if (!nested.path)
			return diag_set(d, -EINVAL, "'%.*s': it needs the "
			                "network", MAX_SHOWN, value);
		nested.name = nested.path;
	} else {
		nested.path = pathname_absolute(a, pathname_dir(f->line, f->path),
		                                value);
		nested.name = pathname_join(a, pathname_dir(f->line, f->name),
		                            value);
	}
	return read_file(f->ctx, f->files, f, &nested);
}

/* Obey -i, --extra-index-url and --no-index, in pip's order: the latter two
 * count wherever they are on the line. */
static int
read_index_option(const struct reading *f, const struct requirement_option *o,
                  bool first)
{
	if (o->kind == OPTION_NO_INDEX)
		f->files->no_index = true;
	if (o->kind == OPTION_NO_INDEX ||
	    (first && o->kind == OPTION_INDEX_URL && !f->files->no_index))
		f->files->indexes.count = 0;
	if (o->kind == (first ? OPTION_INDEX_URL : OPTION_EXTRA_INDEX_URL))
		return read_index(f, o->value);
	return 0;
}

static int
read_option(const struct reading *f, const struct requirement_option *o)
{
	switch (o->kind) {
	case OPTION_HASH:
		diag_set(f->ctx->diag, -EINVAL, "a hash without a requirement");
		diag_hint(f->ctx->diag, "a comment or an empty line ends the "
		          "requirement before it");
		return -EINVAL;
	case OPTION_FIND_LINKS:
		return read_find_links(f, o->value);
	case OPTION_NO_BINARY:
	case OPTION_ONLY_BINARY:
	case OPTION_ALL_RELEASES:
	case OPTION_ONLY_FINAL:
		return add_names(f, o);
	case OPTION_PRE:
		name_control_add_all(&f->files->releases, 0, f->ctx->arena);
		return 0;
	case OPTION_REQUIRE_HASHES:
		f->files->require_hashes = true;
		return 0;
	case OPTION_NO_REQUIRE_HASHES:
		f->files->no_require_hashes = true;
		return 0;
	default:
		return read_index_option(f, o, false);
	}
}

static bool
names_file(const struct requirement_option *o)
{
	return o->kind == OPTION_REQUIREMENT || o->kind == OPTION_CONSTRAINT ||
	       o->kind == OPTION_EDITABLE;
}

/* Read the options of a line once, for what has to be known before the others:
 * -i, and in *NAMED the -r, -c or -e, which must be alone. */
static int
survey(const struct reading *f, struct slice options,
       struct requirement_option *named)
{
	struct requirement_option o;
	size_t count = 0;
	int rc;

	named->value = NULL;
	while ((rc = requirement_option_next(&options, &o, f->line,
	                                     f->ctx->diag)) > 0) {
		count += o.kind != OPTION_NO_EFFECT;
		if (names_file(&o) && !named->value)
			*named = o;
		if (named->value && count > 1)
			return diag_set(f->ctx->diag, -EINVAL, "%s must be on a "
			                "line of its own", named->name);
		rc = read_index_option(f, &o, true);
		if (rc < 0)
			return rc;
	}
	return rc;
}

static int
read_options(const struct reading *f, struct slice options)
{
	struct requirement_option o;
	int rc = survey(f, options, &o);

	if (rc < 0)
		return rc;
	if (o.value && o.kind == OPTION_EDITABLE)
		return read_editable(f, o.value);
	if (o.value)
		return read_nested(f, o.value, o.kind == OPTION_CONSTRAINT);
	while ((rc = requirement_option_next(&options, &o, f->line,
	                                     f->ctx->diag)) > 0) {
		rc = read_option(f, &o);
		if (rc < 0)
			return rc;
	}
	return rc;
}

/* ---- files ------------------------------------------------------------------ */

/* Give the hint for a lock if LINE, which was refused, is one of its first
 * lines. */
static void
hint_lock(const struct reading *f, struct slice line)
{
	static const char *const starts[] = { "lock-version", "[[package",
	                                      "version =" };

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		size_t n = strlen(starts[i]);

		if (line.n >= n && memcmp(line.s, starts[i], n) == 0)
			diag_hint(f->ctx->diag, "if it is a lock, use --lock");
	}
}

static int
read_line(const struct reading *f, struct slice line)
{
	struct slice text, options;

	requirement_line_split(line, &text, &options);
	if (text.n == 0)
		return read_options(f, options);
	if (read_requirement(f, text, options) < 0) {
		hint_lock(f, line);
		return f->ctx->diag->code;
	}
	return 0;
}

/* Take passwords out of the diag, which quotes URLs. */
static void
redact(struct diag *d)
{
	struct buf text;

	if (!d->code)
		return;
	buf_init(&text, d->text.arena);
	link_put_redacted(&text, d->text.data, d->text.len);
	d->text = text;
}

/* Read the lines of F. The diag names the innermost line at fault. */
static int
read_lines(struct reading *f)
{
	struct diag *d = f->ctx->diag;
	char memory[2048];
	struct slice line;
	size_t count = 0;
	int rc;

	while ((rc = requirement_text_next(&f->text, &line)) > 0) {
		if (++count % LINES == 0 && signals_pending())
			return -EINTR;
		arena_init(f->line, memory, sizeof(memory));
		rc = read_line(f, line);
		arena_free(f->line);
		if (rc < 0)
			break;
	}
	if (rc < 0 && !f->files->placed) {
		redact(d);
		rc = diag_prefix(d, rc, "%s: line %zu: ", f->name, f->text.line);
		f->files->placed = true;
	}
	return rc;
}

/* Refuse F if it is among those that name it, or too much was read. */
static int
check_limits(const struct reading *f)
{
	struct diag *d = f->ctx->diag;

	for (const struct reading *p = f->parent; p; p = p->parent) {
		if (strcmp(p->path, f->path) == 0)
			return diag_set(d, -ELOOP, "'%s' includes itself",
			                f->name);
	}
	if (f->depth > REQUIREMENT_FILES_DEPTH)
		return diag_set(d, -ELOOP, "'%s': files include each other more "
		                "than %d deep", f->name,
		                REQUIREMENT_FILES_DEPTH);
	if (f->files->files >= REQUIREMENT_FILES_MAX)
		return diag_set(d, -E2BIG, "'%s': more than %d files", f->name,
		                REQUIREMENT_FILES_MAX);
	return 0;
}

/* Read the bytes of F into A. */
static int
read_bytes(struct reading *f, struct arena *a)
{
	struct diag *d = f->ctx->diag;
	char *bytes;
	size_t n;
	int rc = walk_read_given(&walk_host, a, f->path,
	                         REQUIREMENT_TEXT_MAX + 1, &bytes, &n);

	if (rc == -EINVAL)
		return diag_set(d, rc, "cannot read '%s': it is not a regular "
		                "file", f->name);
	if (rc < 0)
		return diag_sys(d, rc, "read", f->name);
	f->files->bytes += n;
	if (f->files->bytes > REQUIREMENT_FILES_BYTES)
		return diag_set(d, -E2BIG, "'%s': more than %d MB of files",
		                f->name, REQUIREMENT_FILES_BYTES / 1024 / 1024);
	rc = requirement_text_open(&f->text, bytes, n, f->env, a, d);
	return rc < 0 ? diag_prefix(d, rc, "'%s': ", f->name) : 0;
}

/* Read the file F, which PARENT names, NULL: none does, unless it was read. */
static int
read_file(const struct ctx *x, struct requirement_files *files,
          const struct reading *parent, struct reading *f)
{
	struct strset *read = &files->read[f->constraint];
	struct arena bytes;
	int rc;

	f->ctx = x;
	f->files = files;
	f->parent = parent;
	f->depth = parent ? parent->depth + 1 : 0;
	rc = check_limits(f);
	if (rc < 0)
		return rc;
	if (!read->arena)
		strset_init(read, x->arena);
	if (!strset_add(read, f->path, strlen(f->path)))
		return 0;
	files->files++;
	arena_init(&bytes, NULL, 0);
	rc = read_bytes(f, &bytes);
	if (rc == 0)
		rc = read_lines(f);
	arena_free(&bytes);
	return rc;
}

/* Set F's lists to what the options say. */
static void
settle(struct requirement_files *f, struct arena *a)
{
	size_t n = f->links.count, m = f->indexes.count;

	name_control_lists(&f->formats, &f->no_binary, &f->only_binary, a);
	name_control_lists(&f->releases, &f->all_releases, &f->only_final, a);
	f->pre = f->all_releases.all;
	f->place_count = n + m;
	f->places = arena_zero(a, n + m, sizeof(*f->places));
	if (n > 0)
		memcpy(f->places, f->links.list, n * sizeof(*f->places));
	if (m > 0)
		memcpy(f->places + n, f->indexes.list, m * sizeof(*f->places));
}

void
requirement_files_init(struct requirement_files *f)
{
	memset(f, 0, sizeof(*f));
}

int
requirement_files_read(const struct ctx *x, struct requirement_files *f,
                       const char *name, const char *file, bool constraint,
                       const char *cwd, const char *const *env)
{
	struct arena scratch;
	struct reading top = {
		.name = name, .path = pathname_absolute(x->arena, "/", file),
		.constraint = constraint, .cwd = cwd, .env = env,
		.line = &scratch,
	};
	int rc;

	f->placed = false;
	rc = read_file(x, f, NULL, &top);
	settle(f, x->arena);
	return rc;
}

int
requirement_parse(const struct ctx *x, struct requirement *r, const char *text,
                  const char *source, const char *cwd)
{
	const char *flaw = requirement_text_flaw(text, strlen(text));
	struct requirement_reader on_host = {
		.arena = x->arena, .diag = x->diag, .cwd = cwd,
		.look = look_on_host,
	};
	struct arena scratch;
	int rc;

	*r = (struct requirement){ .file = source, .line = 1 };
	if (flaw)
		return diag_set(x->diag, -EINVAL, "%s: %s", source, flaw);
	arena_init(&scratch, NULL, 0);
	on_host.scratch = &scratch;
	rc = requirement_read(&on_host, r, (struct slice){ text, strlen(text) },
	                      false);
	arena_free(&scratch);
	if (rc == 0)
		return 0;
	redact(x->diag);
	return diag_prefix(x->diag, rc, "%s: ", source);
}
