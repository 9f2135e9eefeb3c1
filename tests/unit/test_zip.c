/*
 * zip: one archive that is taken, and one for each way in which it could say
 * two things or lead somewhere.
 */
#include "format/zip.h"

#include <errno.h>

#include "base/diag.h"
#include "format/inflate.h"
#include "format/source.h"
#include "tests/unit/zip_maker.h"

enum { REG = 0100644, EXEC = 0100755, DIR = 0040755 };

static const struct made_member three[] = {
	{ "pkg/a.py", "print(1)\nprint(1)\nprint(1)\n", 8, 0, EXEC },
	{ "pkg/", "", 0, 0, DIR },
	{ "pkg-1.txt", "text", 0, 0, REG },
};

/* as a program that cannot go back writes it */
static const struct made_member streamed[] = {
	{ "caf\xc3\xa9", "abcabcabcabcabcabcabc", 8, 0x808, REG },
	{ "b", "b", 0, 8, REG },
};

/* An opened archive, or what was said. */
static struct arena arena;
static struct diag diag;
static struct zip zip;
static struct source source;
static struct inflater *inflater;

static int
open_bytes(const void *data, size_t size)
{
	arena_free(&arena);
	arena_init(&arena, NULL, 0);
	diag_init(&diag, &arena);
	inflater = inflater_new(&arena);
	assert_non_null(inflater);
	source_mem(&source, data, size);
	return zip_open(&zip, &source, 0, size, &arena, &diag);
}

static void
assert_refused(const char *why)
{
	assert_int_equal(open_bytes(made.data, made.size), -EINVAL);
	assert_int_equal(diag.code, -EINVAL);
	assert_string_equal(buf_str(&diag.text), why);
}

static void
assert_taken(void)
{
	if (open_bytes(made.data, made.size) < 0)
		fail_msg("%s", buf_str(&diag.text));
}

static void
patch(size_t at, int bytes, uint64_t value)
{
	for (int i = 0; i < bytes; i++)
		made.data[at + (size_t)i] = (unsigned char)(value >> 8 * i);
}

static void
insert(size_t at, const char *bytes, size_t n)
{
	memmove(made.data + at + n, made.data + at, made.size - at);
	memcpy(made.data + at, bytes, n);
	made.size += n;
}

/* All of M is TEXT. */
static bool
reads_as(const struct zip_member *m, const char *text)
{
	char *got;

	return zip_load(&zip, m, 1 << 20, inflater, &arena, &got, &diag) == 0 &&
	       m->size == strlen(text) && strcmp(got, text) == 0;
}

static bool
holds(const struct made_member *want, size_t n)
{
	if (zip.count != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct zip_member *m = zip_find(&zip, want[i].name);

		if (!m || !reads_as(m, want[i].text))
			return false;
	}
	return true;
}

static void
test_taken(void **state)
{
	(void)state;
	for (int way = 0; way < 4; way++) {
		make_zip(three, COUNT(three), way & 1, way & 2);
		assert_taken();
		assert_true(holds(three, COUNT(three)));
		/* '-' comes before '/' */
		assert_string_equal(zip.members[0].name, "pkg-1.txt");
		assert_string_equal(zip.members[1].name, "pkg/");
		assert_true(zip.members[1].directory);
		assert_false(zip.members[1].executable);
		assert_true(zip.members[2].executable);
		assert_false(zip.members[0].executable);
		assert_null(zip_find(&zip, "pkg"));
		assert_null(zip_find(&zip, "pkg/a.pyc"));
		make_zip(streamed, COUNT(streamed), way & 1, way & 2);
		assert_taken();
		assert_true(holds(streamed, COUNT(streamed)));
	}
	make_zip(NULL, 0, false, false);
	assert_taken();
	assert_int_equal(zip.count, 0);
}

/* Other writers do this, and no reader minds. */
static void
test_odd(void **state)
{
	(void)state;
	make_zip(three, COUNT(three), false, false);
	patch(made.end + 20, 2, 9);
	insert(made.size, "a comment", 9);
	assert_taken();
	/* sizes in a streamed local header; a mode without a file type */
	make_zip(streamed, COUNT(streamed), false, false);
	patch(made.local[1] + 22, 4, 1);
	patch(made.entry[1] + 40, 2, 0755);
	assert_taken();
	assert_false(zip.members[0].executable);
	/* zip64 sizes that are not needed: older Pythons' force_zip64 */
	make_zip(three, COUNT(three), true, false);
	patch(made.local[2] + 18, 4, 4);
	patch(made.local[2] + 22, 4, 4);
	assert_taken();
	assert_true(holds(three, COUNT(three)));
}

enum where { LOCAL, PACKED, ENTRY, END, END64, LOCATOR };

