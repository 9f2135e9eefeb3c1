#include "format/pe.h"

#include <errno.h>
#include <string.h>

#include "format/source.h"

/* Sizes of structures, and where their fields are. */
enum {
	DOS_SIZE = 64, DOS_LFANEW = 60,
	COFF_SIZE = 24, /* with the signature in front */
	COFF_MACHINE = 4, COFF_SECTIONS = 6, COFF_OPTIONAL = 20,
	COFF_CHARACTERISTICS = 22,
	OPTIONAL_MAX = 240, OPTIONAL_SUBSYSTEM = 68,
	SECTION_SIZE = 40, SECTION_VIRTUAL_SIZE = 8, SECTION_ADDRESS = 12,
	SECTION_RAW_SIZE = 16, SECTION_OFFSET = 20,
	IMPORT_SIZE = 20, IMPORT_NAME = 12,
};

enum { PE32 = 0x10b, PE32_PLUS = 0x20b, IS_LIBRARY = 0x2000 };

/* VS_VERSIONINFO: its key, padding to 4 bytes, VS_FIXEDFILEINFO. */
static const unsigned char version_key[] =
	"V\0S\0_\0V\0E\0R\0S\0I\0O\0N\0_\0I\0N\0F\0O\0\0\0"; /* and 0 */
enum {
	KEY_SIZE = sizeof(version_key) - 1,
	FIXED_SIZE = 16, /* as far as it is read: file version last */
	MAX_GAP = 2,
	MAX_RESOURCES = 4 << 20,
	WINDOW = 4096,
	OVERLAP = KEY_SIZE + MAX_GAP + FIXED_SIZE - 1,
};

static uint32_t
number(const unsigned char *p, size_t size)
{
	uint32_t n = 0;

	while (size > 0)
		n = n << 8U | p[--size];
	return n;
}

/* Set *OFF to the place in the file of the N bytes at ADDRESS. */
static int
locate(const struct pe *p, uint32_t address, uint32_t n, uint64_t *off)
{
	for (size_t i = 0; i < p->sections; i++) {
		const struct pe_section *s = &p->section[i];

		if (address < s->address || address - s->address > s->size ||
		    n > s->size - (address - s->address))
			continue;
		*off = (uint64_t)s->offset + (address - s->address);
		return 0;
	}
	return -ENOEXEC;
}

static int
read_sections(struct pe *p, uint64_t off)
{
	for (size_t i = 0; i < p->sections; i++) {
		struct pe_section *s = &p->section[i];
		unsigned char raw[SECTION_SIZE];
		uint32_t loaded;
		int err = source_read(p->source, off + i * SECTION_SIZE, raw,
		                      sizeof(raw));

		if (err < 0)
			return err;
		loaded = number(raw + SECTION_VIRTUAL_SIZE, 4);
		s->address = number(raw + SECTION_ADDRESS, 4);
		s->size = number(raw + SECTION_RAW_SIZE, 4);
		s->offset = number(raw + SECTION_OFFSET, 4);
		/* the rest of the raw data is padding */
		if (loaded > 0 && loaded < s->size)
			s->size = loaded;
		if ((uint64_t)s->offset + s->size > p->source->size)
			return -ERANGE;
		s->has_resources = memcmp(raw, ".rsrc\0\0\0", 8) == 0;
	}
	return 0;
}

/* Read the optional header, of N bytes at OFF. */
static int
read_optional(struct pe *p, uint64_t off, size_t n)
{
	unsigned char raw[OPTIONAL_MAX] = { 0 };
	size_t count, directories;
	int err;

	n = n < sizeof(raw) ? n : sizeof(raw);
	if (n < OPTIONAL_SUBSYSTEM + 2)
		return -ENOEXEC;
	err = source_read(p->source, off, raw, n);
	if (err < 0)
		return err;
	if (number(raw, 2) != PE32 && number(raw, 2) != PE32_PLUS)
		return -ENOEXEC;
	p->is_64bit = number(raw, 2) == PE32_PLUS;
	p->subsystem = number(raw + OPTIONAL_SUBSYSTEM, 2);
	/* the count of directories, and they; imports are the second */
	count = p->is_64bit ? 108 : 92;
	directories = count + 4;
	if (n >= directories + 16 && number(raw + count, 4) >= 2)
		p->imports = number(raw + directories + 8, 4);
	return 0;
}

