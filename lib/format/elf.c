#include "format/elf.h"

#include <errno.h>
#include <string.h>

#include "format/source.h"

enum { PT_LOAD = 1, PT_DYNAMIC = 2, PT_INTERP = 3 };

enum {
	DT_NULL = 0,
	DT_NEEDED = 1,
	DT_HASH = 4,
	DT_STRTAB = 5,
	DT_SYMTAB = 6,
	DT_STRSZ = 10,
	DT_SONAME = 14,
	DT_RPATH = 15,
	DT_RUNPATH = 29,
	DT_GNU_HASH = 0x6ffffef5
};

/* Bounds on what a damaged file can make us do. */
enum { MAX_DYNAMIC = 1024, MAX_SCAN = 64 << 20 };

/* Where the fields of a structure lie, for 32 and 64 bits. */
struct layout {
	unsigned header_size, phoff, flags, phentsize, phnum;
	unsigned phdr_size, p_flags, p_offset, p_vaddr, p_filesz;
	unsigned word;
};

static const struct layout layout32 = {
	.header_size = 52, .phoff = 28, .flags = 36, .phentsize = 42,
	.phnum = 44, .phdr_size = 32, .p_flags = 24, .p_offset = 4,
	.p_vaddr = 8, .p_filesz = 16, .word = 4,
};

static const struct layout layout64 = {
	.header_size = 64, .phoff = 32, .flags = 48, .phentsize = 54,
	.phnum = 56, .phdr_size = 56, .p_flags = 4, .p_offset = 8,
	.p_vaddr = 16, .p_filesz = 32, .word = 8,
};

enum { MAX_STRUCT = 64 };

static const struct layout *
layout_of(const struct elf *e)
{
	return e->is_64bit ? &layout64 : &layout32;
}

uint64_t
elf_number(const struct elf *e, const void *p, size_t size)
{
	const unsigned char *u = p;
	uint64_t n = 0;

	for (size_t i = 0; i < size; i++)
		n = n << 8 | u[e->big_endian ? i : size - 1 - i];
	return n;
}

/* The file offset of the N bytes at ADDRESS. */
static int
locate(const struct elf *e, uint64_t address, uint64_t n, uint64_t *off)
{
	for (size_t i = 0; i < e->segments; i++) {
		const struct elf_segment *s = &e->segment[i];

		if (address < s->address || address - s->address > s->size ||
		    n > s->size - (address - s->address))
			continue;
		if (s->offset > UINT64_MAX - s->size)
			return -ENOEXEC;
		*off = s->offset + (address - s->address);
		return 0;
	}
	return -ERANGE;
}

int
elf_read(const struct elf *e, uint64_t address, void *p, size_t n)
{
	uint64_t off;
	int err = locate(e, address, n, &off);

	return err < 0 ? err : source_read(e->source, off, p, n);
}

static int
read_segments(struct elf *e, const unsigned char *header,
              struct elf_segment *dynamic)
{
	const struct layout *l = layout_of(e);
	uint64_t off = elf_number(e, header + l->phoff, l->word);
	size_t count = (size_t)elf_number(e, header + l->phnum, 2);

	if (elf_number(e, header + l->phentsize, 2) != l->phdr_size ||
	    count == 0 || count > ELF_MAX_SEGMENTS ||
	    off > UINT64_MAX - (uint64_t)ELF_MAX_SEGMENTS * MAX_STRUCT)
		return -ENOEXEC;
	for (size_t i = 0; i < count; i++) {
		unsigned char raw[MAX_STRUCT];
		struct elf_segment s;
		uint64_t type;
		int err = source_read(e->source, off + i * l->phdr_size, raw,
		                      l->phdr_size);

		if (err < 0)
			return err;
		type = elf_number(e, raw, 4);
		s.flags = (uint32_t)elf_number(e, raw + l->p_flags, 4);
		s.offset = elf_number(e, raw + l->p_offset, l->word);
		s.address = elf_number(e, raw + l->p_vaddr, l->word);
		s.size = elf_number(e, raw + l->p_filesz, l->word);
		if (type == PT_LOAD) {
			e->segment[e->segments++] = s;
		} else if (type == PT_DYNAMIC) {
			*dynamic = s;
			e->is_dynamic = true;
		} else if (type == PT_INTERP) {
			e->interp = s;
			e->has_interp = true;
		}
	}
	return 0;
}

/* Keep one entry of the dynamic section. */
static void
keep_entry(struct elf *e, uint64_t tag, uint64_t value)
{
	switch (tag) {
	case DT_NEEDED:
		if (e->needed_count < ELF_MAX_NEEDED)
			e->needed[e->needed_count++] = value;
		break;
	case DT_HASH:
		e->hash = value;
		break;
	case DT_STRTAB:
		e->strings = value;
		break;
	case DT_SYMTAB:
		e->symbols = value;
		break;
	case DT_STRSZ:
		e->strings_size = value;
		break;
	case DT_SONAME:
		e->has_soname = true;
		break;
	case DT_RPATH:
		e->rpath = value;
		break;
	case DT_RUNPATH:
		e->runpath = value;
		break;
	case DT_GNU_HASH:
		e->gnu_hash = value;
		break;
	default:
		break;
	}
}

