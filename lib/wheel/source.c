#include "wheel/source.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "format/elf.h"
#include "format/inflate.h"
#include "format/window.h"
#include "os/signals.h"

/* How the running program is called in messages, and known here. */
static const char self[] = "the wheel appended to this program";

/* Between two looks at signals. */
enum { PIECES = 64 };

void
wheel_source_init(struct wheel_source *s)
{
	memset(s, 0, sizeof(*s));
	arena_init(&s->memory, NULL, 0);
}

/* Forget the choice, but not the file that it is in. */
static void
forget(struct wheel_source *s)
{
	arena_rewind(&s->memory, &s->kept);
	memset(s->summed, 0, sizeof(s->summed));
	s->size = 0;
	s->opened = false;
}

static void
close_file(struct wheel_source *s)
{
	if (s->path)
		file_close(&s->file);
	s->path = NULL;
}

void
wheel_source_close(struct wheel_source *s)
{
	close_file(s);
	arena_free(&s->memory);
	wheel_source_init(s);
}

/* Open PATH, unless it is open. */
static int
open_file(struct wheel_source *s, const struct walk *w, const char *path)
{
	int err = 0;

	forget(s);
	if (!s->inflater) {
		s->inflater = inflater_new(&s->memory);
		s->kept = arena_mark(&s->memory);
	}
	if (!s->path || strcmp(s->path, path) != 0) {
		close_file(s);
		/* it shows the bytes of another file */
		window_forget(inflater_window(s->inflater));
		err = path == self ? file_open_self(&s->file)
		                   : file_open(&s->file, w, path);
	}
	if (err == 0)
		s->path = path;
	return err;
}

/* Return whether the file that was found is the one that C was read from, in the same
 * state. */
static bool
is_as_before(const struct wheel_source *s, const struct wheel_choice *c)
{
	return !c->wheel || memcmp(&c->origin, &s->file.origin,
	                           sizeof(c->origin)) == 0;
}

int
wheel_source_find(struct wheel_source *s, const struct wheel_choice *c,
                  struct diag *d)
{
	const char *path = c->file ? c->file : self;
	uint64_t whole;
	int err;

	if (s->path && strcmp(s->path, path) == 0 && s->offset == c->offset &&
	    s->size > 0)
		return 0;
	err = open_file(s, c->walk, path);
	if (err == -EINVAL)
		return diag_set(d, err, "cannot read '%s': it is not a regular "
		                "file", path);
	if (err < 0)
		return diag_sys(d, err, "read", path);
	whole = s->file.source.size;
	if (c->offset > whole || c->size > whole - c->offset)
		return diag_set(d, -EINVAL, "%s: it has changed", path);
	s->offset = c->offset;
	s->size = c->size > 0 ? c->size : whole - c->offset;
	if (is_as_before(s, c))
		return 0;
	s->size = 0;
	return diag_set(d, -EINVAL, "%s: it has changed", path);
}

int
wheel_source_sum(struct wheel_source *s, enum digest_kind kind,
                 const unsigned char **sum, struct diag *d)
{
	struct window *window = inflater_window(s->inflater);
	struct digest digest;
	size_t count = 0;

	*sum = s->sum[kind];
	if (s->summed[kind])
		return 0;
	digest_init(&digest, kind);
	for (uint64_t at = 0; at < s->size;) {
		const unsigned char *p;
		size_t n;
		int err = window_next(window, &s->file.source, s->offset + at,
		                      s->size - at, &p, &n);

		if (err == 0 && ++count % PIECES == 0 && signals_pending())
			err = -EINTR;
		if (err == -ERANGE)
			return diag_set(d, -EINVAL, "%s: it has become shorter",
			                s->path);
		if (err < 0)
			return err == -EINTR ? err : diag_sys(d, err, "read", s->path);
		digest_add(&digest, p, n);
		at += n;
	}
	digest_end(&digest, s->sum[kind]);
	s->summed[kind] = true;
	return 0;
}

int
wheel_source_open(struct wheel_source *s, const struct wheel_choice *c,
                  struct diag *d)
{
	int err = wheel_source_find(s, c, d);

	if (err < 0 || s->opened)
		return err;
	if (c->wheel) {
		s->wheel = *c->wheel;
		s->wheel.zip.source = &s->file.source;
	} else {
		err = wheel_open(&s->wheel, s->path, c->file != NULL,
		                 &s->file.source, s->offset, s->size,
		                 s->inflater, &s->memory, d);
	}
	s->opened = err == 0;
	return err;
}

const struct wheel *
wheel_source_keep(struct wheel_source *s)
{
	struct wheel *w = arena_alloc(&s->memory, sizeof(*w));

	*w = s->wheel;
	w->zip.source = NULL;
	s->kept = arena_mark(&s->memory);
	return w;
}

int
wheel_source_unchanged(const struct wheel_source *s, struct diag *d)
{
	return file_is_unchanged(&s->file)
	               ? 0
	               : diag_set(d, -EBUSY, "%s: it changed while it was read",
	                          s->path);
}

/* Return where the program itself ends, in its file; 0: unknown. */
static uint64_t
program_end(struct wheel_source *s)
{
	struct elf e;
	uint64_t end;

	return elf_open(&e, &s->file.source) == 0 && elf_end(&e, &end) == 0 ? end
	                                                                    : 0;
}

int
wheel_source_appended(struct wheel_source *s, struct wheel_choice *list,
                      size_t max, const char **damaged)
{
	uint64_t first, end, start = 0;
	int n = 0, err = open_file(s, NULL, self);

	*damaged = NULL;
	if (err < 0)
		return err;
	first = program_end(s);
	for (end = s->file.source.size; (size_t)n < max && end > first;
	     end = start) {
		*damaged = zip_start(&s->file.source, end, &start);
		if (*damaged)
			break;
		list[n++] = (struct wheel_choice){
			.offset = start,
			.size = end - start,
		};
	}
	if (first == 0)
		*damaged = NULL;
	return n;
}
