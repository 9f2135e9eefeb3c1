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
	/* e_shoff follows e_phoff, e_shentsize and e_shnum follow e_phnum */
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

/* ---- symbols ------------------------------------------------------------------ */

/* Bounds on what a damaged file can make us do. */
enum {
	MAX_CHAIN = 1 << 16,
	MAX_STRINGS = 8 << 20,
	MAX_NAME = 64,
	MAX_PLACES = 4,
	MAX_SYMBOL = 24
};

/* Where the fields of a symbol lie. */
struct symbol_layout {
	unsigned total, value, size, shndx, word;
};

static const struct symbol_layout symbol32 = { 16, 4, 8, 14, 4 };
static const struct symbol_layout symbol64 = { 24, 8, 16, 6, 8 };

static const struct symbol_layout *
symbol_layout_of(const struct elf *e)
{
	return e->is_64bit ? &symbol64 : &symbol32;
}

/* The integer of SIZE bytes at ADDRESS. */
static int
read_number(const struct elf *e, uint64_t address, size_t size, uint64_t *n)
{
	unsigned char raw[8];
	int err = elf_read(e, address, raw, size);

	*n = err == 0 ? elf_number(e, raw, size) : 0;
	return err;
}

/* Entry INDEX of the symbol table and its name; *DEFINED: it is defined here.
 * -ENOENT if the name is too long for any that is looked for. */
static int
read_symbol(const struct elf *e, uint64_t index, unsigned char raw[MAX_SYMBOL],
            char name[MAX_NAME], bool *defined)
{
	const struct symbol_layout *l = symbol_layout_of(e);
	int err;

	if (index > UINT32_MAX || e->symbols > UINT64_MAX - index * l->total)
		return -ERANGE;
	err = elf_read(e, e->symbols + index * l->total, raw, l->total);
	if (err < 0)
		return err;
	*defined = elf_number(e, raw + l->shndx, 2) != 0;
	err = elf_string(e, elf_number(e, raw, 4), name, MAX_NAME);
	return err == -ENAMETOOLONG ? -ENOENT : err;
}

/* 0 and *SYM if entry INDEX of the symbol table is NAME and defined here,
 * -ENOENT if it is something else. */
static int
match_symbol(const struct elf *e, uint64_t index, const char *name,
             struct elf_symbol *sym)
{
	const struct symbol_layout *l = symbol_layout_of(e);
	unsigned char raw[MAX_SYMBOL];
	char found[MAX_NAME];
	bool defined;
	int err = read_symbol(e, index, raw, found, &defined);

	if (err < 0)
		return err;
	if (!defined || strcmp(found, name) != 0)
		return -ENOENT;
	sym->address = elf_number(e, raw + l->value, l->word);
	sym->size = elf_number(e, raw + l->size, l->word);
	return 0;
}

static uint32_t
gnu_hash(const char *name)
{
	uint32_t h = 5381;

	for (; *name; name++)
		h = h * 33 + (unsigned char)*name;
	return h;
}

static int
find_by_gnu_hash(const struct elf *e, const char *name, struct elf_symbol *sym)
{
	uint64_t buckets, first, bloom_words, shift, word, index;
	uint64_t bits = (uint64_t)symbol_layout_of(e)->word * 8;
	uint64_t at = e->gnu_hash + 16;
	uint32_t h = gnu_hash(name);
	unsigned char raw[16];
	int err = elf_read(e, e->gnu_hash, raw, sizeof(raw));

	if (err < 0)
		return err;
	buckets = elf_number(e, raw, 4);
	first = elf_number(e, raw + 4, 4);
	bloom_words = elf_number(e, raw + 8, 4);
	shift = elf_number(e, raw + 12, 4);
	if (buckets == 0 || bloom_words == 0 || shift > 31)
		return -ENOEXEC;
	err = read_number(e, at + h / bits % bloom_words * (bits / 8),
	                  (size_t)bits / 8, &word);
	if (err < 0)
		return err;
	if (!(word >> h % bits & 1) || !(word >> (h >> shift) % bits & 1))
		return -ENOENT;
	at += bloom_words * (bits / 8);
	err = read_number(e, at + h % buckets * 4, 4, &index);
	if (err < 0)
		return err;
	if (index < first)
		return -ENOENT;
	at += buckets * 4;
	for (int steps = 0; steps < MAX_CHAIN; steps++, index++) {
		err = read_number(e, at + (index - first) * 4, 4, &word);
		if (err < 0)
			return err;
		if ((word | 1) == (h | 1)) {
			err = match_symbol(e, index, name, sym);
			if (err != -ENOENT)
				return err;
		}
		if (word & 1)
			return -ENOENT;
	}
	return -ENOEXEC;
}

