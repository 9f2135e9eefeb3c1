#include "python/platform.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "format/elf.h"
#include "format/pathname.h"
#include "os/file_source.h"
#include "os/walk.h"
#include "python/inspection.h"
#include "python/machine.h"
#include "python/python.h"
#include "python/version.h"

enum { WINDOW = 64 * 1024, OVERLAP = 64, MAX_LOADER = 256 };

/* The version 5 of the ABI of ARM, with floats in registers. */
static const unsigned arm_mask = 0xff000400, arm_hard_float = 0x05000400;

/* No Python of today has older libraries than these. */
enum { GLIBC_SURE = 17, MUSL_SURE = 1, NEWEST = 99 };

/* Levels of Android's interface: tags start at 16; no Python since 3.13 runs below
 * 24. */
enum { ANDROID_OLDEST = 16, ANDROID_SURE = 24 };

void
platform_init(struct platform *p, const struct python *py,
              const struct walk *w, struct arena *a)
{
	const struct machine *m = machine_find((unsigned)py->machine,
	                                       py->is_64bit, py->big_endian);

	*p = (struct platform){ py, w, a, false, "", LIBC_NONE, 0, -1 };
	if (m && m->has_wheels)
		p->arch = m->name;
}

static void
keep_version(struct platform *p, const struct version *v)
{
	p->major = v->major;
	p->minor = v->minor;
}

/* Read glibc's banner: "... stable release version 2.36." */
static int
scan_glibc(void *ctx, const unsigned char *text, size_t n, bool first)
{
	static const char before[] = " release version ";
	const char *p = memmem(text, n, before, sizeof(before) - 1);
	struct version v;

	(void)first;
	if (!p)
		return 0;
	p += sizeof(before) - 1;
	n -= (size_t)(p - (const char *)text);
	if (version_parse(p, n, &v) == 0 || v.major != 2 || v.minor < 0)
		return 0;
	keep_version(ctx, &v);
	return 1;
}

/* Read musl's version: it is "1.2.3" as a whole string, and no other is like it. */
static int
scan_musl(void *ctx, const unsigned char *text, size_t n, bool first)
{
	const char *p = (const char *)text, *end = p + n;
	struct version v;

	(void)first;
	while ((p = memmem(p, (size_t)(end - p), "\0001.", 3)) != NULL) {
		size_t len;

		p++;
		len = version_parse(p, (size_t)(end - p), &v);
		if (v.micro < 0 || p + len == end || p[len])
			continue;
		keep_version(ctx, &v);
		return 1;
	}
	return 0;
}

static void
learn_version(struct platform *p, const struct elf *library)
{
	elf_scan_fn *scan = p->libc == LIBC_MUSL ? scan_musl : scan_glibc;
	void *window = arena_alloc(p->arena, WINDOW);

	/* linkers of old put the constants where the code is */
	if (elf_scan(library, 0, ELF_WRITE | ELF_EXECUTE, window, WINDOW,
	             OVERLAP, scan, p) <= 0)
		elf_scan(library, ELF_EXECUTE, ELF_WRITE, window, WINDOW,
		         OVERLAP, scan, p);
}

/* Find and open the C library that LOADER loads. musl's is the loader itself,
 * glibc's lies beside it, except on the few systems that have the loader alone
 * where it has to be. */
static bool
find_library(struct platform *p, const struct elf *program, const char *loader,
             struct file_source *f, struct elf *library)
{
	struct python py = *p->python;
	struct inspection in = { p->walk, p->arena, NULL, NULL, &py, 0, NULL, NULL };
	char *path;

	if (walk_resolve(p->walk, p->arena, loader, &path) < 0)
		return false;
	if (p->libc == LIBC_MUSL)
		return libpython_open_file(p->walk, path, program, f, library);
	path = pathname_join(p->arena, pathname_dir(p->arena, path),
	                     "libc.so.6");
	return libpython_open_file(p->walk, path, program, f, library) ||
	       libpython_open(&in, program, "libc.so.6", f, library);
}

static void
learn_from_program(struct platform *p, const struct elf *program)
{
	char loader[MAX_LOADER];
	struct file_source f;
	struct elf library;
	int err = elf_interp(program, loader, sizeof(loader));

	/* /system/bin/linker64; Termux has no other C library either */
	if (err == 0 && str_starts(pathname_base(loader), "linker")) {
		p->libc = LIBC_BIONIC;
		return;
	}
	if (program->machine == ELF_ARM &&
	    (program->flags & arm_mask) != arm_hard_float)
		p->arch = "";
	if (err < 0)
		return;
	p->libc = str_starts(pathname_base(loader), "ld-musl-") ? LIBC_MUSL
	                                                         : LIBC_GLIBC;
	p->major = p->libc == LIBC_MUSL ? 1 : 2;
	if (find_library(p, program, loader, &f, &library)) {
		learn_version(p, &library);
		file_source_close(&f);
	}
}

