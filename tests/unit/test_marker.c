/* marker: what markers say of a CPython 3.13 on Linux, and of one that is known
 * only in part. tests/markers compares with the library "packaging". */
#include "resolve/marker.h"

#include <errno.h>

#include "base/buf.h"
#include "tests/unit/fixture.h"

static const char *const extras[] = { "X.y", "test" };
static const char *const groups[] = { "dev" };
static const struct marker_set extra_set = { extras, 2 };
static const struct marker_set group_set = { groups, 1 };

static const struct marker_facts known = {
	.fact = {
		[MARKER_OS_NAME] = { "posix", NULL },
		[MARKER_SYS_PLATFORM] = { "linux", NULL },
		[MARKER_PLATFORM_MACHINE] = { "x86_64", NULL },
		[MARKER_PLATFORM_PYTHON_IMPLEMENTATION] = { "CPython", NULL },
		[MARKER_PLATFORM_RELEASE] = { "6.1.0-18-amd64", NULL },
		[MARKER_PLATFORM_SYSTEM] = { "Linux", NULL },
		[MARKER_PLATFORM_VERSION] = { "#1 SMP Debian", NULL },
		[MARKER_PYTHON_VERSION] = { "3.13", NULL },
		[MARKER_PYTHON_FULL_VERSION] = { "3.13.0", NULL },
		[MARKER_IMPLEMENTATION_NAME] = { "cpython", NULL },
		[MARKER_IMPLEMENTATION_VERSION] = { "3.13.0", NULL },
	},
	.extra = "X_Y",
	.extras = &extra_set,
	.dependency_groups = &group_set,
};

/* A foreign root, and X.Y without Z; no variable for extras may be used. */
static const struct marker_facts partial = {
	.fact = {
		[MARKER_OS_NAME] = { "posix", NULL },
		[MARKER_SYS_PLATFORM] = { "linux", NULL },
		[MARKER_PYTHON_VERSION] = { "3.13", NULL },
		[MARKER_PYTHON_FULL_VERSION] = { "3.13.0a0", "3.13.99999" },
	},
};

static enum marker_variable unknown; /* by evaluate() */

static int
evaluate_n(struct fixture *f, const struct marker_facts *facts,
           const char *text, size_t n)
{
	char *copy = unit_exact(text, n);
	int rc = marker_evaluate(copy, n, facts, &f->arena, &unknown, &f->diag);
	int check = marker_check(copy, n, &f->arena, &f->diag);

	/* only facts that are not there can make a difference */
	if ((check < 0) != (rc < 0) && facts == &known)
		fail_msg("check of %s: %d, %d", text, check, rc);
	if (rc < 0)
		rc = marker_evaluate(copy, n, facts, &f->arena, &unknown,
		                     &f->diag);
	free(copy);
	return rc;
}

static int
evaluate(struct fixture *f, const struct marker_facts *facts, const char *text)
{
	return evaluate_n(f, facts, text, strlen(text));
}

struct row {
	const char *text;
	int want;
};

static void
assert_rows(struct fixture *f, const struct marker_facts *facts,
            const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int got = evaluate(f, facts, rows[i].text);

		if (got != rows[i].want)
			fail_msg("%s: %d", rows[i].text, got);
	}
}

