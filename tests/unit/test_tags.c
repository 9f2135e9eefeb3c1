/* tags: which wheels fit which Python, and how well. The lists are what the
 * library "packaging" gives for such Pythons. */
#include "wheel/tags.h"

#include "base/diag.h"
#include "format/elf.h"
#include "os/walk.h"
#include "python/platform.h"
#include "python/python.h"
#include "tests/unit/unit.h"
#include "wheel/name.h"

static struct arena arena;
static bool doubt;

/* The tags of PY, on x86_64 if it does not say where, with LIBC. */
static struct tags
make_tags(struct python *py, enum libc libc, int minor)
{
	struct tags t;

	py->major = 3;
	py->stdlib = "/none-such";
	py->is_64bit = py->machine != ELF_ARM && py->machine != ELF_386;
	if (!py->machine)
		py->machine = ELF_X86_64;
	tags_init(&t, py, &walk_host, &arena);
	t.platform->learnt = true;
	t.platform->libc = libc;
	t.platform->major = libc == LIBC_MUSL ? 1 : 2;
	t.platform->minor = minor;
	return t;
}

static int
rank(const struct tags *t, const char *tag)
{
	struct wheel_name w;
	struct diag d;

	diag_init(&d, &arena);
	assert_int_equal(wheel_name_parse(&w, arena_fmt(&arena, "x-1-%s.whl",
	                                                tag), &arena, &d), 0);
	doubt = true;
	return tags_rank(t, &w, &doubt);
}

/* All of the N tags at LIST fit, one better than the next. */
static void
check_order(const struct tags *t, const char *const *list, size_t n)
{
	int last = -1;

	for (size_t i = 0; i < n; i++) {
		int r = rank(t, list[i]);

		if (r <= last || doubt)
			fail_msg("%s has rank %d, the one before %d", list[i],
			         r, last);
		last = r;
	}
}

static void
check_none(const struct tags *t, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (rank(t, list[i]) >= 0 || doubt)
			fail_msg("%s fits", list[i]);
	}
}

