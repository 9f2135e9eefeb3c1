/* forms: each form's escapes, and what a form cannot say. */
#include "shell/forms.h"

#include <errno.h>

#include "base/diag.h"
#include "tests/unit/unit.h"

enum { MAX_VARIABLES = 4 };

struct row {
	int (*write)(struct buf *out, const struct variable *v, struct diag *d);
	struct variable s[MAX_VARIABLES];
	const char *want; /* NULL: refused */
};

#define ENV(dir) { "VIRTUAL_ENV", dir }
#define PATH(value) { "PATH", value }
#define HOME_UNSET { "PYTHONHOME", NULL }
#define SAVED_UNSET { "_OLD_VIRTUAL_PATH", NULL }

static const struct row rows[] = {
	{ form_docker, { ENV("/a\"b\\$c\t'`!%\\"), PATH("/a\"b\\$c\t'`!%\\/bin:/x"), HOME_UNSET },
	  "ENV VIRTUAL_ENV=\"/a\\\"b\\\\\\$c\t'`!%\\\\\"\n"
	  "ENV PATH=\"/a\\\"b\\\\\\$c\t'`!%\\\\/bin:$PATH\"\n" },
	{ form_docker, { ENV("/a"), SAVED_UNSET },
	  "ENV VIRTUAL_ENV=\"/a\"\n" },
	{ form_docker, { ENV("/a\nb") }, NULL },
	{ form_docker, { ENV("/a\xff") }, NULL },
	{ form_docker, { ENV(NULL) }, NULL },
	{ form_docker, { ENV("/a"), PATH(NULL) }, NULL },

	{ form_env, { ENV("/a \"$'\\#=b "), PATH(""), HOME_UNSET },
	  "VIRTUAL_ENV=/a \"$'\\#=b \nPATH=\nPYTHONHOME=\n" },
	{ form_env, { ENV("/a"), SAVED_UNSET }, "VIRTUAL_ENV=/a\n" },
	{ form_env, { ENV("/a\nb") }, NULL },
	{ form_env, { ENV("/a\r") }, NULL },
	{ form_env, { ENV("/a\xff") }, NULL },
	{ form_env, { ENV("/a"), PATH("\xff") }, NULL },
	{ form_env, { ENV(NULL) }, NULL },
	{ form_env, { PATH(NULL) }, NULL },
	{ form_env, { { "WSLENV", NULL }, { "WINEPATH", NULL } },
	  "WSLENV=\nWINEPATH=\n" },

	{ form_env0, { PATH(NULL) }, NULL },
	{ form_env0, { ENV(NULL) }, NULL },

	{ form_json, { ENV("/a\n\xff"), HOME_UNSET },
	  "{\"VIRTUAL_ENV\": \"/a\\u000a\\udcff\", \"PYTHONHOME\": null}\n" },

	{ form_nu, { ENV("/a\"\\\n:$"), PATH("/x::/y:"), HOME_UNSET },
	  "{\"VIRTUAL_ENV\": \"/a\\\"\\\\\\u000a:$\", "
	  "\"PATH\": [\"/x\", \"\", \"/y\", \"\"], \"PYTHONHOME\": null}\n" },
	{ form_nu, { PATH("") }, "{\"PATH\": [\"\"]}\n" },
	{ form_nu, { PATH(NULL) }, "{\"PATH\": null}\n" },
	{ form_nu, { ENV("/\xff") }, NULL },
	{ form_nu, { PATH("/\xff") }, NULL },

	{ form_systemd,
	  { ENV("/a \"b\\%h$c'\n\x01\x7f\xc3\xa9"), PATH("\\"), HOME_UNSET },
	  "Environment=\"VIRTUAL_ENV=/a \\\"b\\\\%%h$c'\\x0a\\x01\\x7f\xc3\xa9\"\n"
	  "Environment=\"PATH=\\\\\"\n"
	  "UnsetEnvironment=PYTHONHOME\n" },
	{ form_systemd, { ENV(NULL), PATH(NULL) },
	  "UnsetEnvironment=VIRTUAL_ENV\nUnsetEnvironment=PATH\n" },
	{ form_systemd, { ENV("\xff") }, NULL },
	{ form_systemd, { ENV("\xef\xbf\xbe") }, NULL },
	{ form_systemd, { ENV("\xf4\x8f\xbf\xbf") }, NULL },
	{ form_systemd, { ENV("\xef\xb7\x90") }, NULL },
	{ form_systemd, { ENV("\xef\xbf\xbd\xef\xb7\x8f\xef\xb7\xb0") },
	  "Environment=\"VIRTUAL_ENV=\xef\xbf\xbd\xef\xb7\x8f\xef\xb7\xb0\"\n" },

	{ form_github, { ENV("/a=<<b\r"), PATH("/x"), HOME_UNSET },
	  "VIRTUAL_ENV=/a=<<b\r\nPYTHONHOME=\n" },
	{ form_github, { ENV("/a"), SAVED_UNSET }, "VIRTUAL_ENV=/a\n" },
	{ form_github, { ENV("\n") }, "VIRTUAL_ENV<<EOF\n\n\nEOF\n" },
	{ form_github, { ENV("EOF\nEOF_") },
	  "VIRTUAL_ENV<<EOF__\nEOF\nEOF_\nEOF__\n" },
	{ form_github, { ENV("\xff") }, NULL },
	{ form_github, { ENV(NULL) }, NULL },

	{ form_github_path, { { "A", "b" }, ENV("/a b"), PATH("/a b/bin:/x") },
	  "/a b/bin\n" },
	{ form_github_path, { ENV("/a"), PATH("/a\nb") }, NULL },
	{ form_github_path, { ENV("/a"), PATH("/a\rb") }, NULL },
	{ form_github_path, { ENV("/a"), PATH("/\xff") }, NULL },
	{ form_github_path, { ENV("/a"), PATH(NULL) }, NULL },
	{ form_github_path, { ENV(NULL), PATH("/x") }, NULL },
	{ form_github_path, { ENV("/a"), PATH("/a/Scripts") }, "/a/Scripts\n" },

	{ form_cmd, { ENV("/a:b \"%x% ^!;\t&"), PATH("/x:"), HOME_UNSET },
	  "set \"VIRTUAL_ENV=/a:b \"%x% ^!;\t&\"\n"
	  "set \"PATH=/x;\"\nset \"PYTHONHOME=\"\n" },
	{ form_cmd, { ENV(NULL), PATH(NULL) },
	  "set \"VIRTUAL_ENV=\"\nset \"PATH=\"\n" },
	{ form_cmd, { ENV("a\nb") }, NULL },
	{ form_cmd, { ENV("a\r") }, NULL },
	{ form_cmd, { ENV("\032") }, NULL },
	{ form_cmd, { ENV("\xff") }, NULL },
	{ form_cmd, { ENV("C:\\a%"), PATH("C:\\a%\\Scripts;D:\\b") },
	  "set \"VIRTUAL_ENV=C:\\a%\"\nset \"PATH=C:\\a%\\Scripts;D:\\b\"\n" },
	{ form_cmd, { PATH("/a;b") }, NULL },
	{ form_cmd, { PATH("//a/b;c") }, NULL },
	{ form_cmd, { PATH("/a\"b") }, NULL },
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *r = &rows[i];
		struct arena a;
		struct buf out;
		struct diag d;
		int err;

		arena_init(&a, NULL, 0);
		diag_init(&d, &a);
		buf_init(&out, &a);
		err = r->write(&out, r->s, &d);
		assert_int_equal(err, r->want ? 0 : -EINVAL);
		if (r->want) {
			assert_string_equal(buf_str(&out), r->want);
		} else {
			assert_non_null(strstr(buf_str(&d.text), "which "));
			assert_true(d.hint.len > 0);
		}
		arena_free(&a);
	}
}

