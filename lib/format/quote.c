#include "format/quote.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"

int
quote_posix(struct buf *out, const char *s, size_t n)
{
	buf_putc(out, '\'');
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\'')
			buf_puts(out, "'\\''");
		else
			buf_putc(out, s[i]);
	}
	buf_putc(out, '\'');
	return 0;
}

/* Return whether csh takes C as it is, in a file and after eval `...`. */
static bool
is_plain_csh(char c)
{
	/* '-' to ':' are "-./0123456789:" */
	return (c >= 'a' && c <= 'z') || (c >= '-' && c <= ':') ||
	       (c >= '@' && c <= 'Z') || (c & 0x80) || c == '_' || c == '=' ||
	       c == '+' || c == ',';
}

int
quote_csh(struct buf *out, const char *s, size_t n)
{
	if (n == 0)
		buf_puts(out, "\"\"");
	while (n > 0) {
		size_t plain = 0;

		while (plain < n && is_plain_csh(s[plain]))
			plain++;
		buf_add(out, s, plain);
		s += plain;
		n -= plain;
		if (n == 0)
			break;
		if (*s == '\n') {
			buf_puts(out, "\"\\\n\"");
		} else {
			buf_putc(out, '\\');
			buf_putc(out, *s);
		}
		s++;
		n--;
	}
	return 0;
}

/*
 * Braces and tabs have no quoting that outlives the expansion of the words of
 * `...`, so programs make them, of words without a backslash: what one means
 * inside of "..." depends on backslash_quote.
 */
int
quote_csh_eval(struct buf *out, const char *s, size_t n)
{
	if (n == 0)
		return quote_csh(out, s, n);
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\t')
			buf_puts(out, "\"`echo z | paste - - | tr -d z`\"");
		else if (s[i] == '{')
			buf_puts(out, "\"`echo z | tr a-z b-~`\"");
		else if (s[i] == '}')
			buf_puts(out, "\"`echo z | tr a-z d-~`\"");
		else
			(void)quote_csh(out, s + i, 1);
	}
	return 0;
}

int
quote_fish(struct buf *out, const char *s, size_t n)
{
	buf_putc(out, '\'');
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\'' || s[i] == '\\')
			buf_putc(out, '\\');
		buf_putc(out, s[i]);
	}
	buf_putc(out, '\'');
	return 0;
}

/* True if CP ends a literal of PowerShell that QUOTE begins. */
static bool
is_powershell_quote(uint32_t cp, char quote)
{
	return cp == (unsigned char)quote ||
	       (quote == '"' ? cp >= 0x201c && cp <= 0x201e
	                     : cp >= 0x2018 && cp <= 0x201b);
}

int
quote_powershell(struct buf *out, const char *s, size_t n)
{
	/* output of a program is taken apart at every \r: it needs `r */
	char quote = n > 0 && memchr(s, '\r', n) ? '"' : '\'';

	buf_putc(out, quote);
	for (size_t i = 0; i < n;) {
		uint32_t cp;
		size_t len = utf8_decode(s + i, n - i, &cp);

		if (len == 0)
			return -EINVAL;
		if (quote == '"' && (cp == '\r' || cp == '$' || cp == '`'))
			buf_putc(out, '`');
		if (is_powershell_quote(cp, quote))
			buf_add(out, s + i, len);
		if (cp == '\r')
			buf_putc(out, 'r');
		else
			buf_add(out, s + i, len);
		i += len;
	}
	buf_putc(out, quote);
	return 0;
}

int
quote_nu(struct buf *out, const char *s, size_t n)
{
	buf_putc(out, '"');
	for (size_t i = 0; i < n;) {
		uint32_t cp;
		size_t len = utf8_decode(s + i, n - i, &cp);

		if (len == 0)
			return -EINVAL;
		if (cp == '"' || cp == '\\')
			buf_putc(out, '\\');
		if (cp < 0x20 || cp == 0x7f)
			buf_fmt(out, "\\u{%x}", (unsigned)cp);
		else
			buf_add(out, s + i, len);
		i += len;
	}
	buf_putc(out, '"');
	return 0;
}

