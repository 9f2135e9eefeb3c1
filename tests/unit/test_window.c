/* window: which bytes are read, and how often. */
#include "format/window.h"

#include <errno.h>

#include "format/source.h"
#include "tests/unit/fixture.h"

enum { SIZE = 100000, ROOM = 4096 };

/* A source whose byte N is N % 251, and that counts how it is read. */
static struct {
	struct source source;
	size_t calls, bytes;
} counted;

static int
read_counted(struct source *s, uint64_t off, void *p, size_t n)
{
	unsigned char *out = p;

	(void)s;
	counted.calls++;
	counted.bytes += n;
	for (size_t i = 0; i < n; i++)
		out[i] = (unsigned char)((off + i) % 251);
	return 0;
}

static void
begin(struct window *w, struct arena *a)
{
	counted.source = (struct source){ .read = read_counted, .size = SIZE };
	counted.calls = counted.bytes = 0;
	window_init(w, arena_alloc(a, ROOM), ROOM);
}

/* Read N bytes at OFF through W, piece by piece. */
static void
read_all(struct window *w, uint64_t off, size_t n)
{
	while (n > 0) {
		const unsigned char *p;
		size_t got;

		assert_int_equal(window_next(w, &counted.source, off, n, &p,
		                             &got), 0);
		assert_true(got > 0 && got <= n);
		for (size_t i = 0; i < got; i++)
			assert_int_equal(p[i], (off + i) % 251);
		off += got;
		n -= got;
	}
}

static void
test_in_order(void **state)
{
	struct fixture *f = *state;
	struct window w;

	begin(&w, &f->arena);
	/* members of 100 bytes after headers of 50 */
	for (uint64_t at = 50; at + 100 <= SIZE; at += 150)
		read_all(&w, at, 100);
	assert_true(counted.calls < 2 * SIZE / ROOM + 2);
	assert_true(counted.bytes <= SIZE);
}

static void
test_here_and_there(void **state)
{
	struct fixture *f = *state;
	struct window w;

	begin(&w, &f->arena);
	for (uint64_t at = 90000; at > 10000; at -= 10000)
		read_all(&w, at, 100);
	assert_int_equal(counted.calls, 8);
	assert_int_equal(counted.bytes, 800);
	read_all(&w, 100, 3 * ROOM);
	assert_int_equal(counted.calls, 11);
}

static void
test_look(void **state)
{
	struct fixture *f = *state;
	const unsigned char *p;
	struct window w, other;

	begin(&w, &f->arena);
	assert_int_equal(window_look(&w, &counted.source, 10, 20, 1000, &p), 0);
	assert_int_equal(p[19], 29);
	assert_int_equal(counted.bytes, 1000);
	assert_int_equal(window_look(&w, &counted.source, 1000, 20, 0, &p), 0);
	assert_int_equal(p[0], 1000 % 251);
	assert_int_equal(counted.calls, 2);
	assert_int_equal(window_look(&w, &counted.source, 1005, 0, 0, &p), 0);
	assert_int_equal(counted.calls, 2);
	/* at the end, and beyond it */
	assert_int_equal(window_look(&w, &counted.source, SIZE - 5, 5, 1000,
	                             &p), 0);
	assert_int_equal(p[4], (SIZE - 1) % 251);
	assert_int_equal(window_look(&w, &counted.source, SIZE - 5, 6, 6, &p),
	                 -ERANGE);
	assert_int_equal(window_look(&w, &counted.source, SIZE + 1, 1, 1, &p),
	                 -ERANGE);
	assert_int_equal(window_look(&w, &counted.source, 0, ROOM + 1, 0, &p),
	                 -ERANGE);
	/* another source at the same place */
	other = w;
	other.source = NULL;
	assert_int_equal(window_look(&other, &counted.source, 0, 1, 1, &p), 0);
	assert_int_equal(p[0], 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_in_order, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_here_and_there, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_look, set_up, tear_down),
	};

	return RUN(tests);
}