static size_t
place(enum where w, size_t i)
{
	const size_t at[] = { made.local[i], made.packed[i], made.entry[i],
		              made.end, made.end64, made.locator };

	return at[w];
}

struct edit {
	enum where where;
	size_t member, offset;
	int bytes;
	uint64_t value;
	const char *why;
};

static void
try_edits(const struct made_member *m, size_t n, bool wide,
          const struct edit *e, size_t edits)
{
	for (; edits > 0; edits--, e++) {
		make_zip(m, n, wide, false);
		patch(place(e->where, e->member) + e->offset, e->bytes,
		      e->value);
		assert_refused(e->why);
	}
}

#define DAMAGED64 "its zip64 end record is damaged"
#define TWOFOLD   "its end records contradict each other"
#define ELSEWHERE "its central directory is not where it says"
#define BROKEN    "its central directory is damaged"
#define OTHER     "pkg/a.py: its local header has "
#define ONLY      "; only deflate is read"

static void
test_fields(void **state)
{
	static const struct edit edits[] = {
		{ END, 0, 0, 1, 'Q', "not a zip archive, or cut short" },
		{ END, 0, 4, 2, 1, "a part of an archive on several disks" },
		{ END, 0, 6, 2, 1, "a part of an archive on several disks" },
		{ END, 0, 8, 2, 2, "a part of an archive on several disks" },
		{ END, 0, 8, 4, 0x40004, "it has fewer members than it says" },
		{ END, 0, 8, 4, 0x20002, "it has more members than it says" },
		{ END, 0, 12, 4, 9999, ELSEWHERE },
		{ END, 0, 16, 4, 9999, ELSEWHERE },
		{ END, 0, 16, 4, 1, "bytes in front of the archive" },
		{ END, 0, 20, 2, 1, "cut short in its end record" },
		{ ENTRY, 0, 0, 1, 'Q', BROKEN },
		{ ENTRY, 2, 30, 2, 1, BROKEN },
		{ ENTRY, 2, 32, 2, 1, BROKEN },
		{ ENTRY, 2, 28, 2, 99, BROKEN },
		{ ENTRY, 0, 6, 1, 46,
		  "pkg/a.py: needs a newer version of the zip format" },
		{ ENTRY, 0, 8, 2, 1, "pkg/a.py: encrypted" },
		{ ENTRY, 0, 8, 2, 0x40, "pkg/a.py: encrypted" },
		{ ENTRY, 0, 8, 2, 0x2000, "pkg/a.py: encrypted" },
		{ ENTRY, 0, 8, 2, 0x20, "pkg/a.py: unknown flags" },
		{ ENTRY, 0, 10, 2, 9, "pkg/a.py: packed by deflate64" ONLY },
		{ ENTRY, 0, 10, 2, 12, "pkg/a.py: packed by bzip2" ONLY },
		{ ENTRY, 0, 10, 2, 14, "pkg/a.py: packed by LZMA" ONLY },
		{ ENTRY, 0, 10, 2, 93, "pkg/a.py: packed by zstd" ONLY },
		{ ENTRY, 0, 10, 2, 95, "pkg/a.py: packed by xz" ONLY },
		{ ENTRY, 0, 10, 2, 1,
		  "pkg/a.py: packed by an unknown method" ONLY },
		{ ENTRY, 0, 24, 4, 99999,
		  "pkg/a.py: claims more bytes than it can hold" },
		{ ENTRY, 0, 24, 4, 0xffffffff,
		  "pkg/a.py: damaged zip64 field" },
		{ ENTRY, 1, 20, 8, 0x100000001,
		  "pkg/: a directory with contents" },
		{ ENTRY, 1, 20, 4, 3, "pkg/: a directory with contents" },
		{ ENTRY, 2, 20, 4, 3,
		  "pkg-1.txt: not packed, but of two sizes" },
		{ ENTRY, 0, 34, 2, 1, "pkg/a.py: on another disk" },
		{ ENTRY, 1, 42, 4, 0, "pkg/: overlaps another member" },
		{ ENTRY, 0, 42, 4, 1,
		  "pkg/a.py: bytes in front of it that are no member's" },
		{ LOCAL, 0, 0, 1, 'Q', "pkg/a.py: it has no local header" },
		{ LOCAL, 0, 26, 2, 7, OTHER "another name" },
		{ LOCAL, 0, 30, 1, 'P', OTHER "another name" },
		{ LOCAL, 0, 6, 2, 2, OTHER "other flags or another method" },
		{ LOCAL, 0, 8, 2, 0, OTHER "other flags or another method" },
		{ LOCAL, 0, 14, 4, 0, OTHER "another checksum" },
		{ LOCAL, 0, 18, 4, 0, OTHER "other sizes" },
		{ LOCAL, 0, 22, 4, 0, OTHER "other sizes" },
		{ LOCAL, 0, 28, 2, 3, "pkg/a.py: damaged extra fields" },
	};

	(void)state;
	try_edits(three, COUNT(three), false, edits, COUNT(edits));
	/* both headers of the last agree on a byte that is not there */
	make_zip(three, COUNT(three), false, false);
	patch(made.local[2] + 18, 8, 0x500000005);
	patch(made.entry[2] + 20, 8, 0x500000005);
	assert_refused("pkg-1.txt: its bytes are cut short");
	/* one byte too many or too few, in both headers */
	for (int by = -1; by <= 1; by += 2) {
		make_zip(three, COUNT(three), false, false);
		patch(made.local[0] + 18, 1,
		      (uint64_t)(made.data[made.local[0] + 18] + by));
		patch(made.entry[0] + 20, 1,
		      (uint64_t)(made.data[made.entry[0] + 20] + by));
		assert_refused(by > 0
		               ? "pkg/: overlaps another member"
		               : "pkg/: bytes in front of it that are no "
		                 "member's");
	}
}

