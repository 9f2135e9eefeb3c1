/* files: what no wheel may replace. */
#include "wheel/files.h"

#include "python/layout.h"
#include "tests/unit/unit.h"
#include "wheel/wheel.h"

static void
work_names_are_protected(void **state)
{
	const struct layout l = { .lib64_link = true };

	(void)state;
	assert_true(wheel_files_protected(&l, ".venvbox-merge/new/x"));
	assert_true(wheel_files_protected(&l, ".venvbox-stage"));
	assert_true(wheel_files_protected(&l, "lib/python3.13/.venvbox-gone"));
	assert_true(wheel_files_protected(&l, "bin/.venvbox-gone"));
	assert_false(wheel_files_protected(&l, "lib/python3.13/venvbox-gone"));
	assert_false(wheel_files_protected(&l, "bin/x.venvbox-gone"));
}

static void
lib64_is_protected_where_it_is_a_link(void **state)
{
	const struct layout link = { .lib64_link = true };
	const struct layout own = { .platlib = "lib64/python3.15/x" };
	const struct layout x32 = { .platlib = "libx32/python3.15/x" };

	(void)state;
	assert_true(wheel_files_protected(&link, "lib64/python3.15/x/y.py"));
	assert_true(wheel_files_protected(&x32, "lib64/python3.15/x/y.py"));
	assert_false(wheel_files_protected(&own, "lib64/python3.15/x/y.py"));
	assert_true(wheel_files_protected(&own, "lib64"));
	assert_true(wheel_files_protected(&own, "LIB64/x"));
	assert_true(wheel_files_protected(&own, "lib64/.venvbox-gone"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(work_names_are_protected),
		cmocka_unit_test(lib64_is_protected_where_it_is_a_link),
	};

	return RUN(tests);
}
