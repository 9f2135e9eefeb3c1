#pragma once
/*
 * sha2: the block functions of digest, apart so that each can be tested.
 *
 * Each takes the state H and COUNT whole blocks (64 bytes for SHA-256, 128 for
 * SHA-512) at P. FIPS 180-4 has two tables of constants, but the words of
 * SHA-256 are the upper halves of those of SHA-512.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

extern const uint64_t sha2_k[80];

/* The first states: of SHA-512 (and -256), then of SHA-384. */
extern const uint64_t sha2_first[16];

void sha256_blocks(uint32_t h[8], const unsigned char *p, size_t count);
void sha512_blocks(uint64_t h[8], const unsigned char *p, size_t count);

/* Return whether the processor has instructions for SHA-256; it is asked
 * once. */
bool sha256_cpu_can(void);

/* Do as sha256_blocks(), by these instructions; only where there are any. */
void sha256_cpu_blocks(uint32_t h[8], const unsigned char *p, size_t count);