static void
test_wide_fields(void **state)
{
	static const struct edit edits[] = {
		{ END64, 0, 0, 1, 'Q', DAMAGED64 },
		{ END64, 0, 4, 8, 45, DAMAGED64 },
		{ END64, 0, 16, 4, 1, DAMAGED64 },
		{ END64, 0, 20, 4, 1, DAMAGED64 },
		{ END64, 0, 24, 8, 1, DAMAGED64 },
		{ END64, 0, 40, 8, 1ULL << 63, TWOFOLD },
		{ END64, 0, 48, 8, 1ULL << 63, TWOFOLD },
		{ END64, 0, 48, 8, 0, TWOFOLD },
		{ LOCATOR, 0, 0, 1, 'Q', ELSEWHERE },
		{ LOCATOR, 0, 4, 4, 1, DAMAGED64 },
		{ LOCATOR, 0, 8, 8, 0, TWOFOLD },
		{ LOCATOR, 0, 16, 4, 2, DAMAGED64 },
		{ END, 0, 8, 4, 0x10001, TWOFOLD },
		{ END, 0, 12, 4, 1, TWOFOLD },
		{ END, 0, 16, 4, 1, TWOFOLD },
		/* after the fixed 46 bytes and the name */
		{ ENTRY, 1, 49, 2, 29, "b: damaged extra fields" },
		{ ENTRY, 1, 20, 4, 1, "b: damaged zip64 field" },
		{ ENTRY, 1, 47, 2, 2, "b: damaged zip64 field" },
		{ ENTRY, 1, 47, 2, 0x7075, "b: its Unicode name is another" },
		{ ENTRY, 1, 51, 8, 1ULL << 32,
		  "b: not packed, but of two sizes" },
		{ ENTRY, 1, 67, 8, 1ULL << 63,
		  "b: bytes in front of it that are no member's" },
		{ LOCAL, 1, 33, 2, 17, "b: damaged extra fields" },
		{ LOCAL, 1, 33, 2, 4, "b: its local header has other sizes" },
		{ LOCAL, 1, 35, 8, 9, "b: its local header has other sizes" },
		{ LOCAL, 1, 43, 8, 9, "b: its local header has other sizes" },
		{ LOCAL, 1, 14, 4, 9,
		  "b: its local header has another checksum" },
		{ PACKED, 1, 1, 1, 'Q',
		  "b: its data descriptor is missing or another's" },
		{ PACKED, 1, 5, 1, 0,
		  "b: its data descriptor is missing or another's" },
		{ PACKED, 1, 9, 8, 0,
		  "b: its data descriptor is missing or another's" },
		{ PACKED, 1, 17, 8, 0,
		  "b: its data descriptor is missing or another's" },
	};

	(void)state;
	try_edits(streamed, COUNT(streamed), true, edits, COUNT(edits));
	/* the last four bytes of a zip64 field become another, empty one */
	make_zip(streamed, COUNT(streamed), true, false);
	patch(made.entry[1] + 49, 2, 20);
	patch(made.entry[1] + 71, 4, 1);
	assert_refused("b: two zip64 fields");
}

