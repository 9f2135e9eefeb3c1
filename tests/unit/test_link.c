/* link: the parts of URLs, and the endings of file names. */
#include "resolve/link.h"

#include <errno.h>

#include "base/buf.h"
#include "tests/unit/fixture.h"

#define A "59bb03251907983d1603d27c3087ddb1e93299ea2163adcdba37899a4fb12ffb"

/* Return URL as "KIND URL PATH FILE EGG HASH", or the reason why it is refused. */
static const char *
parse(struct fixture *f, const char *url)
{
	static const char *const kinds[] = { "file", "network", "source" };
	char *copy = unit_exact(url, strlen(url));
	struct link l;
	struct buf b;
	int rc = link_parse(&l, copy, strlen(url), &f->arena, &f->diag);

	free(copy);
	if (rc < 0)
		return buf_str(&f->diag.text);
	buf_init(&b, &f->arena);
	buf_fmt(&b, "%s %s %s '%s' %s ", kinds[l.kind], l.url,
	        l.path ? l.path : "-", l.file_name, l.egg ? l.egg : "-");
	if (l.hash)
		digest_put_hex(&b, l.hash->kind, l.hash->sum);
	return buf_str(&b);
}

static void
test_parse(void **state)
{
	static const char *const rows[][2] = {
		{ "file:///a/b.whl", "file file:///a/b.whl /a/b.whl 'b.whl' - " },
		{ "file:/a", "file file:/a /a 'a' - " },
		{ "file:a/b", "file file:a/b a/b 'b' - " },
		{ "file://localhost/a", "file file://localhost/a /a 'a' - " },
		{ "file:", "file file:  '' - " },
		{ "file:///a%20b%2Fc%zz%", "file file:///a%20b%2Fc%zz% /a b/c%zz% "
		  "'c%zz%' - " },
		{ "file:///a/?q#sha256=" A, "file file:///a/?q /a/ 'a' - " A },
		{ "https://u:p@h:1/x/a-1.whl?q=/b#egg=A.b&sha256=" A,
		  "network https://u:p@h:1/x/a-1.whl?q=/b - 'a-1.whl' A.b " A },
		{ "git+ssh://git@h/x@v#egg=x", "source git+ssh://git@h/x@v - "
		  "'x@v' x " },
		{ "HTTP://h", "network HTTP://h - '' - " },
		{ "file:///a#md5", "file file:///a /a 'a' - " },
		{ "./a", "it is not a file:, http: or https: URL" },
		{ "foo://a", "it is not a file:, http: or https: URL" },
		{ "FILE:///a", "'file:' must be in lower case" },
		{ "file://host/a", "a file: URL of another host" },
		{ "file:///a%00", "it has %00 in it" },
		{ "file:///a\tb", "a TAB in a URL" },
		{ "file:///a#md5=00&sha256=" A, "md5 is too weak a hash; use "
		  "sha256" },
		{ "file:///a#sha256=", "the sha256 hash in the URL is not 64 "
		  "hexadecimal digits" },
		{ "file:///a#egg=a[x]", "its egg fragment is not the name of a "
		  "project" },
		{ "file:///a#egg=", "its egg fragment is not the name of a "
		  "project" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(parse(f, rows[i][0]), rows[i][1]);
}

static void
test_is_url(void **state)
{
	static const char *const urls[] = { "file:x", "HTTPS:", "git+https://x",
	                                    "ftp://x", "hg+static-http:" };
	static const char *const others[] = { "", ":", "aa", "c:x", "aa @ file:x",
	                                      "git:x", "file", "1file:", "git+x:",
	                                      "averyveryverylongscheme:" };

	(void)state;
	for (size_t i = 0; i < COUNT(urls); i++)
		assert_true(link_is_url(urls[i], strlen(urls[i])));
	for (size_t i = 0; i < COUNT(others); i++)
		assert_false(link_is_url(others[i], strlen(others[i])));
}

static void
test_names(void **state)
{
	(void)state;
	assert_true(link_is_wheel("a-1.whl"));
	assert_false(link_is_wheel("a-1.WHL"));
	assert_false(link_is_wheel(".whl"));
	assert_false(link_is_wheel("..whl"));
	assert_false(link_is_wheel("a.tar.whl"));
	assert_true(link_is_archive("a.WHL"));
	assert_true(link_is_archive("a.Tar.GZ"));
	assert_true(link_is_archive("a.tgz"));
	assert_false(link_is_archive("a.gz"));
	assert_false(link_is_archive("tar"));
	assert_false(link_is_archive(".zip"));
	assert_false(link_is_archive("a.averyveryverylongextension"));
}

static void
test_redacted(void **state)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ "'https://u:p@h/x' and git+ssh://git@h y@z",
		  "'https://****@h/x' and git+ssh://****@h y@z" },
		{ "https://h/x@v ://", "https://h/x@v ://" },
		{ "://@", "://****@" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b;

		buf_init(&b, &f->arena);
		link_put_redacted(&b, rows[i][0], strlen(rows[i][0]));
		assert_string_equal(buf_str(&b), rows[i][1]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_parse, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_redacted, set_up, tear_down),
		cmocka_unit_test(test_is_url),
		cmocka_unit_test(test_names),
	};

	return RUN(tests);
}
