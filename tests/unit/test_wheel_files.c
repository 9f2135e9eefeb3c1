/* files: the order of a wheel's files, and what no wheel may replace. */
#include "wheel/files.h"

#include "base/arena.h"
#include "base/diag.h"
#include "python/layout.h"
#include "tests/unit/unit.h"
#include "wheel/wheel.h"

static void
work_names_are_protected(void **state)
{
	const struct layout l = { .lib64_link = true, .scripts = "bin",
	                          .script_suffix = "" };

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
	const struct layout link = { .lib64_link = true, .scripts = "bin",
	                             .script_suffix = "" };
	const struct layout own = { .platlib = "lib64/python3.15/x",
	                            .scripts = "bin", .script_suffix = "" };
	const struct layout x32 = { .platlib = "libx32/python3.15/x",
	                            .scripts = "bin", .script_suffix = "" };

	(void)state;
	assert_true(wheel_files_protected(&link, "lib64/python3.15/x/y.py"));
	assert_true(wheel_files_protected(&x32, "lib64/python3.15/x/y.py"));
	assert_false(wheel_files_protected(&own, "lib64/python3.15/x/y.py"));
	assert_true(wheel_files_protected(&own, "lib64"));
	assert_true(wheel_files_protected(&own, "LIB64/x"));
	assert_true(wheel_files_protected(&own, "lib64/.venvbox-gone"));
}

/* List a wheel with N members that are out of order in site-packages. */
static void
list(size_t n)
{
	enum { LATE = 30 };
	static struct zip_member members[2 * LATE];
	struct wheel w = {
		.file = "/a-1-py3-none-any.whl",
		.dist_info = "a-1.dist-info/",
		.name = { .project = "a", .version = "1", .build = "" },
		.zip = { .members = members, .count = LATE + n },
		.purelib = true,
	};
	const struct layout l = { .stdlib_name = "python3.11",
		                  .site_packages = "lib/python3.11/site-packages",
		                  .include = "include",
		                  .scripts = "bin", .script_suffix = "" };
	struct wheel_files f;
	struct arena a;
	struct diag d;

	arena_init(&a, NULL, 0);
	diag_init(&d, &a);
	for (size_t i = 0; i < LATE + n; i++) {
		char *name = i < LATE ? arena_fmt(&a, "a-1.data/purelib/z/%zu",
		                                  10 + i)
		                      : arena_fmt(&a, "a/%zu", 10 + i);

		members[i] = (struct zip_member){
			.name = name, .len = (uint16_t)strlen(name)
		};
	}
	assert_int_equal(wheel_files_list(&f, &w, &l, true, NULL, &a, &d), 0);
	assert_int_equal(f.count, LATE + n + 4);
	for (size_t i = 1; i < f.count; i++)
		assert_true(strcmp(f.list[i - 1].path, f.list[i].path) < 0);
	arena_free(&a);
}

static void
a_list_is_sorted(void **state)
{
	(void)state;
	for (size_t n = 0; n <= 30; n++)
		list(n);
}

static void
names_of_windows_are_protected(void **state)
{
	static const char *const yes[] = {
		"Scripts/python.exe", "scripts/Python3.13T.EXE",
		"Scripts/pythonw.exe", "Scripts/python_d.exe",
		"SCRIPTS/activate.bat", "Scripts/Deactivate.ps1",
		"Scripts/python",
	};
	static const char *const no[] = {
		"Scripts/pythonize.exe", "Scripts/pip.exe", "bin/python",
		"Scripts/deactivated.exe",
	};
	const struct layout l = *layout_of(true);

	(void)state;
	for (size_t i = 0; i < COUNT(yes); i++)
		assert_true(wheel_files_protected(&l, yes[i]));
	for (size_t i = 0; i < COUNT(no); i++)
		assert_false(wheel_files_protected(&l, no[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_sorted),
		cmocka_unit_test(work_names_are_protected),
		cmocka_unit_test(names_of_windows_are_protected),
		cmocka_unit_test(lib64_is_protected_where_it_is_a_link),
	};

	return RUN(tests);
}
