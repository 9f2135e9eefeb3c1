#pragma once
/*
 * unit: what every unit test includes: cmocka with the headers it wants, and
 * a temporary directory that is gone afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Run the array TESTS of struct CMUnitTest: for main() to return. */
#define RUN(tests) cmocka_run_group_tests(tests, NULL, NULL)

/* A new temporary directory; the string is static. */
static inline const char *
unit_tmpdir(void)
{
	static char path[64];

	strcpy(path, "/tmp/venvbox-unit.XXXXXX");
	if (!mkdtemp(path))
		fail_msg("mkdtemp");
	return path;
}

/* Remove the directory that unit_tmpdir() made. */
static inline void
unit_rmdir(const char *path)
{
	char command[128];

	assert_true(strncmp(path, "/tmp/venvbox-unit.", 18) == 0);
	snprintf(command, sizeof(command), "rm -rf '%s'", path);
	assert_int_equal(system(command), 0);
}
