/* pe: programs made here, and what is left of them when they are cut off or
 * changed. */
#include "format/pe.h"

#include <errno.h>

#include "format/source.h"
#include "tests/unit/unit.h"

/* Where the parts of an image are; its sections are loaded at 4096 times their
 * number. */
enum {
	AT_PE = 0x80,
	AT_OPTIONAL = AT_PE + 24,
	AT_TEXT = 0x400,
	AT_IMPORTS = AT_TEXT,
	AT_NAMES = AT_TEXT + 0x100,
	AT_RESOURCES = 0x600,
	AT_VERSION = AT_RESOURCES + 0x40,
	SIZE = 0x800
};

static unsigned char image[SIZE];

static void
put(size_t at, unsigned size, unsigned n)
{
	for (unsigned i = 0; i < size; i++)
		image[at + i] = (unsigned char)(n >> 8 * i);
}

static void
put_section(size_t at, const char *name, unsigned address, unsigned offset)
{
	memcpy(image + at, name, strlen(name));
	put(at + 8, 4, 0x200);
	put(at + 12, 4, address);
	put(at + 16, 4, 0x200);
	put(at + 20, 4, offset);
}

static void
put_version(void)
{
	static const char key[] = "VS_VERSION_INFO";

	for (size_t i = 0; i < sizeof(key); i++)
		put(AT_VERSION + 6 + 2 * i, 2, (unsigned char)key[i]);
	put(AT_VERSION + 40, 4, 0xfeef04bd);
	put(AT_VERSION + 44, 4, 0x10000);
	put(AT_VERSION + 48, 4, 3U << 16 | 11);
	put(AT_VERSION + 52, 4, 11150U << 16 | 1013);
}

static void
make(bool is_64bit)
{
	unsigned optional = is_64bit ? 240 : 224;
	size_t directories = AT_OPTIONAL + (is_64bit ? 112 : 96);

	memset(image, 0, sizeof(image));
	memcpy(image, "MZ", 2);
	put(60, 4, AT_PE);
	memcpy(image + AT_PE, "PE\0\0", 4);
	put(AT_PE + 4, 2, is_64bit ? PE_X86_64 : PE_386);
	put(AT_PE + 6, 2, 2);
	put(AT_PE + 20, 2, optional);
	put(AT_OPTIONAL, 2, is_64bit ? 0x20b : 0x10b);
	put(AT_OPTIONAL + 68, 2, PE_CONSOLE);
	put(directories - 4, 4, 16);
	put(directories + 8, 4, 0x1000);
	put_section(AT_OPTIONAL + optional, ".rdata", 0x1000, AT_TEXT);
	put_section(AT_OPTIONAL + optional + 40, ".rsrc", 0x2000, AT_RESOURCES);
	put(AT_IMPORTS + 12, 4, 0x1100);
	put(AT_IMPORTS + 20 + 12, 4, 0x1140);
	memcpy(image + AT_NAMES, "python311.dll", 14);
	memcpy(image + AT_NAMES + 0x40, "KERNEL32.dll", 13);
	put_version();
}

static int
open_image(struct pe *p, struct source *s)
{
	source_mem(s, image, sizeof(image));
	return pe_open(p, s);
}

static void
test_both_widths(void **state)
{
	(void)state;
	for (int is_64bit = 0; is_64bit < 2; is_64bit++) {
		unsigned v[4];
		struct source s;
		struct pe p;
		char name[32];

		make(is_64bit);
		assert_int_equal(open_image(&p, &s), 0);
		assert_int_equal(p.is_64bit, is_64bit);
		assert_int_equal(p.machine, is_64bit ? PE_X86_64 : PE_386);
		assert_int_equal(p.subsystem, PE_CONSOLE);
		assert_false(p.is_library);
		assert_int_equal(pe_import(&p, 0, name, sizeof(name)), 0);
		assert_string_equal(name, "python311.dll");
		assert_int_equal(pe_import(&p, 1, name, sizeof(name)), 0);
		assert_string_equal(name, "KERNEL32.dll");
		assert_int_equal(pe_import(&p, 2, name, sizeof(name)), -ENOENT);
		assert_int_equal(pe_import(&p, 0, name, 13), -ENAMETOOLONG);
		assert_int_equal(pe_version(&p, v), 0);
		assert_int_equal(v[0] == 3 && v[1] == 11 && v[2] == 11150 &&
		                 v[3] == 1013, 1);
	}
}

