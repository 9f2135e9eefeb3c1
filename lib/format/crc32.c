#include "format/crc32.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <wmmintrin.h>
#endif

enum { FOLDED = 64 }; /* bytes a step */

#if defined(__x86_64__)

static bool
can_fold(void)
{
	unsigned a, b, c, d;

	/* not __get_cpuid(), which asks twice: a virtual machine takes 5 us */
	__cpuid(1, a, b, c, d);
	return c & bit_PCLMUL;
}

/* A, moved as far forward as K says, onto B. */
__attribute__((target("pclmul"))) static inline __m128i
fold(__m128i a, __m128i k, __m128i b)
{
	return _mm_xor_si128(_mm_xor_si128(_mm_clmulepi64_si128(a, k, 0x00),
	                                   _mm_clmulepi64_si128(a, k, 0x11)),
	                     b);
}

/*
 * Fold whole steps of the N bytes at P onto each other (V. Gopal et al., Fast
 * CRC Computation Using PCLMULQDQ, 2009; the multipliers are x^n modulo the
 * polynomial, bits reversed). OUT gets 16 bytes: their checksum, begun at 0,
 * is that of all these bytes, begun at CRC. Returns how many bytes were taken.
 */
__attribute__((target("pclmul"))) static size_t
fold_all(uint32_t crc, const unsigned char *p, size_t n, unsigned char *out)
{
	const __m128i by_64 = _mm_set_epi64x(0x1c6e41596, 0x154442bd4);
	const __m128i by_16 = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
	const __m128i *in = (const __m128i *)(const void *)p;
	__m128i x[4];
	size_t steps = n / FOLDED;

	x[0] = _mm_xor_si128(_mm_loadu_si128(in), _mm_cvtsi32_si128((int)crc));
	x[1] = _mm_loadu_si128(in + 1);
	x[2] = _mm_loadu_si128(in + 2);
	x[3] = _mm_loadu_si128(in + 3);
	in += 4;
	for (size_t s = 1; s < steps; s++) {
		x[0] = fold(x[0], by_64, _mm_loadu_si128(in));
		x[1] = fold(x[1], by_64, _mm_loadu_si128(in + 1));
		x[2] = fold(x[2], by_64, _mm_loadu_si128(in + 2));
		x[3] = fold(x[3], by_64, _mm_loadu_si128(in + 3));
		in += 4;
	}
	x[0] = fold(x[0], by_16, x[1]);
	x[0] = fold(x[0], by_16, x[2]);
	x[0] = fold(x[0], by_16, x[3]);
	_mm_storeu_si128((__m128i *)(void *)out, x[0]);
	return steps * FOLDED;
}

#else

static bool
can_fold(void)
{
	return false;
}

static size_t
fold_all(uint32_t crc, const unsigned char *p, size_t n, unsigned char *out)
{
	(void)crc;
	(void)p;
	(void)n;
	(void)out;
	return 0;
}

#endif

void
crc32_init(struct crc32 *c)
{
	/* the checksum of a xor b is the xor of theirs */
	c->table[0][0] = 0;
	for (uint32_t i = 128, r = 1; i; i >>= 1) {
		r = r >> 1 ^ (0xedb88320 & -(r & 1));
		for (uint32_t j = 0; j < 256; j += 2 * i)
			c->table[0][i + j] = r ^ c->table[0][j];
	}
	/* table[k]: the same byte, K zero bytes further */
	for (int k = 1; k < 8; k++) {
		for (int i = 0; i < 256; i++) {
			uint32_t r = c->table[k - 1][i];

			c->table[k][i] = r >> 8 ^ c->table[0][r & 0xff];
		}
	}
	c->folds = can_fold();
}

/* Eight bytes a step: the lookups do not wait for each other. */
static uint32_t
add_by_table(const struct crc32 *c, uint32_t r, const unsigned char *p,
             size_t n)
{
	for (; n >= 8; n -= 8, p += 8) {
		r ^= (uint32_t)p[0] | (uint32_t)p[1] << 8 |
		     (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
		r = c->table[7][r & 0xff] ^ c->table[6][r >> 8 & 0xff] ^
		    c->table[5][r >> 16 & 0xff] ^ c->table[4][r >> 24] ^
		    c->table[3][p[4]] ^ c->table[2][p[5]] ^
		    c->table[1][p[6]] ^ c->table[0][p[7]];
	}
	for (; n; n--)
		r = r >> 8 ^ c->table[0][(r ^ *p++) & 0xff];
	return r;
}

uint32_t
crc32_add(const struct crc32 *c, uint32_t crc, const void *p, size_t n)
{
	const unsigned char *s = p;
	uint32_t r = ~crc;

	if (c->folds && n >= FOLDED) {
		unsigned char rest[16] = { 0 };
		size_t done = fold_all(r, s, n, rest);

		r = add_by_table(c, 0, rest, sizeof(rest));
		s += done;
		n -= done;
	}
	return ~add_by_table(c, r, s, n);
}
