#pragma once
/*
 * zip_maker: archives for tests, and where their records are, so that a test
 * can spoil one field.
 */
#include <zlib.h>

#include "tests/unit/unit.h"

enum { MADE_MAX = 4 << 20, MADE_MEMBERS = 4000 };

struct made_member {
	const char *name;
	const char *text;
	unsigned method;
	unsigned flags; /* 8: a descriptor follows */
	unsigned mode;  /* Unix, with the file type */
};

/* Where things are in the archive; what is not there is 0. */
static struct made {
	unsigned char data[MADE_MAX];
	size_t size;
	size_t local[MADE_MEMBERS], packed[MADE_MEMBERS];
	size_t descriptor[MADE_MEMBERS], entry[MADE_MEMBERS];
	size_t directory, end64, locator, end;
} made;

static void
made_put(uint64_t value, int bytes)
{
	for (; bytes > 0; bytes--, value >>= 8) {
		assert_true(made.size < MADE_MAX);
		made.data[made.size++] = (unsigned char)value;
	}
}

static void
made_bytes(const void *p, size_t n)
{
	assert_true(n <= MADE_MAX - made.size);
	memcpy(made.data + made.size, p, n);
	made.size += n;
}

/* Append TEXT packed: how many bytes that are. */
static size_t
made_pack(const struct made_member *m, size_t n)
{
	z_stream z = { 0 };

	if (m->method != 8) {
		made_bytes(m->text, n);
		return n;
	}
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS, 9,
	                              Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (unsigned char *)(uintptr_t)m->text;
	z.avail_in = (unsigned)n;
	z.next_out = made.data + made.size;
	z.avail_out = (unsigned)(MADE_MAX - made.size);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	made.size += z.total_out;
	return z.total_out;
}

static uint32_t
made_crc(const char *text)
{
	return (uint32_t)crc32(0, (const void *)text, (unsigned)strlen(text));
}

/* The fields that a local header and an entry share, from the flags on. */
static void
made_common(const struct made_member *m, uint32_t crc, size_t packed,
            size_t size, bool wide)
{
	made_put(m->flags, 2);
	made_put(m->method, 2);
	made_put(0x210000, 4);
	made_put(crc, 4);
	made_put(wide ? 0xffffffff : packed, 4);
	made_put(wide ? 0xffffffff : size, 4);
	made_put(strlen(m->name), 2);
}

static void
made_local(size_t i, const struct made_member *m, bool wide)
{
	size_t size = strlen(m->text), packed, after;
	uint32_t crc = made_crc(m->text);

	made.local[i] = made.size;
	made.size += 30 + strlen(m->name) + (wide ? 20 : 0);
	made.packed[i] = made.size;
	packed = made_pack(m, size);
	after = made.size;
	made.size = made.local[i];
	made_put(0x04034b50, 4);
	made_put(20, 2);
	if (m->flags & 8)
		made_common(m, 0, 0, 0, wide);
	else
		made_common(m, crc, packed, size, wide);
	made_put(wide ? 20 : 0, 2);
	made_bytes(m->name, strlen(m->name));
	if (wide) {
		made_put(0x100001, 4);
		made_put(m->flags & 8 ? 0 : size, 8);
		made_put(m->flags & 8 ? 0 : packed, 8);
	}
	made.size = after;
	made.descriptor[i] = made.size;
	if (m->flags & 8) {
		made_put(0x08074b50, 4);
		made_put(crc, 4);
		made_put(packed, wide ? 8 : 4);
		made_put(size, wide ? 8 : 4);
	}
}

static void
made_entry(size_t i, const struct made_member *m, bool wide)
{
	size_t size = strlen(m->text);
	size_t packed = made.descriptor[i] - made.packed[i];
	uint32_t crc = made_crc(m->text);

	made.entry[i] = made.size;
	made_put(0x02014b50, 4);
	made_put(0x0314, 2);
	made_put(wide ? 45 : 20, 2);
	made_common(m, crc, packed, size, wide);
	made_put(wide ? 28 : 0, 2);
	made_put(0, 6);
	made_put((uint64_t)m->mode << 16, 6);
	made.size -= 2;
	made_put(wide ? 0xffffffff : made.local[i], 4);
	made_bytes(m->name, strlen(m->name));
	if (wide) {
		made_put(0x180001, 4);
		made_put(size, 8);
		made_put(packed, 8);
		made_put(made.local[i], 8);
	}
}

static void
made_end(size_t n, bool wide)
{
	size_t size = made.size - made.directory;

	if (wide) {
		made.end64 = made.size;
		made_put(0x06064b50, 4);
		made_put(44, 8);
		made_put(45, 4);
		made_put(0, 8);
		made_put(n, 8);
		made_put(n, 8);
		made_put(size, 8);
		made_put(made.directory, 8);
		made.locator = made.size;
		made_put(0x07064b50, 4);
		made_put(0, 4);
		made_put(made.end64, 8);
		made_put(1, 4);
	}
	made.end = made.size;
	made_put(0x06054b50, 4);
	made_put(0, 4);
	made_put(wide ? 0xffff : n, 2);
	made_put(wide ? 0xffff : n, 2);
	made_put(wide ? 0xffffffff : size, 4);
	made_put(wide ? 0xffffffff : made.directory, 4);
	made_put(0, 2);
}

/*
 * Make an archive of the N members M; WIDE: all by zip64; BACKWARDS: the
 * central directory in the order opposite to that of the members.
 */
static void
make_zip(const struct made_member *m, size_t n, bool wide, bool backwards)
{
	assert_true(n <= MADE_MEMBERS);
	made.size = 0;
	for (size_t i = 0; i < n; i++)
		made_local(i, &m[i], wide);
	made.directory = made.size;
	for (size_t k = 0; k < n; k++) {
		size_t i = backwards ? n - 1 - k : k;

		made_entry(i, &m[i], wide);
	}
	made_end(n, wide);
}