static void
test_no_imports_no_version(void **state)
{
	unsigned v[4];
	struct source s;
	struct pe p;
	char name[32];

	(void)state;
	make(true);
	put(AT_OPTIONAL + 112 + 8, 4, 0);
	put(AT_VERSION + 40, 4, 0);
	assert_int_equal(open_image(&p, &s), 0);
	assert_int_equal(pe_import(&p, 0, name, sizeof(name)), -ENOENT);
	assert_int_equal(pe_version(&p, v), -ENOENT);
	/* the same bytes are no version in another section */
	make(true);
	memcpy(image + AT_OPTIONAL + 240 + 40, ".data\0", 6);
	assert_int_equal(open_image(&p, &s), 0);
	assert_int_equal(pe_version(&p, v), -ENOENT);
}

static void
test_not_pe(void **state)
{
	struct source s;
	struct pe p;

	(void)state;
	make(true);
	image[0] = 'N';
	assert_int_equal(open_image(&p, &s), -ENOEXEC);
	make(true);
	image[AT_PE + 1] = 'F';
	assert_int_equal(open_image(&p, &s), -ENOEXEC);
	make(true);
	put(AT_OPTIONAL, 2, 0x107);
	assert_int_equal(open_image(&p, &s), -ENOEXEC);
	make(true);
	put(AT_PE + 6, 2, PE_MAX_SECTIONS + 1);
	assert_int_equal(open_image(&p, &s), -ENOEXEC);
	make(true);
	put(AT_PE + 20, 2, 60);
	assert_int_equal(open_image(&p, &s), -ENOEXEC);
	make(true);
	put(60, 4, 0xffffffff);
	assert_int_equal(open_image(&p, &s), -ERANGE);
}

static void
test_addresses_outside_the_sections(void **state)
{
	static const unsigned far[] = { 0xfff, 0x11f0, 0x3000, 0xfffffff0 };
	struct source s;
	struct pe p;
	char name[32];

	(void)state;
	for (size_t i = 0; i < COUNT(far); i++) {
		make(true);
		put(AT_OPTIONAL + 112 + 8, 4, far[i]);
		assert_int_equal(open_image(&p, &s), 0);
		assert_int_equal(pe_import(&p, 0, name, sizeof(name)),
		                 -ENOEXEC);
		make(true);
		put(AT_IMPORTS + 12, 4, far[i] | 0xf);
		assert_int_equal(open_image(&p, &s), 0);
		assert_true(pe_import(&p, 0, name, sizeof(name)) < 0 ||
		            name[0] == '\0');
	}
}

/* Every prefix is read without a step outside it. */
static void
test_cut_off(void **state)
{
	(void)state;
	make(true);
	for (size_t n = 0; n < SIZE; n++) {
		char *copy = unit_exact(image, n), name[32];
		unsigned v[4];
		struct source s;
		struct pe p;

		source_mem(&s, copy, n);
		if (pe_open(&p, &s) == 0) {
			(void)pe_import(&p, 0, name, sizeof(name));
			assert_true(pe_version(&p, v) < 0);
		}
		free(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_widths),
		cmocka_unit_test(test_no_imports_no_version),
		cmocka_unit_test(test_not_pe),
		cmocka_unit_test(test_addresses_outside_the_sections),
		cmocka_unit_test(test_cut_off),
	};

	return RUN(tests);
}