static void
test_cpython(void **state)
{
	static const char *const order[] = {
		"cp313-cp313-manylinux_2_36_x86_64",
		"cp313-cp313-manylinux_2_17_x86_64",
		"cp313-cp313-manylinux2014_x86_64",
		"cp313-cp313-manylinux_2_16_x86_64",
		"cp313-cp313-manylinux2010_x86_64",
		"cp313-cp313-manylinux_2_5_x86_64",
		"cp313-cp313-manylinux1_x86_64",
		"cp313-cp313-linux_x86_64",
		"cp313-abi3-manylinux_2_36_x86_64",
		"cp313-none-linux_x86_64", "cp312-abi3-linux_x86_64",
		"cp39-abi3-linux_x86_64", "cp32-abi3-linux_x86_64",
		"py313-none-linux_x86_64", "py3-none-linux_x86_64",
		"py312-none-linux_x86_64", "py30-none-linux_x86_64",
		"cp313-none-any", "py313-none-any", "py3-none-any",
		"py312-none-any", "py310-none-any", "py39-none-any",
		"py30-none-any",
	};
	static const char *const none[] = {
		"cp314-cp314-linux_x86_64", "cp312-cp312-linux_x86_64",
		"cp313-cp313t-linux_x86_64", "cp313-cp313d-linux_x86_64",
		"cp313-cp313m-linux_x86_64", "cp313-cp312-linux_x86_64",
		"cp314-abi3-linux_x86_64", "cp31-abi3-linux_x86_64",
		"cp313-abi3t-linux_x86_64", "py3-abi3-any",
		"cp313-abi3-any", "cp313-cp313-any", "cp312-none-any",
		"cp312-none-linux_x86_64", "cp3-none-any", "cp3-abi3-any",
		"py314-none-any", "py2-none-any", "py4-none-any",
		"py-none-any", "cp0313-none-any", "py303-none-any",
		"pp313-none-linux_x86_64", "pp3-none-any",
		"cp313-cp313-linux_i686", "cp313-cp313-linux_aarch64",
		"cp313-cp313-manylinux_2_37_x86_64",
		"cp313-cp313-manylinux_2_4_x86_64",
		"cp313-cp313-manylinux_3_0_x86_64",
		"cp313-cp313-manylinux_1_9_x86_64",
		"cp313-cp313-manylinux_2_x86_64",
		"cp313-cp313-manylinux_2_017_x86_64",
		"cp313-cp313-manylinux_2_17_1_x86_64",
		"cp313-cp313-manylinux_2_18446744073709551633_x86_64",
		"cp313-cp313-manylinux_x86_64",
		"cp313-cp313-manylinux_2__x86_64",
		"cp313-cp313-manylinux_2_1a_x86_64",
		"cp313-cp313-manylinux_2_1__x86_64",
		"cp313-cp313-manylinuy_2_17_x86_64",
		"cp313-cp313-linuy_x86_64", "cp313-cp313-alinux_x86_64",
		"cp313-cp313-linux_x86_65",
		"py3x-none-any", "py31x-none-any", "cp31_-none-any",
		"py1-none-any", "py3131-none-any", "pq313-none-any",
		"cp313-cp313-manylinux2011_x86_64",
		"cp313-cp313-manylinux2014",
		"cp313-cp313-musllinux_1_1_x86_64",
		"cp313-cp313-win_amd64", "cp313-cp313-macosx_10_9_x86_64",
		"cp313-cp313-x86_64", "cp313-cp313-linux",
		"py3-none-_x86_64", "py3-none-win_amd64",
	};
	struct python py = { .minor = 13 };
	struct tags t = make_tags(&py, LIBC_GLIBC, 36);

	(void)state;
	check_order(&t, order, COUNT(order));
	check_none(&t, none, COUNT(none));
	assert_string_equal(tags_describe(&t, &arena),
	                    "CPython 3.13 on x86_64 glibc 2.36");
	/* of a set, the best counts */
	assert_int_equal(rank(&t, "py2.py3.py27-none-any"),
	                 rank(&t, "py3-none-any"));
	assert_int_equal(rank(&t, "py39.py3.py310-none-any"),
	                 rank(&t, "py3-none-any"));
	assert_int_equal(rank(&t, "cp313-none.cp313-linux_i686.linux_x86_64"),
	                 rank(&t, "cp313-cp313-linux_x86_64"));
	assert_int_equal(rank(&t, "CP313-CP313-LINUX_X86_64"),
	                 rank(&t, "cp313-cp313-linux_x86_64"));
}

static void
test_flags(void **state)
{
	static const char *const threads[] = {
		"cp313-cp313t-linux_x86_64", "cp313-abi3t-linux_x86_64",
		"cp313-none-linux_x86_64", "cp312-abi3t-linux_x86_64",
		"py3-none-linux_x86_64", "cp313-none-any", "py3-none-any",
	};
	static const char *const no_threads[] = {
		"cp313-cp313-linux_x86_64", "cp313-abi3-linux_x86_64",
		"cp312-abi3-linux_x86_64", "cp313-cp313td-linux_x86_64",
	};
	static const char *const debug[] = {
		"cp313-cp313d-linux_x86_64", "cp313-cp313-linux_x86_64",
		"cp313-abi3-linux_x86_64",
	};
	static const char *const both[] = {
		"cp313-cp313td-linux_x86_64", "cp313-cp313t-linux_x86_64",
		"cp313-abi3t-linux_x86_64",
	};
	struct python py = { .minor = 13, .free_threaded = true };
	struct tags t = make_tags(&py, LIBC_GLIBC, 36);

	(void)state;
	check_order(&t, threads, COUNT(threads));
	check_none(&t, no_threads, COUNT(no_threads));
	py.debug = true;
	t = make_tags(&py, LIBC_GLIBC, -1);
	check_order(&t, both, COUNT(both));
	check_none(&t, debug, COUNT(debug));
	assert_string_equal(tags_describe(&t, &arena),
	                    "CPython 3.13td on x86_64 glibc");
	py.free_threaded = false;
	t = make_tags(&py, LIBC_GLIBC, 36);
	check_order(&t, debug, COUNT(debug));
	check_none(&t, both, COUNT(both));
}

