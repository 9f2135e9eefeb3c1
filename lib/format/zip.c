#include "format/zip.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "format/crc32.h"
#include "format/inflate.h"
#include "format/zip_frame.h"

enum {
	SHOWN = 255, /* bytes of a name, in a message */
	PIECE = 32 * 1024,
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
sort_members(struct zip *z, struct arena *a,
             bool (*after)(const struct zip_member *,
                           const struct zip_member *))
{
	size_t n = z->count;
	uint32_t *from = arena_alloc(a, 2 * n * sizeof(*from));
	uint32_t *to = from + n;

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
}

/* Read the central directory of SIZE bytes at P into Z. */
static int
read_directory(struct zip *z, const unsigned char *p, size_t size,
               bool *in_order, struct diag *d)
{
	*in_order = true;
	for (size_t i = 0; i < z->count; i++) {
		struct zip_member *m = &z->members[i];
		size_t used;
		const char *why = zip_entry_read(p, size, m, &used);

		if (why)
			return fault(d, m, why);
		if (i > 0 && placed_after(m - 1, m))
			*in_order = false;
		p += used;
		size -= used;
	}
	if (size > 0)
		return fault(d, NULL, "it has more members than it says");
	return 0;
}

/* Prove that Z's members, by their place, fill the first SIZE bytes. */
static int
prove_members(struct zip *z, uint64_t size, struct diag *d)
{
	uint64_t next = 0;

	for (size_t i = 0; i < z->count; i++) {
		struct zip_member *m = &z->members[i];
		const char *why;

		if (m->offset < next)
			why = "overlaps another member";
		else if (m->offset > next)
			why = "bytes in front of it that are no member's";
		else
			why = zip_local_prove(z->data, size, m, &next);
		if (why)
			return fault(d, m, why);
	}
	if (next != size)
		return fault(d, NULL, "bytes behind its last member");
	return 0;
}

/* Take the names out of the archive into one block, each NUL-ended. */
static void
copy_names(struct zip *z, struct arena *a)
{
	size_t size = 0;
	char *p;

	for (size_t i = 0; i < z->count; i++)
		size += z->members[i].len + 1;
	p = arena_alloc(a, size);
	for (size_t i = 0; i < z->count; i++) {
		struct zip_member *m = &z->members[i];

		memcpy(p, m->name, m->len);
		m->name = p;
		p += m->len;
		*p++ = '\0';
	}
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
prove_names(const struct zip *z, struct diag *d)
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
		/* the directories that M and the one before share are proved */
		for (size_t j = same; j < m->len; j++) {
			if (m->name[j] == '/' && find(z, m->name, j))
				return fault(d, m, "a directory of it is a "
				                   "file in the archive");
		}
	}
	return 0;
}

int
zip_open(struct zip *z, const void *data, size_t size, struct arena *a,
         struct diag *d)
{
	struct zip_end end;
	const char *why = zip_end_read(data, size, &end);
	bool in_order;
	int err;

	if (why)
		return fault(d, NULL, why);
	if (end.start > 0)
		return fault(d, NULL, "bytes in front of the archive");
	/* an entry has 46 bytes and a name */
	if (end.count > end.size / 47 || end.count > UINT32_MAX)
		return fault(d, NULL, "it has fewer members than it says");
	z->data = data;
	z->size = size;
	z->count = (size_t)end.count;
	z->members = arena_zero(a, z->count, sizeof(*z->members));
	err = read_directory(z, z->data + end.directory, (size_t)end.size,
	                     &in_order, d);
	if (err < 0)
		return err;
	if (!in_order)
		sort_members(z, a, placed_after);
	err = prove_members(z, end.directory, d);
	if (err < 0)
		return err;
	sort_members(z, a, named_after);
	copy_names(z, a);
	return prove_names(z, d);
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

static int
read_stored(struct reading *r, const unsigned char *p, size_t n)
{
	while (n > 0) {
		size_t piece = n < PIECE ? n : PIECE;
		int err = pass_on(r, p, piece);

		if (err < 0)
			return err;
		p += piece;
		n -= piece;
	}
	return 0;
}

int
zip_read(const struct zip *z, const struct zip_member *m, struct inflater *in,
         int (*put)(void *ctx, const void *p, size_t n), void *ctx,
         struct diag *d)
{
	const unsigned char *p = z->data + m->offset;
	struct reading r = { .put = put, .ctx = ctx, .left = m->size,
		             .crc32 = inflater_crc32(in) };
	int err;

	if (m->method == ZIP_STORED)
		err = read_stored(&r, p, (size_t)m->packed);
	else
		err = inflate_stream(in, p, (size_t)m->packed, pass_on, &r);
	if (r.err < 0)
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
zip_start(const void *data, size_t size, size_t *start)
{
	struct zip_end e;
	const char *why = zip_end_read(data, size, &e);

	if (!why && memcmp((const char *)data + e.start, "PK\3\4", 4) != 0)
		why = "its first member is not where it should be";
	if (!why)
		*start = (size_t)e.start;
	return why;
}
