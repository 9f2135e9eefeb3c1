#pragma once
/*
 * quote: any bytes as one literal of a language, so that a value is never
 * code. Each appends to OUT and gives 0, or -EINVAL where the language has no
 * literal for these bytes (OUT is then of no use); a NUL never occurs.
 */
#include <stddef.h>

struct buf;

/* Quote for POSIX shells: single quotes. */
int quote_posix(struct buf *out, const char *s, size_t n);

/* Quote for csh and tcsh, in a file or typed: byte by byte with backslashes. */
int quote_csh(struct buf *out, const char *s, size_t n);

/* Quote for csh and tcsh after eval `...`, which loses newlines and bytes that
 * are not UTF-8. */
int quote_csh_eval(struct buf *out, const char *s, size_t n);

/* Quote for fish: single quotes, in which \' and \\ are known. */
int quote_fish(struct buf *out, const char *s, size_t n);

/*
 * Quote for PowerShell: single quotes, doubled inside, the typographic ones too
 * as they count as quotes; double ones with `r around a carriage return. Return
 * -EINVAL for bytes that are not UTF-8.
 */
int quote_powershell(struct buf *out, const char *s, size_t n);

/*
 * Quote for Nushell: double quotes, in which \ is known and nothing else is
 * special, on one line. Return -EINVAL for bytes that are not UTF-8.
 */
int quote_nu(struct buf *out, const char *s, size_t n);

/*
 * Quote for elvish: double quotes, in which \ is known and nothing else is
 * special; bytes that are not UTF-8, and control bytes, are escaped. Return 0
 * always.
 */
int quote_elvish(struct buf *out, const char *s, size_t n);

/*
 * Quote as repr() of Python 3: so pyvenv.cfg holds a prompt. Bytes that are not
 * UTF-8 become \udcXX, as os.fsdecode() has them. Code points that Unicode has
 * not assigned (which depends on the Python) are left as they are. Return 0
 * always.
 */
int quote_python_repr(struct buf *out, const char *s, size_t n);

/*
 * Append the text that quote_python_repr() was given. Return -EINVAL if S is no
 * such literal; OUT is then as it was.
 */
int unquote_python_repr(struct buf *out, const char *s, size_t n);

/*
 * Append to OUT the value of the word at S (N bytes) up to an unquoted blank,
 * line end or ';'. -EINVAL if it is not a literal: it expands something, or a
 * quote is not closed.
 */
int shellword_read(struct buf *out, const char *s, size_t n);
