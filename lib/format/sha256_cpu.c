#include "format/sha2.h"

#include <stdatomic.h>

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

#define TARGET __attribute__((target("sha,sse4.1,ssse3")))

static bool
ask_cpu(void)
{
	unsigned a, b, c, d;

	return __get_cpuid(1, &a, &b, &c, &d) && c & bit_SSE4_1 &&
	       c & bit_SSSE3 && __get_cpuid_count(7, 0, &a, &b, &c, &d) &&
	       b & 1U << 29;
}

/* Four constants: the upper halves of four of SHA-512's. */
TARGET static inline __m128i
constants(int t)
{
	const float *k = (const float *)(const void *)(sha2_k + t);

	return _mm_castps_si128(_mm_shuffle_ps(_mm_loadu_ps(k),
	                                       _mm_loadu_ps(k + 4), 0xdd));
}

/* Four rounds from T on, which take the words in W0; the next ones go there. */
TARGET __attribute__((always_inline)) static inline void
four_rounds(__m128i *x, __m128i *y, int t, __m128i *w0, __m128i w1,
            __m128i w2, __m128i w3)
{
	__m128i k = _mm_add_epi32(*w0, constants(t));
	__m128i next = _mm_add_epi32(_mm_sha256msg1_epu32(*w0, w1),
	                             _mm_alignr_epi8(w3, w2, 4));

	*y = _mm_sha256rnds2_epu32(*y, *x, k);
	*x = _mm_sha256rnds2_epu32(*x, *y, _mm_shuffle_epi32(k, 0x0e));
	*w0 = _mm_sha256msg2_epu32(next, w3);
}

TARGET static inline __m128i
words(const __m128i *in)
{
	return _mm_shuffle_epi8(_mm_loadu_si128(in),
	                        _mm_set_epi64x(0x0c0d0e0f08090a0b,
	                                       0x0405060700010203));
}

/* The processor wants the state as (f, e, b, a) and (h, g, d, c). */
TARGET void
sha256_cpu_blocks(uint32_t h[8], const unsigned char *p, size_t count)
{
	__m128i *state = (__m128i *)(void *)h;
	__m128i abcd = _mm_shuffle_epi32(_mm_loadu_si128(state), 0xb1);
	__m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128(state + 1), 0x1b);
	__m128i abef = _mm_alignr_epi8(abcd, efgh, 8);
	__m128i cdgh = _mm_blend_epi16(efgh, abcd, 0xf0);

	for (; count; count--, p += 64) {
		const __m128i *in = (const __m128i *)(const void *)p;
		__m128i x = abef, y = cdgh;
		__m128i a = words(in), b = words(in + 1);
		__m128i c = words(in + 2), d = words(in + 3);

		/* by hand: -Os would move the words about instead */
		for (int t = 0; t < 64; t += 16) {
			four_rounds(&x, &y, t, &a, b, c, d);
			four_rounds(&x, &y, t + 4, &b, c, d, a);
			four_rounds(&x, &y, t + 8, &c, d, a, b);
			four_rounds(&x, &y, t + 12, &d, a, b, c);
		}
		abef = _mm_add_epi32(abef, x);
		cdgh = _mm_add_epi32(cdgh, y);
	}
	abcd = _mm_shuffle_epi32(abef, 0x1b);
	efgh = _mm_shuffle_epi32(cdgh, 0xb1);
	_mm_storeu_si128(state, _mm_blend_epi16(abcd, efgh, 0xf0));
	_mm_storeu_si128(state + 1, _mm_alignr_epi8(efgh, abcd, 8));
}

/* clang hides these intrinsics (14 does) where not all code may use them */
#elif defined(__AARCH64EL__) && \
	(defined(__ARM_FEATURE_SHA2) || !defined(__clang__))

#include <arm_neon.h>
#include <sys/auxv.h>

#if defined(__clang__)
#define TARGET
#else
#define TARGET __attribute__((target("+crypto")))
#endif

static bool
ask_cpu(void)
{
	return getauxval(AT_HWCAP) & HWCAP_SHA2;
}

TARGET void
sha256_cpu_blocks(uint32_t h[8], const unsigned char *p, size_t count)
{
	const uint32_t *k = (const uint32_t *)(const void *)sha2_k;
	uint32x4_t abcd = vld1q_u32(h), efgh = vld1q_u32(h + 4);

	for (; count; count--, p += 64) {
		uint32x4_t x = abcd, y = efgh, w[4];

		for (int i = 0; i < 4; i++)
			w[i] = vreinterpretq_u32_u8(
				vrev32q_u8(vld1q_u8(p + 16 * i)));
		for (int t = 0; t < 64; t += 4) {
			/* the upper halves of SHA-512's constants */
			uint32x4_t wk = vaddq_u32(w[0],
			                          vld2q_u32(k + 2 * t).val[1]);
			uint32x4_t next = vsha256su1q_u32(
				vsha256su0q_u32(w[0], w[1]), w[2], w[3]);
			uint32x4_t before = x;

			x = vsha256hq_u32(x, y, wk);
			y = vsha256h2q_u32(y, before, wk);
			w[0] = w[1];
			w[1] = w[2];
			w[2] = w[3];
			w[3] = next;
		}
		abcd = vaddq_u32(abcd, x);
		efgh = vaddq_u32(efgh, y);
	}
	vst1q_u32(h, abcd);
	vst1q_u32(h + 4, efgh);
}

#else

static bool
ask_cpu(void)
{
	return false;
}

void
sha256_cpu_blocks(uint32_t h[8], const unsigned char *p, size_t count)
{
	sha256_blocks(h, p, count);
}

#endif

bool
sha256_cpu_can(void)
{
	enum { UNKNOWN, NO, YES };
	static atomic_int known;
	int k = atomic_load_explicit(&known, memory_order_relaxed);

	/* a virtual machine takes microseconds to answer */
	if (k == UNKNOWN) {
		k = ask_cpu() ? YES : NO;
		atomic_store_explicit(&known, k, memory_order_relaxed);
	}
	return k == YES;
}
