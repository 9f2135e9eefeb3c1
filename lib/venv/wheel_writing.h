#pragma once
/*
 * wheel_writing: a wheel on its way into an environment, for the files that
 * write one: wheel_write.c its members, wheel_added.c what the installer adds,
 * wheel_room.c looks at what is there.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/diag.h"
#include "format/digest.h"
#include "os/pool.h"
#include "wheel/files.h"
#include "wheel/launcher.h"
#include "wheel/record.h"

struct inflater;
struct progress;
struct sink;
struct wheel;
struct wheel_write;

/* Files that one thread writes in a row, so that it finds their directory open
 * and others are elsewhere. */
struct batch {
	size_t first, end; /* in the list of files */
	uint64_t weight;   /* bytes, and what it costs to make the files */
};

/* What one thread writes with. */
struct hand {
	const struct wheel *wheel;
	const char *env_dir;  /* as recorded, for messages */
	struct sink *sink;
	struct inflater *inflater;
	struct arena arena;
	struct diag diag;
	struct digest digest; /* of the file being written */
	size_t pieces;        /* that came so far */
	struct progress *progress; /* of the first one; else NULL */
};

struct writing {
	const struct wheel *wheel;
	const struct wheel_write *how;
	struct wheel_files files;
	struct record record; /* of what is installed, room for all of it */
	const char **paths;   /* the same, relative to the environment, in the
	                         order of writing */
	struct batch *batches;
	size_t batch_count;
	struct hand hands[POOL_MAX];
	size_t hand_count;
	struct written_dir {
		const char *path; /* of a file in it, */
		size_t len;       /* whose first bytes are its own */
	} *dirs;              /* that the files are in, parents first */
	size_t dir_count, dir_room;
	char *dir;            /* room for the path of one */
	struct sink *sink;
	bool *skipped;        /* of each file: it is not written, because it is
	                         there, or another wheel's is installed */
	struct replaced {
		const char *first; /* path */
		const char *owner; /* the .dist-info that lists it; NULL: none */
		size_t count;
	} unlisted, listed;   /* files of the environment that are replaced */
	char *piece;          /* of a file that is compared */
	struct arena *arena;
};

/* Write a file of the N bytes at TEXT by the first hand. */
int writing_put(struct writing *wr, const char *path, mode_t mode,
                const void *text, size_t n);

/* ERR, with a diag, if it is what PATH could not be written for by the first
 * hand; else 0. */
int writing_fail(struct writing *wr, int err, const char *path);

/* The next row of RECORD, for PATH (relative to the environment), without hash
 * and size; NULL if memory is out. */
struct record_row *writing_row(struct writing *wr, const char *path);

/* Write a script, the N bytes at TEXT, unless it is there or another wheel's is
 * installed. */
int writing_put_script(struct writing *wr, const char *path, mode_t mode,
                       const void *text, size_t n);

/* Look at PATH in the environment that is changed: 0 if nothing is there that
 * stays, -EISDIR for a directory, unless it may go with the files that it loses,
 * -EEXIST for anything else. */
int writing_look(struct writing *wr, const char *path);

/* Look at the place of each file that is no script: decide which are skipped,
 * and count those that are replaced. An error says what cannot be replaced. */
int writing_look_at_all(struct writing *wr);

/* The same for the script of N bytes at TEXT: 1 if it is skipped. */
int writing_look_for_script(struct writing *wr, const char *path, mode_t mode,
                            const void *text, size_t n);

/* Warn about the files that were replaced. */
void writing_warn(const struct writing *wr, struct diag *d);

/* Digest the member of F, of the kind that its row has, or else SHA-256. */
int writing_digest(struct writing *wr, const struct wheel_file *f,
                   enum digest_kind *kind, unsigned char sum[DIGEST_MAX]);

/* Fill hash and size of ROW for the N bytes at TEXT: 0 or -ENOMEM. */
int writing_describe(struct writing *wr, struct record_row *row,
                     const char *text, size_t n);

/* What scripts start; its PYTHON is NULL if memory is out. */
struct launch writing_launch(struct writing *wr);
