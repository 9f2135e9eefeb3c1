/* platform: the C library that the loader of a program leads to, in a root
 * with files of any machine. */
#include "python/platform.h"

#include <fcntl.h>

#include "base/arena.h"
#include "format/elf.h"
#include "os/walk.h"
#include "python/python.h"
#include "tests/unit/unit.h"

enum { AT_INTERP = 0x100, AT_TEXT = 0x180, SIZE = 0x400 };

struct machine {
	int machine;
	bool is_64bit, big_endian;
	unsigned flags;
};

static const struct machine x86_64 = { ELF_X86_64, true, false, 0 };

static const char *top;
static struct walk walk;
static struct arena arena;

static void
put(unsigned char *at, const struct machine *m, unsigned size, uint64_t n)
{
	for (unsigned i = 0; i < size; i++)
		at[i] = (unsigned char)(n >> 8 * (m->big_endian ? size - 1 - i
		                                                : i));
}

static void
put_link(const char *target, const char *file)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", top, file);
	assert_int_equal(symlink(target, path), 0);
}

/*
 * A program or library for M with the loader INTERP (or none) and the N bytes
 * at TEXT, in a segment with the flags FLAGS.
 */
static void
put_elf(const char *file, const struct machine *m, const char *interp,
        const char *text, size_t n, unsigned flags)
{
	unsigned char e[SIZE] = "\177ELF";
	bool wide = m->is_64bit;
	unsigned size = wide ? 56 : 32, word = wide ? 8 : 4;
	unsigned char *h = e + 0x40;

	e[4] = wide ? 2 : 1;
	e[5] = m->big_endian ? 2 : 1;
	put(e + 18, m, 2, (unsigned)m->machine);
	put(e + (wide ? 32 : 28), m, word, 0x40);
	put(e + (wide ? 48 : 36), m, 4, m->flags);
	put(e + (wide ? 54 : 42), m, 2, size);
	put(e + (wide ? 56 : 44), m, 2, 2);
	for (unsigned i = 0; i < 2; i++, h += size) {
		unsigned from = i ? AT_TEXT : AT_INTERP;
		size_t len = i ? n : interp ? strlen(interp) + 1 : 0;

		put(h, m, 4, i ? 1 : interp ? 3 : 0);
		put(h + (wide ? 4 : 24), m, 4, flags);
		put(h + (wide ? 8 : 4), m, word, from);
		put(h + (wide ? 16 : 8), m, word, from);
		put(h + (wide ? 32 : 16), m, word, len);
		if (len > 0)
			memcpy(e + from, i ? text : interp, len);
	}
	unit_put(top, file, e, sizeof(e));
}

static void
put_program(const struct machine *m, const char *interp)
{
	put_elf("usr/bin/python3", m, interp, "", 1, ELF_READ);
}

static void
put_glibc(const char *file, const struct machine *m, const char *version,
          unsigned flags)
{
	char text[256];

	snprintf(text, sizeof(text), "GNU C Library (Distribution GLIBC %s-9) "
	         "stable release version %s.\nCopyright", version, version);
	put_elf(file, m, NULL, text, strlen(text), flags);
}

/* Return what is learnt of the program, "ARCH LIBC MAJOR.MINOR". */
static const char *
learn(const struct machine *m)
{
	static char said[64];
	struct python py = { .machine = m->machine, .is_64bit = m->is_64bit,
		             .big_endian = m->big_endian,
		             .real = "/usr/bin/python3" };
	struct platform p;

	platform_init(&p, &py, &walk, &arena);
	platform_learn(&p);
	platform_learn(&p);
	snprintf(said, sizeof(said), "%s %s %d.%d", p.arch,
	         p.libc == LIBC_MUSL ? "musl" :
	         p.libc == LIBC_GLIBC ? "glibc" :
	         p.libc == LIBC_BIONIC ? "bionic" : "none", p.major, p.minor);
	return said;
}

static int
begin(void **state)
{
	(void)state;
	arena_init(&arena, NULL, 0);
	top = unit_tmpdir();
	walk.root = top;
	walk.rootfd = open(top, O_PATH | O_DIRECTORY);
	return walk.rootfd < 0;
}

static int
end(void **state)
{
	(void)state;
	close(walk.rootfd);
	unit_rmdir(top);
	arena_free(&arena);
	return 0;
}

static void
test_glibc(void **state)
{
	static const char loader[] = "/lib64/ld-linux-x86-64.so.2";

	(void)state;
	assert_string_equal(learn(&x86_64), "x86_64 none 0.-1");
	put_program(&x86_64, NULL);
	assert_string_equal(learn(&x86_64), "x86_64 none 0.-1");
	put_program(&x86_64, loader);
	assert_string_equal(learn(&x86_64), "x86_64 glibc 2.-1");
	unit_put(top, "usr/lib/here/ld-linux-x86-64.so.2", "", 0);
	unit_put(top, "lib64/x", "", 0);
	put_link("/usr/lib/here/ld-linux-x86-64.so.2",
	         "lib64/ld-linux-x86-64.so.2");
	assert_string_equal(learn(&x86_64), "x86_64 glibc 2.-1");
	unit_put(top, "usr/lib/here/libc.so.6", "no ELF", 6);
	assert_string_equal(learn(&x86_64), "x86_64 glibc 2.-1");
	put_glibc("usr/lib/here/libc.so.6", &x86_64, "2.36", ELF_READ);
	assert_string_equal(learn(&x86_64), "x86_64 glibc 2.36");
	put_glibc("usr/lib/here/libc.so.6", &x86_64, "2.37.9000", ELF_READ);
	assert_string_equal(learn(&x86_64), "x86_64 glibc 2.37");
	put_glibc("usr/lib/here/libc.so.6", &x86_64, "2.17",
	          ELF_READ | ELF_EXECUTE);
	assert_string_equal(learn(&x86_64), "x86_64 glibc 2.17");
	put_glibc("usr/lib/here/libc.so.6", &x86_64, "2.17",
	          ELF_READ | ELF_WRITE);
	assert_string_equal(learn(&x86_64), "x86_64 glibc 2.-1");
	put_glibc("usr/lib/here/libc.so.6", &x86_64, "3.1", ELF_READ);
	assert_string_equal(learn(&x86_64), "x86_64 glibc 2.-1");
}

