#pragma once
/*
 * wheel_write: the files of a wheel, and those that an installer adds, as pip
 * leaves them (PyPA specification "Recording installed projects").
 */
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

struct arena;
struct diag;
struct distribution_records;
struct layout;
struct plan;
struct progress;
struct sink;
struct walk;
struct wheel;
struct wheel_choice;
struct wheel_files;
struct wheel_shared;

struct wheel_write {
	const struct layout *layout;
	const struct wheel_files *files; /* where the members go */
	const struct plan *plan; /* of the environment; scripts start with the
	                            path that it records */
	const char *there;   /* the environment that is changed, NULL: a new
	                        one */
	const struct wheel_choice *choice;    /* the wheel */
	const struct wheel_shared *shared;    /* files of several wheels */
	struct distribution_records *records; /* of THERE; those of replaced
	                                         projects are left out */
	const struct walk *walk;
	const char *direct;  /* absolute path of its file, for direct_url.json;
	                        NULL: it came from a collection */
	size_t workers;      /* threads */
	struct progress *progress; /* is told now and then; NULL */
	bool has_epoch;
	time_t epoch;        /* the time that all gets */
};

/*
 * Write W, whose archive has to be in memory, to SINK; parents of what is
 * written are put as needed. Contents are verified as they are written: on
 * failure, "FILE: MEMBER: reason" (-EINVAL), what was written has to be thrown
 * away. -EINVAL, too: a directory has that name. -EINTR, -ENOMEM or another
 * errno. Warn about files that are replaced and have other contents.
 */
int wheel_write(const struct wheel *w, const struct wheel_write *how,
                struct sink *sink, struct arena *a, struct diag *d);

/* Look whether W could be written, as far as that does not depend on the contents
 * of its members, and warn about the files that would be replaced. */
int wheel_write_look(const struct wheel *w, const struct wheel_write *how,
                     struct arena *a, struct diag *d);
