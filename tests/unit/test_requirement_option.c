/* requirement_option: words as of shlex, options as of optparse. */
#include "resolve/requirement_option.h"

#include <errno.h>

#include "base/buf.h"
#include "tests/unit/fixture.h"

/* Return LINE as "REQUIREMENT|NAME=VALUE|...", or the reason why it is refused. */
static const char *
read_line(struct fixture *f, const char *line)
{
	char *copy = unit_exact(line, strlen(line));
	struct requirement_option o;
	struct slice requirement, options;
	struct buf b;
	int rc;

	buf_init(&b, &f->arena);
	requirement_line_split((struct slice){ copy, strlen(line) }, &requirement,
	                       &options);
	buf_fmt(&b, "%.*s|", (int)requirement.n, requirement.s);
	while ((rc = requirement_option_next(&options, &o, &f->arena,
	                                     &f->diag)) > 0)
		buf_fmt(&b, "%s%s%s|", o.name, o.value ? "=" : "",
		        o.value ? o.value : "");
	free(copy);
	return rc < 0 ? buf_str(&f->diag.text) : buf_str(&b);
}

static void
assert_rows(struct fixture *f, const char *const (*rows)[2], size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_string_equal(read_line(f, rows[i][0]), rows[i][1]);
}

static void
test_read(void **state)
{
	static const char *const rows[][2] = {
		{ "", "|" },
		{ "aa==1-2", "aa==1-2|" },
		{ "aa --hash=sha256:0", "aa|--hash=sha256:0|" },
		{ "aa  --hash sha256:0", "aa |--hash=sha256:0|" },
		{ "aa\t--hash=x", "aa\t--hash=x|" },
		{ " --pre", "|--pre|" },
		{ "  --pre", " |--pre|" },
		{ "-rFILE", "|--requirement=FILE|" },
		{ "-r FILE --", "|--requirement=FILE|" },
		{ "-c 'a b' -f \"c\\\"\\d\\\\\" -f e\\ f",
		  "|--constraint=a b|--find-links=c\"\\d\\|--find-links=e f|" },
		{ "--no-ind --pref --require-h --req=x",
		  "" "ambiguous option: --req" },
		{ "--no-ind --pref --require-h --requirem=x",
		  "|--no-index|--prefer-binary|--require-hashes|--requirement=x|" },
		{ "--pre", "|--pre|" },
		{ "--extra ''", "|--extra-index-url=|" },
		{ "--p'r'e", "|--pre|" },
		{ "--hash --pre", "|--hash=--pre|" },
		{ "-Ca=b -i u --pypi-url=v",
		  "|--config-settings=a=b|--index-url=u|--pypi-url=v|" },
		{ "-e.", "|--editable=.|" },
	};

	assert_rows(*state, rows, COUNT(rows));
}

static void
test_refused(void **state)
{
	static const char *const rows[][2] = {
		{ "--foo=x", "no such option: --foo" },
		{ "-U", "no such option: -U" },
		{ "--no", "ambiguous option: --no" },
		{ "--=x", "ambiguous option: --" },
		{ "--pre=1", "--pre takes no value" },
		{ "--hash", "--hash needs a value" },
		{ "-r", "--requirement needs a value" },
		{ "-C a", "the value of --config-settings is not KEY=VALUE" },
		{ "--pre x", "'x' is not an option, and pip would ignore it" },
		{ "--pre ''", "'' is not an option, and pip would ignore it" },
		{ "-", "'-' is not an option, and pip would ignore it" },
		{ "-- x", "'x' is not an option, and pip would ignore it" },
		{ "--pre 'x", "a quote is not closed, or nothing follows the "
		  "last backslash" },
		{ "-f x\\", "a quote is not closed, or nothing follows the last "
		  "backslash" },
		{ "-f \"x\\", "a quote is not closed, or nothing follows the "
		  "last backslash" },
	};

	assert_rows(*state, rows, COUNT(rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
	};

	return RUN(tests);
}
