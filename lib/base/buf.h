#pragma once
/*
 * buf: a growing byte string in an arena.
 *
 * Errors are sticky: once memory is out, FAILED is set, further additions do
 * nothing and buf_str() gives NULL, so a writer tests once at the end.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct arena;

struct buf {
	struct arena *arena;
	char *data; /* LEN bytes; not NUL-ended before buf_str() */
	size_t len;
	size_t cap;
	bool failed;
};

/* An empty buf whose bytes come from ARENA. */
void buf_init(struct buf *b, struct arena *arena);

/* Append the N bytes at P. */
void buf_add(struct buf *b, const void *p, size_t n);

/* Append the C string S. */
void buf_puts(struct buf *b, const char *s);

/* Append one byte. */
void buf_putc(struct buf *b, char c);

/*
 * Append formatted text. Only %s %.*s %c %d %u %zu %lu %llu %x %% are known
 * (no width, no flags): a full printf would cost a tenth of the binary.
 */
void buf_fmt(struct buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void buf_vfmt(struct buf *b, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

/* The bytes, NUL-ended, owned by the arena; NULL if memory was out. */
char *buf_str(struct buf *b);
