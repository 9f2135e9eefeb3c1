/* elf: files of every class, byte order and hash table, made here; and what
 * is left of them when they are cut off or changed. */
#include "format/elf.h"

#include <errno.h>

#include "format/source.h"
#include "tests/unit/unit.h"

enum { BASE = 0x10000, SIZE = 4096 };

/* Where the parts of an image lie. */
enum {
	AT_SEGMENTS = 0x40,
	AT_DYNAMIC = 0x200,
	AT_MOVED = 0x300,
	AT_STRINGS = 0x600,
	AT_SYMBOLS = 0x400,
	AT_HASH = 0x800,
	AT_VALUE = 0xa00,
	AT_INTERP = 0xb00
};

enum hash { HASH_GNU, HASH_SYSV, HASH_NONE };

struct image {
	unsigned char byte[SIZE];
	bool is_64bit, big_endian;
	unsigned machine;
	unsigned dynamic; /* entries */
};

static const char strings[] = "\0Py_Version\0libc.so.6\0libpython3.12.so.1.0"
                              "\0$ORIGIN/../lib\0XPy_Tail\0Undefined";
enum {
	S_VERSION = 1,
	S_LIBC = 12,
	S_LIBPYTHON = 22,
	S_RUNPATH = 43,
	S_TAIL = 58,
	S_UNDEFINED = 67
};

static void
put(struct image *m, size_t at, unsigned size, uint64_t n)
{
	for (unsigned i = 0; i < size; i++) {
		unsigned shift = 8 * (m->big_endian ? size - 1 - i : i);

		m->byte[at + i] = (unsigned char)(n >> shift);
	}
}

static void
put_segment(struct image *m, unsigned i, unsigned type, unsigned flags,
            uint64_t at, uint64_t size)
{
	if (m->is_64bit) {
		size_t p = AT_SEGMENTS + 56 * i;

		put(m, p, 4, type);
		put(m, p + 4, 4, flags);
		put(m, p + 8, 8, at);
		put(m, p + 16, 8, BASE + at);
		put(m, p + 32, 8, size);
	} else {
		size_t p = AT_SEGMENTS + 32 * i;

		put(m, p, 4, type);
		put(m, p + 4, 4, at);
		put(m, p + 8, 4, BASE + at);
		put(m, p + 16, 4, size);
		put(m, p + 24, 4, flags);
	}
}

static void
put_dynamic(struct image *m, uint64_t tag, uint64_t value)
{
	unsigned word = m->is_64bit ? 8 : 4;
	size_t p = AT_DYNAMIC + 2 * word * m->dynamic++;

	put(m, p, word, tag);
	put(m, p + word, word, value);
}

static void
put_symbol(struct image *m, unsigned i, unsigned name, unsigned section)
{
	if (m->is_64bit) {
		size_t p = AT_SYMBOLS + 24 * i;

		put(m, p, 4, name);
		put(m, p + 6, 2, section);
		put(m, p + 8, 8, BASE + AT_VALUE);
		put(m, p + 16, 8, 8);
	} else {
		size_t p = AT_SYMBOLS + 16 * i;

		put(m, p, 4, name);
		put(m, p + 4, 4, BASE + AT_VALUE);
		put(m, p + 8, 4, 4);
		put(m, p + 14, 2, section);
	}
}

/* Write one bucket, and a Bloom filter that lets all pass. */
static void
put_gnu_hash(struct image *m)
{
	static const uint32_t hashes[] = { 0x0433d953, 0x7b1d4ec5, 0x0 };
	unsigned word = m->is_64bit ? 8 : 4;
	size_t p = AT_HASH;

	put(m, p, 4, 1);      /* buckets */
	put(m, p + 4, 4, 1);  /* first symbol */
	put(m, p + 8, 4, 1);  /* Bloom words */
	put(m, p + 12, 4, 5); /* shift */
	put(m, p + 16, word, UINT64_MAX);
	put(m, p + 16 + word, 4, 1);
	/* the chain goes by symbols 1, 2, 3; Py_Version is the last */
	put(m, p + 20 + word, 4, hashes[2] & ~1U);
	put(m, p + 24 + word, 4, hashes[1] & ~1U);
	put(m, p + 28 + word, 4, hashes[0] | 1U);
}