static void
test_known(void **state)
{
	static const struct row rows[] = {
		{ "os_name == 'posix'", 1 },
		{ "os_name==\"nt\"", 0 },
		{ "'linux' == sys_platform", 1 },
		{ "os.name == 'posix' and sys.platform != 'win32'", 1 },
		{ "platform.machine == 'x86_64'", 1 },
		{ "platform.python_implementation == 'CPython'", 1 },
		{ "python_implementation == 'PyPy'", 0 },
		{ "'Debian' in platform.version", 1 },
		{ "'arch' not in platform_version", 1 },
		{ "'arch' not \t in platform_version", 1 },
		{ "sys_platform in 'linux, win32'", 1 },
		{ "sys_platform in ''", 0 },
		{ "'' in sys_platform", 1 },
		{ "platform_machine >= 'x86_64'", 1 },
		{ "platform_machine > 'a'", 0 },
		{ "platform_machine < 'z'", 0 },
		/* versions */
		{ "python_version < '3.9'", 0 },
		{ "python_version >= '3.9'", 1 },
		{ "'3.9' < python_version", 1 },
		{ "python_version == '3.13.0'", 1 },
		{ "python_version > '3.12.5'", 1 },
		{ "python_version ~= '3.9'", 1 },
		{ "python_version === '3.13'", 1 },
		{ "python_version == '3.*'", 1 },
		{ "python_version != '3.13.*'", 0 },
		{ "python_version < '=3.13'", 1 },
		{ "python_version > '=3.13'", 1 },
		{ "python_version == '=3.13.0'", 0 },
		{ "python_version === '3,13'", 0 },
		{ "python_version in '3.12, 3.13'", 1 },
		{ "python_version not in '3.12 3.13'", 0 },
		{ "python_version >= 'foo'", 0 },
		{ "python_version != 'foo'", 1 },
		{ "implementation_version == ' 3.13.0 '", 1 },
		/* a kernel's release is no version */
		{ "platform_release >= '5.4'", 0 },
		{ "platform_release < '6'", 0 },
		{ "platform_release != '5.4'", 0 },
		{ "platform_release == '6.1.0-18-amd64'", 1 },
		/* names of extras */
		{ "extra == 'x.Y'", 1 },
		{ "'x-y' == extra", 1 },
		{ "extra != 'xy'", 1 },
		{ "extra in 'a x__y b'", 1 },
		{ "'test' in extras and 'Dev' in dependency_groups", 1 },
		{ "'x-y' not in extras or 'x' in dependency_groups", 0 },
		/* what binds, what blanks mean */
		{ "os_name=='a' and os_name=='b' or os_name=='posix'", 1 },
		{ "os_name=='posix' or os_name=='b' and os_name=='c'", 1 },
		{ "os_name=='a' and (os_name=='b' or os_name=='posix')", 0 },
		{ "((os_name=='posix'))and(os_name in'posix')", 1 },
		{ "\t ( os_name == 'posix' ) ", 1 },
		{ "os_name=='posix'and'x'!=os_name or os_name=='x'", 1 },
		{ "os_name != '\xc3\xa9)\" or'", 1 },
	};

	assert_rows(*state, &known, rows, COUNT(rows));
}

static void
test_unknown(void **state)
{
	static const struct row rows[] = {
		{ "platform_machine == 'x86_64'", MARKER_UNKNOWN },
		{ "platform_machine == 'x86_64' and os_name == 'nt'", 0 },
		{ "platform_machine == 'x86_64' or os_name == 'posix'", 1 },
		{ "os_name == 'nt' and platform_machine == 'x86_64'", 0 },
		{ "os_name == 'posix' and platform_machine == 'x86_64'",
		  MARKER_UNKNOWN },
		{ "(os_name == 'nt' or platform_machine != 'x') and "
		  "sys_platform == 'linux'", MARKER_UNKNOWN },
		{ "platform_machine < 'x'", 0 },
		{ "platform_release >= '5'", MARKER_UNKNOWN },
		{ "platform_release > 'foo'", 0 },
		{ "'5' <= platform_release", MARKER_UNKNOWN },
		{ "'5' ~= platform_release", MARKER_UNKNOWN },
		{ "platform_release in '5'", MARKER_UNKNOWN },
		/* X.Y of which Z is not known */
		{ "python_full_version >= '3.12'", 1 },
		{ "python_full_version < '3.13'", 0 },
		{ "python_full_version >= '3.13'", MARKER_UNKNOWN },
		{ "python_full_version < '3.14'", 1 },
		{ "python_full_version <= '3.13.4'", MARKER_UNKNOWN },
		{ "'3.12' < python_full_version", 1 },
		{ "'3.13.4' < python_full_version", MARKER_UNKNOWN },
		{ "python_full_version == '3.13.*'", 1 },
		{ "python_full_version == '3.*'", 1 },
		{ "python_full_version != '3.*'", 0 },
		{ "python_full_version == '3.12.*'", 0 },
		{ "python_full_version != '3.14.*'", 1 },
		{ "python_full_version == '3.13.4'", MARKER_UNKNOWN },
		{ "python_full_version != '3.13.4'", MARKER_UNKNOWN },
		{ "python_full_version == '3.13.4.*'", MARKER_UNKNOWN },
		{ "python_full_version == '3.12.4'", 0 },
		{ "python_full_version ~= '3.13.4.0'", MARKER_UNKNOWN },
		{ "python_full_version ~= '3.12'", 1 },
		{ "python_full_version ~= '3.14'", 0 },
		{ "python_full_version === '3.13.4'", MARKER_UNKNOWN },
		{ "python_full_version === '3.12.4'", 0 },
		{ "python_full_version in '3.13.4'", MARKER_UNKNOWN },
		{ "'3.13.' in python_full_version", MARKER_UNKNOWN },
		{ "python_full_version >= 'foo'", 0 },
		{ "extra == 'x'", -EINVAL },
		{ "'x' in extras", -EINVAL },
		{ "'x' in dependency_groups", -EINVAL },
		{ "os_name == 'nt' and extra == 'x'", -EINVAL },
	};
	struct fixture *f = *state;

	assert_rows(f, &partial, rows, COUNT(rows));
	evaluate(f, &partial, "platform_release == '5' and os_name == 'nt' or "
	         "platform_version == '6' or platform_machine == '7'");
	assert_int_equal(unknown, MARKER_PLATFORM_VERSION);
	assert_int_equal(marker_refuse("a", 1, unknown, &f->diag), -EINVAL);
	assert_string_equal(buf_str(&f->diag.text), "marker 'a' depends on "
	                    "platform_version, which is unknown");
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
#define VARIABLE "expected a variable or a quoted text"
		{ "", "1: " VARIABLE },
		{ " ", "2: " VARIABLE },
		{ "os_name", "8: expected an operator" },
		{ "os_name ==", "11: " VARIABLE },
		{ "os_name = 'a'", "9: expected an operator" },
		{ "os_name not 'a'", "13: expected 'in' after 'not'" },
		{ "'a' notin os_name", "5: expected an operator" },
		{ "os_name inn 'a'", "9: expected an operator" },
		{ "os_name IN 'a'", "9: expected an operator" },
		{ "platform.release == 'a'", "1: " VARIABLE },
		{ "OS_NAME == 'a'", "1: " VARIABLE },
		{ "os_name == 'a", "12: the quote is not closed" },
		{ "os_name == 'a\\'", "12: a backslash in a quoted text" },
		{ "os_name == 'a' 'b'", "16: expected 'and' or 'or'" },
		{ "os_name == 'a' AND os_name == 'b'",
		  "16: expected 'and' or 'or'" },
		{ "os_name == 'a' and", "19: " VARIABLE },
		{ "not os_name == 'a'", "1: " VARIABLE },
		{ "(os_name == 'a'", "16: expected 'and', 'or' or ')'" },
		{ "os_name == 'a')", "15: expected 'and' or 'or'" },
		{ "()", "2: " VARIABLE },
		{ "'a' == 'b'", "11: a comparison without a variable" },
		{ "os_name == sys_platform",
		  "24: a comparison of two variables" },
		{ "os_name ~= '1.0'", "17: the operator is only for versions" },
		{ "os_name === 'a'", "16: the operator is only for versions" },
		{ "python_version ~= '3'",
		  "22: the operator is only for versions" },
		{ "os_name == 'nt' and python_version ~= 'x'",
		  "42: the operator is only for versions" },
		{ "extra ~= 'x'", "13: the operator is only for versions" },
		{ "extras == 'x'", "14: only \"NAME\" in and not in have a "
		  "meaning for this variable" },
		{ "'x' == extras", "14: only \"NAME\" in and not in have a "
		  "meaning for this variable" },
		{ "os_name == 'a\nb'", "1: a control character" },
		{ "os_name == '\xff'", "1: not UTF-8" },
		{ "os_name\xc2\xa0== 'a'", "8: expected an operator" },
	};
	struct fixture *f = *state;
	char want[300];

	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(evaluate(f, &known, rows[i].text), -EINVAL);
		snprintf(want, sizeof(want), "marker '%s', character %s",
		         rows[i].text, rows[i].want);
		assert_string_equal(buf_str(&f->diag.text), want);
	}
	assert_int_equal(evaluate_n(f, &known, "os_name == '\0'", 14), -EINVAL);
}

