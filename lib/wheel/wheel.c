#include "wheel/wheel.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/diag.h"
#include "base/str.h"
#include "format/pathname.h"
#include "format/pep440.h"
#include "os/signals.h"
#include "python/layout.h"
#include "python/python.h"
#include "wheel/tags.h"

/* Bytes of METADATA, WHEEL and entry_points.txt. */
enum { MAX_TEXT = 8 * 1024 * 1024 };

/* A wheel that is being opened. */
struct opening {
	struct wheel *wheel;
	struct inflater *inflater;
	struct arena *arena;
	struct diag *diag;
	struct arena texts; /* of the members that are read whole */
};

/* Find the only directory at the top that ends in ".dist-info". */
static int
find_dist_info(struct opening *o)
{
	struct wheel *w = o->wheel;
	size_t length = 0;

	for (size_t i = 0; i < w->zip.count; i++) {
		const char *name = w->zip.members[i].name;
		size_t n = strcspn(name, "/");

		if (!name[n] || !str_ends_n(name, n, ".dist-info"))
			continue;
		if (length && (length != n + 1 ||
		               memcmp(w->dist_info, name, n) != 0))
			return diag_set(o->diag, -EINVAL, "it has two "
			                "directories .dist-info: '%s' and "
			                "'%.*s'", w->dist_info, (int)n, name);
		if (!length) {
			length = n + 1;
			w->dist_info = arena_dup(o->arena, name, length);
		}
	}
	if (!length)
		return diag_set(o->diag, -EINVAL,
		                "it has no directory .dist-info");
	return 0;
}

/* Return the member NAME of .dist-info, or NULL. */
static const struct zip_member *
find_metadata(const struct opening *o, const char *name)
{
	return zip_find(&o->wheel->zip,
	                arena_fmt(o->arena, "%s%s", o->wheel->dist_info, name));
}

static int
lacks(const struct opening *o, const char *name)
{
	return diag_set(o->diag, -EINVAL, "it has no %s%s", o->wheel->dist_info,
	                name);
}

/* Read the member NAME of .dist-info into *TEXT; NULL if it is not there. */
static int
load(struct opening *o, const char *name, char **text, size_t *n)
{
	const struct zip_member *m = find_metadata(o, name);

	*text = NULL;
	*n = 0;
	if (!m)
		return 0;
	*n = (size_t)m->size; /* MAX_TEXT at most, or it is not loaded */
	return zip_load(&o->wheel->zip, m, MAX_TEXT, o->inflater, &o->texts,
	                text, o->diag);
}

/* Do the same with a file that each wheel has. */
static int
load_required(struct opening *o, const char *name, char **text, size_t *n)
{
	int err = load(o, name, text, n);

	if (err == 0 && !*text)
		err = lacks(o, name);
	if (err == 0 && !utf8_is_valid(*text, *n))
		err = diag_set(o->diag, -EINVAL, "%s%s: it is not UTF-8",
		               o->wheel->dist_info, name);
	return err;
}

/* Add the three parts of TAG, of N bytes, to SETS. Return false if it has others. */
static bool
add_tag(struct buf sets[3], const char *tag, size_t n)
{
	for (size_t i = 0; i < 3; i++) {
		const char *dash = i < 2 ? memchr(tag, '-', n) : NULL;
		size_t len = dash ? (size_t)(dash - tag) : n;

		if (len == 0 || (i < 2 && !dash))
			return false;
		if (sets[i].len > 0)
			buf_putc(&sets[i], '.');
		buf_add(&sets[i], tag, len);
		tag += len + 1;
		n -= i < 2 ? len + 1 : len;
	}
	return true;
}

/* Make the tags of the name from those in the N bytes of WHEEL. */
static int
read_tags(struct opening *o, const char *text, size_t n)
{
	struct wheel_name *name = &o->wheel->name;
	struct buf sets[3];
	const char *value;
	size_t at = 0, len;

	for (size_t i = 0; i < 3; i++)
		buf_init(&sets[i], o->arena);
	while (metadata_next(text, n, &at, "Tag", &value, &len)) {
		if (!add_tag(sets, value, len))
			return diag_set(o->diag, -EINVAL, "%sWHEEL: a Tag cannot "
			                "be parsed", o->wheel->dist_info);
	}
	name->python = buf_str(&sets[0]);
	name->abi = buf_str(&sets[1]);
	name->platform = buf_str(&sets[2]);
	return 0;
}