static void
put_sysv_hash(struct image *m)
{
	bool wide = m->is_64bit && (m->machine == ELF_S390 ||
	                            m->machine == ELF_ALPHA);
	unsigned size = wide ? 8 : 4;
	uint64_t table[] = { 1, 4, 1, 0, 2, 3, 0 };

	for (unsigned i = 0; i < COUNT(table); i++)
		put(m, AT_HASH + i * size, size, table[i]);
}

static void
make(struct image *m, bool is_64bit, bool big_endian, unsigned machine,
     enum hash hash)
{
	unsigned word = is_64bit ? 8 : 4;

	memset(m, 0, sizeof(*m));
	m->is_64bit = is_64bit;
	m->big_endian = big_endian;
	m->machine = machine;
	memcpy(m->byte, "\177ELF", 4);
	m->byte[4] = is_64bit ? 2 : 1;
	m->byte[5] = big_endian ? 2 : 1;
	put(m, 18, 2, machine);
	put(m, is_64bit ? 32 : 28, word, AT_SEGMENTS);
	put(m, is_64bit ? 48 : 36, 4, 0x400);
	put(m, is_64bit ? 54 : 42, 2, is_64bit ? 56 : 32);
	put(m, is_64bit ? 56 : 44, 2, 3);
	put_segment(m, 0, 1, ELF_READ | ELF_WRITE, 0, SIZE);
	put_segment(m, 1, 2, ELF_READ, AT_DYNAMIC, 0x100);
	put_segment(m, 2, 3, ELF_READ, AT_INTERP, 16);
	memcpy(m->byte + AT_INTERP, "/lib/ld-musl.so", 16);
	put_dynamic(m, 1, S_LIBC);
	put_dynamic(m, 1, S_LIBPYTHON);
	put_dynamic(m, 5, BASE + AT_STRINGS);
	put_dynamic(m, 6, BASE + AT_SYMBOLS);
	put_dynamic(m, 10, sizeof(strings));
	put_dynamic(m, 29, S_RUNPATH);
	if (hash == HASH_GNU)
		put_dynamic(m, 0x6ffffef5, BASE + AT_HASH);
	if (hash == HASH_SYSV)
		put_dynamic(m, 4, BASE + AT_HASH);
	memcpy(m->byte + AT_STRINGS, strings, sizeof(strings));
	put_symbol(m, 1, S_TAIL + 1, 7); /* the tail of another string */
	put_symbol(m, 2, S_UNDEFINED, 0);
	put_symbol(m, 3, S_VERSION, 7);
	if (hash == HASH_GNU)
		put_gnu_hash(m);
	else if (hash == HASH_SYSV)
		put_sysv_hash(m);
	put(m, AT_VALUE, word, 0x030c01f0);
}

static int
lookup(const struct elf *e, const char *name, uint64_t *value)
{
	unsigned char raw[8];
	struct elf_symbol sym;
	int err = elf_symbol(e, name, &sym);

	if (err == 0) {
		assert_int_equal(sym.size, e->is_64bit ? 8 : 4);
		assert_int_equal(elf_read(e, sym.address, raw,
		                          (size_t)sym.size), 0);
		*value = elf_number(e, raw, (size_t)sym.size);
	}
	return err;
}

static void
check_whole(const struct image *m, enum hash hash)
{
	struct source s;
	struct elf e;
	uint64_t value = 0;
	bool is_runpath = false;
	char text[64];

	source_mem(&s, m->byte, SIZE);
	assert_int_equal(elf_open(&e, &s), 0);
	assert_int_equal(e.is_64bit, m->is_64bit);
	assert_int_equal(e.big_endian, m->big_endian);
	assert_int_equal(e.machine, m->machine);
	assert_int_equal(e.flags, 0x400);
	assert_true(e.is_dynamic);
	assert_int_equal(lookup(&e, "Py_Version", &value), 0);
	assert_int_equal(value, 0x030c01f0);
	assert_int_equal(lookup(&e, "Undefined", &value), -ENOENT);
	assert_int_equal(lookup(&e, "Py_Versio", &value), -ENOENT);
	assert_int_equal(lookup(&e, "nothing", &value), -ENOENT);
	if (hash != HASH_GNU) /* its hash is not in our table */
		assert_int_equal(lookup(&e, "Py_Tail", &value), 0);
	assert_int_equal(elf_needed(&e, 0, text, sizeof(text)), 0);
	assert_string_equal(text, "libc.so.6");
	assert_int_equal(elf_needed(&e, 1, text, sizeof(text)), 0);
	assert_string_equal(text, "libpython3.12.so.1.0");
	assert_int_equal(elf_needed(&e, 1, text, 5), -ENAMETOOLONG);
	assert_int_equal(elf_needed(&e, 2, text, sizeof(text)), -ENOENT);
	assert_int_equal(elf_library_path(&e, text, sizeof(text), &is_runpath),
	                 0);
	assert_true(is_runpath);
	assert_string_equal(text, "$ORIGIN/../lib");
	assert_int_equal(elf_interp(&e, text, sizeof(text)), 0);
	assert_string_equal(text, "/lib/ld-musl.so");
	assert_int_equal(elf_interp(&e, text, 15), -ENAMETOOLONG);
}

