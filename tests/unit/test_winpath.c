/* winpath: names that Windows allows, lines of /proc/mounts of WSL. */
#include "python/winpath.h"

#include <errno.h>

#include "base/diag.h"
#include "tests/unit/unit.h"

static struct arena memory;

static void
test_normalize(void **state)
{
	static const char *const good[][2] = {
		{ "C:\\", "C:\\" },
		{ "c:/a/b", "c:\\a\\b" },
		{ "C:\\a\\.\\b\\", "C:\\a\\b" },
		{ "C:\\a\\..\\..\\..\\b", "C:\\b" },
		{ "\\\\host\\share\\x", "\\\\host\\share\\x" },
		{ "//host/share/x/../..", "\\\\host\\share" },
		{ "C:\\a%b!\\(c) & d", "C:\\a%b!\\(c) & d" },
		{ "C:\\console\\nulx\\com0\\com10", "C:\\console\\nulx\\com0\\com10" },
	};
	static const char *const bad[] = {
		"", "C:", "C:a", "\\a", "a\\b", "/a/b", "1:\\a", "\\\\",
		"C:\\a\\con", "C:\\nul .txt", "C:\\a.", "C:\\a \\b", "C:\\a*b",
		"C:\\a\x01", "C:\\COM\302\271", "C:\\conin$",
		"\\\\host", "\\\\.\\a\\b", "\\\\host\\..\\b",
		"C:\\a:b", "\\\\ho?t\\share", "C:\\\xff",
	};
	struct diag d;
	char *out;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		diag_init(&d, &memory);
		assert_int_equal(winpath_normalize(good[i][0], "x", &memory,
		                                   &out, &d), 0);
		assert_string_equal(out, good[i][1]);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		diag_init(&d, &memory);
		assert_int_equal(winpath_normalize(bad[i], "x", &memory, &out,
		                                   &d), -EINVAL);
	}
}

static void
test_parts(void **state)
{
	(void)state;
	assert_string_equal(winpath_dir("C:\\a\\b.exe", &memory), "C:\\a");
	assert_string_equal(winpath_dir("C:\\b.exe", &memory), "C:\\");
	assert_string_equal(winpath_base("C:\\a/b.exe"), "b.exe");
}

static void
test_mounts(void **state)
{
	static const struct {
		const char *line, *name, *place;
	} mounts[] = {
		{ "C:\\134 /mnt/c 9p rw,noatime,aname=drvfs;path=C:\\134;uid=1000;"
		  "gid=1000;symlinkroot=/mnt/,mmap,trans=fd,rfd=5,wfd=5 0 0\n",
		  "C:", "/mnt/c" },
		{ "drvfs /mnt/d\\040x 9p rw,aname=drvfs;path=D:\\134,cache=5 0 0",
		  "D:", "/mnt/d x" },
		{ "C: /mnt/c drvfs rw,noatime,case=off 0 0\n", "C:", "/mnt/c" },
		{ "\\134\\134host\\134share /mnt/s drvfs rw 0 0\n",
		  "\\\\host\\share", "/mnt/s" },
	};
	static const char *const others[] = {
		"", "\n", "proc /proc proc rw 0 0\n", "C: /mnt/c\n",
		"x /mnt/c 9p rw,aname=other;path=C:\\134; 0 0\n",
		"x /mnt/c 9p rw,aname=drvfs; 0 0\nC: /mnt/c drvfs rw 0 0\n",
		"none /mnt/c drvfs rw 0 0\n",
	};
	struct winpath_drive d;

	(void)state;
	for (size_t i = 0; i < COUNT(mounts); i++) {
		assert_true(winpath_parse_mount(mounts[i].line, &d, &memory));
		assert_string_equal(d.name, mounts[i].name);
		assert_string_equal(d.place, mounts[i].place);
	}
	for (size_t i = 0; i < COUNT(others); i++)
		assert_false(winpath_parse_mount(others[i], &d, &memory));
}

static void
test_length(void **state)
{
	(void)state;
	assert_int_equal(winpath_length("C:\\a"), 4);
	assert_int_equal(winpath_length("\xc3\xa9\xe2\x82\xac"), 2);
	/* two units, as outside the basic plane */
	assert_int_equal(winpath_length("\xf0\x9f\x90\x8d"), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_normalize),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_mounts),
		cmocka_unit_test(test_length),
	};
	int failed;

	arena_init(&memory, NULL, 0);
	failed = RUN(tests);
	arena_free(&memory);
	return failed;
}
