#pragma once
/*
 * write: the files of a wheel, and those that an installer adds, as pip leaves
 * them (PyPA specification "Recording installed projects").
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "wheel/launcher.h"

struct arena;
struct diag;
struct inflater;
struct plan;
struct sink;
struct wheel;
struct wheel_file;
struct wheel_files;

/* How far a run is that may take long: the library tells, and never prints. */
struct progress {
	/* Called when something below has changed, and every few milliseconds
	 * of work, by one thread only; it must be cheap. */
	void (*tell)(struct progress *p);
	/* Called after a failure, before a signal that waits may end the
	 * process. */
	void (*end)(struct progress *p);
	const char *project, *version; /* of the wheel that is written */
	size_t number, count;          /* the first one is 1; of how many */
};

struct wheel_write {
	const struct wheel_files *files;
	const unsigned char *fates; /* of each file; see wheel/fates.h */
	struct launch launch; /* what scripts start */
	const char *env_dir;  /* as recorded, for messages */
	const char *direct;   /* absolute path of the wheel's file, for
	                         direct_url.json; NULL: without */
	const unsigned char *sum; /* SHA-256 of that file */
	size_t workers;       /* threads */
	struct progress *progress; /* is told now and then; NULL */
};

/*
 * Write W to SINK, with the directories above
 * its files. Contents are verified, those of files that are not written, too: on
 * failure, "FILE: MEMBER: reason" (-EINVAL), and what was written has to be thrown
 * away. -EINTR or another errno.
 */
int wheel_write(const struct wheel *w, const struct wheel_write *how,
                struct sink *sink, struct arena *a, struct diag *d);

/* A script as it is installed. */
struct wheel_script {
	const char *text; /* LEN bytes; NULL: the member as it is */
	size_t len;
	mode_t mode;      /* for a sink */
};

/* Make the script F, a WHEEL_SCRIPT or WHEEL_LAUNCHER of W, in A; what is changed was
 * verified. -EINVAL with a diag, -EFBIG if it is too long to be changed. */
int wheel_script_make(struct wheel_script *s, const struct wheel *w,
                      const struct wheel_file *f, const struct launch *launch,
                      struct inflater *in, struct arena *a, struct diag *d);

/* Return what scripts in the environment that P makes start; from A. */
struct launch wheel_launch(const struct plan *p, struct arena *a);
