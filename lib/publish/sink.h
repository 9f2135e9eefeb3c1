#pragma once
/*
 * sink: where the nodes of a plan are written to. Paths are relative to the
 * environment directory, parents come first. Each call returns 0 or a
 * negative errno.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

struct arena;
struct sink;

/* Mode of a file that is to have every x bit, whatever the umask; without it
 * the umask counts. With the flag SINK_EXACT the mode is as given. */
enum { SINK_PROGRAM = 0100777, SINK_EXACT = 0200000 };

struct sink_ops {
	/* A directory; one that is there already is no error. */
	int (*dir)(struct sink *s, const char *path);
	/* A symlink that holds TARGET. */
	int (*link)(struct sink *s, const char *path, const char *target);
	/* Another name of the file EARLIER, which this sink was given. */
	int (*same)(struct sink *s, const char *path, const char *earlier);
	/* A file: begin, writes that come to SIZE bytes, end. -EISDIR: it is a
	 * directory there. */
	int (*begin)(struct sink *s, const char *path, mode_t mode,
	             uint64_t size);
	int (*write)(struct sink *s, const void *p, size_t n);
	int (*end)(struct sink *s);
	/* A copy of the open file FD, with NAMES names: this one, and what
	 * same() adds before the next copy. */
	int (*copy)(struct sink *s, const char *path, mode_t mode, int fd,
	            unsigned names);
	/* Nothing is to be at PATH. */
	int (*remove)(struct sink *s, const char *path);
	/* Remove the directory PATH if nothing is left in it. */
	int (*prune)(struct sink *s, const char *path);
	/* Another sink of the same tree, for the files of another thread, from
	 * the arena; NULL: there can be only one. */
	struct sink *(*another)(struct sink *s, struct arena *a);
	/* Close ANOTHER. */
	void (*drop)(struct sink *s);
	/* Give PATH, which is complete, the time of the run. */
	int (*stamp)(struct sink *s, const char *path, time_t when);
};

struct sink {
	const struct sink_ops *ops;
};
