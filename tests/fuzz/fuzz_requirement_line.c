/*
 * The input is the text of a requirements file: lines, options, requirements. What is
 * refused has a reason; what is read is well formed; and a requirement that is written
 * again from its parts reads alike.
 */
#include "resolve/requirement.h"

#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "resolve/requirement_option.h"
#include "resolve/requirement_text.h"
#include "tests/fuzz/fuzz.h"

static const char *const env[] = { "A=aa", "B=b # c", "EMPTY=", "C=${A}\tx",
                                   "BELL=\a", NULL };
static const struct digest_value hash;

/* Some paths are there, for the same input always the same ones. */
static enum requirement_place_kind
look(const char *path)
{
	check(path[0] == '/');
	return (enum requirement_place_kind)(strlen(path) % 3);
}

static void
is_refused(const struct diag *d)
{
	check(d->code < 0 && d->text.len > 0);
}

static void
is_well_formed(const struct requirement *q)
{
	check(q->project || q->location);
	check(!q->project || q->project[0]);
	check(q->specifiers && (!q->location || !q->wheel || q->project));
	check(!q->wheel || strlen(q->wheel) > 4);
	check(!q->unsupported || q->location);
	check(!q->location || !strchr(q->location, '#') || q->location[0] == '/');
	for (size_t i = 1; i < q->extra_count; i++)
		check(strcmp(q->extras[i - 1], q->extras[i]) < 0);
}

/* Append "NAME[EXTRAS]SPECIFIERS ; MARKER". */
static void
write_again(struct buf *b, const struct requirement *q)
{
	buf_puts(b, q->project);
	for (size_t i = 0; i < q->extra_count; i++)
		buf_fmt(b, "%c%s", i ? ',' : '[', q->extras[i]);
	buf_fmt(b, "%s%s", q->extra_count ? "]" : "", q->specifiers);
	if (q->marker)
		buf_fmt(b, " ; %s", q->marker);
}

/* Return whether a name in Q is invalid in its normal form, as that of "a_". */
static bool
ends_in_dash(const struct requirement *q)
{
	bool found = str_ends(q->project, "-");

	for (size_t i = 0; i < q->extra_count; i++)
		found |= str_ends(q->extras[i], "-");
	return found;
}

static void
read_again(const struct requirement_reader *r, const struct requirement *q,
           bool constraint)
{
	struct requirement again = { .hashes = q->hashes,
	                             .hash_count = q->hash_count };
	struct buf b;

	if (q->location || !q->project || ends_in_dash(q))
		return;
	buf_init(&b, r->arena);
	write_again(&b, q);
	check(requirement_read(r, &again, (struct slice){ b.data, b.len },
	                       constraint) == 0);
	check(strcmp(again.project, q->project) == 0);
	check(strcmp(again.specifiers, q->specifiers) == 0);
	check(again.extra_count == q->extra_count);
	check((again.marker == NULL) == (q->marker == NULL));
	check(!q->marker || strcmp(again.marker, q->marker) == 0);
}

static void
read_line(const struct requirement_reader *r, struct slice line, bool constraint)
{
	struct requirement q = { .hashes = &hash, .hash_count = line.n % 2 };
	struct requirement_option o = { .value = NULL };
	struct slice text, options;
	int rc;

	requirement_line_split(line, &text, &options);
	check(text.n + options.n <= line.n);
	while ((rc = requirement_option_next(&options, &o, r->scratch,
	                                     r->diag)) > 0) {
		check(o.name && o.name[0] == '-');
		if (o.kind != OPTION_EDITABLE)
			continue;
		diag_clear(r->diag);
		if (requirement_read_editable(r, &q, o.value, constraint) < 0)
			is_refused(r->diag);
		else
			check(q.editable && q.location[0] == '/');
	}
	if (rc < 0)
		is_refused(r->diag);
	diag_clear(r->diag);
	if (text.n == 0)
		return;
	if (requirement_read(r, &q, text, constraint) < 0) {
		is_refused(r->diag);
		return;
	}
	is_well_formed(&q);
	read_again(r, &q, constraint);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool constraint = size % 4 == 3;
	struct requirement_text t;
	struct arena a, kept;
	struct slice line;
	struct diag d;
	int rc;
	struct requirement_reader r = {
		.arena = &kept, .scratch = &a, .diag = &d, .cwd = "/w",
		.look = look,
	};

	arena_init(&a, NULL, 0);
	arena_init(&kept, NULL, 0);
	diag_init(&d, &a);
	rc = requirement_text_open(&t, (const char *)data, size, env, &a, &d);
	while (rc >= 0 && (rc = requirement_text_next(&t, &line)) > 0) {
		check(t.line > 0);
		read_line(&r, line, constraint);
		diag_clear(&d);
	}
	if (rc < 0)
		is_refused(&d);
	arena_free(&a);
	arena_free(&kept);
	return 0;
}