/* Before 3.8, "m" for its malloc was a part of the ABI. */
static void
test_before_3_8(void **state)
{
	static const char *const in[] = {
		"cp37-cp37m-linux_x86_64", "cp37-abi3-linux_x86_64",
		"cp36-abi3-linux_x86_64", "cp37-none-any", "py3-none-any",
	};
	static const char *const out[] = {
		"cp37-cp37-linux_x86_64", "cp37-cp37dm-linux_x86_64",
		"cp36-cp36m-linux_x86_64",
	};
	struct python py = { .minor = 7 };
	struct tags t = make_tags(&py, LIBC_GLIBC, 36);

	(void)state;
	check_order(&t, in, COUNT(in));
	check_none(&t, out, COUNT(out));
	py.debug = true;
	t = make_tags(&py, LIBC_GLIBC, 36);
	check_order(&t, out + 1, 1);
	check_none(&t, in, 1);
	check_none(&t, out, 1);
	py.minor = 8;
	py.debug = false;
	t = make_tags(&py, LIBC_GLIBC, 36);
	check_none(&t, in, 1);
	assert_true(rank(&t, "cp38-cp38-linux_x86_64") == 255);
}

static void
test_pypy(void **state)
{
	static const char *const in[] = {
		"pp39-pypy39_pp73-manylinux_2_17_x86_64",
		"pp39-pypy39_pp73-linux_x86_64", "pp39-none-linux_x86_64",
		"py39-none-linux_x86_64", "py3-none-linux_x86_64",
		"pp3-none-any", "py39-none-any", "py3-none-any",
		"py38-none-any",
	};
	static const char *const out[] = {
		"cp39-cp39-linux_x86_64", "cp39-abi3-linux_x86_64",
		"cp39-none-any", "pp39-none-any", "pp38-none-linux_x86_64",
		"pp39-pypy39_pp72-linux_x86_64", "pp39-pypy39_pp73-any",
		"pp38-pypy39_pp73-linux_x86_64", "py310-none-any",
	};
	struct python py = { PYTHON_PYPY, .minor = 9 };
	struct tags t = make_tags(&py, LIBC_GLIBC, 36);

	(void)state;
	check_order(&t, in, COUNT(in));
	check_none(&t, out, COUNT(out));
	assert_string_equal(tags_describe(&t, &arena),
	                    "PyPy 3.9 on x86_64 glibc 2.36");
}

/* The suffix of its modules decides what it can use. */
static void
test_pypy_abi(void **state)
{
	static const char *const modules[] = {
		"_a.so", "_b.pypy38-pp72-x86_64-linux-gnu.so", "_c.pypy39-.so",
		"_d.pypy39-pp99-x86_64-linux-gnu.txt",
		"_e.pypy39-pp74-x86_64-linux-gnu.so",
	};
	struct python py = { PYTHON_PYPY, .major = 3, .minor = 9 };
	struct tags t;

	(void)state;
	py.stdlib = unit_tmpdir();
	for (size_t i = 0; i < COUNT(modules); i++) {
		FILE *f = fopen(arena_fmt(&arena, "%s/%s", py.stdlib,
		                          modules[i]), "w");

		assert_non_null(f);
		fclose(f);
	}
	tags_init(&t, &py, &walk_host, &arena);
	assert_string_equal(t.abi, "pypy39_pp74");
	unit_rmdir(py.stdlib);
}

