#include "format/zip.h"

#include <errno.h>
#include <string.h>
#include <sys/types.h>

#include "base/diag.h"
#include "format/crc32.h"
#include "format/inflate.h"
#include "format/source.h"
#include "format/window.h"
#include "format/zip_frame.h"

enum {
	SHOWN = 255, /* bytes of a name, in a message */
	PAGE = 32 * 1024, /* that is read when less is asked for, */
	HEADER = 512, /* of a member that is too large for another one to follow, */
	LARGE = 8 * 1024, /* which this is */
	FIRST_MEMBERS = 2048, /* that there is space for at once */
	/* the longest entry: its name, extra fields and comment */
	WINDOW = ZIP_ENTRY_SIZE + 3 * 0xffff,
};

/* Record that M, or where it has no name the archive, is bad: WHY. */
static int
fault(struct diag *d, const struct zip_member *m, const char *why)
{
	if (!m || m->len == 0)
		return diag_set(d, -EINVAL, "%s", why);
	return diag_set(d, -EINVAL, "%.*s: %s",
	                (int)(m->len < SHOWN ? m->len : SHOWN), m->name, why);
}

/* How many of the first N bytes are the same; most often that is a long path */
static size_t
common_bytes(const char *a, const char *b, size_t n)
{
	size_t i = 0;

	while (n - i >= 8) {
		uint64_t x, y;

		memcpy(&x, a + i, 8);
		memcpy(&y, b + i, 8);
		if (x != y)
			break;
		i += 8;
	}
	while (i < n && a[i] == b[i])
		i++;
	return i;
}

/* Byte order, a prefix first. */
static int
compare(const char *a, size_t na, const char *b, size_t nb)
{
	size_t n = na < nb ? na : nb, i = common_bytes(a, b, n);

	if (i == n)
		return (na > nb) - (na < nb);
	return (unsigned char)a[i] - (unsigned char)b[i];
}

static bool
named_after(const struct zip_member *a, const struct zip_member *b)
{
	return compare(a->name, a->len, b->name, b->len) > 0;
}

static bool
placed_after(const struct zip_member *a, const struct zip_member *b)
{
	return a->offset > b->offset;
}

/* Merge FROM[LO..MID) and FROM[MID..HI), numbers of members, into TO. */
static void
merge(const struct zip_member *m, const uint32_t *from, uint32_t *to,
      size_t lo, size_t mid, size_t hi,
      bool (*after)(const struct zip_member *, const struct zip_member *))
{
	size_t i = lo, j = mid;

	/* most archives are made directory by directory */
	if (mid < hi && !after(&m[from[mid - 1]], &m[from[mid]]))
		mid = hi;
	if (mid >= hi) {
		memcpy(to + lo, from + lo, (hi - lo) * sizeof(*to));
		return;
	}
	for (size_t k = lo; k < hi; k++) {
		if (j == hi || (i < mid && !after(&m[from[i]], &m[from[j]])))
			to[k] = from[i++];
		else
			to[k] = from[j++];
	}
}

/* Bring the N members M in the ORDER, of which nothing is left. */
static void
reorder(struct zip_member *m, uint32_t *order, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct zip_member first = m[i];
		size_t hole = i;

		while (order[hole] != i) {
			size_t next = order[hole];

			m[hole] = m[next];
			order[hole] = (uint32_t)hole;
			hole = next;
		}
		m[hole] = first;
		order[hole] = (uint32_t)hole;
	}
}

/* Sort: a merge sort of the members' numbers. */
static void
sort_members(struct zip *z,
             bool (*after)(const struct zip_member *,
                           const struct zip_member *))
{
	size_t n = z->count;
	struct arena shortly;
	uint32_t *from, *to;

	arena_init(&shortly, NULL, 0);
	from = arena_alloc(&shortly, 2 * n * sizeof(*from));
	to = from + n;

	for (size_t i = 0; i < n; i++)
		from[i] = (uint32_t)i;
	for (size_t width = 1; width < n; width *= 2) {
		uint32_t *sorted = to;

		for (size_t lo = 0; lo < n; lo += 2 * width) {
			size_t left = n - lo;

			merge(z->members, from, to, lo,
			      lo + (left < width ? left : width),
			      lo + (left < 2 * width ? left : 2 * width),
			      after);
		}
		to = from;
		from = sorted;
	}
	reorder(z->members, from, n);
	arena_free(&shortly);
}

