/*
 * digest: FIPS 180-4 and CAVP messages, lengths around every block edge,
 * pieces of every size, and each block function by itself. What is not NIST's
 * was computed by Python's hashlib.
 */
#include "format/digest.h"

#include "base/buf.h"
#include "format/sha2.h"
#include "tests/unit/unit.h"

#define M448 "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
#define M896 "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn" \
	"hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"

enum { KINDS = 3, LONGEST = 300 };

static void
assert_sum(const unsigned char *sum, enum digest_kind kind, const char *want)
{
	struct arena a;
	struct buf b;

	arena_init(&a, NULL, 0);
	buf_init(&b, &a);
	digest_put_hex(&b, kind, sum);
	assert_string_equal(buf_str(&b), want);
	arena_free(&a);
}

static void
fill(unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (unsigned char)(i * 7 + 3);
}

static void
test_vectors(void **state)
{
	static const struct {
		enum digest_kind kind;
		const char *text, *want;
	} cases[] = {
		{ DIGEST_SHA256, "",
		  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ DIGEST_SHA256, "\xd3",
		  "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1" },
		{ DIGEST_SHA256, "abc",
		  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ DIGEST_SHA256, M448,
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
		{ DIGEST_SHA384, "",
		  "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
		  "274edebfe76f65fbd51ad2f14898b95b" },
		{ DIGEST_SHA384, "\xc5",
		  "b52b72da75d0666379e20f9b4a79c33a329a01f06a2fb7865c9062a28c1de860"
		  "ba432edfd86b4cb1cb8a75b46076e3b1" },
		{ DIGEST_SHA384, "abc",
		  "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
		  "8086072ba1e7cc2358baeca134c825a7" },
		{ DIGEST_SHA384, M896,
		  "09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712"
		  "fcc7c71a557e2db966c3e9fa91746039" },
		{ DIGEST_SHA512, "",
		  "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
		  "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e" },
		{ DIGEST_SHA512, "\x21",
		  "3831a6a6155e509dee59a7f451eb35324d8f8f2df6e3708894740f98fdee2388"
		  "9f4de5adb0c5010dfb555cda77c8ab5dc902094c52de3278f35a75ebc25f093a" },
		{ DIGEST_SHA512, "abc",
		  "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
		  "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f" },
		{ DIGEST_SHA512, M896,
		  "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
		  "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned char sum[DIGEST_MAX];
		struct digest d;

		digest_init(&d, cases[i].kind);
		digest_add(&d, cases[i].text, strlen(cases[i].text));
		digest_end(&d, sum);
		assert_sum(sum, cases[i].kind, cases[i].want);
	}
}

static void
test_million(void **state)
{
	static const char *const want[KINDS] = {
		"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
		"9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972cec5704c2a5b"
		"07b8b3dc38ecc4ebae97ddd87f3d8985",
		"e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
		"de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b",
	};
	char piece[1000];

	(void)state;
	memset(piece, 'a', sizeof(piece));
	for (int kind = 0; kind < KINDS; kind++) {
		unsigned char sum[DIGEST_MAX];
		struct digest d;

		digest_init(&d, (enum digest_kind)kind);
		for (int i = 0; i < 1000; i++)
			digest_add(&d, piece, sizeof(piece));
		digest_end(&d, sum);
		assert_sum(sum, (enum digest_kind)kind, want[kind]);
	}
}

/* The result over the results of all lengths. */
static void
test_lengths(void **state)
{
	static const char *const want[KINDS] = {
		"7d917fbd2cf49ddff9ad0a8706bba32d204e92e71d2e369c5a03d6af29278c9f",
		"efec719c84acba157f057b3a8be4ab46d8d39b7f85dca15c051420621873dcdb"
		"f6b165d5061f55337fce615e1957e330",
		"404431b1c0eac12729b20176c61b0e1c561b6b20d2ecbb7ee1126c361943d724"
		"d7c0814a8daf5c3a2a7d3e431a0aaf58c12f96d8c3370582b777fd375c3c972f",
	};
	unsigned char text[LONGEST];

	(void)state;
	fill(text, sizeof(text));
	for (int k = 0; k < KINDS; k++) {
		enum digest_kind kind = (enum digest_kind)k;
		unsigned char sum[DIGEST_MAX];
		struct digest d, all;

		digest_init(&all, kind);
		for (size_t n = 0; n <= LONGEST; n++) {
			digest_init(&d, kind);
			digest_add(&d, text, n);
			digest_end(&d, sum);
			digest_add(&all, sum, digest_size(kind));
		}
		digest_end(&all, sum);
		assert_sum(sum, kind, want[kind]);
	}
}

static void
test_pieces(void **state)
{
	unsigned char text[LONGEST];

	(void)state;
	fill(text, sizeof(text));
	for (int k = 0; k < KINDS; k++) {
		enum digest_kind kind = (enum digest_kind)k;
		unsigned char whole[DIGEST_MAX], sum[DIGEST_MAX];
		struct digest d;

		digest_init(&d, kind);
		digest_add(&d, text, sizeof(text));
		digest_end(&d, whole);
		for (size_t i = 0; i <= sizeof(text); i++) {
			/* two pieces, and pieces of one size with a rest */
			digest_init(&d, kind);
			digest_add(&d, text, i);
			digest_add(&d, NULL, 0);
			digest_add(&d, text + i, sizeof(text) - i);
			digest_end(&d, sum);
			assert_memory_equal(sum, whole, digest_size(kind));
			digest_init(&d, kind);
			for (size_t at = 0; i && at < sizeof(text); at += i)
				digest_add(&d, text + at,
				           sizeof(text) - at < i ?
				           sizeof(text) - at : i);
			digest_end(&d, sum);
			if (i > 0)
				assert_memory_equal(sum, whole,
				                    digest_size(kind));
		}
	}
}

/* Nothing, but after 2^61 + 2^32 bytes: all of the length field is seen. */
static void
test_total(void **state)
{
	static const char *const want[KINDS] = {
		"7ccf0d399639597c6ac9bd868695ea3bdcba23e33da8cb4e089e20cdff2e3300",
		"b79bc6d48c3be59695576f66f1c36ac4be00ea64d3c35627997f6e73a0cd8ca1"
		"7482b41e2d91b4dc4cb2d8453af864a5",
		"0ac7e3265e0b3b3b02b548f85a954b94830b976e6c677c8c93266b328b9ac0dc"
		"8d0bd6c362b558ac6cf6c0cdb7729f1893750b668f91f31afea3f92dd7c4e7a1",
	};

	(void)state;
	for (int kind = 0; kind < KINDS; kind++) {
		unsigned char sum[DIGEST_MAX];
		struct digest d;

		digest_init(&d, (enum digest_kind)kind);
		d.total = (1ULL << 61) + (1ULL << 32);
		digest_end(&d, sum);
		assert_sum(sum, (enum digest_kind)kind, want[kind]);
	}
}

typedef void blocks_fn(uint32_t h[8], const unsigned char *p, size_t count);

/* FIPS 180-4: the state after the padded "abc". */
static void
check_abc(blocks_fn *blocks)
{
	static const uint32_t want[8] = {
		0xba7816bf, 0x8f01cfea, 0x414140de, 0x5dae2223,
		0xb00361a3, 0x96177a9c, 0xb410ff61, 0xf20015ad,
	};
	unsigned char block[64] = "abc\x80";
	uint32_t h[8];

	block[63] = 24;
	for (int i = 0; i < 8; i++)
		h[i] = (uint32_t)(sha2_first[i] >> 32);
	blocks(h, block, 0);
	blocks(h, block, 1);
	assert_memory_equal(h, want, sizeof(h));
}

static void
test_plain_blocks(void **state)
{
	(void)state;
	check_abc(sha256_blocks);
}

static void
test_cpu_blocks(void **state)
{
	unsigned char text[64 * 9 + 16];

	(void)state;
	if (!sha256_cpu_can()) {
		print_message("this processor has no SHA-256 instructions\n");
		skip();
	}
	check_abc(sha256_cpu_blocks);
	fill(text, sizeof(text));
	for (size_t i = 0; i < 160; i++) {
		uint32_t plain[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
		uint32_t cpu[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };

		/* any alignment, any count */
		sha256_blocks(plain, text + i % 16, i / 16);
		sha256_cpu_blocks(cpu, text + i % 16, i / 16);
		assert_memory_equal(plain, cpu, sizeof(cpu));
	}
}

static void
test_record(void **state)
{
	static const char *const abc[KINDS] = {
		"sha256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0",
		"sha384=ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP_W-2AhgcroefM"
		"I1i67KE0yCWn",
		"sha512=3a81oZNherrMQXNJriBBMRLm-k6JqX6iCp7u5ktV05ohkpkqJ0_B"
		"qDa6PCOj_uu9RU1EI2Q86A4qmslPpUyknw",
	};
	static const char *const bad[] = {
		"", "sha256", "sha256=", "=", "md5=kAFQmDzST7DWlj99KOF_cg",
		"sha1=qZk-NkcGgWq6PiVxeFDCbJzQ2J0",
		"sha224=Iwl9IjQF2CKGQqR3vaJVsyqtvOS9oLP349ou2g",
		/* case, padding, base64's own digits, one less, bits after
		 * it */
		"SHA256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0",
		"sha256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0=",
		"sha256=ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0",
		"sha256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa",
		"sha256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa1",
		"sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0",
		"sha384=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0",
	};
	unsigned char sum[DIGEST_MAX], got[DIGEST_MAX];
	enum digest_kind kind;
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	for (int k = 0; k < KINDS; k++) {
		struct digest d;
		struct buf b;

		digest_init(&d, (enum digest_kind)k);
		digest_add(&d, "abc", 3);
		digest_end(&d, sum);
		buf_init(&b, &a);
		digest_put_record(&b, (enum digest_kind)k, sum);
		assert_string_equal(buf_str(&b), abc[k]);
		assert_true(digest_parse_record(abc[k], strlen(abc[k]), &kind,
		                                got));
		assert_int_equal(kind, k);
		assert_memory_equal(got, sum, digest_size(kind));
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(digest_parse_record(bad[i], strlen(bad[i]), &kind,
		                                 got));
	arena_free(&a);
}

static void
test_hex(void **state)
{
	unsigned char sum[DIGEST_MAX];
	char text[2 * DIGEST_MAX];

	(void)state;
	memset(text, '0', sizeof(text));
	memcpy(text, "09afAF", 6);
	for (int k = 0; k < KINDS; k++) {
		enum digest_kind kind = (enum digest_kind)k;
		size_t n = 2 * digest_size(kind);

		assert_true(digest_parse_hex(text, n, kind, sum));
		assert_memory_equal(sum, "\x09\xaf\xaf\0", 4);
		assert_false(digest_parse_hex(text, n - 2, kind, sum));
		assert_false(digest_parse_hex(text, n + 2, kind, sum));
	}
	for (const char *s = "/:@G`g-xX "; *s; s++) {
		for (size_t at = 62; at < 64; at++) {
			text[at] = *s;
			assert_false(digest_parse_hex(text, 64, DIGEST_SHA256,
			                              sum));
			text[at] = '0';
		}
	}
	assert_true(digest_parse_hex(text, 64, DIGEST_SHA256, sum));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_million),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_total),
		cmocka_unit_test(test_plain_blocks),
		cmocka_unit_test(test_cpu_blocks),
		cmocka_unit_test(test_record),
		cmocka_unit_test(test_hex),
	};

	return RUN(tests);
}
