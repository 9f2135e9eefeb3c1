/* tar: fields of ustar headers, and when there is an extended header. */
#include "format/tar.h"

#include "base/buf.h"
#include "format/archive.h"
#include "tests/unit/unit.h"

static struct arena memory;
static struct buf out;

static int
setup(void **state)
{
	(void)state;
	arena_init(&memory, NULL, 0);
	buf_init(&out, &memory);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(&memory);
	return 0;
}

/* Block N of what was put. */
static const char *
block(size_t n)
{
	assert_int_equal(out.len % 512, 0);
	assert_true(out.len >= (n + 1) * 512);
	return out.data + n * 512;
}

static void
field(size_t n, size_t offset, const char *want)
{
	/* also its NUL, or what is beside it */
	assert_memory_equal(block(n) + offset, want, strlen(want));
}

/* A sound header of TYPE in block N. */
static void
header(size_t n, char type)
{
	const unsigned char *h = (const unsigned char *)block(n);
	unsigned sum = 8 * ' ';
	char text[8];

	for (size_t i = 0; i < 512; i++)
		sum += i >= 148 && i < 156 ? 0 : h[i];
	snprintf(text, sizeof(text), "%06o", sum);
	field(n, 148, text);
	assert_memory_equal(h + 154, "\0 ", 2);
	assert_int_equal(h[156], type);
	assert_memory_equal(h + 257, "ustar\0" "00\0\0", 10);
	field(n, 108, "0000000");
	field(n, 116, "0000000");
	field(n, 297, "");
	/* nothing after the last field */
	for (size_t i = 500; i < 512; i++)
		assert_int_equal(h[i], 0);
}

static void
kinds(void **state)
{
	struct archive_entry e = {
		.kind = ARCHIVE_DIR, .name = "opt/venv", .mode = 0755,
		.mtime = 1700000000,
	};

	(void)state;
	tar_put(&out, &e);
	header(0, '5');
	field(0, 0, "opt/venv/");
	assert_int_equal(block(0)[9], 0);
	field(0, 100, "0000755");
	field(0, 124, "00000000000");
	field(0, 136, "14524770400");
	e.kind = ARCHIVE_FILE;
	e.size = 8;
	e.mode = 0644;
	tar_put(&out, &e);
	header(1, '0');
	field(1, 0, "opt/venv");
	assert_int_equal(block(1)[8], 0);
	field(1, 100, "0000644");
	field(1, 124, "00000000010");
	e.kind = ARCHIVE_LINK;
	e.mode = 0777;
	e.target = "/usr/bin/python3";
	tar_put(&out, &e);
	header(2, '2');
	field(2, 157, "/usr/bin/python3");
	field(2, 124, "00000000000");
	e.kind = ARCHIVE_SAME;
	e.target = "opt/venv/a";
	tar_put(&out, &e);
	header(3, '1');
	field(3, 157, "opt/venv/a");
	field(3, 124, "00000000000");
	assert_int_equal(out.len, 4 * 512);
}

static char name[1200];

/* LENGTH bytes that start with AT - 1 times 'p' and a slash. */
static void
make_name(size_t at, size_t length)
{
	memset(name, 'n', length);
	memset(name, 'p', at);
	name[at] = '/';
	name[length] = '\0';
}

static void
names_that_ustar_holds(void **state)
{
	struct archive_entry e = { .kind = ARCHIVE_FILE, .name = name };

	(void)state;
	make_name(1, 100);
	tar_put(&out, &e);
	header(0, '0');
	field(0, 0, name);
	field(0, 345, "");
	assert_int_equal(block(0)[345], 0);
	make_name(155, 256);
	tar_put(&out, &e);
	header(1, '0');
	assert_memory_equal(block(1), name + 156, 100);
	assert_memory_equal(block(1) + 345, name, 155);
	make_name(1, 102);
	tar_put(&out, &e);
	header(2, '0');
	assert_memory_equal(block(2), name + 2, 100);
	assert_memory_equal(block(2) + 345, "p\0", 2);
	/* a directory has one byte more */
	e.kind = ARCHIVE_DIR;
	make_name(1, 101);
	tar_put(&out, &e);
	header(3, '5');
	assert_memory_equal(block(3), name + 2, 99);
	assert_int_equal(block(3)[99], '/');
	assert_int_equal(out.len, 4 * 512);
}

/* The header that GNU tar has for a long name, the one of pax, then the entry
 * with as much of the name as there is room for. */