/* The archive, as its directory and headers are read. */
struct view {
	const struct zip *zip;
	struct window window;
	size_t page; /* that is read at once */
	int err;     /* of a read */
};

/* Return N bytes at AT, which are in the archive, until the next call; NULL if they
 * cannot be read. */
static const unsigned char *
look(struct view *v, uint64_t at, size_t n)
{
	const struct zip *z = v->zip;
	uint64_t left = z->size - at;
	const unsigned char *p;

	v->err = window_look(&v->window, z->source, z->start + at, n,
	                     left < v->page ? (size_t)left : v->page, &p);
	return v->err < 0 ? NULL : p;
}

/* Say that the archive could not be read. */
static int
cannot_read(struct diag *d, int err)
{
	if (err == -EINTR)
		return err;
	return err == -ERANGE ? fault(d, NULL, "it has become shorter")
	                      : diag_set(d, err, "it cannot be read: %s",
	                                 diag_reason(err));
}

/* Read the entry of M at *AT, before END. */
static int
read_entry(struct view *v, struct zip_member *m, uint64_t *at, uint64_t end,
           struct arena *a, struct diag *d)
{
	uint64_t room = end - *at;
	size_t n = room < ZIP_ENTRY_SIZE ? (size_t)room : ZIP_ENTRY_SIZE, used;
	const unsigned char *p = look(v, *at, n);
	const char *why;

	if (p && n == ZIP_ENTRY_SIZE) {
		n = zip_entry_size(p);
		if (n > room)
			n = (size_t)room;
		p = look(v, *at, n);
	}
	if (!p)
		return cannot_read(d, v->err);
	why = zip_entry_read(p, n, m, &used);
	if (why)
		return fault(d, m, why);
	m->name = arena_dup(a, m->name, m->len);
	*at += used;
	return 0;
}

/* Let Z have space for more than ROOM members, and return for how many. */
static size_t
more_members(struct zip *z, size_t room, struct arena *a)
{
	size_t size = sizeof(*z->members);
	size_t wider = room ? 2 * room : FIRST_MEMBERS;

	if (wider > z->count)
		wider = z->count;
	z->members = arena_grow(a, z->members, room * size, wider * size);
	memset(z->members + room, 0, (wider - room) * size);
	return wider;
}

/* Read the central directory, which E describes, into Z. */
static int
read_directory(struct zip *z, struct view *v, const struct zip_end *e,
               bool *in_order, struct arena *a, struct diag *d)
{
	uint64_t at = e->directory, end = e->directory + e->size;
	size_t room = 0;
	int err = 0;

	*in_order = true;
	for (size_t i = 0; err == 0 && i < z->count; i++) {
		struct zip_member *m;

		/* as many as there are, whatever the end record says */
		if (i == room)
			room = more_members(z, room, a);
		m = &z->members[i];
		err = read_entry(v, m, &at, end, a, d);
		if (i > 0 && err == 0 && placed_after(m - 1, m))
			*in_order = false;
	}
	if (err == 0 && at < end)
		return fault(d, NULL, "it has more members than it says");
	return err;
}

/* Verify the local header of M, which is at M->offset of the SIZE bytes of members.
 * M->offset becomes that of the packed bytes, and *NEXT is where the member
 * ends. */
static int
verify_local(struct view *v, struct zip_member *m, uint64_t size,
             uint64_t *next, struct diag *d)
{
	uint64_t room = size - m->offset;
	size_t n = room < ZIP_LOCAL_SIZE ? (size_t)room : ZIP_LOCAL_SIZE;
	const unsigned char *p = look(v, m->offset, n);
	size_t descriptor;
	const char *why;

	if (p && n == ZIP_LOCAL_SIZE) {
		n = zip_local_size(p);
		if (n > room)
			n = (size_t)room;
		p = look(v, m->offset, n);
	}
	if (!p)
		return cannot_read(d, v->err);
	why = zip_local_verify(p, n, m, &descriptor);
	if (why)
		return fault(d, m, why);
	m->offset += n;
	if (m->packed > size - m->offset)
		return fault(d, m, "its bytes are cut short");
	*next = m->offset + m->packed;
	if (descriptor == 0)
		return 0;
	if (size - *next < descriptor)
		descriptor = 0;
	p = look(v, *next, descriptor);
	if (!p)
		return cannot_read(d, v->err);
	if (!zip_descriptor_verify(p, descriptor, m))
		return fault(d, m, "its data descriptor is missing or another's");
	*next += descriptor;
	return 0;
}

