#include "python/python.h"

const char *
python_implementation_name(const struct python *py)
{
	return py->implementation == PYTHON_PYPY ? "pypy" : "cpython";
}
