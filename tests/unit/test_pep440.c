/* pep440: what is a version, in what order they come, and which fit a set of
 * specifiers. The tables are what the library "packaging" 26 says. */
#include "format/pep440.h"

#include <errno.h>

#include "base/buf.h"
#include "tests/unit/unit.h"

static int
sign(int n)
{
	return (n > 0) - (n < 0);
}

static char *
copy(const char *s)
{
	return unit_exact(s, strlen(s));
}

static int
compare(const char *a, const char *b)
{
	char *p = copy(a), *q = copy(b);
	int order = sign(pep440_compare(p, strlen(a), q, strlen(b)));

	free(p);
	free(q);
	return order;
}

static bool
is_version(const char *s)
{
	char *p = copy(s);
	bool is = pep440_is_version(p, strlen(s));

	free(p);
	return is;
}

static int
fits(const char *specifiers, const char *version)
{
	char *p = copy(specifiers), *q = copy(version);
	int result = pep440_fits(p, strlen(specifiers), q, strlen(version));

	free(p);
	free(q);
	return result;
}

static void
test_versions(void **state)
{
	static const char *const good[] = {
		"1", "1.0", "01.02.03", "1!2.0", "v1.0", "V1", " 1.0\n",
		"1.0a", "1.0a1", "1.0.a.1", "1.0-alpha_1", "1.0BETA2", "1.0c1",
		"1.0pre", "1.0-preview-3", "1.0rc1.post2.dev3", "1.0-1",
		"1.0post", "1.0.r5", "1.0_rev_5", "1.0.dev", "1.0dev1",
		"1.0+a", "1.0+A.b-c_1", "1.0+Zz9", "1.0a-", "1.0a.post1",
		"2.0.0.0.0.0",
		"20240101123456789012345678901234567890",
	};
	static const char *const bad[] = {
		"", " ", "a", "v", "1.", ".1", "1..0", "1!", "!1", "1!!1",
		"1.0x", "1.0a1b1", "1.0+", "1.0+a..b", "1.0+-a", "1.0+a.",
		"1.0 a1", "1.0-", "1.0-a1-", "1.0_1", "1.0.post1.post2",
		"1.0.dev1.post1", "vv1", "1.0--1", "1.0*", "1.*", "-1", "+1",
		"1.0+ubuntu/1", "1,0", "1.0\xc2\xa0",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		if (!is_version(good[i]))
			fail_msg("'%s' is a version", good[i]);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (is_version(bad[i]))
			fail_msg("'%s' is no version", bad[i]);
	}
	assert_false(pep440_is_version("1\0", 2));
	assert_true(pep440_is_version("1.0x", 3));
}

static void
test_order(void **state)
{
	static const char *const chain[] = {
		"none", "0.dev0", "0", "0.0.1", "1.dev1", "1.dev2",
		"1.0a1.dev1", "1a1", "1.0a1.post1.dev1", "1.a1.post1", "1.0a2",
		"1.0a10", "1.0b1", "1.0rc1", "1.0", "1.0+a", "1.0+a.b", "1.0+b",
		"1.0+1",
		"1.0+1.a", "1.0+1.0", "1.0+2", "1.0+10", "1.0.post0.dev1",
		"1.0.post0", "1.0.post1", "1.0.post1+x", "1.0.1", "1.1.dev1",
		"1.1", "1.9", "1.10", "2", "9999999999999999999999",
		"10000000000000000000000", "1!0.1", "2!0",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(chain); i++) {
		for (size_t k = 0; k < COUNT(chain); k++) {
			int want = sign((int)i - (int)k);

			if (compare(chain[i], chain[k]) != want)
				fail_msg("%s and %s", chain[i], chain[k]);
		}
	}
}