/* "MAJOR.MINOR" */
static bool
is_format_version(const char *s, size_t n)
{
	size_t dots = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '.' && i > 0 && i + 1 < n)
			dots++;
		else if (s[i] < '0' || s[i] > '9')
			return false;
	}
	return dots == 1;
}

/* Read WHEEL: its version, and where the root of the archive belongs. */
static int
read_wheel(struct opening *o, bool named)
{
	struct wheel *w = o->wheel;
	const char *value;
	size_t n, len;
	char *text;
	int err = load_required(o, "WHEEL", &text, &n);

	if (err < 0)
		return err;
	if (!metadata_header(text, n, "Wheel-Version", &value, &len) ||
	    !is_format_version(value, len))
		return diag_set(o->diag, -EINVAL, "%sWHEEL: it does not say "
		                "which Wheel-Version it has", w->dist_info);
	if (len < 3 || memcmp(value, "1.", 2) != 0)
		return diag_set(o->diag, -EINVAL, "%sWHEEL: Wheel-Version "
		                "%.*s is not known, 1.0 is", w->dist_info,
		                (int)len, value);
	w->newer = len != 3 || value[2] != '0';
	w->purelib = metadata_header(text, n, "Root-Is-Purelib", &value,
	                             &len) && ascii_same(value, len, "true");
	return named ? 0 : read_tags(o, text, n);
}

/* Set NAME to the project and the version in the name of .dist-info. */
static int
name_from_inside(struct opening *o, struct wheel_name *name)
{
	struct wheel *w = o->wheel;
	size_t n = strlen(w->dist_info) - strlen(".dist-info/");
	size_t project = strcspn(w->dist_info, "-");
	char *version;

	if (project >= n)
		return diag_set(o->diag, -EINVAL, "%s: it has no version in "
		                "its name", w->dist_info);
	version = arena_dup(o->arena, w->dist_info + project + 1,
	                    n - project - 1);
	*name = (struct wheel_name){
		.project = arena_dup(o->arena, w->dist_info, project),
		.version = version,
		.build = "",
		.python = "",
		.abi = "",
		.platform = "",
	};
	/* as in the names of files */
	for (char *c = version; *c; c++) {
		if (*c == '_')
			*c = '-';
	}
	return 0;
}

/* Return whether the versions A and B are the same, but for a local part that
 * only one of them has; then *LOCAL is set. */
static bool
is_same_release(const char *a, size_t an, const char *b, size_t bn, bool *local)
{
	const char *plus = memchr(a, '+', an), *other = memchr(b, '+', bn);

	if (pep440_compare(a, an, b, bn) == 0)
		return true;
	if (!plus == !other)
		return false;
	if (plus)
		an = (size_t)(plus - a);
	else
		bn = (size_t)(other - b);
	*local = true;
	return pep440_compare(a, an, b, bn) == 0;
}

bool
wheel_owns_directory(const struct wheel *w, const char *dir, size_t n,
                     const char *suffix, bool *local)
{
	const char *dash = memchr(dir, '-', n);
	const char *version = dash ? dash + 1 : dir;
	char spelt[256];
	size_t len;

	if (!dash || !str_ends_n(dir, n, suffix))
		return false;
	len = n - strlen(suffix);
	if (version > dir + len || dir + len - version > (int)sizeof(spelt))
		return false;
	len -= (size_t)(version - dir);
	memcpy(spelt, version, len);
	for (size_t i = 0; i < len; i++) {
		if (spelt[i] == '_')
			spelt[i] = '-';
	}
	return wheel_name_same(dir, (size_t)(dash - dir), w->name.project,
	                       strlen(w->name.project)) &&
	       is_same_release(spelt, len, w->name.version,
	                       strlen(w->name.version), local);
}

/* Check that .dist-info has the project and version of the file's name. */
static int
check_dist_info(struct opening *o)
{
	struct wheel *w = o->wheel;
	struct wheel_name inside = { .project = "", .version = "" };
	int err = name_from_inside(o, &inside);

	if (err < 0)
		return err;
	if (!wheel_name_same(inside.project, strlen(inside.project),
	                     w->name.project, strlen(w->name.project)))
		return diag_set(o->diag, -EINVAL, "%s: it is not that of '%s'",
		                w->dist_info, w->name.project);
	if (!is_same_release(inside.version, strlen(inside.version),
	                     w->name.version, strlen(w->name.version),
	                     &w->other_local))
		return diag_set(o->diag, -EINVAL, "%s: it is not that of "
		                "version %s", w->dist_info, w->name.version);
	return 0;
}

