#pragma once
/*
 * elf: an ELF file of any class, byte order and machine, read through its
 * program headers alone, so that a cut-off section table does not matter.
 * spec: System V gABI, chapters 4 and 5; DT_GNU_HASH as binutils writes it.
 *
 * Functions return 0 or a negative errno: -ENOEXEC for what is not ELF or is
 * damaged, -ERANGE where the file ends too early, -ENAMETOOLONG for a text
 * that does not fit the caller's buffer, or a read error.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct source;

enum { ELF_MAX_SEGMENTS = 64, ELF_MAX_NEEDED = 64 };

/* Flags of a segment. */
enum { ELF_EXECUTE = 1, ELF_WRITE = 2, ELF_READ = 4 };

/* Machines with rules of their own; elf.c and the library search use them. */
enum {
	ELF_386 = 3,
	ELF_68K = 4,
	ELF_MIPS = 8,
	ELF_PARISC = 15,
	ELF_PPC = 20,
	ELF_PPC64 = 21,
	ELF_S390 = 22,
	ELF_ARM = 40,
	ELF_SH = 42,
	ELF_SPARCV9 = 43,
	ELF_X86_64 = 62,
	ELF_AARCH64 = 183,
	ELF_RISCV = 243,
	ELF_LOONGARCH = 258,
	ELF_ALPHA = 0x9026
};

struct elf_segment {
	uint64_t offset, address, size; /* SIZE: bytes in the file */
	uint32_t flags;
};

struct elf {
	struct source *source; /* not owned */
	bool is_64bit;
	bool big_endian;
	unsigned machine;
	unsigned flags;  /* e_flags */
	bool is_dynamic; /* has a dynamic section */
	bool has_interp;
	bool has_soname; /* calls itself a library */

	/* what follows is for elf.c */
	size_t segments; /* the loaded ones */
	struct elf_segment segment[ELF_MAX_SEGMENTS];
	struct elf_segment interp;
	uint64_t strings, strings_size, symbols, hash, gnu_hash; /* 0: none */
	uint64_t rpath, runpath; /* offsets into the strings; 0: none */
	size_t needed_count;
	uint64_t needed[ELF_MAX_NEEDED];
};

struct elf_symbol {
	uint64_t address;
	uint64_t size; /* in bytes, as the symbol table says */
};

/* Read the headers of the ELF file in S, which must outlive *E. */
int elf_open(struct elf *e, struct source *s);

/* Copy the path of the loader that the file asks for to BUF of N bytes. Return
 * -ENOENT if it asks for none. */
int elf_interp(const struct elf *e, char *buf, size_t n);

/* Copy name I of the needed libraries to BUF of N bytes. Return -ENOENT after
 * the last one. */
int elf_needed(const struct elf *e, size_t i, char *buf, size_t n);

/* Copy the library search path DT_RUNPATH, or else DT_RPATH, to BUF of N bytes,
 * and set *IS_RUNPATH to which it is. Return -ENOENT if there is none. */
int elf_library_path(const struct elf *e, char *buf, size_t n,
                     bool *is_runpath);

/* Copy the string at OFF of the dynamic string table to BUF of N bytes. Return
 * -ENAMETOOLONG if it is longer. */
int elf_string(const struct elf *e, uint64_t off, char *buf, size_t n);

/* Find the defined dynamic symbol NAME: -ENOENT if there is none. */
int elf_symbol(const struct elf *e, const char *name, struct elf_symbol *sym);

/* Return whether one of the symbols NAMES (NULL: the end) has to come from a
 * library that is loaded with E. */
bool elf_refers(const struct elf *e, const char *const *names);

/* Read N bytes of what will be at ADDRESS. */
int elf_read(const struct elf *e, uint64_t address, void *p, size_t n);

/* Set *END to where the file ends by its own account, in bytes: its segments,
 * and its section table if it has one. Bytes after that were appended. */
int elf_end(const struct elf *e, uint64_t *end);

/* Return the unsigned integer of SIZE bytes (1 to 8) at P, in the file's byte
 * order. */
uint64_t elf_number(const struct elf *e, const void *p, size_t size);

/* Bytes N at P of a segment; FIRST: nothing of the segment comes before. A
 * non-zero result ends the scan. */
typedef int elf_scan_fn(void *ctx, const unsigned char *p, size_t n,
                        bool first);

/*
 * Call FN with the contents of the loaded segments that have all flags of
 * MUST and none of NOT, in windows of SIZE bytes (in WINDOW) of which
 * consecutive ones share OVERLAP bytes. The result is FN's if not 0; -ENOENT
 * after 64 MB, however often the segments repeat the file.
 */
int elf_scan(const struct elf *e, unsigned must, unsigned not, void *window,
             size_t size, size_t overlap, elf_scan_fn *fn, void *ctx);
