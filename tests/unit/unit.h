#pragma once
/*
 * unit: what every unit test includes: cmocka with the headers it wants, a
 * temporary directory that is gone afterwards, and memory where one byte too
 * far is seen.
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

/* A copy of the N bytes at P, exactly as large; to be freed. */
static inline char *
unit_exact(const void *p, size_t n)
{
	char *copy = malloc(n ? n : 1);

	assert_non_null(copy);
	memcpy(copy, p, n);
	return copy;
}

/* Write the N bytes at P into FILE below TOP, and make what it is in. */
static inline void
unit_put(const char *top, const char *file, const void *p, size_t n)
{
	char text[300];
	FILE *f;

	snprintf(text, sizeof(text), "mkdir -p \"$(dirname '%s/%s')\"", top,
	         file);
	assert_int_equal(system(text), 0);
	snprintf(text, sizeof(text), "%s/%s", top, file);
	f = fopen(text, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}
