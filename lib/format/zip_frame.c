#include "format/zip_frame.h"

#include <string.h>

#include "base/str.h"
#include "format/zip.h"

enum {
	LOCAL_SIGNATURE = 0x04034b50,
	ENTRY_SIGNATURE = 0x02014b50,
	DESCRIPTOR_SIGNATURE = 0x08074b50,
	END_SIGNATURE = 0x06054b50,
	END64_SIGNATURE = 0x06064b50,
	LOCATOR_SIGNATURE = 0x07064b50,
};

/* Sizes of the records, without what is of variable length. */
enum {
	END_SIZE = 22,
	END64_SIZE = 56,
	LOCATOR_SIZE = 20,
	DESCRIPTOR_SIZE = 16,
	DESCRIPTOR64_SIZE = 24,
};

enum {
	MASK16 = 0xffff, /* the value is in the zip64 record */
	EXTRA_ZIP64 = 0x0001,
	EXTRA_UNICODE_NAME = 0x7075,
	VERSION_ZIP64 = 45, /* of the format: what is newer, we do not know */
	FLAG_ENCRYPTED = 0x2041,
	FLAG_DESCRIPTOR = 0x0008,
	FLAG_UTF8 = 0x0800,
	FLAGS_KNOWN = 0x0006 | FLAG_DESCRIPTOR | FLAG_UTF8,
	/* deflate's best: 258 bytes for two bits */
	MAX_RATIO = 1032,
	RATIO_SLACK = 64,
};

enum {
	MAX_PATH = 4096, /* with its NUL: what the kernel takes */
	MAX_COMPONENT = 255,
};

static const uint32_t mask32 = 0xffffffff;

/* The zip64 extra field of a header. */
struct zip64 {
	const unsigned char *data; /* NULL: there is none */
	size_t len;
};

static unsigned
le16(const unsigned char *p)
{
	return p[0] | (unsigned)p[1] << 8;
}

static uint32_t
le32(const unsigned char *p)
{
	return le16(p) | (uint32_t)le16(p + 2) << 16;
}

static uint64_t
le64(const unsigned char *p)
{
	return le32(p) | (uint64_t)le32(p + 4) << 32;
}

/*
 * Where the end record is, if the comment after it does not tell otherwise;
 * SIZE if there is none. CPython's zipfile looks in the same two ways.
 */
static size_t
find_end(const unsigned char *p, size_t size)
{
	size_t at, stop;

	if (size < END_SIZE)
		return size;
	at = size - END_SIZE;
	if (le32(p + at) == END_SIGNATURE && le16(p + at + 20) == 0)
		return at;
	stop = at > MASK16 ? at - MASK16 : 0;
	for (at = size - 3; at-- > stop;) {
		if (le32(p + at) == END_SIGNATURE)
			return at;
	}
	return size;
}

/*
 * The zip64 records, if there are any in front of the end record at *AT of the
 * bytes P; *AT becomes where they begin.
 */
static const char *
read_end64(const unsigned char *p, size_t *at, struct zip_end *e)
{
	const unsigned char *locator, *q;

	if (*at < LOCATOR_SIZE ||
	    le32(p + *at - LOCATOR_SIZE) != LOCATOR_SIGNATURE)
		return NULL;
	if (*at < LOCATOR_SIZE + END64_SIZE)
		return "its zip64 end record is missing";
	locator = p + *at - LOCATOR_SIZE;
	*at -= LOCATOR_SIZE + END64_SIZE;
	q = p + *at;
	/* of one disk, of the first version, at its place */
	if (le32(q) != END64_SIGNATURE || le64(q + 4) != END64_SIZE - 12 ||
	    le32(q + 16) != 0 || le32(q + 20) != 0 ||
	    le64(q + 24) != le64(q + 32) || le32(locator + 4) != 0 ||
	    le32(locator + 16) > 1)
		return "its zip64 end record is damaged";
	if ((e->count != MASK16 && e->count != le64(q + 32)) ||
	    (e->size != mask32 && e->size != le64(q + 40)) ||
	    (e->directory != mask32 && e->directory != le64(q + 48)))
		return "its end records contradict each other";
	e->count = le64(q + 32);
	e->size = le64(q + 40);
	e->directory = le64(q + 48);
	if (le64(locator + 8) < e->directory ||
	    le64(locator + 8) - e->directory != e->size)
		return "its end records contradict each other";
	return NULL;
}

