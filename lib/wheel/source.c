#include "wheel/source.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "format/elf.h"
#include "format/inflate.h"
#include "format/source.h"

/* How the running program is called in messages, and known here. */
static const char self[] = "the wheel appended to this program";

void
wheel_source_init(struct wheel_source *s)
{
	memset(s, 0, sizeof(*s));
	arena_init(&s->memory, NULL, 0);
}

/* The wheel that is open goes, but not the bytes that it came from. */
static void
forget(struct wheel_source *s)
{
	arena_free(&s->memory);
	s->size = 0;
	memset(s->summed, 0, sizeof(s->summed));
	s->file = NULL;
}

void
wheel_source_close(struct wheel_source *s)
{
	forget(s);
	blob_free(&s->blob);
	s->loaded = NULL;
}

/* The bytes of the file, unless they are there. */
static int
read_file(struct wheel_source *s, const struct walk *w, const char *file)
{
	int err = 0;

	forget(s);
	if (!s->loaded || strcmp(s->loaded, file) != 0) {
		wheel_source_close(s);
		err = file == self ? blob_read_self(&s->blob)
		                   : blob_read(&s->blob, w, file);
	}
	if (err == 0)
		s->loaded = file;
	s->inflater = err == 0 ? inflater_new(&s->memory) : NULL;
	return err;
}

/* What was read again, the SIZE bytes at DATA, is what was proved: a file may
 * change between. */
static bool
is_as_before(const struct wheel_source *s, const struct wheel_choice *c,
             const void *data, size_t size)
{
	unsigned char sum[DIGEST_MAX];
	struct digest digest;

	if (c->project && memcmp(&c->origin, &s->blob.origin,
	                         sizeof(c->origin)) != 0)
		return false;
	if (!c->lock)
		return true;
	digest_init(&digest, c->lock->kind);
	digest_add(&digest, data, size);
	digest_end(&digest, sum);
	return memcmp(sum, c->lock->sum, digest_size(c->lock->kind)) == 0;
}

/* Return whether the bytes, or the wheel, that S holds are those of C. */
static bool
holds(const struct wheel_source *s, const struct wheel_choice *c,
      const char *file)
{
	return file && strcmp(file, c->file ? c->file : self) == 0 &&
	       s->offset == c->offset;
}

int
wheel_source_load(struct wheel_source *s, const struct wheel_choice *c,
                  struct diag *d)
{
	const char *file = c->file ? c->file : self;
	size_t size = c->size;
	int err;

	if (holds(s, c, s->loaded) && s->size > 0)
		return 0;
	err = read_file(s, c->walk, file);
	if (err == -EINVAL)
		return diag_set(d, err, "cannot read '%s': it is not a regular "
		                "file", file);
	if (err == -EBUSY)
		return diag_set(d, err, "%s: it changed while it was read", file);
	if (err < 0)
		return diag_sys(d, err, "read", file);
	if (c->offset > s->blob.size || size > s->blob.size - c->offset)
		return diag_set(d, -EINVAL, "%s: it has changed", file);
	if (size == 0)
		size = s->blob.size - c->offset;
	if (!is_as_before(s, c, (const char *)s->blob.data + c->offset, size))
		return diag_set(d, -EINVAL, "%s: it has changed", file);
	s->data = (const char *)s->blob.data + c->offset;
	s->size = size;
	s->offset = c->offset;
	return 0;
}

const unsigned char *
wheel_source_sum(struct wheel_source *s, enum digest_kind kind)
{
	struct digest digest;

	if (!s->summed[kind]) {
		digest_init(&digest, kind);
		digest_add(&digest, s->data, s->size);
		digest_end(&digest, s->sum[kind]);
		s->summed[kind] = true;
	}
	return s->sum[kind];
}

int
wheel_source_open(struct wheel_source *s, const struct wheel_choice *c,
                  struct diag *d)
{
	const char *file = c->file ? c->file : self;
	int err = wheel_source_load(s, c, d);

	if (err < 0 || holds(s, c, s->file))
		return err;
	err = wheel_open(&s->wheel, file, c->file != NULL, s->data, s->size,
	                 s->inflater, &s->memory, d);
	if (err == 0)
		s->file = file;
	return err;
}

/* Where the program itself ends, in the bytes that are loaded; 0: unknown. */
static size_t
program_end(const struct wheel_source *s)
{
	struct source bytes;
	struct elf e;
	uint64_t end;

	source_mem(&bytes, s->blob.data, s->blob.size);
	return elf_open(&e, &bytes) == 0 && elf_end(&e, &end) == 0
	               ? (size_t)end
	               : 0;
}

int
wheel_source_appended(struct wheel_source *s, struct wheel_choice *list,
                      size_t max, const char **damaged)
{
	size_t first, end, start = 0;
	int n = 0, err = read_file(s, NULL, self);

	*damaged = NULL;
	if (err < 0)
		return err;
	first = program_end(s);
	for (end = s->blob.size; (size_t)n < max && end > first; end = start) {
		*damaged = zip_start(s->blob.data, end, &start);
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
