#include "base/str.h"

#include <string.h>

bool
str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
str_ends_n(const char *s, size_t n, const char *suffix)
{
	size_t tail = strlen(suffix);

	return n >= tail && memcmp(s + n - tail, suffix, tail) == 0;
}

bool
str_ends(const char *s, const char *suffix)
{
	return str_ends_n(s, strlen(s), suffix);
}
