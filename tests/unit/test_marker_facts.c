/* marker_facts: what markers can ask of made-up Pythons, here and elsewhere; and that
 * the system's own Python says the same of itself. */
#include "resolve/marker.h"

#include "format/elf.h"
#include "os/process.h"
#include "os/walk.h"
#include "python/python.h"
#include "tests/unit/fixture.h"

static const struct kernel x86 = { "x86_64", "6.1.0-18-amd64", "#1 SMP" };

static const struct python cpython = {
	.implementation = PYTHON_CPYTHON,
	.major = 3,
	.minor = 13,
	.micro = 5,
	.level = 'f',
	.is_64bit = true,
	.machine = ELF_X86_64,
};

static struct marker_facts got; /* by find() */

static void
find(struct fixture *f, const struct python *py, const struct kernel *k)
{
	marker_facts_find(&got, py, k, &f->arena);
}

static void
assert_fact(enum marker_variable v, const char *want)
{
	if (!want)
		assert_null(got.fact[v].value);
	else
		assert_string_equal(got.fact[v].value, want);
	assert_null(got.fact[v].last);
}

static void
test_cpython(void **state)
{
	struct fixture *f = *state;
	struct python py = cpython;

	find(f, &py, &x86);
	assert_fact(MARKER_OS_NAME, "posix");
	assert_fact(MARKER_SYS_PLATFORM, "linux");
	assert_fact(MARKER_PLATFORM_SYSTEM, "Linux");
	assert_fact(MARKER_PLATFORM_MACHINE, "x86_64");
	assert_fact(MARKER_PLATFORM_RELEASE, "6.1.0-18-amd64");
	assert_fact(MARKER_PLATFORM_VERSION, "#1 SMP");
	assert_fact(MARKER_PLATFORM_PYTHON_IMPLEMENTATION, "CPython");
	assert_fact(MARKER_IMPLEMENTATION_NAME, "cpython");
	assert_fact(MARKER_PYTHON_VERSION, "3.13");
	assert_fact(MARKER_PYTHON_FULL_VERSION, "3.13.5");
	assert_fact(MARKER_IMPLEMENTATION_VERSION, "3.13.5");
	assert_null(got.extra);
	assert_null(got.extras);
	assert_null(got.dependency_groups);

	py.level = 'c';
	py.serial = 2;
	find(f, &py, NULL);
	assert_fact(MARKER_PYTHON_FULL_VERSION, "3.13.5rc2");
	assert_fact(MARKER_IMPLEMENTATION_VERSION, "3.13.5c2");
	py.level = 'a';
	find(f, &py, NULL);
	assert_fact(MARKER_PYTHON_FULL_VERSION, "3.13.5a2");
	assert_fact(MARKER_IMPLEMENTATION_VERSION, "3.13.5a2");
}

static void
test_unknown(void **state)
{
	struct fixture *f = *state;
	struct python py = cpython;

	py.micro = -1;
	find(f, &py, NULL);
	assert_fact(MARKER_PLATFORM_MACHINE, "x86_64");
	assert_fact(MARKER_PLATFORM_RELEASE, NULL);
	assert_fact(MARKER_PLATFORM_VERSION, NULL);
	for (int i = 0; i < 2; i++) {
		const struct marker_fact *v = &got.fact[
			i ? MARKER_IMPLEMENTATION_VERSION
			  : MARKER_PYTHON_FULL_VERSION];

		assert_string_equal(v->value, "3.13.0a0");
		assert_string_equal(v->last, "3.13.99999");
	}

	py.implementation = PYTHON_PYPY;
	py.micro = 3;
	find(f, &py, NULL);
	assert_fact(MARKER_PLATFORM_PYTHON_IMPLEMENTATION, "PyPy");
	assert_fact(MARKER_IMPLEMENTATION_NAME, "pypy");
	assert_fact(MARKER_PYTHON_FULL_VERSION, "3.13.3");
	assert_fact(MARKER_IMPLEMENTATION_VERSION, NULL);
}

