#pragma once
/*
 * tar: headers of a POSIX.1-2001 pax interchange archive: ustar, with extended
 * headers only where ustar cannot hold a value. Names that it cannot hold are
 * in the two headers of GNU tar as well, which readers know that know no
 * others (busybox).
 */
#include <stdint.h>

struct archive_entry;
struct buf;

enum { TAR_BLOCK = 512 };

/* The largest number that every reader takes: 63 bits. */
#define TAR_MAX INT64_MAX

/*
 * Append the header of E, which only content of a file follows, padded to
 * TAR_BLOCK. Size and time are at most TAR_MAX.
 */
void tar_put(struct buf *out, const struct archive_entry *e);

/* Append the end mark. */
void tar_put_end(struct buf *out);