/*
 * The code points that str.isprintable() refuses for good: Unicode's categories
 * Cc, Cf, Cs, Co, Zl, Zp and Zs but the blank, and planes where nothing is
 * assigned.
 */
static bool
is_printable(uint32_t cp)
{
	static const uint32_t refused[][2] = {
		{ 0x0, 0x1f }, { 0x7f, 0xa0 }, { 0xad, 0xad },
		{ 0x600, 0x605 }, { 0x61c, 0x61c }, { 0x6dd, 0x6dd },
		{ 0x70f, 0x70f }, { 0x890, 0x891 }, { 0x8e2, 0x8e2 },
		{ 0x1680, 0x1680 }, { 0x180e, 0x180e }, { 0x2000, 0x200f },
		{ 0x2028, 0x202f }, { 0x205f, 0x206f }, { 0x3000, 0x3000 },
		{ 0xd800, 0xf8ff }, { 0xfeff, 0xfeff }, { 0xfff0, 0xfffb },
		{ 0x110bd, 0x110bd }, { 0x110cd, 0x110cd },
		{ 0x13430, 0x1343f }, { 0x1bca0, 0x1bca3 },
		{ 0x1d173, 0x1d17a }, { 0x40000, 0xe00ff },
		{ 0xe01f0, 0x10ffff },
	};

	if ((cp & 0xfffe) == 0xfffe)
		return false;
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		if (cp <= refused[i][1])
			return cp < refused[i][0];
	}
	return true;
}

static void
put_hex(struct buf *out, char letter, uint32_t cp, unsigned digits)
{
	buf_putc(out, '\\');
	buf_putc(out, letter);
	while (digits-- > 0)
		buf_putc(out, "0123456789abcdef"[cp >> 4 * digits & 0xf]);
}

int
quote_elvish(struct buf *out, const char *s, size_t n)
{
	buf_putc(out, '"');
	for (size_t i = 0; i < n;) {
		uint32_t cp;
		size_t len = utf8_decode(s + i, n - i, &cp);

		if (len == 0 || cp < 0x20 || cp == 0x7f) {
			put_hex(out, 'x', (unsigned char)s[i++], 2);
			continue;
		}
		if (cp == '"' || cp == '\\')
			buf_putc(out, '\\');
		buf_add(out, s + i, len);
		i += len;
	}
	buf_putc(out, '"');
	return 0;
}

static void
put_escape(struct buf *out, uint32_t cp)
{
	static const char named[] = "\nn\rr\tt";
	const char *name = cp && cp < 0x20 ? strchr(named, (int)cp) : NULL;

	if (name) {
		buf_putc(out, '\\');
		buf_putc(out, name[1]);
	} else if (cp < 0x100) {
		put_hex(out, 'x', cp, 2);
	} else if (cp < 0x10000) {
		put_hex(out, 'u', cp, 4);
	} else {
		put_hex(out, 'U', cp, 8);
	}
}

int
quote_python_repr(struct buf *out, const char *s, size_t n)
{
	char quote = '\'';

	if (n > 0 && memchr(s, '\'', n) && !memchr(s, '"', n))
		quote = '"';
	buf_putc(out, quote);
	for (size_t i = 0; i < n;) {
		uint32_t cp;
		size_t len = utf8_decode(s + i, n - i, &cp);

		if (len == 0) {
			/* a lone low surrogate, as PEP 383 has it */
			cp = 0xdc00U + (unsigned char)s[i];
			len = 1;
		}
		if (cp == '\\' || cp == (unsigned char)quote)
			buf_putc(out, '\\');
		if (is_printable(cp))
			buf_add(out, s + i, len);
		else
			put_escape(out, cp);
		i += len;
	}
	buf_putc(out, quote);
	return 0;
}

/* True if CP stands for a byte that is not UTF-8 (PEP 383). */
static bool
is_escaped_byte(uint32_t cp)
{
	return cp >= 0xdc80 && cp <= 0xdcff;
}