void
platform_learn(struct platform *p)
{
	struct file_source f;
	struct elf program;

	if (p->learnt)
		return;
	p->learnt = true;
	if (file_source_open(&f, p->walk, p->python->real) < 0)
		return;
	if (elf_open(&program, &f.source) == 0)
		learn_from_program(p, &program);
	file_source_close(&f);
}

/* Read the N bytes at S as a number without leading zeros. */
static bool
read_number(const char *s, size_t n, int *value)
{
	*value = 0;
	if (n == 0 || n > 2 || (n == 2 && *s == '0'))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!ascii_is_digit(s[i]))
			return false;
		*value = *value * 10 + (s[i] - '0');
	}
	return true;
}

/* Read "2_17". */
static bool
read_pair(const char *s, size_t n, int *major, int *minor)
{
	const char *bar = memchr(s, '_', n);
	size_t head = bar ? (size_t)(bar - s) : 0;

	return bar && read_number(s, head, major) &&
	       read_number(bar + 1, n - head - 1, minor);
}

/* Read the part before "_ARCH" of a tag for LIBC: the version, and whether it has
 * one of the old forms. */
static bool
read_tag(enum libc libc, const char *s, size_t n, int *major, int *minor,
         bool *old)
{
	static const struct { char name[8]; int minor; } names[] = {
		{ "2014", 17 }, { "2010", 12 }, { "1", 5 },
	};
	const char *start = libc == LIBC_MUSL ? "musllinux" : "manylinux";

	if (libc == LIBC_NONE || libc == LIBC_BIONIC || n < 10 ||
	    memcmp(s, start, 9) != 0)
		return false;
	*old = false;
	if (s[9] == '_')
		return read_pair(s + 10, n - 10, major, minor);
	for (size_t i = 0; i < 3 && libc == LIBC_GLIBC; i++) {
		if (strlen(names[i].name) != n - 9 ||
		    memcmp(s + 9, names[i].name, n - 9) != 0)
			continue;
		*major = 2;
		*minor = names[i].minor;
		*old = true;
	}
	return *old;
}

/* Return the oldest minor version that tags are made for: the C libraries of some
 * machines are not older. */
static int
oldest(const struct platform *p)
{
	if (p->libc == LIBC_MUSL)
		return 0;
	return p->python->machine == ELF_X86_64 ||
	       p->python->machine == ELF_386 ? 5 : 17;
}

/* Return the rank of a tag such as "android_24_arm64_v8a" (PEP 738), which Pythons
 * since 3.13 can use; -1 for others. */
static int
android_rank(const struct platform *p, const char *s, size_t n, bool *doubt)
{
	static const struct { char arch[8], abi[12]; } abis[] = {
		{ "aarch64", "arm64_v8a" }, { "armv7l", "armeabi_v7a" },
		{ "armv8l", "armeabi_v7a" }, { "x86_64", "x86_64" },
		{ "i686", "x86" },
	};
	const char *bar;
	int level;

	if (n < 9 || memcmp(s, "android_", 8) != 0 || p->python->minor < 13)
		return -1;
	s += 8;
	n -= 8;
	bar = memchr(s, '_', n);
	if (!bar || !read_number(s, (size_t)(bar - s), &level) ||
	    level < ANDROID_OLDEST)
		return -1;
	n -= (size_t)(++bar - s);
	for (size_t i = 0; i < sizeof(abis) / sizeof(abis[0]); i++) {
		if (strcmp(p->arch, abis[i].arch) != 0 ||
		    strlen(abis[i].abi) != n ||
		    memcmp(bar, abis[i].abi, n) != 0)
			continue;
		*doubt |= level > ANDROID_SURE;
		return NEWEST - level;
	}
	return -1;
}

const char *
platform_of_windows(const struct python *py)
{
	return py->machine == ELF_386      ? "win32"
	       : py->machine == ELF_X86_64 ? "win_amd64"
	                                   : "win_arm64";
}

int
platform_rank(struct platform *p, const char *s, size_t n, bool *doubt)
{
	int major, minor, newest;
	size_t arch;
	bool old;

	if (p->python->windows) {
		const char *windows = platform_of_windows(p->python);

		return strlen(windows) == n && memcmp(s, windows, n) == 0 ? 0
		                                                          : -1;
	}
	platform_learn(p);
	if (p->libc == LIBC_BIONIC && n > 8 && memcmp(s, "android_", 8) == 0)
		return android_rank(p, s, n, doubt);
	arch = strlen(p->arch);
	if (arch == 0 || n <= arch + 1 || s[n - arch - 1] != '_' ||
	    memcmp(s + n - arch, p->arch, arch) != 0)
		return -1;
	n -= arch + 1;
	if (n == 5 && memcmp(s, "linux", 5) == 0)
		return 255;
	if (!read_tag(p->libc, s, n, &major, &minor, &old))
		return -1;
	newest = p->minor < 0 || p->minor > NEWEST ? NEWEST : p->minor;
	if (major != p->major || minor > newest || minor < oldest(p))
		return -1;
	*doubt |= p->minor < 0 &&
	          minor > (p->libc == LIBC_MUSL ? MUSL_SURE : GLIBC_SURE);
	return (newest - minor) * 2 + old;
}
