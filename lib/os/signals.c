#include "os/signals.h"

#include <signal.h>
#include <stddef.h>

static const int held[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU };
static const size_t held_count = sizeof(held) / sizeof(held[0]);

static sigset_t before;
static int depth;

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

/* One that is ignored (nohup) waits too while it is held. */
static bool
is_ignored(int number)
{
	struct sigaction now;

	return sigaction(number, NULL, &now) == 0 &&
	       now.sa_handler == SIG_IGN;
}

bool
signals_pending(void)
{
	sigset_t set;

	if (sigpending(&set) < 0)
		return false;
	for (size_t i = 0; i < held_count; i++) {
		/* one that was blocked before we came is not ours to obey */
		if (sigismember(&set, held[i]) &&
		    !sigismember(&before, held[i]) && !is_ignored(held[i]))
			return true;
	}
	return false;
}

void
signals_release(void)
{
	if (--depth == 0)
		sigprocmask(SIG_SETMASK, &before, NULL);
}