static void
expect_long(size_t length, const char *records, size_t blocks)
{
	header(0, 'L');
	field(0, 0, "././@LongLink");
	assert_string_equal(block(1), name);
	assert_int_equal(strtoul(block(0) + 124, NULL, 8), length + 1);
	header(blocks + 1, 'x');
	field(blocks + 1, 0, "././@PaxHeader");
	assert_int_equal(strtoul(block(blocks + 1) + 124, NULL, 8),
	                 strlen(records));
	assert_string_equal(block(blocks + 2), records);
	header(2 * blocks + 2, '0');
	assert_memory_equal(block(2 * blocks + 2), name, 100);
	assert_int_equal(out.len, (2 * blocks + 3) * 512);
}

static void
names_that_ustar_cannot_hold(void **state)
{
	struct archive_entry e = { .kind = ARCHIVE_FILE, .name = name };
	static const struct { size_t slash, length; } cases[] = {
		{ 155, 257 }, { 156, 200 }, { 1, 103 }, { 155, 499 },
	};
	char want[sizeof(name) + 32];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		out.len = 0;
		make_name(cases[i].slash, cases[i].length);
		snprintf(want, sizeof(want), "%zu path=%s\n",
		         cases[i].length + 10, name);
		tar_put(&out, &e);
		expect_long(cases[i].length, want, 1);
	}
}

/* The length counts its own digits: the first with two, three, four. */
static void
length_of_a_record(void **state)
{
	struct archive_entry e = { .kind = ARCHIVE_LINK, .name = "l",
	                           .target = name };
	static const struct { size_t length; const char *want; } cases[] = {
		{ 984, "998 linkpath=" }, { 985, "999 linkpath=" },
		{ 986, "1001 linkpath=" }, { 101, "115 linkpath=" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t blocks = cases[i].length / 512 + 1;

		out.len = 0;
		make_name(1, cases[i].length);
		tar_put(&out, &e);
		header(0, 'K');
		header(blocks + 1, 'x');
		field(blocks + 2, 0, cases[i].want);
		header(2 * blocks + 2, '2');
		assert_memory_equal(block(2 * blocks + 2) + 157, name, 100);
	}
	/* 100 bytes need no more than the field */
	out.len = 0;
	make_name(1, 100);
	tar_put(&out, &e);
	header(0, '2');
	assert_int_equal(out.len, 512);
}

static void
names_that_are_not_text(void **state)
{
	struct archive_entry e = { .kind = ARCHIVE_FILE, .name = name };

	(void)state;
	make_name(1, 100);
	name[50] = '\xff';
	tar_put(&out, &e);
	header(0, '0');
	field(0, 0, name);
	assert_int_equal(out.len, 512);
	out.len = 0;
	make_name(156, 200);
	name[3] = '\xff';
	tar_put(&out, &e);
	header(2, 'x');
	field(3, 0, "21 hdrcharset=BINARY\n210 path=ppp\xffp");
	out.len = 0;
	memcpy(name, "\xc3\xa9", 2);
	name[3] = 'p';
	tar_put(&out, &e);
	field(3, 0, "210 path=\xc3\xa9p");
}

static void
large_numbers(void **state)
{
	struct archive_entry e = {
		.kind = ARCHIVE_FILE, .name = "f",
		.size = 077777777777, .mtime = 077777777777,
	};

	(void)state;
	tar_put(&out, &e);
	header(0, '0');
	field(0, 124, "77777777777");
	field(0, 136, "77777777777");
	assert_int_equal(out.len, 512);
	e.size++;
	tar_put(&out, &e);
	header(1, 'x');
	assert_string_equal(block(2), "19 size=8589934592\n");
	header(3, '0');
	field(3, 124, "00000000000");
	e.size = 0;
	e.mtime = TAR_MAX;
	out.len = 0;
	tar_put(&out, &e);
	assert_string_equal(block(1), "29 mtime=9223372036854775807\n");
	field(2, 136, "77777777777");
}

static void
end_mark(void **state)
{
	static const char zeros[1024];

	(void)state;
	tar_put_end(&out);
	assert_int_equal(out.len, 1024);
	assert_memory_equal(out.data, zeros, 1024);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(kinds, setup, teardown),
		cmocka_unit_test_setup_teardown(names_that_ustar_holds, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(names_that_ustar_cannot_hold,
		                                setup, teardown),
		cmocka_unit_test_setup_teardown(length_of_a_record, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(names_that_are_not_text, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(large_numbers, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(end_mark, setup, teardown),
	};

	return RUN(tests);
}