/* Look whether .data directories differ from the name in a local part. */
static void
check_data(struct wheel *w)
{
	const char *last = "";
	size_t len = 0;

	for (size_t i = 0; i < w->zip.count; i++) {
		const char *name = w->zip.members[i].name;
		size_t n = strcspn(name, "/");

		if (n == len && memcmp(name, last, n) == 0)
			continue;
		last = name;
		len = n;
		if (name[n] && str_ends_n(name, n, ".data"))
			(void)wheel_owns_directory(w, name, n, ".data",
			                           &w->other_local);
	}
}

/* Read METADATA, and check that its name and version are those of the wheel. */
static int
read_metadata(struct opening *o)
{
	struct wheel *w = o->wheel;
	const struct wheel_name *name = &w->name;
	size_t n, len;
	const char *value;
	char *text;
	int err = load_required(o, "METADATA", &text, &n);

	if (err < 0)
		return err;
	if (!metadata_header(text, n, "Name", &value, &len) ||
	    !wheel_name_same(value, len, name->project, strlen(name->project)))
		return diag_set(o->diag, -EINVAL, "%sMETADATA: its Name is not "
		                "'%s'", w->dist_info, name->project);
	if (!metadata_header(text, n, "Version", &value, &len) ||
	    !is_same_release(value, len, name->version, strlen(name->version),
	                     &w->other_local))
		return diag_set(o->diag, -EINVAL, "%sMETADATA: its Version is "
		                "not %s", w->dist_info, name->version);
	w->requires_python = "";
	if (metadata_header(text, n, "Requires-Python", &value, &len))
		w->requires_python = arena_dup(o->arena, value, len);
	return 0;
}

/* Return whether NAME is RECORD or its signature, which cannot have a hash in
 * it. */
static bool
is_record(const struct wheel *w, const char *name)
{
	size_t n = strlen(w->dist_info);

	return strncmp(name, w->dist_info, n) == 0 &&
	       (strcmp(name + n, "RECORD") == 0 ||
	        strcmp(name + n, "RECORD.jws") == 0 ||
	        strcmp(name + n, "RECORD.p7s") == 0);
}

/* Check the hash and the size in the row of member I. A missing row or hash is only
 * counted, because pip overlooks it. */
static int
check_row(struct opening *o, size_t i)
{
	const struct wheel *w = o->wheel;
	const struct zip_member *m = &w->zip.members[i];
	struct untidy *untidy = &o->wheel->untidy;
	struct digest_value v;
	int has_digest;

	if (m->directory || is_record(w, m->name))
		return 0;
	if (!rows_has(&w->rows, i)) {
		untidy->unlisted++;
		return 0;
	}
	has_digest = rows_digest(&w->rows, i, &v);
	if (has_digest < 0)
		return diag_set(o->diag, -EINVAL, "%s: its hash in RECORD "
		                "cannot be read as sha256 or better", m->name);
	untidy->unhashed += has_digest == 0;
	untidy->misspelt += rows_is_misspelt(&w->rows, i);
	if (!rows_has_size(&w->rows, i, m->size))
		return diag_set(o->diag, -EINVAL, "%s: RECORD has another size "
		                "for it", m->name);
	return 0;
}

/* Return whether PATH leads out of where it is: an uninstaller must not see it. */
static bool
leads_out(const char *path)
{
	for (; path; path = strchr(path, '/')) {
		path += *path == '/';
		if (path[0] == '.' && path[1] == '.' &&
		    (path[2] == '/' || !path[2]))
			return true;
	}
	return false;
}

/* RECORD, as it is read. */
struct recording {
	struct opening *opening;
	struct record_reader reader;
	size_t next; /* the member after the one of the last row */
};

/* Return the number of the member called NAME, of which the next one is the likely
 * one; the number of members if there is none. */
static size_t
find_member(const struct recording *r, const char *name)
{
	const struct zip *z = &r->opening->wheel->zip;
	const struct zip_member *m;

	if (r->next < z->count && strcmp(z->members[r->next].name, name) == 0)
		return r->next;
	m = zip_find(z, name);
	return m ? (size_t)(m - z->members) : z->count;
}

