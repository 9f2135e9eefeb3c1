#pragma once
/*
 * buf: a growing byte string in an arena.
 */
#include <stdarg.h>
#include <stddef.h>

#include "base/arena.h"

struct buf {
	struct arena *arena;
	char *data; /* LEN bytes; not NUL-ended before buf_str() */
	size_t len;
	size_t cap;
	/* Takes the first N bytes, at P, of a text that is too long to be held;
	 * NULL: the text is held. */
	void (*drain)(void *ctx, const char *p, size_t n);
	void *ctx;
};

/* A drained buf holds about BUF_FULL bytes, and always its last BUF_KEPT. */
enum { BUF_FULL = 32 * 1024, BUF_KEPT = 8 };

/* Make B an empty buf whose bytes come from ARENA. */
void buf_init(struct buf *b, struct arena *arena);

/* Append the N bytes at P. */
void buf_add(struct buf *b, const void *p, size_t n);

/* Append the C string S. */
void buf_puts(struct buf *b, const char *s);

/* Append one byte. */
void buf_putc(struct buf *b, char c);

/*
 * Append formatted text. Only %s %.*s %c %d %u %zu %lu %llu %x %% are known
 * (no width, no flags; any other is a trap): a full printf would cost a tenth
 * of the binary.
 */
void buf_fmt(struct buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void buf_vfmt(struct buf *b, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

/* Return the bytes, NUL-ended; the arena owns them. */
char *buf_str(struct buf *b);