static void
test_framing(void **state)
{
	static const char hidden[] = "PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

	(void)state;
	make_zip(three, COUNT(three), false, false);
	insert(made.size, "", 1);
	assert_refused("bytes after the end of the archive");
	make_zip(three, COUNT(three), false, false);
	insert(0, "#!", 2);
	assert_refused("bytes in front of the archive");
	make_zip(three, COUNT(three), false, false);
	insert(made.directory, "x", 1);
	patch(made.end + 1 + 16, 4, made.directory + 1);
	assert_refused("bytes after its last member");
	make_zip(three, COUNT(three), false, false);
	insert(made.end, "x", 1);
	assert_refused("bytes in front of the archive");
	/* an empty archive as comment: refused, whichever is looked at */
	make_zip(three, COUNT(three), false, false);
	patch(made.end + 20, 2, sizeof(hidden));
	insert(made.size, hidden, sizeof(hidden));
	assert_refused("bytes in front of the archive");
	make_zip(three, COUNT(three), false, false);
	patch(made.end + 20, 2, sizeof(hidden) + 1);
	insert(made.size, hidden, sizeof(hidden));
	insert(made.size, "x", 1);
	assert_refused("bytes after the end of the archive");
	make_zip(three, COUNT(three), false, false);
	patch(made.end + 20, 2, 4);
	insert(made.size, "PK\1\2", 4);
	assert_refused("its comment may hold another archive");
	make_zip(NULL, 0, false, false);
	insert(0, "PK\6\7\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
	assert_refused("its zip64 end record is missing");
	/* cut short anywhere */
	make_zip(streamed, COUNT(streamed), true, false);
	for (size_t n = made.size; n-- > 0;)
		assert_int_equal(open_bytes(made.data, n), -EINVAL);
}

/*
 * No single bit, turned over, gives another archive: it is refused, or the
 * damage is found when it is read, or nothing of it is seen.
 */
static void
test_every_bit(void **state)
{
	(void)state;
	for (int wide = 0; wide < 2; wide++) {
		const struct made_member *m = wide ? streamed : three;
		size_t n = wide ? COUNT(streamed) : COUNT(three);

		make_zip(m, n, wide, false);
		for (size_t bit = 0; bit < made.size * 8; bit++) {
			made.data[bit / 8] ^= (unsigned char)(1 << bit % 8);
			if (open_bytes(made.data, made.size) == 0 &&
			    !holds(m, n) && diag.code == 0)
				fail_msg("bit %zu of byte %zu", bit % 8,
				         bit / 8);
			made.data[bit / 8] ^= (unsigned char)(1 << bit % 8);
		}
	}
}

/* zip_start() of the first SIZE bytes that were made. */
static const char *
start_of(uint64_t size, uint64_t *start)
{
	source_mem(&source, made.data, made.size);
	return zip_start(&source, size, start);
}

static void
test_start(void **state)
{
	size_t first;
	uint64_t start;

	(void)state;
	for (int wide = 0; wide < 2; wide++) {
		make_zip(three, COUNT(three), wide, false);
		first = made.size;
		insert(made.size, (char *)made.data, first);
		insert(0, "\x7f""ELF", 4);
		assert_null(start_of(made.size, &start));
		assert_int_equal(start, 4 + first);
		assert_int_equal(zip_open(&zip, &source, start, first, &arena,
		                          &diag), 0);
		assert_int_equal(open_bytes(made.data + start, first), 0);
		assert_null(start_of(start, &start));
		assert_int_equal(start, 4);
		assert_string_equal(start_of(start, &start),
		                    "not a zip archive, or cut short");
		made.data[4] = 'Q';
		assert_string_equal(start_of(first + 4, &start),
		                    "its first member is not where it should "
		                    "be");
	}
}

/* A source whose bytes can be read only so often. */
static int reads_left;

static int
read_for_a_while(struct source *s, uint64_t off, void *p, size_t n)
{
	if (reads_left-- == 0)
		return -EIO;
	memcpy(p, (const char *)s->mem + off, n);
	return 0;
}

static int
take(void *ctx, const void *p, size_t n)
{
	(void)ctx;
	(void)p;
	(void)n;
	return 0;
}

static void
test_errors_of_reads(void **state)
{
	int err = -EIO, n;

	(void)state;
	make_zip(three, COUNT(three), false, false);
	for (n = 0; err < 0; n++) {
		reads_left = n;
		source_mem(&source, made.data, made.size);
		source.read = read_for_a_while;
		diag_clear(&diag);
		err = zip_open(&zip, &source, 0, made.size, &arena, &diag);
		if (err == 0)
			err = zip_read(&zip, zip_find(&zip, "pkg/a.py"),
			               inflater, take, NULL, &diag);
		assert_true(err == 0 || err == -EIO);
		assert_int_equal(diag.code, err);
	}
	/* the end, the directory and the headers in one page, a member */
	assert_true(n > 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken),
		cmocka_unit_test(test_odd),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_wide_fields),
		cmocka_unit_test(test_framing),
		cmocka_unit_test(test_every_bit),
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_errors_of_reads),
	};
	int failed = RUN(tests);

	arena_free(&arena);
	return failed;
}
