#pragma once
/*
 * progress: how far a run is that may take long. Who wants to know gives it to
 * the options; the library tells, and never prints.
 */
#include <stddef.h>

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
