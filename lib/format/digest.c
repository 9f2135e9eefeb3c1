#include "format/digest.h"

#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "format/base64.h"
#include "format/sha2.h"

static const char names[][7] = { "sha256", "sha384", "sha512" };

enum { NAME_LEN = 6 };

size_t
digest_size(enum digest_kind kind)
{
	return 32U + 16U * (size_t)kind;
}

static size_t
block_size(const struct digest *d)
{
	return d->kind == DIGEST_SHA256 ? 64 : 128;
}

void
digest_init(struct digest *d, enum digest_kind kind)
{
	const uint64_t *first = sha2_first + (kind == DIGEST_SHA384 ? 8 : 0);

	d->kind = kind;
	d->total = 0;
	for (int i = 0; i < 8; i++) {
		if (kind == DIGEST_SHA256)
			d->state.h32[i] = (uint32_t)(first[i] >> 32);
		else
			d->state.h64[i] = first[i];
	}
}

static void
add_blocks(struct digest *d, const unsigned char *p, size_t count)
{
	if (d->kind != DIGEST_SHA256)
		sha512_blocks(d->state.h64, p, count);
	else if (sha256_cpu_can())
		sha256_cpu_blocks(d->state.h32, p, count);
	else
		sha256_blocks(d->state.h32, p, count);
}

void
digest_add(struct digest *d, const void *p, size_t n)
{
	const unsigned char *s = p;
	size_t size = block_size(d), begun = (size_t)(d->total % size);

	d->total += n;
	if (begun > 0) {
		size_t take = n < size - begun ? n : size - begun;

		if (take > 0)
			memcpy(d->block + begun, s, take);
		if (begun + take < size)
			return;
		add_blocks(d, d->block, 1);
		s += take;
		n -= take;
	}
	add_blocks(d, s, n / size);
	if (n % size > 0)
		memcpy(d->block, s + n - n % size, n % size);
}

/* The last bytes of the N of X, most significant first. */
static void
put_be(unsigned char *out, uint64_t x, size_t n)
{
	while (n--) {
		out[n] = (unsigned char)x;
		x >>= 8;
	}
}

void
digest_end(struct digest *d, unsigned char out[DIGEST_MAX])
{
	static const unsigned char padding[128] = { 0x80 };
	unsigned char bits[16];
	size_t size = block_size(d), word = size / 16;

	/* the length has two words */
	put_be(bits, 0, sizeof(bits));
	put_be(bits + 2 * word - 8, d->total << 3, 8);
	if (word == 8)
		bits[7] = (unsigned char)(d->total >> 61);
	digest_add(d, padding,
	           size - (size_t)(d->total + 2 * word) % size);
	digest_add(d, bits, 2 * word);
	for (size_t i = 0; i < digest_size(d->kind) / word; i++)
		put_be(out + i * word,
		       word == 4 ? d->state.h32[i] : d->state.h64[i], word);
}

bool
digest_kind_parse(const char *s, size_t n, enum digest_kind *kind)
{
	for (int i = 0; i < 3; i++) {
		if (n == NAME_LEN && memcmp(s, names[i], NAME_LEN) == 0) {
			*kind = (enum digest_kind)i;
			return true;
		}
	}
	return false;
}

void
digest_put_record(struct buf *out, enum digest_kind kind,
                  const unsigned char *sum)
{
	buf_fmt(out, "%s=", names[kind]);
	base64url_put(out, sum, digest_size(kind));
}

bool
digest_parse_record(const char *s, size_t n, enum digest_kind *kind,
                    unsigned char sum[DIGEST_MAX])
{
	return n > NAME_LEN && s[NAME_LEN] == '=' &&
	       digest_kind_parse(s, NAME_LEN, kind) &&
	       base64url_get(s + NAME_LEN + 1, n - NAME_LEN - 1, sum,
	                     digest_size(*kind));
}

void
digest_put_hex(struct buf *out, enum digest_kind kind,
               const unsigned char *sum)
{
	for (size_t i = 0; i < digest_size(kind); i++)
		buf_fmt(out, "%x%x", sum[i] >> 4U, sum[i] & 15U);
}

bool
digest_parse_hex(const char *s, size_t n, enum digest_kind kind,
                 unsigned char sum[DIGEST_MAX])
{
	if (n != 2 * digest_size(kind))
		return false;
	for (size_t i = 0; i < n; i += 2) {
		int high = ascii_hex(s[i]), low = ascii_hex(s[i + 1]);

		if (high < 0 || low < 0)
			return false;
		sum[i / 2] = (unsigned char)(high << 4 | low);
	}
	return true;
}
