#include "base/buf.h"

#include <stdint.h>
#include <string.h>


enum { FIRST_CAP = 64 };

void
buf_init(struct buf *b, struct arena *arena)
{
	*b = (struct buf){ .arena = arena };
}

/* Make room for N more bytes. */
static void
reserve(struct buf *b, size_t n)
{
	size_t cap = b->cap ? b->cap : FIRST_CAP;

	if (n <= b->cap - b->len)
		return;
	if (b->drain && b->len >= BUF_FULL) {
		size_t out = b->len - BUF_KEPT;

		b->drain(b->ctx, b->data, out);
		memmove(b->data, b->data + out, BUF_KEPT);
		b->len = BUF_KEPT;
	}
	if (n <= b->cap - b->len)
		return;
	if (n > SIZE_MAX / 4 - b->len)
		arena_exhausted();
	while (cap - b->len < n)
		cap *= 2;
	b->data = arena_grow(b->arena, b->data, b->cap, cap);
	b->cap = cap;
}

void
buf_add(struct buf *b, const void *p, size_t n)
{
	if (n == 0)
		return;
	if (n > b->cap - b->len)
		reserve(b, n);
	memcpy(b->data + b->len, p, n);
	b->len += n;
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_putc(struct buf *b, char c)
{
	/* quoting goes byte by byte: this is where most of a run is spent */
	if (b->len == b->cap)
		reserve(b, 1);
	b->data[b->len++] = c;
}

static void
put_number(struct buf *b, unsigned long long n, unsigned base)
{
	char digits[3 * sizeof(n)];
	size_t i = sizeof(digits);

	do {
		digits[--i] = "0123456789abcdef"[n % base];
		n /= base;
	} while (n);
	buf_add(b, digits + i, sizeof(digits) - i);
}

static void
put_signed(struct buf *b, int n)
{
	unsigned long long u = (unsigned long long)n;

	if (n < 0) {
		buf_putc(b, '-');
		u = -u;
	}
	put_number(b, u, 10);
}

/* Append S up to its NUL, at most N bytes: %.*s. */
static void
put_prefix(struct buf *b, int n, const char *s)
{
	size_t max = n < 0 ? 0 : (size_t)n;
	const char *nul = memchr(s, '\0', max);

	buf_add(b, s, nul ? (size_t)(nul - s) : max);
}

/* Append one conversion. Return the format after it, NULL if it is unknown. */
static const char *
convert(struct buf *b, const char *f, va_list *ap)
{
	switch (*f++) {
	case 's':
		buf_puts(b, va_arg(*ap, const char *));
		return f;
	case 'c':
		buf_putc(b, (char)va_arg(*ap, int));
		return f;
	case 'd':
		put_signed(b, va_arg(*ap, int));
		return f;
	case 'u':
		put_number(b, va_arg(*ap, unsigned), 10);
		return f;
	case 'x':
		put_number(b, va_arg(*ap, unsigned), 16);
		return f;
	case '%':
		buf_putc(b, '%');
		return f;
	case 'z':
		put_number(b, va_arg(*ap, size_t), 10);
		return *f == 'u' ? f + 1 : NULL;
	case 'l':
		if (*f == 'u') {
			put_number(b, va_arg(*ap, unsigned long), 10);
			return f + 1;
		}
		put_number(b, va_arg(*ap, unsigned long long), 10);
		return strncmp(f, "lu", 2) == 0 ? f + 2 : NULL;
	case '.':
		if (strncmp(f, "*s", 2) == 0) {
			int n = va_arg(*ap, int);

			put_prefix(b, n, va_arg(*ap, const char *));
			return f + 2;
		}
		return NULL;
	default:
		return NULL;
	}
}

void
buf_vfmt(struct buf *b, const char *fmt, va_list ap)
{
	va_list args;

	/* a copy, so that its address has one type on every machine */
	va_copy(args, ap);
	while (*fmt) {
		const char *percent = strchr(fmt, '%');

		if (!percent) {
			buf_puts(b, fmt);
			break;
		}
		buf_add(b, fmt, (size_t)(percent - fmt));
		fmt = convert(b, percent + 1, &args);
		if (!fmt)
			__builtin_trap();
	}
	va_end(args);
}

void
buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(b, fmt, ap);
	va_end(ap);
}

char *
buf_str(struct buf *b)
{
	reserve(b, 1);
	b->data[b->len] = '\0';
	return b->data;
}
