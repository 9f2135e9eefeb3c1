/* environ: environment lists before and after; shell: names of shells. */
#include "shell/environ.h"

#include "base/arena.h"
#include "base/str.h"
#include "python/layout.h"
#include "shell/activation.h"
#include "shell/shell.h"
#include "tests/unit/unit.h"

enum { MAX_VARS = 8 };

static size_t
count(const char *const *env)
{
	size_t n = 0;

	while (env[n])
		n++;
	return n;
}

static bool
has(const char *const *env, const char *string)
{
	while (*env && strcmp(*env, string) != 0)
		env++;
	return *env;
}

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
		{ { "VIRTUAL_ENV=/v", "PATH=/v/Scripts:/x:/v/Scripts:/v/scripts" },
		  { "PATH=/x:/v/scripts" } },
		/* a directory of that name is not the environment's */
		{ { "VIRTUAL_ENV=/v", "PATH=/v/Scripts:/v/bin:/x" },
		  { "PATH=/v/Scripts:/x" } },
		{ { "VIRTUAL_ENV=/v", "PATH=/v/bin" }, { NULL } },
		{ { "VIRTUAL_ENV=/v", "PATH=" }, { "PATH=" } },
		{ { "VIRTUAL_ENV=/v", "PATH=/v/bin", "_OLD_VIRTUAL_PATH=" },
		  { "PATH=" } },
		{ { "VIRTUAL_ENV=/v", "_OLD_VIRTUAL_PATH=/x", "B=",
		    "_OLD_VIRTUAL_PYTHONHOME=/p", "_OLD_VIRTUAL_PS1=$ ",
		    "VIRTUAL_ENV_DISABLE_PROMPT=1" },
		  { "B=", "VIRTUAL_ENV_DISABLE_PROMPT=1", "PYTHONHOME=/p" } },
		{ { "VIRTUAL_ENV=/v", "PYTHONHOME=/new",
		    "_OLD_VIRTUAL_PYTHONHOME=/p" },
		  { "PYTHONHOME=/p" } },
		{ { "PYTHONHOME=/new", "_OLD_VIRTUAL_PYTHONHOME=/p" },
		  { "PYTHONHOME=/new", "_OLD_VIRTUAL_PYTHONHOME=/p" } },
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
		got = environ_leave(&a, r->env);
		assert_non_null(got);
		for (k = 0; r->want[k]; k++) {
			assert_non_null(got[k]);
			assert_string_equal(got[k], r->want[k]);
		}
		assert_null(got[k]);
		arena_free(&a);
	}
}

