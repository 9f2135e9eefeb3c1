/* launcher: the first lines of scripts are read as they are written. */
#include "wheel/launcher.h"

#include <string.h>

#include "base/buf.h"
#include "tests/unit/unit.h"

#define TAIL " \"$0\" \"$@\"\n' '''\n"

static void
test_read(void **state)
{
	static const struct {
		const char *text;
		const char *program; /* NULL: none */
		const char *rest;    /* after the lines; NULL: of another form */
	} cases[] = {
		{ "", NULL, NULL },
		{ "import x\n", NULL, NULL },
		{ "#!", "", NULL },
		{ "#!/a/python", "/a/python", NULL },
		{ "#!/a/python\nimport x\n", "/a/python", "import x\n" },
		{ "#! /a/python\n", "/a/python", NULL },
		{ "#!/a/python -s\n", "/a/python", NULL },
		{ "#!/a/python\r\n", "/a/python", NULL },
		{ "#!/usr/bin/env python3\n", "/usr/bin/env", NULL },
		{ "#!/bin/sh\necho\n", "/bin/sh", "echo\n" },
		{ "#!/bin/sh\n'''exec' '/a b/python'" TAIL "x", "/a b/python",
		  "x" },
		{ "#!/bin/sh\n'''exec' \"/a b/python\"" TAIL, "/a b/python", "" },
		{ "#!/bin/sh\n'''exec' /a/python -s" TAIL, "/a/python", NULL },
		{ "#!/bin/sh\n'''exec' \"$(pwd)\"/python" TAIL, "/bin/sh",
		  "'''exec' \"$(pwd)\"/python" TAIL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *text = cases[i].text;
		struct launcher_start start;
		struct arena a;

		arena_init(&a, NULL, 0);
		launcher_read(&start, text, strlen(text), &a);
		if (cases[i].program)
			assert_string_equal(start.program, cases[i].program);
		else
			assert_null(start.program);
		if (cases[i].rest)
			assert_string_equal(text + start.length, cases[i].rest);
		else
			assert_int_equal(start.length, 0);
		arena_free(&a);
	}
}

/* A launcher by launcher_put_program() is read back, whatever the path. */
static void
test_round_trip(void **state)
{
	static const char body[] = "import x\n";
	static const char *const paths[] = {
		"/a/bin/python", "/a b/bin/python", "/it's/bin/python",
		"/back\\slash/ \"/bin/python", "/$(x) `y`/bin/python",
		"/\xff/bin/python", "/\xc3\xa9 e/bin/python", "/'''/\\ /python",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(paths); i++) {
		const struct launch launch = { .python = paths[i] };
		struct launcher_start start;
		struct arena a;
		struct buf out;

		arena_init(&a, NULL, 0);
		buf_init(&out, &a);
		assert_int_equal(launcher_put_program(&out, &launch, body,
		                                      strlen(body)), 0);
		assert_non_null(buf_str(&out));
		launcher_read(&start, out.data, out.len, &a);
		assert_string_equal(start.program, paths[i]);
		assert_string_equal(out.data + start.length, body);
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
