/* inflate: whole streams, in pieces of any size; what is damaged is refused. */
#include "format/inflate.h"

#include <errno.h>
#include <zlib.h>

#include "base/arena.h"
#include "tests/unit/unit.h"

enum { SIZE = 100000 };

static unsigned char plain[SIZE], packed[SIZE * 2];

/* Deflate the first N bytes of plain: the size of packed. */
static size_t
pack(size_t n)
{
	z_stream z = { 0 };

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS, 9,
	                              Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = plain;
	z.avail_in = (unsigned)n;
	z.next_out = packed;
	z.avail_out = sizeof(packed);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return z.total_out;
}

static void
fill(void)
{
	unsigned x = 1;

	for (size_t i = 0; i < SIZE; i++) {
		x = x * 1103515245 + 12345;
		plain[i] = (unsigned char)(x >> 16 & (i & 4096 ? 0xff : 3));
	}
}

struct sink {
	size_t got;
	size_t most; /* more than this is refused */
};

static int
compare(void *ctx, const void *p, size_t n)
{
	struct sink *s = ctx;

	assert_true(n > 0 && n <= 32 * 1024);
	assert_true(s->got + n <= SIZE);
	assert_memory_equal(p, plain + s->got, n);
	s->got += n;
	return s->got > s->most ? -E2BIG : 0;
}

static int
drop(void *ctx, const void *p, size_t n)
{
	(void)ctx;
	(void)p;
	(void)n;
	return 0;
}

/* Packed bytes, given in pieces of at most PIECE. */
struct pieces {
	size_t left, piece;
	const unsigned char *next;
};

static int
give(void *from, const unsigned char **p, size_t *n)
{
	struct pieces *k = from;

	*n = k->left < k->piece ? k->left : k->piece;
	*p = k->next;
	k->next += *n;
	k->left -= *n;
	return 0;
}

static int
stream(struct inflater *in, size_t n, size_t piece, struct sink *s)
{
	struct pieces k = { .left = n, .piece = piece, .next = packed };

	return inflate_stream(in, give, &k, compare, s);
}

static int
fail_to_give(void *from, const unsigned char **p, size_t *n)
{
	(void)from;
	(void)p;
	(void)n;
	return -EIO;
}

/* An inflater takes stream after stream, whatever became of the one before. */
static void
test_stream(void **state)
{
	static const size_t sizes[] = { SIZE, 0, 40000, 1 };
	static const size_t pieces[] = { SIZE * 2, 1000, 1 };
	struct inflater *in;
	struct arena a;
	struct sink s;
	struct pieces k;
	size_t n;

	(void)state;
	fill();
	arena_init(&a, NULL, 0);
	in = inflater_new(&a);
	for (size_t i = 0; i < COUNT(sizes) * COUNT(pieces); i++) {
		size_t size = sizes[i / COUNT(pieces)];
		size_t piece = pieces[i % COUNT(pieces)];

		n = pack(size);
		s = (struct sink){ .most = SIZE };
		assert_int_equal(stream(in, n, piece, &s), 0);
		assert_int_equal(s.got, size);
		s.got = 0;
		assert_int_equal(stream(in, n + 1, piece, &s), -EINVAL);
		s.got = 0;
		assert_int_equal(stream(in, n - 1, piece, &s), -EINVAL);
	}
	n = pack(SIZE);
	s = (struct sink){ .most = 1000 };
	assert_int_equal(stream(in, n, SIZE, &s), -E2BIG);
	assert_true(s.got <= 32 * 1024);
	assert_int_equal(inflate_stream(in, fail_to_give, NULL, compare, &s),
	                 -EIO);
	s = (struct sink){ .most = SIZE };
	assert_int_equal(stream(in, 0, SIZE, &s), -EINVAL);
	packed[0] ^= 6; /* the kind of the first block */
	k = (struct pieces){ .left = n, .piece = SIZE, .next = packed };
	assert_int_equal(inflate_stream(in, give, &k, drop, NULL), -EINVAL);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stream),
	};

	return RUN(tests);
}