const char *
zip_end_read(const unsigned char *p, size_t n, uint64_t size, struct zip_end *e)
{
	size_t at = find_end(p, n);
	uint64_t before = size - n, end;
	const unsigned char *q = p + at;
	const char *why;

	if (at == n)
		return "not a zip archive, or cut short";
	if (n - at < END_SIZE || n - at - END_SIZE < le16(q + 20))
		return "cut short in its end record";
	if (n - at - END_SIZE > le16(q + 20))
		return "bytes after the end of the archive";
	for (size_t i = at + END_SIZE; i < n; i++) {
		/* any signature has one of these */
		if (p[i] >= 1 && p[i] <= 8)
			return "its comment may hold another archive";
	}
	if (le32(q + 4) != 0 || le16(q + 8) != le16(q + 10))
		return "a part of an archive on several disks";
	e->count = le16(q + 10);
	e->size = le32(q + 12);
	e->directory = le32(q + 16);
	why = read_end64(p, &at, e);
	if (why)
		return why;
	end = before + at;
	if (e->size > end || e->directory > end - e->size)
		return "its central directory is not where it says";
	e->start = end - e->size - e->directory;
	return NULL;
}

/* The N bytes at P of extra fields of M. */
static const char *
read_extra(const unsigned char *p, size_t n, const struct zip_member *m,
           struct zip64 *x)
{
	x->data = NULL;
	x->len = 0;
	while (n > 0) {
		size_t len = n < 4 ? n : le16(p + 2);
		unsigned id;

		if (n < 4 || n - 4 < len)
			return "damaged extra fields";
		id = le16(p);
		p += 4;
		if (id == EXTRA_ZIP64) {
			if (x->data)
				return "two zip64 fields";
			x->data = p;
			x->len = len;
		}
		/* newer readers take this name, older ones the other */
		if (id == EXTRA_UNICODE_NAME &&
		    (len != 5U + m->len || memcmp(p + 5, m->name, m->len) != 0))
			return "its Unicode name is another";
		p += len;
		n -= 4 + len;
	}
	return NULL;
}

/* Put the values of X, all of them, where they are left out in M. */
static const char *
unmask(struct zip_member *m, const struct zip64 *x)
{
	uint64_t *const fields[] = { &m->size, &m->packed, &m->offset };
	size_t used = 0;

	for (int i = 0; i < 3; i++) {
		if (*fields[i] != mask32)
			continue;
		if (x->len - used < 8)
			return "damaged zip64 field";
		*fields[i] = le64(x->data + used);
		used += 8;
	}
	return used == x->len ? NULL : "damaged zip64 field";
}

static const char *
check_method(unsigned method)
{
	static const struct {
		unsigned method;
		const char *why;
	} refused[] = {
		{ 9, "packed by deflate64; only deflate is read" },
		{ 12, "packed by bzip2; only deflate is read" },
		{ 14, "packed by LZMA; only deflate is read" },
		{ 93, "packed by zstd; only deflate is read" },
		{ 95, "packed by xz; only deflate is read" },
	};

	if (method == ZIP_STORED || method == ZIP_DEFLATED)
		return NULL;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		if (refused[i].method == method)
			return refused[i].why;
	}
	return "packed by an unknown method; only deflate is read";
}

static const char *
check_flags(unsigned flags)
{
	if (flags & FLAG_ENCRYPTED)
		return "encrypted";
	if (flags & ~(unsigned)FLAGS_KNOWN)
		return "unknown flags";
	return NULL;
}

/*
 * The character that is no graphic ASCII at S of N bytes, MARKED as UTF-8 or
 * not; *LEN: its bytes.
 */
static const char *
check_character(const char *s, size_t n, bool marked, size_t *len)
{
	uint32_t cp;

	/* code page 437 to some readers, UTF-8 to others */
	if ((unsigned char)*s >= 0x80 && !marked)
		return "a name that is not marked as UTF-8";
	*len = utf8_decode(s, n, &cp);
	if (*len == 0)
		return "its name is not UTF-8";
	if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
		return "a control character in its name";
	return NULL;
}

static const char *
check_component(const char *s, size_t n)
{
	if (n > MAX_COMPONENT)
		return "its name is too long";
	if (n <= 2 && memcmp(s, "..", n) == 0)
		return "a path with an empty, . or .. part";
	return NULL;
}

/* A path stays below the directory it is put in, and is what it looks like. */
static const char *
check_name(const char *s, size_t n, bool marked)
{
	const char *why = NULL;
	size_t begin = 0, len;

	if (n == 0)
		return "a member without a name";
	if (n >= MAX_PATH)
		return "its name is too long";
	if (s[0] == '/')
		return "an absolute path";
	if (n >= 2 && s[1] == ':' &&
	    ((s[0] >= 'A' && s[0] <= 'Z') || (s[0] >= 'a' && s[0] <= 'z')))
		return "a path with a drive letter";
	for (size_t i = 0; i < n && !why; i += len) {
		len = 1;
		if (s[i] == '/') {
			why = check_component(s + begin, i - begin);
			begin = i + 1;
		} else if (s[i] == '\\') {
			why = "a backslash in its name";
		} else if (s[i] < 0x20 || s[i] >= 0x7f) {
			why = check_character(s + i, n - i, marked, &len);
		}
	}
	/* a directory's slash is the end */
	if (!why && begin < n)
		why = check_component(s + begin, n - begin);
	return why;
}

