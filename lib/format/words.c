#include "format/words.h"

#include <string.h>

bool
words_have(const char *list, const char *word, size_t n)
{
	if (n == 0 || memchr(word, ' ', n))
		return false;
	for (const char *p = list; *p; p++) {
		if (*p == ' ' && strncmp(p + 1, word, n) == 0 &&
		    p[1 + n] == ' ')
			return true;
	}
	return false;
}

bool
words_have_program(const char *list, const char *name)
{
	return words_have(list, name, strlen(name)) ||
	       words_have(list, name, strcspn(name, "-.0123456789"));
}
