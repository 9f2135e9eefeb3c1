/* wheel_files: what no wheel may replace; wheel_added: room for its rows. */
#include "venv/wheel_files.h"

#include "tests/unit/unit.h"
#include "venv/wheel.h"
#include "venv/wheel_writing.h"

static void
work_names_are_protected(void **state)
{
	(void)state;
	assert_true(wheel_files_protected(".venvbox-merge/new/x"));
	assert_true(wheel_files_protected(".venvbox-stage"));
	assert_true(wheel_files_protected("lib/python3.13/.venvbox-gone"));
	assert_true(wheel_files_protected("bin/.venvbox-gone"));
	assert_false(wheel_files_protected("lib/python3.13/venvbox-gone"));
	assert_false(wheel_files_protected("bin/x.venvbox-gone"));
}

/* pip and easy_install; pip3, pip3.13, easy_install-3.13; INSTALLER, REQUESTED,
 * direct_url.json, RECORD */
static void
there_is_room_for_what_is_added(void **state)
{
	const struct wheel w = { .scripts = { .count = 2 } };

	(void)state;
	assert_int_equal(wheel_added_rows(&w), 9);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(work_names_are_protected),
		cmocka_unit_test(there_is_room_for_what_is_added),
	};

	return RUN(tests);
}