static const char *
check_sizes(const struct zip_member *m)
{
	if (m->directory && (m->size > 0 || m->packed > 2))
		return "a directory with contents";
	if (m->method == ZIP_STORED && m->packed != m->size)
		return "not packed, but of two sizes";
	if (m->size > RATIO_SLACK &&
	    (m->size - RATIO_SLACK) / MAX_RATIO > m->packed)
		return "claims more bytes than it can hold";
	return NULL;
}

size_t
zip_entry_size(const unsigned char *p)
{
	return ZIP_ENTRY_SIZE + le16(p + 28) + le16(p + 30) + le16(p + 32);
}

size_t
zip_local_size(const unsigned char *p)
{
	return ZIP_LOCAL_SIZE + le16(p + 26) + le16(p + 28);
}

const char *
zip_entry_read(const unsigned char *p, size_t n, struct zip_member *m,
               size_t *size)
{
	size_t extra;
	struct zip64 x;
	unsigned mode;
	const char *why;

	m->name = NULL;
	m->len = 0;
	if (n < ZIP_ENTRY_SIZE || le32(p) != ENTRY_SIGNATURE)
		return "its central directory is damaged";
	extra = le16(p + 30);
	*size = zip_entry_size(p);
	if (*size > n)
		return "its central directory is damaged";
	m->name = (const char *)p + ZIP_ENTRY_SIZE;
	m->len = (uint16_t)le16(p + 28);
	m->flags = (uint16_t)le16(p + 8);
	m->method = (uint16_t)le16(p + 10);
	m->crc = le32(p + 16);
	m->packed = le32(p + 20);
	m->size = le32(p + 24);
	m->offset = le32(p + 42);
	m->directory = m->len > 0 && m->name[m->len - 1] == '/';
	mode = le16(p + 40);
	m->executable = (mode & 0170000) == 0100000 && (mode & 0111);
	why = read_extra(p + ZIP_ENTRY_SIZE + m->len, extra, m, &x);
	if (!why)
		why = unmask(m, &x);
	if (!why)
		why = check_flags(le16(p + 8));
	if (!why)
		why = check_method(m->method);
	if (!why)
		why = check_name(m->name, m->len, le16(p + 8) & FLAG_UTF8);
	if (why)
		return why;
	if (p[6] > VERSION_ZIP64)
		return "needs a newer version of the zip format";
	if (le16(p + 34) != 0)
		return "on another disk";
	return check_sizes(m);
}

/* Check a number of a local header: it is right, or not there yet. */
static bool
agrees(uint64_t local, uint64_t truth, bool later)
{
	return local == truth || (later && local == 0);
}

/*
 * The sizes in the local header P of M. Those of the zip64 field count for
 * what is left out; some writers give both.
 */
static bool
sizes_agree(const unsigned char *p, const struct zip64 *x,
            const struct zip_member *m, bool later)
{
	uint32_t packed = le32(p + 18), size = le32(p + 22);

	if (!x->data)
		return agrees(packed, m->packed, later) &&
		       agrees(size, m->size, later);
	return x->len == 16 && agrees(le64(x->data), m->size, later) &&
	       agrees(le64(x->data + 8), m->packed, later) &&
	       (size == mask32 || agrees(size, m->size, later)) &&
	       (packed == mask32 || agrees(packed, m->packed, later));
}

bool
zip_descriptor_verify(const unsigned char *p, size_t n,
                      const struct zip_member *m)
{
	bool wide = n == DESCRIPTOR64_SIZE;

	if ((!wide && n != DESCRIPTOR_SIZE) ||
	    le32(p) != DESCRIPTOR_SIGNATURE || le32(p + 4) != m->crc)
		return false;
	if (wide)
		return le64(p + 8) == m->packed && le64(p + 16) == m->size;
	return le32(p + 8) == m->packed && le32(p + 12) == m->size;
}

const char *
zip_local_verify(const unsigned char *p, size_t n, const struct zip_member *m,
                 size_t *descriptor)
{
	const char *why;
	struct zip64 x;
	bool later;

	if (n < ZIP_LOCAL_SIZE || le32(p) != LOCAL_SIGNATURE)
		return "it has no local header";
	if (le16(p + 26) != m->len || n < zip_local_size(p) ||
	    memcmp(p + ZIP_LOCAL_SIZE, m->name, m->len) != 0)
		return "its local header has another name";
	if (le16(p + 6) != m->flags || le16(p + 8) != m->method)
		return "its local header has other flags or another method";
	why = read_extra(p + ZIP_LOCAL_SIZE + m->len, le16(p + 28), m, &x);
	if (why)
		return why;
	later = m->flags & FLAG_DESCRIPTOR;
	if (!agrees(le32(p + 14), m->crc, later))
		return "its local header has another checksum";
	if (!sizes_agree(p, &x, m, later))
		return "its local header has other sizes";
	*descriptor = !later ? 0
	              : x.data || m->size > mask32 || m->packed > mask32
	                      ? DESCRIPTOR64_SIZE
	                      : DESCRIPTOR_SIZE;
	return NULL;
}