static const char *const undefined[] = { "nothing", "Undefined", NULL };
static const char *const not_undefined[] = { "Py_Version", "Py_Tail", NULL };

static const struct {
	bool is_64bit, big_endian;
	unsigned machine;
} kinds[] = {
	{ true, false, ELF_X86_64 }, { false, false, ELF_386 },
	{ true, true, ELF_S390 },    { false, true, ELF_MIPS },
	{ true, false, ELF_ALPHA },  { false, true, ELF_S390 },
};

/* Undefined symbols are seen whatever the hash table holds, also when the
 * strings were moved in front of the symbols. */
static void
check_refers(struct image *m)
{
	unsigned word = m->is_64bit ? 8 : 4;
	struct source s;
	struct elf e;

	source_mem(&s, m->byte, SIZE);
	for (int moved = 0; moved < 2; moved++) {
		assert_int_equal(elf_open(&e, &s), 0);
		assert_true(elf_refers(&e, undefined));
		assert_true(moved || !elf_refers(&e, not_undefined));
		assert_false(e.has_soname);
		memcpy(m->byte + AT_MOVED, strings, sizeof(strings));
		put(m, AT_DYNAMIC + 5 * word, word, BASE + AT_MOVED);
	}
	put(m, AT_DYNAMIC + 10 * word, word, 14);
	assert_int_equal(elf_open(&e, &s), 0);
	assert_true(e.has_soname);
}

static void
test_every_kind(void **state)
{
	struct image m;

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		for (int hash = HASH_GNU; hash <= HASH_NONE; hash++) {
			make(&m, kinds[i].is_64bit, kinds[i].big_endian,
			     kinds[i].machine, (enum hash)hash);
			check_whole(&m, (enum hash)hash);
			check_refers(&m);
		}
	}
}

/* All that there is to ask, of an image that may be damaged in any way. */
static void
ask_all(const unsigned char *bytes, size_t size)
{
	unsigned char *exact = malloc(size ? size : 1);
	struct source s;
	struct elf e;
	uint64_t value;
	bool is_runpath;
	char text[32];

	memcpy(exact, bytes, size);
	source_mem(&s, exact, size);
	if (elf_open(&e, &s) == 0) {
		struct elf_symbol sym;

		elf_symbol(&e, "Py_Version", &sym);
		elf_refers(&e, undefined);
		if (elf_symbol(&e, "Py_Tail", &sym) == 0)
			elf_read(&e, sym.address, &value, sizeof(value));
		for (size_t i = 0; elf_needed(&e, i, text, sizeof(text)) !=
		                   -ENOENT; i++)
			assert_true(i < ELF_MAX_NEEDED);
		elf_library_path(&e, text, sizeof(text), &is_runpath);
		elf_interp(&e, text, sizeof(text));
		assert_true(elf_end(&e, &value) < 0 || value <= size);
	}
	free(exact);
}

static void
test_cut_off(void **state)
{
	struct image m;

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		make(&m, kinds[i].is_64bit, kinds[i].big_endian,
		     kinds[i].machine, HASH_SYSV);
		for (size_t n = 0; n < SIZE; n += n < 0x300 ? 1 : 13)
			ask_all(m.byte, n);
	}
}

static void
test_every_byte_changed(void **state)
{
	static const unsigned char values[] = { 0, 1, 0x7f, 0x80, 0xff };
	struct image m;

	(void)state;
	for (int hash = HASH_GNU; hash <= HASH_NONE; hash++) {
		make(&m, true, false, ELF_X86_64, (enum hash)hash);
		for (size_t at = 0; at < AT_INTERP + 16; at++) {
			unsigned char old = m.byte[at];

			for (size_t v = 0; v < COUNT(values); v++) {
				m.byte[at] = values[v];
				ask_all(m.byte, SIZE);
			}
			m.byte[at] = old;
		}
	}
}

