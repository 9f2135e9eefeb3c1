#pragma once
/*
 * shellword: reading a literal word of POSIX shell code (XCU 2.2, quoting).
 */
#include <stddef.h>

struct buf;

/*
 * Append to OUT the value of the word at S (N bytes) up to an unquoted blank,
 * line end or ';'. -EINVAL if it is not a literal: it expands something, or a
 * quote is not closed.
 */
int shellword_read(struct buf *out, const char *s, size_t n);