static void
put_code_point(struct buf *out, uint32_t cp)
{
	if (is_escaped_byte(cp)) {
		buf_putc(out, (char)(cp & 0xff));
	} else if (cp < 0x80) {
		buf_putc(out, (char)cp);
	} else if (cp < 0x800) {
		buf_putc(out, (char)(0xc0 | cp >> 6));
		buf_putc(out, (char)(0x80 | (cp & 0x3f)));
	} else {
		if (cp < 0x10000) {
			buf_putc(out, (char)(0xe0 | cp >> 12));
		} else {
			buf_putc(out, (char)(0xf0 | cp >> 18));
			buf_putc(out, (char)(0x80 | (cp >> 12 & 0x3f)));
		}
		buf_putc(out, (char)(0x80 | (cp >> 6 & 0x3f)));
		buf_putc(out, (char)(0x80 | (cp & 0x3f)));
	}
}

/* The code point of N hexadecimal digits at S; 0 if that is none, or NUL. */
static uint32_t
hex_code_point(const char *s, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	uint32_t cp = 0;

	for (size_t i = 0; i < n; i++) {
		const char *d = s[i] ? strchr(digits, s[i] | 0x20) : NULL;

		if (!d || cp > 0x10ffff)
			return 0;
		cp = cp << 4 | (uint32_t)(d - digits);
	}
	return cp > 0x10ffff ? 0 : cp;
}

/* Decode an escape, whose backslash is before S: bytes of S taken, 0 if
 * unknown. */
static size_t
put_unescaped(struct buf *out, const char *s, size_t n)
{
	static const char named[] = "n\nr\rt\t\\\\''\"\"";
	static const char hex[] = "x\002u\004U\010";
	const char *p;
	uint32_t cp;
	size_t len;

	/* the tables below hold control bytes as values */
	if (n == 0 || (unsigned char)s[0] < 0x20)
		return 0;
	p = strchr(named, s[0]);
	if (p) {
		buf_putc(out, p[1]);
		return 1;
	}
	p = strchr(hex, s[0]);
	len = p ? (size_t)p[1] : n;
	if (len >= n)
		return 0;
	cp = hex_code_point(s + 1, len);
	if (cp == 0 || (cp >= 0xd800 && cp < 0xe000 && !is_escaped_byte(cp)))
		return 0;
	put_code_point(out, cp);
	return 1 + len;
}

int
unquote_python_repr(struct buf *out, const char *s, size_t n)
{
	size_t start = out->len;

	if (n < 2 || (s[0] != '\'' && s[0] != '"') || s[n - 1] != s[0])
		return -EINVAL;
	for (size_t i = 1; i < n - 1; i++) {
		size_t len;

		if (s[i] == s[0])
			goto bad;
		if (s[i] != '\\') {
			buf_putc(out, s[i]);
			continue;
		}
		len = put_unescaped(out, s + i + 1, n - 2 - i);
		if (len == 0)
			goto bad;
		i += len;
	}
	return 0;
bad:
	out->len = start;
	return -EINVAL;
}

/* Return the length of the quoted part after the opening quote at S, 0 if it is not
 * closed. */
static size_t
read_single(struct buf *out, const char *s, size_t n)
{
	const char *end = n > 0 ? memchr(s + 1, '\'', n - 1) : NULL;

	if (!end)
		return 0;
	buf_add(out, s + 1, (size_t)(end - s) - 1);
	return (size_t)(end - s) + 1;
}

static size_t
read_double(struct buf *out, const char *s, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (s[i] == '"')
			return i + 1;
		if (s[i] == '$' || s[i] == '`')
			return 0;
		if (s[i] == '\\' && i + 1 < n && strchr("$`\"\\\n", s[i + 1]))
			i++;
		buf_putc(out, s[i]);
	}
	return 0;
}

int
shellword_read(struct buf *out, const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && !strchr(" \t\n;", s[i])) {
		size_t used = 1;

		if (s[i] == '\'') {
			used = read_single(out, s + i, n - i);
		} else if (s[i] == '"') {
			used = read_double(out, s + i, n - i);
		} else if (s[i] == '$' || s[i] == '`') {
			used = 0;
		} else if (s[i] == '\\' && i + 1 < n) {
			buf_putc(out, s[i + 1]);
			used = 2;
		} else {
			buf_putc(out, s[i]);
		}
		if (used == 0)
			return -EINVAL;
		i += used;
	}
	return 0;
}