/* Verify that Z's members, by their place, fill the first SIZE bytes. */
static int
verify_members(struct zip *z, struct view *v, uint64_t size, struct diag *d)
{
	uint64_t next = 0;
	int err = 0;

	for (size_t i = 0; err == 0 && i < z->count; i++) {
		struct zip_member *m = &z->members[i];

		if (m->offset < next)
			return fault(d, m, "overlaps another member");
		if (m->offset > next)
			return fault(d, m, "bytes in front of it that are no "
			                   "member's");
		v->page = m->packed < LARGE ? PAGE : HEADER;
		err = verify_local(v, m, size, &next, d);
	}
	if (err == 0 && next != size)
		return fault(d, NULL, "bytes after its last member");
	return err;
}

static const struct zip_member *
find(const struct zip *z, const char *name, size_t len)
{
	size_t lo = 0, hi = z->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct zip_member *m = &z->members[mid];
		int c = compare(name, len, m->name, m->len);

		if (c == 0)
			return m;
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

/* Members of one name are twins, and none is a directory of another and not. */
static int
verify_names(const struct zip *z, struct diag *d)
{
	for (size_t i = 0; i < z->count; i++) {
		struct zip_member *m = &z->members[i];
		size_t same = 0;

		/* the one before is not longer where they are the same */
		if (i > 0)
			same = common_bytes(m[-1].name, m->name,
			                    m[-1].len < m->len ? m[-1].len
			                                       : m->len);
		if (i > 0 && same == m->len && m[-1].len == m->len) {
			m->twin = m[-1].size == m->size &&
			          m[-1].crc == m->crc;
			if (!m->twin)
				return fault(d, m, "two members have this "
				                   "name and different bytes");
			continue;
		}
		/* the directories that M and the one before share are verified */
		for (size_t j = same; j < m->len; j++) {
			if (m->name[j] == '/' && find(z, m->name, j))
				return fault(d, m, "a directory of it is a "
				                   "file in the archive");
		}
	}
	return 0;
}

/* Read the last bytes of the first SIZE at START of S into P: their number, or a
 * negative errno. */
static ssize_t
read_end(struct source *s, uint64_t start, uint64_t size,
         unsigned char p[ZIP_END_MAX])
{
	size_t n = size < ZIP_END_MAX ? (size_t)size : ZIP_END_MAX;
	int err = source_read(s, start + size - n, p, n);

	return err < 0 ? err : (ssize_t)n;
}

static int
open_with(struct zip *z, struct view *v, struct arena *a, struct diag *d)
{
	ssize_t n = read_end(z->source, z->start, z->size,
	                     v->window.buffer);
	struct zip_end end;
	const char *why;
	bool in_order;
	int err;

	if (n < 0)
		return cannot_read(d, (int)n);
	why = zip_end_read(v->window.buffer, (size_t)n, z->size, &end);
	if (why)
		return fault(d, NULL, why);
	if (end.start > 0)
		return fault(d, NULL, "bytes in front of the archive");
	/* an entry has 46 bytes and a name */
	if (end.count > end.size / 47 || end.count > UINT32_MAX)
		return fault(d, NULL, "it has fewer members than it says");
	z->count = (size_t)end.count;
	v->page = PAGE;
	err = read_directory(z, v, &end, &in_order, a, d);
	if (err < 0)
		return err;
	if (!in_order)
		sort_members(z, placed_after);
	err = verify_members(z, v, end.directory, d);
	if (err < 0)
		return err;
	sort_members(z, named_after);
	return verify_names(z, d);
}

int
zip_open(struct zip *z, struct source *s, uint64_t start, uint64_t size,
         struct arena *a, struct diag *d)
{
	struct view v = { .zip = z };
	struct arena shortly;
	int err;

	*z = (struct zip){ .source = s, .start = start, .size = size };
	arena_init(&shortly, NULL, 0);
	window_init(&v.window, arena_alloc(&shortly, WINDOW), WINDOW);
	err = open_with(z, &v, a, d);
	arena_free(&shortly);
	return err;
}

const struct zip_member *
zip_find(const struct zip *z, const char *name)
{
	return find(z, name, strlen(name));
}

/* A member on its way to PUT. */
struct reading {
	int (*put)(void *ctx, const void *p, size_t n);
	void *ctx;
	const struct crc32 *crc32;
	uint64_t left; /* bytes that are still to come */
	uint32_t crc;
	int err;       /* what PUT said */
	bool too_long;
};

static int
pass_on(void *reading, const void *p, size_t n)
{
	struct reading *r = reading;

	if (n > r->left) {
		r->too_long = true;
		return -EINVAL;
	}
	r->left -= n;
	r->crc = crc32_add(r->crc32, r->crc, p, n);
	r->err = r->put(r->ctx, p, n);
	return r->err;
}

/* The packed bytes of a member, piece by piece. */
struct packed {
	const struct zip *zip;
	uint64_t at, left; /* in the archive */
	struct inflater *in;
	int err;           /* of a read */
};

static int
more(void *packed, const unsigned char **p, size_t *n)
{
	struct packed *k = packed;

	*n = 0;
	if (k->left == 0)
		return 0;
	k->err = window_next(inflater_window(k->in), k->zip->source,
	                     k->zip->start + k->at, k->left, p, n);
	if (k->err < 0)
		return k->err;
	k->at += *n;
	k->left -= *n;
	return 0;
}

static int
read_stored(struct reading *r, struct packed *k)
{
	int err = 0;

	while (err == 0 && k->left > 0) {
		const unsigned char *p;
		size_t n;

		err = more(k, &p, &n);
		if (err == 0)
			err = pass_on(r, p, n);
	}
	return err;
}

int
zip_read(const struct zip *z, const struct zip_member *m, struct inflater *in,
         int (*put)(void *ctx, const void *p, size_t n), void *ctx,
         struct diag *d)
{
	struct reading r = { .put = put, .ctx = ctx, .left = m->size,
		             .crc32 = inflater_crc32(in) };
	struct packed k = { .zip = z, .at = m->offset, .left = m->packed,
		            .in = in };
	int err;

	if (m->method == ZIP_STORED)
		err = read_stored(&r, &k);
	else
		err = inflate_stream(in, more, &k, pass_on, &r);
	if (k.err < 0)
		return cannot_read(d, k.err);
	if (r.err != 0)
		return r.err;
	if (r.too_long)
		return fault(d, m, "it holds more bytes than it says");
	if (err < 0)
		return fault(d, m, "its packed bytes are damaged");
	if (r.left > 0)
		return fault(d, m, "it holds fewer bytes than it says");
	if (r.crc != m->crc)
		return fault(d, m, "its checksum is wrong");
	return 0;
}

static int
append(void *ctx, const void *p, size_t n)
{
	char **end = ctx;

	memcpy(*end, p, n);
	*end += n;
	return 0;
}

int
zip_load(const struct zip *z, const struct zip_member *m, size_t max,
         struct inflater *in, struct arena *a, char **out, struct diag *d)
{
	char *end;
	int err;

	if (m->size > max || m->size >= SIZE_MAX)
		return diag_set(d, -EFBIG, "%s: more than %zu bytes", m->name,
		                max);
	*out = end = arena_alloc(a, (size_t)m->size + 1);
	err = zip_read(z, m, in, append, &end, d);
	*end = '\0';
	return err;
}

const char *
zip_start(struct source *s, uint64_t size, uint64_t *start)
{
	struct arena shortly;
	unsigned char first[4];
	struct zip_end e = { .start = 0 };
	const char *why = "it cannot be read";
	unsigned char *p;
	ssize_t n;

	arena_init(&shortly, NULL, 0);
	p = arena_alloc(&shortly, ZIP_END_MAX);
	n = read_end(s, 0, size, p);
	if (n >= 0)
		why = zip_end_read(p, (size_t)n, size, &e);
	arena_free(&shortly);
	if (!why && (source_read(s, e.start, first, sizeof(first)) < 0 ||
	             memcmp(first, "PK\3\4", 4) != 0))
		why = "its first member is not where it should be";
	if (!why)
		*start = e.start;
	return why;
}
