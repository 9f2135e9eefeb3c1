#pragma once
/*
 * digest: SHA-256, SHA-384 and SHA-512 (FIPS 180-4), and their notation in
 * RECORD files: "sha256=" and base64url without '=' (RFC 4648 section 5).
 * SHA-256 runs on the processor's own instructions where it has them (x86
 * SHA-NI, ARMv8), found out once at run time.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

enum digest_kind { DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 };

enum { DIGEST_KINDS = 3, DIGEST_MAX = 64 };

struct digest {
	enum digest_kind kind;
	uint64_t total;         /* bytes so far */
	union { uint32_t h32[8]; uint64_t h64[8]; } state;
	unsigned char block[128]; /* begun, total % block size bytes of it */
};

void digest_init(struct digest *d, enum digest_kind kind);
void digest_add(struct digest *d, const void *p, size_t n);

/* Write the result, digest_size() bytes, to OUT. D cannot be used
 * afterwards. */
void digest_end(struct digest *d, unsigned char out[DIGEST_MAX]);

/* A digest that a file is compared with. */
struct digest_value {
	enum digest_kind kind;
	unsigned char sum[DIGEST_MAX]; /* the first digest_size() bytes count */
};

/* Return the bytes of a result: 32, 48 or 64. */
size_t digest_size(enum digest_kind kind);

/* Read a name, the N bytes at S: "sha256" or the like; false for any other. */
bool digest_kind_parse(const char *s, size_t n, enum digest_kind *kind);

/* Append "sha256=" (or the like) and the base64url of the result at SUM. */
void digest_put_record(struct buf *out, enum digest_kind kind,
                       const unsigned char *sum);

/*
 * Read the N bytes at S, "sha256=..." as RECORD has it: kind, and the result
 * into SUM. False if the algorithm is weaker or not known, or the length wrong.
 */
bool digest_parse_record(const char *s, size_t n, enum digest_kind *kind,
                         unsigned char sum[DIGEST_MAX]);

/* Append the result at SUM in hexadecimal; read it back (either case). */
void digest_put_hex(struct buf *out, enum digest_kind kind,
                    const unsigned char *sum);
bool digest_parse_hex(const char *s, size_t n, enum digest_kind kind,
                      unsigned char sum[DIGEST_MAX]);
