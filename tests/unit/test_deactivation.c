/* deactivation: environment lists before and after; shell: names of shells. */
#include "venv/deactivation.h"

#include "base/arena.h"
#include "tests/unit/unit.h"
#include "venv/shell.h"

enum { MAX_VARS = 8 };

struct row {
	const char *env[MAX_VARS];
	const char *want[MAX_VARS];
};

static void
test_env(void **state)
{
	static const struct row rows[] = {
		{ { "PATH=/v/bin:/usr/bin", "A=b" },
		  { "PATH=/v/bin:/usr/bin", "A=b" } },
		{ { "VIRTUAL_ENV=", "PATH=/bin:/usr/bin" },
		  { "PATH=/bin:/usr/bin" } },
		{ { "PATH=/v/bin:/usr/bin", "VIRTUAL_ENV=/v",
		    "VIRTUAL_ENV_PROMPT=v", "A=b" },
		  { "PATH=/usr/bin", "A=b" } },
		{ { "VIRTUAL_ENV=/v",
		    "PATH=:/x:/v/bin:/v/bin2:/v:/v/bin:/v/bin/y::/v/bin" },
		  { "PATH=:/x:/v/bin2:/v:/v/bin/y:" } },
		{ { "VIRTUAL_ENV=/v", "PATH=/v/bin" }, { NULL } },
		{ { "VIRTUAL_ENV=/v", "PATH=" }, { "PATH=" } },
		{ { "VIRTUAL_ENV=/v", "_OLD_VIRTUAL_PATH=/x", "B=",
		    "_OLD_VIRTUAL_PYTHONHOME=/p", "_OLD_VIRTUAL_PS1=$ ",
		    "VIRTUAL_ENV_DISABLE_PROMPT=1" },
		  { "B=", "VIRTUAL_ENV_DISABLE_PROMPT=1", "PYTHONHOME=/p" } },
		{ { "PYTHONHOME=/new", "_OLD_VIRTUAL_PYTHONHOME=/p" },
		  { "PYTHONHOME=/p" } },
		{ { "PYTHONHOME=/new" }, { "PYTHONHOME=/new" } },
		{ { "noequals" }, { "noequals" } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *r = &rows[i];
		const char *const *got;
		struct arena a;
		size_t k;

		arena_init(&a, NULL, 0);
		got = deactivation_env(&a, r->env);
		assert_non_null(got);
		for (k = 0; r->want[k]; k++) {
			assert_non_null(got[k]);
			assert_string_equal(got[k], r->want[k]);
		}
		assert_null(got[k]);
		arena_free(&a);
	}
}

static void
test_shells(void **state)
{
	static const char *const rows[][2] = {
		{ "sh", "sh" },        { "/bin/bash", "sh" },
		{ "-zsh", "sh" },      { "-/bin/dash", "sh" },
		{ "ksh93", "sh" },     { "ksh93u+m", "sh" },
		{ "zsh-5.9", "sh" },   { "bash-static", "sh" },
		{ "busybox", "sh" },   { "ash", "sh" },
		{ "csh", "csh" },      { "tcsh", "csh" },
		{ "bsd-csh", "csh" },  { "fish", "fish" },
		{ "pwsh", "powershell" }, { "pwsh-preview", "powershell" },
		{ "", NULL },          { "-", NULL },
		{ "b", NULL },         { "bashful", NULL },
		{ "sh bash", NULL },   { "python3", NULL },
		{ "93", NULL },        { " sh", NULL },
		{ "fis", NULL },       { "/bin/", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct shell *sh = shell_find(rows[i][0]);

		assert_int_equal(sh != NULL, rows[i][1] != NULL);
		if (sh)
			assert_string_equal(shell_name(sh), rows[i][1]);
	}
	for (size_t i = 0; i < shell_count(); i++)
		assert_ptr_equal(shell_find(shell_name(shell_at(i))),
		                 shell_at(i));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_env),
		cmocka_unit_test(test_shells),
	};

	return RUN(tests);
}