static uint32_t
sysv_hash(const char *name)
{
	uint32_t h = 0;

	for (; *name; name++) {
		h = (h << 4) + (unsigned char)*name;
		h = (h ^ (h >> 24 & 0xf0)) & 0x0fffffff;
	}
	return h;
}

static int
find_by_hash(const struct elf *e, const char *name, struct elf_symbol *sym)
{
	/* two 64-bit ABIs made the entries of the table 64 bits wide */
	bool wide = e->is_64bit && (e->machine == ELF_S390 ||
	                            e->machine == ELF_ALPHA);
	size_t size = wide ? 8 : 4;
	uint64_t buckets, chains, index;
	int err = read_number(e, e->hash, size, &buckets);

	if (err == 0)
		err = read_number(e, e->hash + size, size, &chains);
	if (err < 0)
		return err;
	if (buckets == 0 || buckets > UINT32_MAX || chains > UINT32_MAX)
		return -ENOEXEC;
	err = read_number(e, e->hash + (2 + sysv_hash(name) % buckets) * size,
	                  size, &index);
	if (err < 0)
		return err;
	for (int steps = 0; steps < MAX_CHAIN && index != 0; steps++) {
		if (index >= chains)
			return -ENOEXEC;
		err = match_symbol(e, index, name, sym);
		if (err != -ENOENT)
			return err;
		err = read_number(e, e->hash + (2 + buckets + index) * size,
		                  size, &index);
		if (err < 0)
			return err;
	}
	return -ENOENT;
}

/* Offsets at which the string table holds NAME; strings share their tails, so
 * it need not stand alone. */
static int
find_places(const struct elf *e, const char *name, uint64_t *place, size_t *n)
{
	char window[1024];
	size_t len = strlen(name) + 1;
	uint64_t at = 0;

	*n = 0;
	if (e->strings_size > MAX_STRINGS || e->strings_size < len)
		return -ENOENT;
	while (at <= e->strings_size - len) {
		uint64_t left = e->strings_size - at;
		size_t part = left < sizeof(window) ? (size_t)left
		                                    : sizeof(window);
		int err = elf_read(e, e->strings + at, window, part);

		if (err < 0)
			return err;
		for (size_t i = 0; i + len <= part; i++) {
			if (memcmp(window + i, name, len) != 0)
				continue;
			if (*n < MAX_PLACES)
				place[(*n)++] = at + i;
		}
		at += part - len + 1;
	}
	return *n ? 0 : -ENOENT;
}

/* The number of symbols is written nowhere: every linker puts the strings
 * after them. 0: not known. */
static uint64_t
count_symbols(const struct elf *e)
{
	uint64_t n = 0;

	if (e->strings > e->symbols)
		n = (e->strings - e->symbols) / symbol_layout_of(e)->total;
	return n < MAX_CHAIN ? n : MAX_CHAIN;
}

/* Without a hash table: look through all symbols. */
static int
find_by_scan(const struct elf *e, const char *name, struct elf_symbol *sym)
{
	size_t size = symbol_layout_of(e)->total, places;
	uint64_t place[MAX_PLACES];
	uint64_t count = count_symbols(e);
	int err = find_places(e, name, place, &places);

	if (err < 0)
		return err;
	for (uint64_t i = 1; i < count; i++) {
		uint64_t at;

		err = read_number(e, e->symbols + i * size, 4, &at);
		if (err < 0)
			return err;
		for (size_t k = 0; k < places; k++) {
			if (at != place[k])
				continue;
			err = match_symbol(e, i, name, sym);
			if (err != -ENOENT)
				return err;
		}
	}
	return -ENOENT;
}

int
elf_symbol(const struct elf *e, const char *name, struct elf_symbol *sym)
{
	if (!e->symbols || !e->strings || strlen(name) >= MAX_NAME)
		return -ENOENT;
	if (e->gnu_hash)
		return find_by_gnu_hash(e, name, sym);
	if (e->hash)
		return find_by_hash(e, name, sym);
	return find_by_scan(e, name, sym);
}

bool
elf_refers(const struct elf *e, const char *const *names)
{
	uint64_t count = count_symbols(e);
	unsigned char raw[MAX_SYMBOL];
	char found[MAX_NAME];
	bool defined;

	/* no hash table is sure to hold what is not defined; and where the
	 * strings were moved in front, more is read than there are symbols */
	for (uint64_t i = 1; i < (count ? count : MAX_CHAIN); i++) {
		if (read_symbol(e, i, raw, found, &defined) < 0 || defined)
			continue;
		for (const char *const *name = names; *name; name++) {
			if (strcmp(found, *name) == 0)
				return true;
		}
	}
	return false;
}
