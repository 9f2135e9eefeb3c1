#pragma once
/*
 * line: text that is one line to every reader.
 */
#include <stddef.h>

/*
 * What in the N bytes at S some readers would not take as text within one line
 * (Python's str.splitlines() knows ten ends of a line): bytes that are not
 * UTF-8, control characters but the tab, separators of lines, a byte order
 * mark. NULL if there is nothing.
 */
const char *line_flaw(const char *s, size_t n);
