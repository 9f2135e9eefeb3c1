/* exe_script: programs for Windows are read as they are written. */
#include "wheel/exe_script.h"

#include <string.h>

#include "base/buf.h"
#include "format/source.h"
#include "tests/unit/unit.h"
#include "wheel/launcher.h"
#include "wheel/metadata.h"

static const struct exe_launchers exe = { "MZt\0\n", "MZw\n#!no", 5, 8, false };

/* Read the N bytes at TEXT. */
static struct launcher_start
read_text(const char *text, size_t n, struct arena *a)
{
	struct launcher_start start;
	struct source s;

	source_mem(&s, text, n);
	exe_script_read(&start, &s, a);
	return start;
}

static void
test_programs(void **state)
{
	static const char *const pythons[] = {
		"C:\\env\\Scripts\\python.exe", "C:\\a b\\Scripts\\python.exe",
		"C:\\#!\\\xc3\xa9\\Scripts\\python.exe",
	};

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(pythons); i++) {
		const struct launch launch = { .python = pythons[i / 2],
			                       .exe = &exe };
		const struct entry_point e = { "x", "x", "y", false };
		struct launcher_start start;
		struct arena a;
		struct buf out, body;

		arena_init(&a, NULL, 0);
		buf_init(&out, &a);
		buf_init(&body, &a);
		/* as much as is looked at is enough for its end */
		for (int k = 0; i % 2 == 1 && k < 9000; k++)
			buf_puts(&body, "12345678\n");
		assert_int_equal(exe_script_put(&out, &launch, &e, &body), 0);
		start = read_text(out.data, out.len, &a);
		if (i % 2 == 1) {
			assert_null(start.program);
		} else {
			assert_string_equal(start.program, launch.python);
			assert_int_equal(start.offset, 5);
			assert_memory_equal(out.data + start.offset + start.length,
			                    "\n\r\nPK\3\4", 7);
		}
		/* cut anywhere, it is none */
		for (size_t n = 0; i % 2 == 0 && n < out.len; n++)
			assert_null(read_text(out.data, n, &a).program);
		arena_free(&a);
	}
}

static void
test_texts(void **state)
{
	static const struct {
		const char *text, *program;
		size_t length;
	} cases[] = {
		{ "#!C:\\e\\python.exe\r\nx", "C:\\e\\python.exe", 17 },
		{ "#!C:\\e f\\python.exe\n", "C:\\e f\\python.exe", 19 },
		{ "#!\"C:\\e f\\python.exe\"\n", "C:\\e f\\python.exe", 21 },
		{ "#!C:\\e\\python.exe -s\n", "C:\\e\\python.exe", 0 },
		{ "#!\"C:\\e f\\python.exe\" -s\n", "C:\\e f\\python.exe", 0 },
		{ "#!C:\\e.exe\\python.exe\n", "C:\\e.exe\\python.exe", 21 },
		{ "#!python\n", "python", 0 },
		{ "#!\"\n", "", 0 },
		{ "#!C:\\e\\python.exe", NULL, 0 },
		{ "#!\n", NULL, 0 },
		{ "#", NULL, 0 },
		{ "", NULL, 0 },
		{ "print(1)\n", NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena a;
		struct launcher_start start;

		arena_init(&a, NULL, 0);
		start = read_text(cases[i].text, strlen(cases[i].text), &a);
		assert_int_equal(start.length, cases[i].length);
		if (cases[i].program)
			assert_string_equal(start.program, cases[i].program);
		else
			assert_null(start.program);
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_programs),
		cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