static int
read_dynamic(struct elf *e, const struct elf_segment *dynamic)
{
	size_t word = layout_of(e)->word;
	uint64_t count = dynamic->size / (2 * word);

	for (uint64_t i = 0; i < count && i < MAX_DYNAMIC; i++) {
		unsigned char raw[16];
		uint64_t at = i * 2 * word, tag;
		int err;

		if (dynamic->offset > UINT64_MAX - at)
			return -ENOEXEC;
		err = source_read(e->source, dynamic->offset + at, raw,
		                  2 * word);
		if (err < 0)
			return err;
		tag = elf_number(e, raw, word);
		if (tag == DT_NULL)
			break;
		keep_entry(e, tag, elf_number(e, raw + word, word));
	}
	return 0;
}

int
elf_open(struct elf *e, struct source *s)
{
	unsigned char header[MAX_STRUCT];
	struct elf_segment dynamic = { 0 };
	int err;

	memset(e, 0, sizeof(*e));
	e->source = s;
	err = source_read(s, 0, header, 16);
	if (err == -ERANGE)
		return -ENOEXEC;
	if (err < 0)
		return err;
	if (memcmp(header, "\177ELF", 4) != 0 || header[4] < 1 ||
	    header[4] > 2 || header[5] < 1 || header[5] > 2)
		return -ENOEXEC;
	e->is_64bit = header[4] == 2;
	e->big_endian = header[5] == 2;
	err = source_read(s, 0, header, layout_of(e)->header_size);
	if (err < 0)
		return err;
	e->machine = (unsigned)elf_number(e, header + 18, 2);
	e->flags = (unsigned)elf_number(e, header + layout_of(e)->flags, 4);
	err = read_segments(e, header, &dynamic);
	if (err == 0 && e->is_dynamic)
		err = read_dynamic(e, &dynamic);
	return err;
}

int
elf_end(const struct elf *e, uint64_t *end)
{
	const struct layout *l = layout_of(e);
	unsigned char h[MAX_STRUCT];
	uint64_t table, sections;
	int err = source_read(e->source, 0, h, l->header_size);

	if (err < 0)
		return err;
	/* e_shoff is behind e_phoff, e_shentsize and e_shnum behind e_phnum */
	table = elf_number(e, h + l->phoff + l->word, l->word);
	sections = elf_number(e, h + l->phnum + 2, 2) *
	           elf_number(e, h + l->phnum + 4, 2);
	*end = sections ? table + sections : 0;
	for (size_t i = 0; i < e->segments; i++) {
		const struct elf_segment *s = &e->segment[i];

		if (s->offset + s->size > *end)
			*end = s->offset + s->size;
	}
	return *end <= e->source->size ? 0 : -ENOEXEC;
}

int
elf_interp(const struct elf *e, char *buf, size_t n)
{
	size_t len = (size_t)e->interp.size;
	int err;

	if (!e->has_interp)
		return -ENOENT;
	if (e->interp.size == 0 || e->interp.size > n)
		return -ENAMETOOLONG;
	err = source_read(e->source, e->interp.offset, buf, len);
	if (err == 0 && buf[len - 1] != '\0')
		err = -ENOEXEC;
	return err;
}

int
elf_string(const struct elf *e, uint64_t off, char *buf, size_t n)
{
	uint64_t left;
	int err;

	if (!e->strings || off >= e->strings_size)
		return -ERANGE;
	left = e->strings_size - off;
	if (e->strings > UINT64_MAX - off)
		return -ENOEXEC;
	if (left < n)
		n = (size_t)left;
	err = elf_read(e, e->strings + off, buf, n);
	if (err == 0 && !memchr(buf, '\0', n))
		err = -ENAMETOOLONG;
	return err;
}

int
elf_needed(const struct elf *e, size_t i, char *buf, size_t n)
{
	if (i >= e->needed_count)
		return -ENOENT;
	return elf_string(e, e->needed[i], buf, n);
}

int
elf_library_path(const struct elf *e, char *buf, size_t n, bool *is_runpath)
{
	*is_runpath = e->runpath != 0;
	if (!e->runpath && !e->rpath)
		return -ENOENT;
	return elf_string(e, e->runpath ? e->runpath : e->rpath, buf, n);
}

/* *BUDGET: the bytes that may still be read. */
static int
scan_segment(const struct elf *e, const struct elf_segment *s, char *window,
             size_t size, size_t overlap, elf_scan_fn *fn, void *ctx,
             size_t *budget)
{
	uint64_t at = 0, total = s->size;

	/* a segment may claim more than the file holds */
	if (s->offset >= e->source->size)
		return 0;
	if (total > e->source->size - s->offset)
		total = e->source->size - s->offset;
	while (at < total) {
		uint64_t left = total - at;
		size_t part = left < size ? (size_t)left : size;
		int err;

		if (part > *budget)
			return -ENOENT;
		*budget -= part;
		err = source_read(e->source, s->offset + at, window, part);
		if (err < 0)
			return err;
		err = fn(ctx, (unsigned char *)window, part, at == 0);
		if (err != 0)
			return err;
		if (part == left)
			break;
		at += part - overlap;
	}
	return 0;
}

int
elf_scan(const struct elf *e, unsigned must, unsigned not, void *window,
         size_t size, size_t overlap, elf_scan_fn *fn, void *ctx)
{
	size_t budget = MAX_SCAN;

	if (size <= overlap)
		return -EINVAL;
	for (size_t i = 0; i < e->segments; i++) {
		const struct elf_segment *s = &e->segment[i];
		int err;

		if ((s->flags & must) != must || (s->flags & not) != 0)
			continue;
		err = scan_segment(e, s, window, size, overlap, fn, ctx,
		                   &budget);
		if (err != 0)
			return err;
	}
	return 0;
}