static void
test_equal(void **state)
{
	static const char *const pairs[][2] = {
		{ "1", "1.0.0" }, { "0!1.0", "1" }, { "v1.0", "01.00" },
		{ "1.0a", "1.0.ALPHA-0" }, { "1.0c1", "1.0rc1" },
		{ "1.0pre2", "1.0-preview_2" }, { "1.0b1", "1.0_beta.1" },
		{ "1.0-1", "1.0.post1" }, { "1.0r", "1.0.post0" },
		{ "1.0rev3", "1.0-post-3" }, { "1.0DEV", "1.0.dev00" },
		{ "1.0+A_1", "1.0+a.01" }, { " 1.0 ", "1.0" },
		{ "not one", "NOT ONE" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		if (compare(pairs[i][0], pairs[i][1]) != 0 ||
		    compare(pairs[i][1], pairs[i][0]) != 0)
			fail_msg("%s and %s", pairs[i][0], pairs[i][1]);
	}
	assert_int_not_equal(compare("not one", "not two"), 0);
}

static void
test_prerelease(void **state)
{
	(void)state;
	assert_true(pep440_is_prerelease("1.0a1", 5));
	assert_true(pep440_is_prerelease("1.dev0", 6));
	assert_true(pep440_is_prerelease("1.0.post1.dev2", 14));
	assert_false(pep440_is_prerelease("1.0.post1", 9));
	assert_false(pep440_is_prerelease("1.0+a1", 6));
	assert_false(pep440_is_prerelease("a1", 2));
}

static const struct {
	const char *specifiers, *version;
	int want;
} specifiers[] = {
	{ "", "1.0", 1 },
	{ ",", "1.0", 1 },
	{ " >=3.6 , <4 ", "3.13.0", 1 },
	{ ">=3.6,!=3.7.*", "3.7.2", 0 },
	{ "!=3.0.*,!=3.1.*", "3.2", 1 },
	{ "~=3.8", "3.13.0", 1 },
	{ "~=3.8", "4.0", 0 },
	{ "~=3.8", "3.8", 1 },
	{ "<1.0", "1.0.dev0", 0 },
	{ "~=3.8.0", "3.9", 0 },
	{ "~=2.2.post3", "2.3", 1 },
	{ "~=1.4.5a4", "1.4.5a3", 0 },
	{ "~=1.4.5a4", "1.4.9", 1 },
	{ "~=1!1.0", "1.5", 0 },
	{ "~=1", "1.0", -EINVAL },
	{ "~=1.0+x", "1.0", -EINVAL },
	{ "==1.0", "1.0.0+local", 1 },
	{ "==1.0+x", "1.0", 0 },
	{ "==1.0+x", "1.0.0+X", 1 },
	{ "==1.0.*", "1.0a1", 1 },
	{ "==1.0.*", "1", 1 },
	{ "==1.*", "1!1.0", 0 },
	{ "==1a1.*", "1a1", -EINVAL },
	{ ">=1.*", "1", -EINVAL },
	{ "!=1.0", "1.0+x", 0 },
	{ "<1.0", "1.0a1", 0 },
	{ "<1.0", "1.0.dev1", 0 },
	{ "<1.0a2", "1.0a1", 1 },
	{ "<1.0.post1", "1.0", 1 },
	{ "<1.0.post1", "1.0a1", 1 },
	{ "<1.0.post1", "1.0.post1.dev1", 0 },
	{ ">1.0", "1.0.post1", 0 },
	{ ">1.0", "1.0+x", 0 },
	{ ">1.0.post1", "1.0.post2", 1 },
	{ ">1.0a1", "1.0.post1", 1 },
	{ ">1.0a1", "1.0a1.post1", 0 },
	{ "<=1.0", "1.0+x", 1 },
	{ ">=1.0", "1.0+x", 1 },
	{ "<=1.0", "1.0.post1", 0 },
	{ "===1.0", "1.0", 1 },
	{ "===1.0", "1.0.0", 0 },
	{ "===Foo", "foo", 1 },
	{ "=== a;", "a", -EINVAL },
	{ "1.0", "1.0", -EINVAL },
	{ "=1.0", "1.0", -EINVAL },
	{ "=>1.0", "1.0", -EINVAL },
	{ ">= 3 6", "3.7", -EINVAL },
	{ "(>=3.6)", "3.7", -EINVAL },
	{ "==", "1", -EINVAL },
	{ ">=v1.0", "1.0", 1 },
	{ ">=1.0", "garbage", 0 },
	{ "==1.0-1", "1.0.post1", 1 },
	{ "==1.0c1", "1.0RC1", 1 },
	{ "==01.00", "1", 1 },
	{ ">=99999999999999999999", "100000000000000000000", 1 },
	{ "<1!0", "99.0", 1 },
	{ "~=1.0.*", "1.0", -EINVAL },
	{ "== 1.0 .*", "1.0", -EINVAL },
	{ "==1..*", "1.0", -EINVAL },
	{ "==*", "1", -EINVAL },
	{ " == 0", "0", 1 },
	{ " <11.1.2-1, >=01!0.2, ===1..11.01.9", "1.1.01.9", 0 },
	{ " ==0.1.*", "0.10", 0 },
	{ " ===0.11.01-re+xv-1, <=v1.1.1.0-r_", "1", 0 },
	{ ">= 9.1.rc_3.dev.1", "9.POST_2", 0 },
	{ "=== 20.01.rc_", "0.11.0=0", 0 },
	{ "<=2.9.b3dev.", "2.9.b3dev.", 1 },
	{ " !=11", "00.0", 1 },
	{ "20240101.10_.post1, != 10.1.2.*,>00.0.00", "01.1", -EINVAL },
	{ " >=2.11_post_, >9.pre", "1!2.rev0", 1 },
	{ " >= 0.9,>0-0", "0.1.00alpha.1+ubuntu", 0 },
	{ " <0.0.1.preview-", "2!1", 0 },
	{ "==v3.10.2.*", "v3.10.2_dev.11", 1 },
	{ "!=11.00.0PREVIEW__rev-", "10.2.10.10rev", 1 },
	{ " != 01.*", "3r+ac-10", 1 },
	{ ">01.01.0,<11.3-post3", "a111.3-post3", 0 },
	{ "<= 1", "0dev-", 1 },
	{ "=== 0.1.9+10-a-ubuntu,== 1.0.01.*", "0.1.9+10-a-ubuntu", 0 },
	{ " ==1!1.00", ".19.10.A.2-dev+01", 0 },
	{ "==1.0.*", "v10..10-dev", 0 },
	{ " ===v9.1.3_DEV.", "v9.1.3_DEV.", 1 },
	{ "==0!0", "0-POST11", 0 },
	{ " <3.11.01-c-1", "3.11", 1 },
	{ "!= 0.*,", "0", 0 },
	{ "===10.0.POST.,==1.10.*, < 11.10rc1-dev", "11.1rc10-dev", 0 },
	{ "<9.00.10.r_", "1.1.9-3dev", 1 },
	{ ">= 0.10.0-beta0_dev.1", "9.11", 1 },
	{ ">=v1.dev.3", "3.1.1.11", 1 },
	{ " !=0+1", "3.1.1.1.3", 1 },
	{ " < 00.0.11.1.dev0", "3.10+a1_ubuntu", 0 },
	{ "!=v0.10.0.*", "11.00.01.11.alpha+a1_1a_0", 1 },
	{ " ~=01!9.0.10.01r.", "11.c", 0 },
	{ ">11.00dev", "v0.1.3", 0 },
	{ " ==9.0.*, !=0.0", "0.0", 0 },
	{ "<=01.00.00", "1beta.", 1 },
	{ "<= 11.2post-Dev-0", "0.0.1.rev0", 1 },
	{ "<= 2.0 ,,", "1.1.00-c__DEV.11", 1 },
	{ "===3.01.1-1", "2.rc..post+abc.10.01", 0 },
	{ " == 01.11.*", "v1-post1", 0 },
	{ " >0.0-0", "0.0-0a1", 0 },
};
static void
test_specifiers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(specifiers); i++) {
		int got = fits(specifiers[i].specifiers, specifiers[i].version);

		if (got != specifiers[i].want)
			fail_msg("%s with %s: %d", specifiers[i].specifiers,
			         specifiers[i].version, got);
	}
	assert_int_equal(fits("===1.0", " 1.0"), 0);
	assert_int_equal(fits("==1.0", " 1.0"), 1);
	assert_int_equal(fits("===", "1.0"), -EINVAL);
	assert_int_equal(pep440_fits_one("===", 3, "1,0", 3, "1,0", 3), 1);
	assert_int_equal(pep440_fits_one(">=", 2, " 1.0 ", 5, "1.1", 3), 1);
	assert_int_equal(pep440_fits_one(">", 1, "=1.0", 4, "1.1", 3), -EINVAL);
	assert_int_equal(pep440_fits_one("<>", 2, "1.0", 3, "1.1", 3), -EINVAL);
	assert_int_equal(pep440_fits_one("", 0, "1.0", 3, "1.1", 3), -EINVAL);
	assert_int_equal(pep440_fits(">=1.0garbage", 5, "1.0", 3), 1);
}

