#pragma once
/*
 * write: the files of a wheel, and those that an installer adds, as pip leaves
 * them (PyPA specification "Recording installed projects").
 */
#include <stddef.h>

#include "wheel/launcher.h"

struct diag;
struct sink;
struct wheel_install;
struct wheel_source;

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
	const struct wheel_install *list; /* the wheels, COUNT of them */
	size_t count;
	struct wheel_source *source; /* reads them, for one of the workers */
	struct launch launch; /* what scripts start */
	const char *env_dir;  /* its path here, for messages */
	size_t workers;       /* threads */
	struct progress *progress; /* is told now and then; NULL */
};

/*
 * Write the wheels of HOW to SINK, with the directories above their files: first all
 * members, which the workers share, then for each wheel what is no member; RECORD
 * comes last. Contents are verified, those of files that are not written, too: on
 * failure, "FILE: MEMBER: reason" (-EINVAL), and what was written has to be thrown
 * away. -EINTR, -EBUSY if a wheel changed meanwhile, or another errno.
 */
int wheel_write(const struct wheel_write *how, struct sink *sink,
                struct diag *d);