/* The loader lies alone, and one library is for another machine. */
static void
test_search(void **state)
{
	static const struct machine riscv = { ELF_RISCV, true, false, 0 };

	(void)state;
	put_program(&riscv, "/lib/ld-linux-riscv64-lp64d.so.1");
	unit_put(top, "lib/ld-linux-riscv64-lp64d.so.1", "", 0);
	put_glibc("lib/libc.so.6", &x86_64, "2.30", ELF_READ);
	assert_string_equal(learn(&riscv), "riscv64 glibc 2.-1");
	put_glibc("usr/lib/riscv64-linux-gnu/libc.so.6", &riscv, "2.38",
	          ELF_READ);
	assert_string_equal(learn(&riscv), "riscv64 glibc 2.38");
	put_glibc("lib/libc.so.6", &riscv, "2.31", ELF_READ);
	assert_string_equal(learn(&riscv), "riscv64 glibc 2.31");
}

static void
test_machines(void **state)
{
	static const struct {
		struct machine machine;
		const char *want;
	} cases[] = {
		{ { ELF_386, false, false, 0 }, "i686 glibc 2.28" },
		{ { ELF_S390, true, true, 0 }, "s390x glibc 2.28" },
		{ { ELF_ARM, false, false, 0x05000400 }, "armv7l glibc 2.28" },
		{ { ELF_ARM, false, false, 0x05000200 }, " glibc 2.28" },
		{ { ELF_ARM, false, true, 0x05000400 }, " glibc 2.28" },
		{ { ELF_X86_64, false, false, 0 }, " glibc 2.28" },
		{ { ELF_MIPS, true, false, 0 }, " glibc 2.28" },
	};

	(void)state;
	unit_put(top, "l/ld.so.1", "", 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		put_program(&cases[i].machine, "/l/ld.so.1");
		put_glibc("l/libc.so.6", &cases[i].machine, "2.28", ELF_READ);
		assert_string_equal(learn(&cases[i].machine), cases[i].want);
	}
}

static void
test_musl(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		const char *want;
	} cases[] = {
		{ "x\0001.2.5\0", 8, "x86_64 musl 1.2" },
		{ "127.0.0.1\0001.x\0001.1.24\0", 22, "x86_64 musl 1.1" },
		{ "\0001.2.5", 6, "x86_64 musl 1.-1" },
		{ "x1.2.5\0", 7, "x86_64 musl 1.-1" },
		{ "\0001.2.5-git\0", 11, "x86_64 musl 1.-1" },
		{ "\0001.2\0", 5, "x86_64 musl 1.-1" },
		{ "\0002.2.5\0", 7, "x86_64 musl 1.-1" },
		{ " release version 2.36.", 22, "x86_64 musl 1.-1" },
	};

	(void)state;
	put_program(&x86_64, "/lib/ld-musl-x86_64.so.1");
	assert_string_equal(learn(&x86_64), "x86_64 musl 1.-1");
	for (size_t i = 0; i < COUNT(cases); i++) {
		put_elf("lib/ld-musl-x86_64.so.1", &x86_64, NULL,
		        cases[i].text, cases[i].n, ELF_READ);
		assert_string_equal(learn(&x86_64), cases[i].want);
	}
}

/* Termux' loader is not glibc's, and its tags are Android's since 3.13. */
static void
test_android(void **state)
{
	static const struct {
		const char *tag;
		int minor, rank;
		bool doubt;
	} cases[] = {
		{ "android_24_arm64_v8a", 13, 75, false },
		{ "android_21_arm64_v8a", 13, 78, false },
		{ "android_30_arm64_v8a", 13, 69, true },
		{ "android_24_arm64_v8a", 12, -1, false },
		{ "android_24_x86_64", 13, -1, false },
		{ "android_15_arm64_v8a", 13, -1, false },
		{ "android_x_arm64_v8a", 13, -1, false },
		{ "android_24", 13, -1, false },
		{ "linux_aarch64", 12, 255, false },
		{ "manylinux_2_17_aarch64", 12, -1, false },
		{ "musllinux_1_1_aarch64", 12, -1, false },
	};
	static const struct machine aarch64 = { ELF_AARCH64, true, false, 0 };

	(void)state;
	put_program(&aarch64, "/system/bin/linker64");
	assert_string_equal(learn(&aarch64), "aarch64 bionic 0.-1");
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct python py = { .machine = ELF_AARCH64, .is_64bit = true,
			             .major = 3, .minor = cases[i].minor,
			             .real = "/usr/bin/python3" };
		struct platform p;
		bool doubt = false;

		platform_init(&p, &py, &walk, &arena);
		assert_int_equal(platform_rank(&p, cases[i].tag,
		                               strlen(cases[i].tag), &doubt),
		                 cases[i].rank);
		assert_int_equal(doubt, cases[i].doubt);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_glibc, begin, end),
		cmocka_unit_test_setup_teardown(test_search, begin, end),
		cmocka_unit_test_setup_teardown(test_machines, begin, end),
		cmocka_unit_test_setup_teardown(test_musl, begin, end),
		cmocka_unit_test_setup_teardown(test_android, begin, end),
	};

	return RUN(tests);
}
