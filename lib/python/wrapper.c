#include "python/wrapper.h"

#include <string.h>

const char *const wrapper_settings[WRAPPER_SETTINGS] = { "PYTHONHOME",
	                                                 "PYTHONPATH" };

bool
wrapper_is_option(const char *word, bool *valued)
{
	*valued = strcmp(word, "--check-hash-based-pycs") == 0;
	if (*valued)
		return true;
	if (word[0] != '-' || !word[1])
		return false;
	while (*++word) {
		if (*word == 'W' || *word == 'X') {
			*valued = !word[1];
			return true;
		}
		if (!strchr("bBdEiIOPqRsStuvx", *word))
			return false;
	}
	return true;
}