static void
test_machines(void **state)
{
	static const struct {
		int machine;
		bool big_endian;
		const char *name;
	} cases[] = {
		{ ELF_X86_64, false, "x86_64" }, { ELF_386, false, "i686" },
		{ ELF_AARCH64, false, "aarch64" }, { ELF_ARM, false, "armv7l" },
		{ ELF_PPC64, false, "ppc64le" }, { ELF_PPC64, true, "ppc64" },
		{ ELF_S390, true, "s390x" }, { ELF_RISCV, false, "riscv64" },
		{ ELF_LOONGARCH, false, "loongarch64" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct python py = { .minor = 12,
			             .machine = cases[i].machine,
			             .big_endian = cases[i].big_endian };
		struct tags t = make_tags(&py, LIBC_GLIBC, 28);

		for (size_t k = 0; k < COUNT(cases); k++) {
			const char *arch = cases[k].name;
			bool fits = i == k, x86 = k < 2;

			assert_int_equal(rank(&t, arena_fmt(&arena,
				"cp312-cp312-manylinux_2_17_%s", arch)) >= 0,
			        fits);
			assert_int_equal(rank(&t, arena_fmt(&arena,
				"cp312-cp312-linux_%s", arch)) >= 0, fits);
			assert_int_equal(rank(&t, arena_fmt(&arena,
				"cp312-cp312-manylinux2010_%s", arch)) >= 0,
			        fits && x86);
		}
	}
}

/* A machine without a name among the tags can use pure wheels. */
static void
test_no_machine(void **state)
{
	static const char *const out[] = {
		"cp312-cp312-linux_mips64", "py3-none-linux_",
		"py3-none-linux_x86_64", "py3-none-manylinux_2_17_",
	};
	struct python py = { .minor = 12, .machine = ELF_MIPS };
	struct tags t = make_tags(&py, LIBC_GLIBC, 36);

	(void)state;
	check_none(&t, out, COUNT(out));
	assert_true(rank(&t, "py3-none-any") >= 0);
}

static void
test_libc(void **state)
{
	static const char *const musl[] = {
		"cp312-cp312-musllinux_1_2_x86_64",
		"cp312-cp312-musllinux_1_1_x86_64",
		"cp312-cp312-musllinux_1_0_x86_64", "cp312-cp312-linux_x86_64",
	};
	static const char *const no_musl[] = {
		"cp312-cp312-manylinux_2_17_x86_64",
		"cp312-cp312-manylinux2014_x86_64",
		"cp312-cp312-musllinux_1_3_x86_64",
		"cp312-cp312-musllinux_2_0_x86_64",
	};
	struct python py = { .minor = 12 };
	struct tags t = make_tags(&py, LIBC_MUSL, 2);

	(void)state;
	check_order(&t, musl, COUNT(musl));
	check_none(&t, no_musl, COUNT(no_musl));
	t.platform->minor = -1;
	assert_true(rank(&t, musl[0]) >= 0 && doubt);
	assert_true(rank(&t, musl[1]) >= 0 && !doubt);
	assert_true(rank(&t, no_musl[2]) >= 0 && doubt);
	check_none(&t, no_musl, 2);
	/* a program that loads nothing */
	t = make_tags(&py, LIBC_NONE, -1);
	check_none(&t, musl, 3);
	check_none(&t, no_musl, COUNT(no_musl));
	assert_true(rank(&t, "cp312-cp312-linux_x86_64") >= 0);
	assert_string_equal(tags_describe(&t, &arena),
	                    "CPython 3.12 on x86_64 linked statically");
	t = make_tags(&py, LIBC_GLIBC, -1);
	assert_true(rank(&t, "cp312-cp312-manylinux_2_28_x86_64") >= 0 &&
	            doubt);
	assert_true(rank(&t, "cp312-cp312-manylinux2014_x86_64") >= 0 &&
	            !doubt);
	/* no doubt where another tag of the set fits for certain */
	assert_true(rank(&t, "cp312-cp312-manylinux_2_28_x86_64."
	                     "manylinux_2_17_x86_64") >= 0 && !doubt);
	check_none(&t, musl, 3);
}

static int
end(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cpython),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_before_3_8),
		cmocka_unit_test(test_pypy),
		cmocka_unit_test(test_pypy_abi),
		cmocka_unit_test(test_machines),
		cmocka_unit_test(test_no_machine),
		cmocka_unit_test(test_libc),
	};

	arena_init(&arena, NULL, 0);
	return cmocka_run_group_tests(tests, NULL, end);
}
