/* rows: what RECORD says of each member, however it is written. */
#include "wheel/rows.h"

#include <errno.h>

#include "tests/unit/fixture.h"

#define DIGITS "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"
#define TIDY "sha256=" DIGITS
#define HEX "sha256=ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define PADDED "sha256=ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
/* of the same bytes */
#define OTHER "sha512=3a81oZNherrMQXNJriBBMRLm-k6JqX6iCp7u5ktV05ohkpkqJ0_BqDa6PCOj_" \
	"uu9RU1EI2Q86A4qmslPpUyknw"
/* of other bytes */
#define WRONG "sha256=AAAWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"

/* Add the rows of one member of 3 bytes, given by hash and size. */
static bool
add(struct rows *r, const char *hash, const char *size)
{
	const struct record_row row = { "x", hash, size };

	return rows_add(r, 0, 3, &row);
}

static void
test_forms(void **state)
{
	static const struct {
		const char *hash, *size;
		int digest;
		bool misspelt;
		const char *want, *want_size;
	} cases[] = {
		{ TIDY, "3", 1, false, TIDY, "3" },
		{ TIDY, "", 1, false, TIDY, "" },
		{ TIDY, "003", 1, false, TIDY, "003" },
		{ TIDY, "4", 1, false, TIDY, "?" },
		{ HEX, "3", 1, true, TIDY, "3" },
		{ HEX, "", 1, true, TIDY, "3" },
		{ HEX, "4", 1, true, TIDY, "?" },
		{ HEX, "03", 1, true, TIDY, "3" },
		{ PADDED, "3", 1, true, TIDY, "3" },
		{ OTHER, "3", 1, false, OTHER, "3" },
		{ OTHER "==", "3", 1, true, OTHER, "3" },
		{ OTHER "==", "", 1, true, OTHER, "3" },
		{ TIDY, "0000000000000000000000003", 1, false, TIDY, "3" },
		{ "", "", 0, false, "", "" },
		/* what is of no use is not kept */
		{ "md5=AAAA", "3", 0, false, "", "3" },
		{ "sha256=", "3", 0, false, "", "3" },
		{ "sha256=AAAA", "3", -EINVAL, false, "sha256=?", "3" },
		{ "sha256=" DIGITS "A", "3", -EINVAL, false, "sha256=?", "3" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct digest_value v;
		struct record_row got;
		struct row_text text;
		struct rows r;

		rows_init(&r, 1, &f->arena);
		assert_false(rows_has(&r, 0));
		assert_int_equal(rows_digest(&r, 0, &v), 0);
		assert_true(add(&r, cases[i].hash, cases[i].size));
		assert_true(rows_has(&r, 0));
		assert_int_equal(rows_digest(&r, 0, &v), cases[i].digest);
		assert_int_equal(rows_is_misspelt(&r, 0), cases[i].misspelt);
		got = rows_get(&r, 0, 3, &text);
		assert_string_equal(got.hash, cases[i].want);
		assert_string_equal(got.size, cases[i].want_size);
	}
}

static void
test_two_rows(void **state)
{
	static const struct {
		const char *hash, *size, *again, *again_size;
		bool agree;
		const char *want, *want_size;
	} cases[] = {
		{ TIDY, "3", TIDY, "3", true, TIDY, "3" },
		{ TIDY, "3", HEX, "", true, TIDY, "3" },
		{ TIDY, "", "", "3", true, TIDY, "3" },
		{ "", "", PADDED, "3", true, TIDY, "3" },
		{ TIDY, "3", OTHER, "3", true, OTHER, "3" },
		{ OTHER, "3", TIDY, "3", true, OTHER, "3" },
		{ TIDY, "3", TIDY, "4", false, NULL, NULL },
		{ TIDY, "3", WRONG, "3", false, NULL, NULL },
		{ HEX, "3", WRONG, "", false, NULL, NULL },
		{ "sha256=A", "", TIDY, "", false, NULL, NULL },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct record_row got;
		struct row_text text;
		struct rows r;

		rows_init(&r, 1, &f->arena);
		assert_true(add(&r, cases[i].hash, cases[i].size));
		assert_int_equal(add(&r, cases[i].again, cases[i].again_size),
		                 cases[i].agree);
		if (!cases[i].agree)
			continue;
		got = rows_get(&r, 0, 3, &text);
		assert_string_equal(got.hash, cases[i].want);
		assert_string_equal(got.size, cases[i].want_size);
	}
}

static void
test_rows_that_are_repeated(void **state)
{
	static const char *const hashes[] = { "", "md5=AAAA", TIDY, HEX, OTHER };
	struct fixture *f = *state;
	struct rows r;

	rows_init(&r, 1, &f->arena);
	for (int round = 0; round < 1000; round++) {
		for (size_t i = 0; i < COUNT(hashes); i++)
			assert_true(add(&r, hashes[i], i % 2 ? "3" : ""));
	}
	assert_true(r.other_count < 8);
}

static void
test_a_digest_that_is_computed(void **state)
{
	static const unsigned char sum[32] = { 1, 2, 3 };
	struct fixture *f = *state;
	struct digest_value v;
	struct row_text text;
	struct rows r;

	rows_init(&r, 2, &f->arena);
	assert_true(add(&r, "md5=AAAA", ""));
	rows_set_sha256(&r, 0, sum);
	assert_int_equal(rows_digest(&r, 0, &v), 1);
	assert_memory_equal(v.sum, sum, sizeof(sum));
	assert_string_equal(rows_get(&r, 0, UINT64_MAX, &text).size,
	                    "18446744073709551615");
	assert_string_equal(rows_get(&r, 0, 0, &text).size, "0");
	assert_false(rows_has(&r, 1));
	assert_string_equal(rows_get(&r, 1, 0, &text).hash, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_forms, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_two_rows, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_rows_that_are_repeated,
		                                set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_digest_that_is_computed,
		                                set_up, tear_down),
	};

	return RUN(tests);
}
