#include "format/window.h"

#include <errno.h>
#include <stdbool.h>

#include "format/source.h"

/* Bytes that may be left out of what is still read in order: in an archive, headers
 * are between members. */
enum { GAP = 4096 };

void
window_init(struct window *w, void *buffer, size_t room)
{
	*w = (struct window){ .buffer = buffer, .room = room };
}

void
window_forget(struct window *w)
{
	w->source = NULL;
}

/* Return the number of bytes of S at OFF that are at hand. */
static size_t
at_hand(const struct window *w, const struct source *s, uint64_t off)
{
	if (w->source != s || off < w->at || off - w->at >= w->len)
		return 0;
	return w->len - (size_t)(off - w->at);
}

/* Read the N bytes at OFF, or fewer where S or W ends. */
static int
fill(struct window *w, struct source *s, uint64_t off, uint64_t n)
{
	int err;

	w->source = NULL;
	if (off < s->size && n > s->size - off)
		n = s->size - off;
	if (n > w->room)
		n = w->room;
	err = source_read(s, off, w->buffer, (size_t)n);
	if (err < 0)
		return err;
	w->source = s;
	w->at = off;
	w->len = (size_t)n;
	return 0;
}

int
window_look(struct window *w, struct source *s, uint64_t off, size_t n,
            size_t more, const unsigned char **p)
{
	int err = 0;

	if (at_hand(w, s, off) < n)
		err = fill(w, s, off, n > more ? n : more);
	if (err == 0 && n > 0 && at_hand(w, s, off) < n)
		err = -ERANGE;
	*p = err == 0 && n > 0 ? w->buffer + (off - w->at) : w->buffer;
	return err;
}

int
window_next(struct window *w, struct source *s, uint64_t off, uint64_t max,
            const unsigned char **p, size_t *n)
{
	size_t have = at_hand(w, s, off);
	int err = 0;

	if (have == 0) {
		bool follows = w->source == s && off >= w->at + w->len &&
		               off - w->at - w->len <= GAP;

		err = fill(w, s, off, follows ? w->room : max);
		have = err == 0 ? w->len : 0;
	}
	if (err < 0)
		return err;
	*p = w->buffer + (off - w->at);
	*n = have < max ? have : (size_t)max;
	return 0;
}