static void
put_nested(struct buf *b, size_t depth)
{
	b->len = 0;
	for (size_t i = 0; i < depth; i++)
		buf_putc(b, '(');
	buf_puts(b, "os_name == 'posix'");
	for (size_t i = 0; i < depth; i++)
		buf_putc(b, ')');
}

static void
test_limits(void **state)
{
	struct fixture *f = *state;
	struct buf b;

	buf_init(&b, &f->arena);
	put_nested(&b, MARKER_MAX_DEPTH);
	assert_int_equal(evaluate_n(f, &known, b.data, b.len), 1);
	put_nested(&b, MARKER_MAX_DEPTH + 1);
	assert_int_equal(evaluate_n(f, &known, b.data, b.len), -EINVAL);

	b.len = 0;
	buf_puts(&b, "os_name=='a'");
	while (b.len + 21 < MARKER_MAX)
		buf_puts(&b, " or os_name=='posix'");
	while (b.len < MARKER_MAX)
		buf_putc(&b, ' ');
	assert_int_equal(evaluate_n(f, &known, b.data, b.len), 1);
	buf_putc(&b, ' ');
	assert_int_equal(evaluate_n(f, &known, b.data, b.len), -EINVAL);
	assert_string_equal(buf_str(&f->diag.text), "a marker of 65537 bytes");
}

static void
test_names(void **state)
{
	(void)state;
	assert_string_equal(marker_variable_name(MARKER_OS_NAME), "os_name");
	for (int i = 0; i < MARKER_VARIABLES; i++)
		assert_non_null(marker_variable_name((enum marker_variable)i));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_known, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unknown, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
		cmocka_unit_test(test_names),
	};

	return RUN(tests);
}