static void
test_machines(void **state)
{
	static const struct {
		int machine;
		bool is_64bit, big_endian;
		const char *kernel, *want;
		bool native;
	} rows[] = {
		{ ELF_386, false, false, "x86_64", "x86_64", true },
		{ ELF_386, false, false, "i586", "i586", true },
		{ ELF_386, false, false, "aarch64", "i686", false },
		{ ELF_386, false, false, NULL, "i686", false },
		{ ELF_X86_64, true, false, "i686", "x86_64", false },
		{ ELF_AARCH64, true, false, "x86_64", "aarch64", false },
		{ ELF_ARM, false, false, "aarch64", "aarch64", true },
		{ ELF_ARM, false, false, "armv6l", "armv6l", true },
		{ ELF_ARM, false, false, "x86_64", NULL, false },
		{ ELF_ARM, false, false, NULL, NULL, false },
		{ ELF_PPC, false, true, "ppc64", "ppc64", true },
		{ ELF_PPC64, true, false, "ppc64", "ppc64le", false },
		{ ELF_S390, true, true, "s390x", "s390x", true },
		{ ELF_MIPS, false, false, "mips64", "mips64", true },
		{ 9999, true, false, "x86_64", NULL, false },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct kernel k = { rows[i].kernel, "1.2", "#3" };
		struct python py = cpython;

		py.machine = rows[i].machine;
		py.is_64bit = rows[i].is_64bit;
		py.big_endian = rows[i].big_endian;
		find(f, &py, rows[i].kernel ? &k : NULL);
		assert_fact(MARKER_PLATFORM_MACHINE, rows[i].want);
		assert_fact(MARKER_PLATFORM_RELEASE,
		            rows[i].native ? "1.2" : NULL);
		assert_fact(MARKER_PLATFORM_VERSION,
		            rows[i].native ? "#3" : NULL);
	}
}

/* The text that the shell command prints, without its last newline. */
static const char *
output(const char *command)
{
	static char text[500];
	FILE *p = popen(command, "r");
	size_t n;

	assert_non_null(p);
	n = fread(text, 1, sizeof(text) - 1, p);
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	if (pclose(p) != 0)
		return NULL;
	return text;
}

static void
test_own_python(void **state)
{
	static const struct {
		enum marker_variable variable;
		const char *code;
	} rows[] = {
		{ MARKER_OS_NAME, "os.name" },
		{ MARKER_SYS_PLATFORM, "sys.platform" },
		{ MARKER_PLATFORM_MACHINE, "platform.machine()" },
		{ MARKER_PLATFORM_RELEASE, "platform.release()" },
		{ MARKER_PLATFORM_VERSION, "platform.version()" },
		{ MARKER_PLATFORM_SYSTEM, "platform.system()" },
		{ MARKER_PLATFORM_PYTHON_IMPLEMENTATION,
		  "platform.python_implementation()" },
		{ MARKER_PYTHON_FULL_VERSION, "platform.python_version()" },
		{ MARKER_IMPLEMENTATION_NAME, "sys.implementation.name" },
		{ MARKER_IMPLEMENTATION_VERSION,
		  "'%d.%d.%d' % sys.version_info[:3]" },
	};
	struct fixture *f = *state;
	struct kernel kernel;
	struct python py;
	char command[200];

	if (python_inspect(&walk_host, &f->arena, NULL, "/usr/bin/python3", &py,
	                   &f->diag) < 0) {
		print_message("no /usr/bin/python3\n");
		skip();
	}
	assert_int_equal(kernel_read(&kernel, &f->arena), 0);
	find(f, &py, &kernel);
	for (size_t i = 0; i < COUNT(rows); i++) {
		snprintf(command, sizeof(command), "/usr/bin/python3 -c \""
		         "import os, sys, platform; print(%s)\"", rows[i].code);
		assert_fact(rows[i].variable, output(command));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_cpython, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unknown, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_machines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_own_python, set_up,
		                                tear_down),
	};

	return RUN(tests);
}
