#include "os/signals.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>

static const int held[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU };
static const size_t held_count = sizeof(held) / sizeof(held[0]);

static sigset_t before;
static int depth;
static int deferred; /* a signal that signals_insist() has taken; 0: none */

void
signals_hold(void)
{
	/* a file size limit is an error of write() then, EFBIG */
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t set;

	if (depth++ > 0)
		return;
	sigaction(SIGXFSZ, &ignore, NULL);
	sigemptyset(&set);
	for (size_t i = 0; i < held_count; i++)
		sigaddset(&set, held[i]);
	sigprocmask(SIG_BLOCK, &set, &before);
}

/* An ignored signal (nohup) waits too while it is held. */
static bool
is_ignored(int number)
{
	struct sigaction now;

	return sigaction(number, NULL, &now) == 0 &&
	       now.sa_handler == SIG_IGN;
}

/* The number of a signal that waits, 0 if none does. */
static int
waiting(void)
{
	sigset_t set;

	if (sigpending(&set) < 0)
		return 0;
	for (size_t i = 0; i < held_count; i++) {
		/* one that was blocked before we came is not ours to obey */
		if (sigismember(&set, held[i]) &&
		    !sigismember(&before, held[i]) && !is_ignored(held[i]))
			return held[i];
	}
	return 0;
}

bool
signals_pending(void)
{
	return deferred != 0 || waiting() != 0;
}

bool
signals_insist(void)
{
	const struct timespec now = { 0, 0 };
	int number = waiting();
	sigset_t set;

	if (number == 0)
		return false;
	if (deferred != 0)
		return true;
	sigemptyset(&set);
	sigaddset(&set, number);
	if (sigtimedwait(&set, NULL, &now) == number)
		deferred = number;
	return false;
}

void
signals_release(void)
{
	if (--depth > 0)
		return;
	if (deferred != 0)
		(void)raise(deferred);
	deferred = 0;
	sigprocmask(SIG_SETMASK, &before, NULL);
}
