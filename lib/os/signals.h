#pragma once
/*
 * signals: an interrupt must find no half-made environment. While an environment
 * is written, SIGINT, SIGTERM, SIGHUP, SIGQUIT and SIGXCPU wait and SIGXFSZ is
 * ignored; work that can take long asks now and then whether one has come, undoes
 * its steps and lets the signal through.
 */
#include <stdbool.h>

/* Hold the signals back. Calls nest; each needs a signals_release(). */
void signals_hold(void);

/* Return whether one of them waits (and would not be ignored). */
bool signals_pending(void);

/* Return whether a second signal waits: for cleaning up, which the first one
 * does not end. signals_release() delivers the first. */
bool signals_insist(void);

/* Let them through: one that waits now ends the process as it always would. */
void signals_release(void);
