#pragma once
/*
 * pe: a Windows program or library (PE/COFF): what it is for, which libraries it
 * imports, and the version in its resources.
 * spec: Microsoft's "PE Format"; VS_VERSIONINFO and VS_FIXEDFILEINFO.
 *
 * Functions return 0 or a negative errno: -ENOEXEC for what is not PE or is
 * damaged, -ERANGE where the file ends too early, -ENAMETOOLONG for a name that
 * does not fit the caller's buffer, or a read error.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct source;

enum { PE_MAX_SECTIONS = 96, PE_MAX_IMPORTS = 256 };

/* IMAGE_FILE_MACHINE_ */
enum { PE_386 = 0x14c, PE_X86_64 = 0x8664, PE_ARM64 = 0xaa64 };

/* IMAGE_SUBSYSTEM_ */
enum { PE_GUI = 2, PE_CONSOLE = 3 };

struct pe_section {
	uint32_t address, size; /* as loaded; SIZE: bytes in the file */
	uint32_t offset;        /* in the file */
	bool has_resources;     /* it is called .rsrc */
};

struct pe {
	struct source *source; /* not owned */
	unsigned machine;      /* PE_386, ... */
	unsigned subsystem;    /* PE_GUI, PE_CONSOLE, ... */
	bool is_64bit;         /* its header is PE32+ */
	bool is_library;       /* a DLL */

	/* what follows is for pe.c */
	size_t sections;
	struct pe_section section[PE_MAX_SECTIONS];
	uint32_t imports; /* address of the import table; 0: none */
};

/* Read the headers of the PE file in S, which must outlive *P and hold all that they
 * name. */
int pe_open(struct pe *p, struct source *s);

/* Write the name of imported library I, such as "python312.dll", into BUF of N
 * bytes. -ENOENT after the last one. */
int pe_import(const struct pe *p, size_t i, char *buf, size_t n);

/*
 * Set the four parts of FILE_VERSION from the VS_FIXEDFILEINFO in the resources. Only
 * the first 4 MB of the section .rsrc are searched. -ENOENT: there is none.
 */
int pe_version(const struct pe *p, unsigned file_version[4]);
