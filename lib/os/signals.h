#pragma once
/*
 * signals: an interrupt must find no half-made environment. While a stage is
 * open, SIGINT, SIGTERM, SIGHUP, SIGQUIT and SIGXCPU wait, SIGXFSZ is ignored; work that can take long asks between
 * steps whether one has come, undoes what it did and lets it through.
 */
#include <stdbool.h>

/* Hold the signals back. Calls nest; each needs a signals_release(). */
void signals_hold(void);

/* True if one of them waits (and would not be ignored). */
bool signals_pending(void);

/* Let them through: one that waits now ends the process as it always would. */
void signals_release(void);