/* An environment entered with a way back is left again without a trace. */
static void
test_enter(void **state)
{
	static const char *const envs[][MAX_VARS] = {
		{ "A=b", "PATH=/usr/bin:/bin", NULL },
		{ "PATH=", NULL },
		{ "A=b", NULL },
		{ "PATH=/x", "PYTHONHOME=/p", NULL },
		{ "PATH=/x", "PYTHONHOME=", NULL },
		{ "VIRTUAL_ENV_DISABLE_PROMPT=1", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(envs); i++) {
		const struct activation v = {
			.env_dir = "/v",
			.prompt = "name",
			.env = envs[i],
		};
		const char *const *in, *const *out;
		const char *path = env_get(envs[i], "PATH");
		struct arena a;

		arena_init(&a, NULL, 0);
		in = environ_enter(&a, &v, true);
		assert_non_null(in);
		assert_string_equal(env_get(in, "VIRTUAL_ENV"), "/v");
		assert_string_equal(env_get(in, "VIRTUAL_ENV_PROMPT"), "name");
		assert_string_equal(env_get(in, "PATH"),
		                    path && *path
		                            ? arena_fmt(&a, "/v/bin:%s", path)
		                            : "/v/bin");
		assert_null(env_get(in, "PYTHONHOME"));
		out = environ_leave(&a, in);
		assert_non_null(out);
		assert_int_equal(count(out), count(envs[i]));
		for (size_t k = 0; envs[i][k]; k++)
			assert_true(has(out, envs[i][k]));
		arena_free(&a);
	}
}

/* Without a way back, a PATH that was not set gets one; an empty one does not. */
static void
test_path(void **state)
{
	static const char *const unset[] = { NULL };
	static const char *const empty[] = { "PATH=", NULL };
	struct activation v = {
		.env_dir = "/v",
		.prompt = "",
		.env = unset,
	};
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	assert_string_equal(env_get(environ_enter(&a, &v, false), "PATH"),
	                    "/v/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:"
	                    "/usr/bin:/sbin:/bin");
	v.env = empty;
	assert_string_equal(env_get(environ_enter(&a, &v, false), "PATH"),
	                    "/v/bin");
	arena_free(&a);
}

/* Programs of Windows get it by WSL or by wine, before what is there. */
static void
test_interop(void **state)
{
	static const char *const plain[] = { "PATH=/x", NULL };
	static const char *const more[] = { "WSLENV=A/u:B", "WINEPATH=D:\\x",
		                            NULL };
	struct activation v = {
		.env_dir = "/c/v",
		.prompt = "",
		.layout = layout_of(true),
		.windows_dir = "C:\\v",
		.in_wsl = true,
	};
	const char *const *got;
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	assert_string_equal(env_get(environ_interop(&a, &v, plain), "WSLENV"),
	                    "VIRTUAL_ENV/p:VIRTUAL_ENV_PROMPT");
	got = environ_interop(&a, &v, more);
	assert_string_equal(env_get(got, "WSLENV"),
	                    "VIRTUAL_ENV/p:VIRTUAL_ENV_PROMPT:A/u:B");
	assert_string_equal(env_get(got, "WINEPATH"), "D:\\x");
	v.in_wsl = false;
	got = environ_interop(&a, &v, more);
	assert_string_equal(env_get(got, "WSLENV"), "A/u:B");
	assert_string_equal(env_get(got, "WINEPATH"), "C:\\v\\Scripts;D:\\x");
	assert_null(env_get(environ_interop(&a, &v, plain), "WSLENV"));
	v.windows_dir = NULL;
	assert_ptr_equal(environ_interop(&a, &v, more), more);
	v.env = plain;
	assert_string_equal(env_get(environ_enter(&a, &v, false), "PATH"),
	                    "/c/v/Scripts:/x");
	arena_free(&a);
}

static void
test_changes(void **state)
{
	static const char *const before[] = {
		"PATH=/old/bin:/x", "VIRTUAL_ENV=/old", "PYTHONHOME=/p", NULL,
	};
	const struct activation v = {
		.env_dir = "/v",
		.prompt = "",
		.env = before,
	};
	struct variable s[ENVIRON_CHANGES];
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	environ_changes(s, before, environ_enter(&a, &v, true));
	assert_string_equal(s[0].value, "/v");
	assert_string_equal(s[1].name, "VIRTUAL_ENV_PROMPT");
	assert_string_equal(s[1].value, "");
	assert_string_equal(s[2].value, "/v/bin:/x");
	assert_string_equal(s[3].name, "PYTHONHOME");
	assert_null(s[3].value);
	assert_string_equal(s[4].name, "_OLD_VIRTUAL_PYTHONHOME");
	assert_string_equal(s[4].value, "/p");
	assert_null(s[5].name);
	environ_changes(s, before, environ_leave(&a, before));
	assert_string_equal(s[0].name, "VIRTUAL_ENV");
	assert_null(s[0].value);
	assert_string_equal(s[1].name, "PATH");
	assert_string_equal(s[1].value, "/x");
	assert_null(s[2].name);
	arena_free(&a);
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
			assert_string_equal(sh->name, rows[i][1]);
	}
	for (size_t i = 0; i < shell_count(); i++)
		assert_ptr_equal(shell_find(shell_at(i)->name),
		                 shell_at(i));
	/* a form is no program */
	assert_non_null(shell_find("json"));
	assert_null(shell_of_program("json"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_env),
		cmocka_unit_test(test_enter),
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_interop),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_shells),
	};

	return RUN(tests);
}
