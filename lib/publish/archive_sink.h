#pragma once
/*
 * archive_sink: a sink that writes an archive to an open file, entry after
 * entry, and reads nothing back.
 *
 * What is to be in the archive is put twice: the first time nothing is written,
 * so that whatever can be wrong is found before the first byte.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strset.h"
#include "os/pool.h"
#include "publish/sink.h"

struct archive_format;
struct walk;

struct archive_sink {
	struct sink sink;
	const struct archive_format *format;
	int fd;              /* not owned */
	bool proves;         /* it is the first time */
	struct pool_lock lock; /* of what provers have in common */
	int err;             /* of writing to FD; it stays */
	uint64_t mtime;      /* of all entries */
	const char *top;     /* name of the environment in the archive */
	size_t top_len;
	struct arena memory; /* for what follows, freed between the times */
	struct strset directories; /* in the archive; each ends with '/' */
	struct strset tops;        /* of the environments */
	uint64_t left;       /* bytes that the file begun still has to get */
	uint64_t position;   /* in the archive */
	uint32_t inode;      /* of the last entry */
	struct {
		const char *path, *name;
		uint32_t inode;
		unsigned names, mode;
	} copy;              /* the last one */
	char *buffer;        /* LEN bytes that are not written yet */
	size_t len;
	char scratch[4096];  /* memory for what one entry needs */
};

/* Return the format called NAME ("cpio", "tar"), or NULL. */
const struct archive_format *archive_format_find(const char *name);

/* Return the last time that F can hold, in seconds since 1970. */
uint64_t archive_format_max_time(const struct archive_format *f);

/*
 * Make S a sink that writes an archive in format F to FD; every entry gets the
 * time MTIME, at most that of archive_format_max_time(). Close S with
 * archive_sink_drop().
 */
void archive_sink_init(struct archive_sink *s, const struct archive_format *f,
                       int fd, uint64_t mtime);

/* Begin the archive; with PROVES nothing is written, and calls only report what
 * would fail. */
void archive_sink_begin(struct archive_sink *s, bool proves);

/*
 * Put the directory TOP, an absolute path, and those above it that are not
 * there, in the modes that they have in ROOT if that is a root, else in the
 * usual ones; what S is given then is below TOP. -EEXIST if it is there already, or
 * in another one; -EINVAL if the format ends an archive by an entry of that name.
 */
int archive_sink_enter(struct archive_sink *s, const char *top,
                       const struct walk *root);

/* Put the end mark, and write what was not written yet. */
int archive_sink_end(struct archive_sink *s);

void archive_sink_drop(struct archive_sink *s);
