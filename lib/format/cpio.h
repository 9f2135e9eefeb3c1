#pragma once
/*
 * cpio: headers of a "newc" archive, as the kernel unpacks an initramfs from
 * (Documentation/driver-api/early-userspace/buffer-format.rst of Linux, cpio(5)).
 */
#include <stdint.h>

struct archive_entry;
struct buf;

enum {
	CPIO_ALIGN = 4,       /* headers and data start at a multiple of it */
	CPIO_END_ALIGN = 512, /* the archive ends at one: another may follow */
};

/* The entry of this name ends the archive. */
#define CPIO_END_NAME "TRAILER!!!"

/* Numbers are of eight hexadecimal digits. */
#define CPIO_MAX UINT32_MAX

/*
 * Append the header of E, and all of it but the content of a file, with the
 * padding after it. Size and time are at most CPIO_MAX. A file of several names
 * comes with the first of them; the others are empty and have its inode.
 */
void cpio_put(struct buf *out, const struct archive_entry *e);

/* Append the end mark; padding to CPIO_END_ALIGN is left to the caller. */
void cpio_put_end(struct buf *out);
