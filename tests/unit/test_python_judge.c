/* python: whether specifiers accept a Python whose last number may be unknown. */
#include "python/python.h"

#include <errno.h>

#include "base/arena.h"
#include "tests/unit/unit.h"

static int
judge(int micro, const char *specifiers)
{
	const struct python py = { .major = 3, .minor = 11, .micro = micro };
	struct arena a;
	int fit;

	arena_init(&a, NULL, 0);
	fit = python_judge(&py, specifiers, &a);
	arena_free(&a);
	return fit;
}

static void
test_known(void **state)
{
	(void)state;
	assert_int_equal(judge(5, ">=3.11"), PYTHON_ACCEPTED);
	assert_int_equal(judge(5, "==3.11.5"), PYTHON_ACCEPTED);
	assert_int_equal(judge(5, ">=3.11.6"), PYTHON_REFUSED);
	assert_int_equal(judge(0, "!=3.11.0"), PYTHON_REFUSED);
}

static void
test_unknown(void **state)
{
	(void)state;
	assert_int_equal(judge(-1, ">=3.9,<4"), PYTHON_ACCEPTED);
	assert_int_equal(judge(-1, ">=3.12"), PYTHON_REFUSED);
	assert_int_equal(judge(-1, ">=3.11.2"), PYTHON_IN_DOUBT);
	/* neither the first number nor a late one */
	assert_int_equal(judge(-1, "==3.11.5"), PYTHON_IN_DOUBT);
	assert_int_equal(judge(-1, ">=3.11.2,<3.11.9"), PYTHON_IN_DOUBT);
	assert_int_equal(judge(-1, "!=3.11.5"), PYTHON_IN_DOUBT);
}

static void
test_invalid(void **state)
{
	(void)state;
	assert_int_equal(judge(5, "nonsense"), -EINVAL);
	assert_int_equal(judge(-1, ">=3.*"), -EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_invalid),
	};

	return RUN(tests);
}
