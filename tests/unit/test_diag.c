/* diag: one failure at a time, warnings that stay; and env_get(). */
#include "base/diag.h"

#include <errno.h>

#include "base/str.h"
#include "tests/unit/unit.h"

static struct arena arena;
static struct diag d;

static int
setup(void **state)
{
	(void)state;
	arena_init(&arena, NULL, 0);
	diag_init(&d, &arena);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static void
test_starts_clean(void **state)
{
	(void)state;
	assert_int_equal(d.code, 0);
	assert_int_equal(d.text.len, 0);
	assert_int_equal(d.hint.len, 0);
	assert_int_equal(d.notes.len, 0);
	assert_int_equal(d.warnings.len, 0);
}

static void
test_set_replaces(void **state)
{
	(void)state;
	assert_int_equal(diag_set(&d, -EPERM, "cannot %s '%s'", "x", "a long "
	                          "name that is longer than the second"),
	                 -EPERM);
	diag_hint(&d, "try %d", 1);
	diag_note(&d, "looked at %s", "x");
	assert_int_equal(diag_set(&d, -EIO, "second"), -EIO);
	assert_int_equal(d.code, -EIO);
	assert_string_equal(buf_str(&d.text), "second");
	assert_int_equal(d.hint.len, 0);
	assert_int_equal(d.notes.len, 0);
}

static void
test_sys_names_verb_path_and_reason(void **state)
{
	(void)state;
	assert_int_equal(diag_sys(&d, -ENOENT, "open", "/x\ny"), -ENOENT);
	assert_string_equal(buf_str(&d.text),
	                    "cannot open '/x\ny': No such file or directory");
}

static void
test_lines(void **state)
{
	(void)state;
	diag_hint(&d, "first");
	diag_hint(&d, "second %c", '!');
	assert_string_equal(buf_str(&d.hint), "second !");
	diag_note(&d, "one");
	diag_note(&d, "two\nlines");
	assert_int_equal(d.notes.len, 4 + 10);
	assert_memory_equal(d.notes.data, "one\0two\nlines\0", 14);
	diag_warn(&d, "w%d", 1);
	diag_warn(&d, "w%d", 2);
	assert_int_equal(d.warnings.len, 6);
	assert_memory_equal(d.warnings.data, "w1\0w2\0", 6);
}

static void
test_clear_keeps_warnings(void **state)
{
	(void)state;
	diag_warn(&d, "stays");
	diag_set(&d, -EIO, "goes");
	diag_note(&d, "goes");
	diag_hint(&d, "goes");
	diag_clear(&d);
	assert_int_equal(d.code, 0);
	assert_int_equal(d.text.len + d.hint.len + d.notes.len, 0);
	assert_int_equal(d.warnings.len, 6);
}

static void
test_env(void **state)
{
	const char *const env[] = { "PATHS=no", "PATH=/bin", "EMPTY=", "ODD",
	                            "PATH=second", "A=b=c", NULL };

	(void)state;
	assert_string_equal(env_get(env, "PATH"), "/bin");
	assert_string_equal(env_get(env, "EMPTY"), "");
	assert_string_equal(env_get(env, "A"), "b=c");
	assert_null(env_get(env, "PAT"));
	assert_null(env_get(env, "ODD"));
	assert_null(env_get(env, "path"));
	assert_null(env_get(NULL, "PATH"));
	assert_null(env_get(env + 6, "PATH"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_starts_clean, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(test_set_replaces, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(
			test_sys_names_verb_path_and_reason, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(test_clear_keeps_warnings,
		                                setup, teardown),
		cmocka_unit_test(test_env),
	};

	return RUN(tests);
}
