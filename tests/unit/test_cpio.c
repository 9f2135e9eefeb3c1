/* cpio: the bytes of each kind of entry, as cpio(5) has them. */
#include "format/cpio.h"

#include "base/buf.h"
#include "format/archive.h"
#include "tests/unit/unit.h"

static struct arena memory;

static int
setup(void **state)
{
	(void)state;
	arena_init(&memory, NULL, 0);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(&memory);
	return 0;
}

static void
expect(const struct archive_entry *e, const char *want, size_t n)
{
	struct buf out;

	buf_init(&out, &memory);
	cpio_put(&out, e);
	assert_int_equal(out.len, n);
	assert_memory_equal(out.data, want, n);
}

/* magic, inode, mode, owner, group, links, time, size, device, rdevice, size of
 * the name, sum; the name with its NUL; padding */

static void
directory(void **state)
{
	const struct archive_entry e = {
		.kind = ARCHIVE_DIR, .name = "opt", .mode = 0755, .inode = 1,
		.mtime = 0x12345678,
	};
	static const char want[] =
		"070701" "00000001" "000041ED" "00000000" "00000000" "00000002"
		"12345678" "00000000" "00000000" "00000000" "00000000"
		"00000000" "00000004" "00000000" "opt\0\0";

	(void)state;
	expect(&e, want, 116);
}

static void
file(void **state)
{
	const struct archive_entry e = {
		.kind = ARCHIVE_FILE, .name = "a/bc", .mode = 0644,
		.inode = 0xABCDEF01, .names = 1, .size = UINT32_MAX,
		.mtime = UINT32_MAX,
	};
	static const char want[] =
		"070701" "ABCDEF01" "000081A4" "00000000" "00000000" "00000001"
		"FFFFFFFF" "FFFFFFFF" "00000000" "00000000" "00000000"
		"00000000" "00000005" "00000000" "a/bc";

	(void)state;
	expect(&e, want, 116);
}

static void
second_name_of_a_file_is_empty(void **state)
{
	const struct archive_entry e = {
		.kind = ARCHIVE_SAME, .name = "b", .target = "a", .mode = 0755,
		.inode = 7, .names = 3, .size = 9,
	};
	static const char want[] =
		"070701" "00000007" "000081ED" "00000000" "00000000" "00000003"
		"00000000" "00000000" "00000000" "00000000" "00000000"
		"00000000" "00000002" "00000000" "b";

	(void)state;
	expect(&e, want, 112);
}

/* The target has no NUL and is padded as a file is. */
static void
link_target(void **state)
{
	struct buf out;
	struct archive_entry e = {
		.kind = ARCHIVE_LINK, .name = "l", .target = "/usr/a",
		.mode = 0777, .inode = 2, .names = 1,
	};
	static const char want[] =
		"070701" "00000002" "0000A1FF" "00000000" "00000000" "00000001"
		"00000000" "00000006" "00000000" "00000000" "00000000"
		"00000000" "00000002" "00000000" "l\0/usr/a\0";

	(void)state;
	expect(&e, want, 120);
	e.target = "/usr";
	buf_init(&out, &memory);
	cpio_put(&out, &e);
	assert_int_equal(out.len, 116);
}

/* Wherever a name ends, the next thing starts at a multiple of four. */
static void
padding(void **state)
{
	char name[64];

	(void)state;
	for (size_t n = 1; n < sizeof(name); n++) {
		struct archive_entry e = { .kind = ARCHIVE_FILE, .name = name };
		struct buf out;

		memset(name, 'x', n);
		name[n] = '\0';
		buf_init(&out, &memory);
		cpio_put(&out, &e);
		assert_int_equal(out.len % 4, 0);
		assert_true(out.len >= 110 + n + 1 && out.len < 115 + n);
	}
}

static void
end_mark(void **state)
{
	static const char want[] =
		"070701" "00000000" "00000000" "00000000" "00000000" "00000001"
		"00000000" "00000000" "00000000" "00000000" "00000000"
		"00000000" "0000000B" "00000000" "TRAILER!!!\0\0\0";
	struct buf out;

	(void)state;
	buf_init(&out, &memory);
	cpio_put_end(&out);
	assert_int_equal(out.len, 124);
	assert_memory_equal(out.data, want, 124);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(directory, setup, teardown),
		cmocka_unit_test_setup_teardown(file, setup, teardown),
		cmocka_unit_test_setup_teardown(second_name_of_a_file_is_empty,
		                                setup, teardown),
		cmocka_unit_test_setup_teardown(link_target, setup, teardown),
		cmocka_unit_test_setup_teardown(padding, setup, teardown),
		cmocka_unit_test_setup_teardown(end_mark, setup, teardown),
	};

	return RUN(tests);
}