/* Add ROW, unless its file is no member. */
static int
add_row(void *recording, const struct record_row *row)
{
	struct recording *r = recording;
	struct opening *o = r->opening;
	struct wheel *w = o->wheel;
	const char *path = row->path + strspn(row->path, "/");
	size_t i;

	w->untidy.rooted += *row->path == '/';
	if (leads_out(path))
		return diag_set(o->diag, -EINVAL, "%sRECORD: it lists '%s'",
		                w->dist_info, path);
	i = find_member(r, path);
	if (i == w->zip.count)
		return 0;
	r->next = i + 1;
	if (rows_add(&w->rows, i, w->zip.members[i].size, row))
		return 0;
	return diag_set(o->diag, -EINVAL, "%sRECORD: it lists '%s' twice",
	                w->dist_info, path);
}

static int
read_piece(void *recording, const void *p, size_t n)
{
	struct recording *r = recording;

	if (signals_pending())
		return -EINTR;
	return record_read(&r->reader, p, n, r->opening->diag);
}

/* Read RECORD, and check the row of each member. */
static int
read_record(struct opening *o)
{
	struct wheel *w = o->wheel;
	struct recording r = { .opening = o };
	struct arena memory;
	const struct zip_member *m = find_metadata(o, "RECORD");
	int err;

	if (!m)
		return lacks(o, "RECORD");
	rows_init(&w->rows, w->zip.count, o->arena);
	arena_init(&memory, NULL, 0);
	record_reader_init(&r.reader, true, add_row, &r, &memory);
	r.reader.prefix = arena_fmt(&memory, "%sRECORD: ", w->dist_info);
	err = zip_read(&w->zip, m, o->inflater, read_piece, &r, o->diag);
	if (err == 0)
		err = record_read_end(&r.reader, o->diag);
	arena_free(&memory);
	for (size_t i = 0; err == 0 && i < w->zip.count; i++)
		err = check_row(o, i);
	return err;
}

static int
read_scripts(struct opening *o)
{
	size_t n;
	char *text;
	int err = load(o, "entry_points.txt", &text, &n);

	if (err < 0 || !text)
		return err;
	if (metadata_entry_points(&o->wheel->scripts, text, n, o->arena,
	                          o->diag) < 0)
		return diag_prefix(o->diag, -EINVAL, "%sentry_points.txt: ",
		                   o->wheel->dist_info);
	return 0;
}

/* The digest of a member, which may be large. */
struct digesting {
	struct digest digest;
	size_t pieces;
};

static int
add_to_digest(void *ctx, const void *p, size_t n)
{
	struct digesting *d = ctx;

	digest_add(&d->digest, p, n);
	return ++d->pieces % 64 == 0 && signals_pending() ? -EINTR : 0;
}

int
wheel_digest(const struct wheel *w, const struct zip_member *m,
             struct inflater *in, unsigned char sum[DIGEST_MAX],
             struct diag *d)
{
	struct digesting digesting = { .pieces = 0 };
	int err;

	digest_init(&digesting.digest, DIGEST_SHA256);
	err = zip_read(&w->zip, m, in, add_to_digest, &digesting, d);
	if (err == 0)
		digest_end(&digesting.digest, sum);
	return err;
}

/* Drop members that are there twice, with equal bytes. */
static int
drop_twins(struct opening *o)
{
	struct zip *z = &o->wheel->zip;
	size_t kept = 0;

	for (size_t i = 0; i < z->count; i++) {
		unsigned char one[DIGEST_MAX], other[DIGEST_MAX];
		const struct zip_member *m = &z->members[i];
		int err;

		if (!m->twin) {
			z->members[kept++] = *m;
			continue;
		}
		err = wheel_digest(o->wheel, &z->members[kept - 1], o->inflater,
		                   one, o->diag);
		if (err == 0)
			err = wheel_digest(o->wheel, m, o->inflater, other,
			                   o->diag);
		if (err < 0)
			return err;
		if (memcmp(one, other, digest_size(DIGEST_SHA256)) != 0)
			return diag_set(o->diag, -EINVAL, "%s: two members have "
			                "this name and different bytes", m->name);
		o->wheel->untidy.twins += !m->directory;
	}
	z->count = kept;
	return 0;
}

int
wheel_open(struct wheel *w, const char *file, bool named, struct source *s,
           uint64_t start, uint64_t size, struct inflater *in, struct arena *a,
           struct diag *d)
{
	struct opening o = { .wheel = w, .inflater = in, .arena = a,
		             .diag = d };
	int err = 0;