static void
test_written(void **state)
{
	static const char *const cases[][2] = {
		{ " v01.2.0\n", "1.2.0" }, { "0!1", "1" }, { "1!0.0", "1!0.0" },
		{ "1.0-alpha", "1.0a0" }, { "1.0_PRE-02", "1.0rc2" },
		{ "1b1.Rev2-dev", "1b1.post2.dev0" }, { "1-3", "1.post3" },
		{ "1dev", "1.dev0" }, { "1+Ab-01_c0", "1+ab.1.c0" },
		{ "1+000", "1+0" }, { "2004d", "2004d" }, { "", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *p = copy(cases[i][0]);
		struct arena a;
		struct buf b;

		arena_init(&a, NULL, 0);
		buf_init(&b, &a);
		pep440_put(&b, p, strlen(cases[i][0]));
		assert_string_equal(buf_str(&b), cases[i][1]);
		arena_free(&a);
		free(p);
	}
}

static void
test_properties(void **state)
{
	static const struct {
		const char *specifiers;
		unsigned want;
	} cases[] = {
		{ "", 0 },
		{ " , ", 0 },
		{ ">=1", PEP440_ANY },
		{ "!=1.0a1, >0", PEP440_ANY },
		{ ">1.dev1", PEP440_ANY | PEP440_PRERELEASE },
		{ ">=1,<2", PEP440_ANY | PEP440_BOUNDED },
		{ "<=2.0rc1", PEP440_ANY | PEP440_BOUNDED | PEP440_PRERELEASE },
		{ "~=1.0", PEP440_ANY | PEP440_BOUNDED },
		{ "==1.*", PEP440_ANY | PEP440_BOUNDED },
		{ "!=1.*", PEP440_ANY },
		{ "== 1.0b1", PEP440_ANY | PEP440_PINNED | PEP440_PRERELEASE },
		{ "===1.0", PEP440_ANY | PEP440_PINNED },
		{ "===1.0a1", PEP440_ANY | PEP440_PINNED | PEP440_PRERELEASE },
		{ "===text", PEP440_ANY | PEP440_PINNED },
		{ "===1.*", PEP440_ANY | PEP440_PINNED },
		{ "==1.0+local", PEP440_ANY | PEP440_PINNED },
		{ ">=1.0.post1", PEP440_ANY },
		{ ">=1.0.post1.dev2", PEP440_ANY | PEP440_PRERELEASE },
		{ ">=1,==2.0a1,<3", PEP440_ANY | PEP440_PINNED |
		  PEP440_BOUNDED | PEP440_PRERELEASE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t n = strlen(cases[i].specifiers);
		char *copy = unit_exact(cases[i].specifiers, n);

		if (pep440_properties(copy, n) != cases[i].want)
			fail_msg("'%s': %x", cases[i].specifiers,
			         pep440_properties(copy, n));
		free(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_prerelease),
		cmocka_unit_test(test_specifiers),
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_properties),
	};

	return RUN(tests);
}