static void
test_cmd_longest(void **state)
{
	static char value[8191 - sizeof("set \"PATH=\"\n") + 2];
	const struct variable s[] = { PATH(value), { NULL, NULL } };

	(void)state;
	memset(value, 'x', sizeof(value) - 1);
	for (int over = 1; over >= 0; over--) {
		struct arena a;
		struct buf out;
		struct diag d;

		arena_init(&a, NULL, 0);
		diag_init(&d, &a);
		buf_init(&out, &a);
		assert_int_equal(form_cmd(&out, s, &d), over ? -EINVAL : 0);
		if (!over)
			assert_int_equal(out.len, 8190);
		arena_free(&a);
		value[sizeof(value) - 2] = '\0';
	}
}

static void
test_env0(void **state)
{
	static const char want[] = "VIRTUAL_ENV=/a\n\xff\0PYTHONHOME=";
	const struct variable s[] = {
		ENV("/a\n\xff"), HOME_UNSET, SAVED_UNSET, { NULL, NULL },
	};
	struct arena a;
	struct buf out;
	struct diag d;

	(void)state;
	arena_init(&a, NULL, 0);
	diag_init(&d, &a);
	buf_init(&out, &a);
	assert_int_equal(form_env0(&out, s, &d), 0);
	assert_int_equal(out.len, sizeof(want));
	assert_memory_equal(out.data, want, sizeof(want));
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_cmd_longest),
		cmocka_unit_test(test_env0),
	};

	return RUN(tests);
}