static void
test_refused(void **state)
{
	struct image m;
	struct source s;
	struct elf e;

	(void)state;
	source_mem(&s, "\177ELF", 4);
	assert_int_equal(elf_open(&e, &s), -ENOEXEC);
	source_mem(&s, "#!/bin/sh\n......", 16);
	assert_int_equal(elf_open(&e, &s), -ENOEXEC);
	make(&m, true, false, ELF_X86_64, HASH_GNU);
	source_mem(&s, m.byte, SIZE);
	put(&m, 56, 2, 0); /* no program headers */
	assert_int_equal(elf_open(&e, &s), -ENOEXEC);
	put(&m, 56, 2, 65); /* too many */
	assert_int_equal(elf_open(&e, &s), -ENOEXEC);
	put(&m, 56, 2, 3);
	put(&m, 54, 2, 55); /* of another size */
	assert_int_equal(elf_open(&e, &s), -ENOEXEC);
	put(&m, 54, 2, 56);
	put(&m, 32, 8, UINT64_MAX - 10);
	assert_int_equal(elf_open(&e, &s), -ENOEXEC);
	put(&m, 32, 8, SIZE - 10);
	assert_int_equal(elf_open(&e, &s), -ERANGE);
}

/* A chain that leads back to itself ends. */
static void
test_endless_chains(void **state)
{
	struct image m;
	struct source s;
	struct elf_symbol sym;
	struct elf e;

	(void)state;
	make(&m, true, false, ELF_X86_64, HASH_SYSV);
	source_mem(&s, m.byte, SIZE);
	put(&m, AT_HASH + 4 * 4, 4, 1);
	assert_int_equal(elf_open(&e, &s), 0);
	assert_int_equal(elf_symbol(&e, "nothing", &sym), -ENOENT);
	make(&m, true, false, ELF_X86_64, HASH_GNU);
	put(&m, AT_HASH + 28 + 8, 4, 0);
	memset(m.byte + AT_VALUE, 0, SIZE - AT_VALUE);
	assert_int_equal(elf_open(&e, &s), 0);
	assert_true(elf_symbol(&e, "nothing", &sym) < 0);
}

static void
test_rpath(void **state)
{
	struct image m;
	struct source s;
	struct elf e;
	bool is_runpath = true;
	char text[32];

	(void)state;
	make(&m, true, false, ELF_X86_64, HASH_GNU);
	put(&m, AT_DYNAMIC + 16 * 5, 8, 15);
	source_mem(&s, m.byte, SIZE);
	assert_int_equal(elf_open(&e, &s), 0);
	assert_int_equal(elf_library_path(&e, text, sizeof(text), &is_runpath),
	                 0);
	assert_false(is_runpath);
	assert_string_equal(text, "$ORIGIN/../lib");
}

/* The section table is after the segments, or there is none. */
static void
test_end(void **state)
{
	struct image m;
	struct source s;
	struct elf e;
	uint64_t end;

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		bool wide = kinds[i].is_64bit;

		make(&m, wide, kinds[i].big_endian, kinds[i].machine, HASH_GNU);
		source_mem(&s, m.byte, SIZE);
		assert_int_equal(elf_open(&e, &s), 0);
		e.segment[0].size = 0x800; /* else it is all */
		e.segment[1].size = 0;
		assert_int_equal(elf_end(&e, &end), 0);
		assert_int_equal(end, e.segment[0].offset + 0x800);
		put(&m, wide ? 40 : 32, wide ? 8 : 4, 0xd00);
		put(&m, wide ? 58 : 46, 2, 64);
		put(&m, wide ? 60 : 48, 2, 5);
		assert_int_equal(elf_end(&e, &end), 0);
		assert_int_equal(end, 0xd00 + 5 * 64);
		put(&m, wide ? 60 : 48, 2, 12);
		assert_int_equal(elf_end(&e, &end), 0);
		assert_int_equal(end, SIZE);
		put(&m, wide ? 60 : 48, 2, 13);
		assert_int_equal(elf_end(&e, &end), -ENOEXEC);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_every_byte_changed),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_endless_chains),
		cmocka_unit_test(test_rpath),
		cmocka_unit_test(test_end),
	};

	return RUN(tests);
}