int
pe_open(struct pe *p, struct source *s)
{
	unsigned char dos[DOS_SIZE], coff[COFF_SIZE];
	uint64_t at;
	size_t optional;
	int err;

	*p = (struct pe){ .source = s };
	err = source_read(s, 0, dos, sizeof(dos));
	if (err < 0)
		return err;
	if (memcmp(dos, "MZ", 2) != 0)
		return -ENOEXEC;
	at = number(dos + DOS_LFANEW, 4);
	err = source_read(s, at, coff, sizeof(coff));
	if (err < 0)
		return err;
	p->sections = number(coff + COFF_SECTIONS, 2);
	if (memcmp(coff, "PE\0\0", 4) != 0 || p->sections > PE_MAX_SECTIONS)
		return -ENOEXEC;
	p->machine = number(coff + COFF_MACHINE, 2);
	p->is_library = number(coff + COFF_CHARACTERISTICS, 2) & IS_LIBRARY;
	optional = number(coff + COFF_OPTIONAL, 2);
	err = read_optional(p, at + COFF_SIZE, optional);
	if (err < 0)
		return err;
	return read_sections(p, at + COFF_SIZE + optional);
}

/* Read the text at ADDRESS into BUF of N bytes. */
static int
read_text(const struct pe *p, uint32_t address, char *buf, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t off;
		int err = address > UINT32_MAX - i
			? -ENOEXEC : locate(p, address + (uint32_t)i, 1, &off);

		if (err == 0)
			err = source_read(p->source, off, buf + i, 1);
		if (err < 0 || buf[i] == '\0')
			return err;
	}
	return -ENAMETOOLONG;
}

int
pe_import(const struct pe *p, size_t i, char *buf, size_t n)
{
	unsigned char raw[IMPORT_SIZE];
	uint64_t off;
	uint32_t name;
	int err;

	if (p->imports == 0)
		return -ENOENT;
	if (i >= PE_MAX_IMPORTS || p->imports > UINT32_MAX / 2)
		return -ENOEXEC;
	err = locate(p, p->imports + (uint32_t)i * IMPORT_SIZE, sizeof(raw),
	             &off);
	if (err == 0)
		err = source_read(p->source, off, raw, sizeof(raw));
	if (err < 0)
		return err;
	name = number(raw + IMPORT_NAME, 4);
	return name == 0 ? -ENOENT : read_text(p, name, buf, n);
}

/* Return whether a VS_FIXEDFILEINFO follows the key, which N bytes at P begin with. */
static bool
read_fixed(const unsigned char *p, size_t n, unsigned version[4])
{
	for (size_t gap = 0; gap <= MAX_GAP; gap += 2) {
		const unsigned char *fixed = p + KEY_SIZE + gap;

		if (KEY_SIZE + gap + FIXED_SIZE > n ||
		    number(fixed, 4) != 0xfeef04bd ||
		    number(fixed + 4, 4) != 0x10000)
			continue;
		version[0] = number(fixed + 10, 2);
		version[1] = number(fixed + 8, 2);
		version[2] = number(fixed + 14, 2);
		version[3] = number(fixed + 12, 2);
		return true;
	}
	return false;
}

/* Find the version in the section S. */
static int
search_section(const struct pe *p, const struct pe_section *s,
               unsigned version[4])
{
	unsigned char window[WINDOW];
	uint64_t size = s->size;

	if (size > MAX_RESOURCES)
		size = MAX_RESOURCES;
	for (uint64_t done = 0; done < size; done += WINDOW - OVERLAP) {
		size_t n = size - done < WINDOW ? (size_t)(size - done) : WINDOW;
		const unsigned char *at = window;
		int err = source_read(p->source, s->offset + done, window, n);

		if (err < 0)
			return err;
		while ((at = memmem(at, n - (size_t)(at - window), version_key,
		                    KEY_SIZE))) {
			if (read_fixed(at, n - (size_t)(at - window), version))
				return 0;
			at++;
		}
	}
	return -ENOENT;
}

int
pe_version(const struct pe *p, unsigned file_version[4])
{
	for (size_t i = 0; i < p->sections; i++) {
		if (p->section[i].has_resources)
			return search_section(p, &p->section[i], file_version);
	}
	return -ENOENT;
}
