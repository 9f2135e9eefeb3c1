/*
 * The input is a value: what is quoted reads back as the same bytes, by the
 * rules of each language; and it is a literal to be unquoted.
 */
#include "format/quote.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "tests/fuzz/fuzz.h"

/* Read 'text', in which each of SPECIAL may stand after a backslash. */
static void
read_quotes(struct buf *out, const char *s, size_t n, const char *special)
{
	check(n >= 2 && s[0] == '\'' && s[n - 1] == '\'');
	for (size_t i = 1; i < n - 1; i++) {
		if (s[i] == '\\' && strchr(special, s[i + 1]))
			i++;
		else
			check(s[i] != '\'');
		buf_putc(out, s[i]);
	}
}

/* Read what sh does: '...' and \' in turn. */
static void
read_posix(struct buf *out, const char *s, size_t n)
{
	bool quoted = false;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\'') {
			quoted = !quoted;
		} else if (!quoted) {
			check(s[i] == '\\' && s[i + 1] == '\'');
			buf_putc(out, s[++i]);
		} else {
			buf_putc(out, s[i]);
		}
	}
	check(!quoted);
}

/* Read what Nushell does: in "text", a backslash before '"', '\\' and u{X}. */
static void
read_nu(struct buf *out, const char *s, size_t n)
{
	check(n >= 2 && s[0] == '"' && s[n - 1] == '"');
	for (size_t i = 1; i < n - 1; i++) {
		check((unsigned char)s[i] >= 0x20 && s[i] != '"');
		if (s[i] != '\\') {
			buf_putc(out, s[i]);
		} else if (s[++i] == 'u') {
			char *end;

			buf_putc(out, (char)strtoul(s + i + 2, &end, 16));
			check(s[i + 1] == '{' && *end == '}');
			i = (size_t)(end - s);
		} else {
			check(s[i] == '"' || s[i] == '\\');
			buf_putc(out, s[i]);
		}
	}
}

/* Read what elvish does: in "text" of UTF-8, \" and \\ and \xXX. */
static void
read_elvish(struct buf *out, const char *s, size_t n)
{
	check(n >= 2 && s[0] == '"' && s[n - 1] == '"');
	for (size_t i = 1; i < n - 1;) {
		uint32_t cp;
		size_t len = utf8_decode(s + i, n - 1 - i, &cp);

		check(len > 0 && cp >= 0x20 && cp != '"');
		if (cp != '\\') {
			buf_add(out, s + i, len);
			i += len;
		} else if (s[i + 1] == 'x') {
			const char hex[] = { s[i + 2], s[i + 3], '\0' };

			buf_putc(out, (char)strtoul(hex, NULL, 16));
			i += 4;
		} else {
			check(s[i + 1] == '"' || s[i + 1] == '\\');
			buf_putc(out, s[i + 1]);
			i += 2;
		}
	}
}

static void
check_same(const struct buf *b, const char *s, size_t n)
{
	check(b->len == n && (n == 0 || memcmp(b->data, s, n) == 0));
}

static void
round_trip(struct arena *a, const char *s, size_t n)
{
	struct buf quoted[6], back[5];

	for (int i = 0; i < 6; i++)
		buf_init(&quoted[i], a);
	for (int i = 0; i < 5; i++)
		buf_init(&back[i], a);
	check(quote_posix(&quoted[0], s, n) == 0);
	read_posix(&back[0], quoted[0].data, quoted[0].len);
	check_same(&back[0], s, n);
	check(quote_fish(&quoted[1], s, n) == 0);
	read_quotes(&back[1], quoted[1].data, quoted[1].len, "'\\");
	check_same(&back[1], s, n);
	check(quote_python_repr(&quoted[2], s, n) == 0);
	check(!memchr(quoted[2].data, '\n', quoted[2].len));
	check(unquote_python_repr(&back[2], quoted[2].data,
	                          quoted[2].len) == 0);
	check_same(&back[2], s, n);
	check(quote_csh(&quoted[3], s, n) == 0);
	check(quote_csh_eval(&quoted[3], s, n) == 0);
	(void)quote_powershell(&quoted[3], s, n);
	if (quote_nu(&quoted[4], s, n) == 0) {
		read_nu(&back[3], quoted[4].data, quoted[4].len);
		check_same(&back[3], s, n);
	}
	check(quote_elvish(&quoted[5], s, n) == 0);
	read_elvish(&back[4], quoted[5].data, quoted[5].len);
	check_same(&back[4], s, n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data;
	struct arena a;
	struct buf out;

	arena_init(&a, NULL, 0);
	buf_init(&out, &a);
	if (!memchr(s ? s : "", '\0', size))
		round_trip(&a, s ? s : "", size);
	(void)unquote_python_repr(&out, s, size);
	arena_free(&a);
	return 0;
}