	memset(w, 0, sizeof(*w));
	arena_init(&o.texts, NULL, 0);
	w->file = file;
	if (named)
		err = wheel_name_parse(&w->name, pathname_base(file), a, d);
	if (err == 0)
		err = zip_open(&w->zip, s, start, size, a, d);
	if (err == 0)
		err = drop_twins(&o);
	if (err == 0)
		err = find_dist_info(&o);
	if (err == 0)
		err = named ? check_dist_info(&o)
		            : name_from_inside(&o, &w->name);
	if (err == 0)
		err = read_wheel(&o, named);
	if (err == 0) {
		check_data(w);
		err = read_metadata(&o);
	}
	if (err == 0)
		err = read_record(&o);
	if (err == 0)
		err = read_scripts(&o);
	arena_free(&o.texts);
	return err < 0 ? diag_prefix(d, err, "%s: ", file) : 0;
}

int
wheel_metadata(const struct wheel *w, struct inflater *in, struct arena *a,
               char **text, size_t *n, struct diag *d)
{
	/* wheel_open() has read it */
	const struct zip_member *m =
		zip_find(&w->zip, arena_fmt(a, "%sMETADATA", w->dist_info));
	int err = zip_load(&w->zip, m, MAX_TEXT, in, a, text, d);

	*n = (size_t)m->size;
	return err < 0 ? diag_prefix(d, err, "%s: ", w->file) : 0;
}

/* Return whether W's Requires-Python accepts PY, or may. */
static bool
judge_python(const struct wheel *w, const struct python *py, struct diag *d)
{
	struct arena *a = d->text.arena;
	const char *specifiers = w->requires_python;
	int fit = *specifiers ? python_judge(py, specifiers, a)
	                      : PYTHON_ACCEPTED;

	if (fit < 0)
		diag_warn(d, "%s: its Requires-Python '%s' cannot be parsed",
		          w->file, specifiers);
	if (fit == PYTHON_IN_DOUBT)
		diag_warn(d, "%s: it requires Python %s, and the last number "
		          "of this one is not known", w->file, specifiers);
	if (fit == PYTHON_REFUSED)
		diag_set(d, -EINVAL, "%s: it requires Python %s, this is %s",
		         w->file, specifiers, layout_version(py, a));
	return fit != PYTHON_REFUSED;
}

/* Append ", COUNT WHAT" to OUT unless COUNT is 0. */
static void
put_count(struct buf *out, size_t count, const char *one, const char *many)
{
	if (count > 0)
		buf_fmt(out, "%s%zu %s", out->len ? ", " : "", count,
		        count == 1 ? one : many);
}

/* Give a single warning for everything untidy in the wheel. */
static void
warn_of_untidy(const struct wheel *w, struct diag *d)
{
	const struct untidy *u = &w->untidy;
	struct buf text;

	buf_init(&text, d->text.arena);
	put_count(&text, u->unlisted, "file is not in its RECORD",
	          "files are not in its RECORD");
	put_count(&text, u->unhashed, "file has no sha256 hash there",
	          "files have no sha256 hash there");
	put_count(&text, u->misspelt, "hash is hexadecimal or padded",
	          "hashes are hexadecimal or padded");
	put_count(&text, u->rooted, "row starts with a slash",
	          "rows start with a slash");
	put_count(&text, u->twins, "file is there twice",
	          "files are there twice");
	if (w->other_local)
		buf_fmt(&text, "%sits parts differ in their local version",
		        text.len ? ", " : "");
	if (text.len > 0)
		diag_warn(d, "%s: it is untidy: %s", w->file, buf_str(&text));
}

bool
wheel_judge(const struct wheel *w, const struct tags *t,
            const struct python *py, struct diag *d)
{
	const struct wheel_name *n = &w->name;
	bool doubt = false;

	if (tags_rank(t, n, &doubt) < 0) {
		diag_set(d, -EINVAL, "%s: its tag %s-%s-%s is not compatible "
		         "with %s", w->file, n->python, n->abi, n->platform,
		         tags_describe(t, d->text.arena));
		return false;
	}
	if (!judge_python(w, py, d))
		return false;
	warn_of_untidy(w, d);
	if (w->newer)
		diag_warn(d, "%s: its Wheel-Version is newer than 1.0",
		          w->file);
	if (doubt)
		diag_warn(d, "%s: whether the C library is new enough for %s "
		          "is not known", w->file, n->platform);
	return true;
}
