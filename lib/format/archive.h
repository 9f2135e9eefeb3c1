#pragma once
/*
 * archive: what the formats of archives have in common: one entry.
 *
 * Names are relative, without "./", doubled slashes or a slash at the end. The
 * owner of all is 0:0, without names for it.
 */
#include <stdint.h>

enum archive_kind {
	ARCHIVE_DIR,
	ARCHIVE_FILE,
	ARCHIVE_LINK, /* TARGET is what it holds */
	ARCHIVE_SAME, /* TARGET is the name of an earlier entry: the same file */
};

struct archive_entry {
	enum archive_kind kind;
	const char *name;
	const char *target; /* NULL: it has none */
	unsigned mode;      /* permission bits */
	uint64_t size;      /* of a file; it follows the header */
	uint64_t mtime;
	uint32_t inode;     /* from 1; the same only for the names of one file */
	unsigned names;     /* that the file has in this archive */
};
