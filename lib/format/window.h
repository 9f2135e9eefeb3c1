#pragma once
/*
 * window: the bytes of a source that are at hand, in a buffer of bounded size. What is
 * read in order takes few calls, what is read here and there no more than it asks.
 */
#include <stddef.h>
#include <stdint.h>

struct source;

struct window {
	unsigned char *buffer; /* ROOM bytes, not owned */
	size_t room;
	const struct source *source; /* that it shows; NULL: none */
	uint64_t at;                 /* where its LEN bytes are there */
	size_t len;
};

/* Make W an empty window over ROOM bytes at BUFFER. */
void window_init(struct window *w, void *buffer, size_t room);

/* Make W empty: what was at the address of its source may be another one. */
void window_forget(struct window *w);

/*
 * Set *P to N bytes of S at OFF, at most W->room, until the next call. If they have to
 * be read, then at least MORE bytes, as far as S goes. Return 0, or the error of
 * source_read().
 */
int window_look(struct window *w, struct source *s, uint64_t off, size_t n,
                size_t more, const unsigned char **p);

/*
 * Set *P to some bytes of S at OFF, until the next call, and *N to their number, 1 to
 * MAX. Bytes that follow those at hand fill the window. Return 0, or the error of
 * source_read().
 */
int window_next(struct window *w, struct source *s, uint64_t off, uint64_t max,
                const unsigned char **p, size_t *n);
