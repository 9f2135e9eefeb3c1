#include <errno.h>
#include <string.h>

#include "format/elf.h"

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

static const struct symbol_layout layout32 = { 16, 4, 8, 14, 4 };
static const struct symbol_layout layout64 = { 24, 8, 16, 6, 8 };

static const struct symbol_layout *
layout_of(const struct elf *e)
{
	return e->is_64bit ? &layout64 : &layout32;
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
	const struct symbol_layout *l = layout_of(e);
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
	const struct symbol_layout *l = layout_of(e);
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
	uint64_t bits = (uint64_t)layout_of(e)->word * 8;
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
 * behind them. 0: not known. */
static uint64_t
count_symbols(const struct elf *e)
{
	uint64_t n = 0;

	if (e->strings > e->symbols)
		n = (e->strings - e->symbols) / layout_of(e)->total;
	return n < MAX_CHAIN ? n : MAX_CHAIN;
}

/* Without a hash table: look through all symbols. */
static int
find_by_scan(const struct elf *e, const char *name, struct elf_symbol *sym)
{
	size_t size = layout_of(e)->total, places;
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
