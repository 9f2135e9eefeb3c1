#include "base/env.h"

#include <stddef.h>
#include <string.h>

const char *
env_get(const char *const *env, const char *name)
{
	size_t n = strlen(name);

	for (; env && *env; env++) {
		if (**env == *name && strncmp(*env, name, n) == 0 &&
		    (*env)[n] == '=')
			return *env + n + 1;
	}
	return NULL;
}
