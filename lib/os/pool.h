#pragma once
/*
 * pool: a job of many independent items on the machine's processors.
 */
#include <stddef.h>

/* Processors that this process may run on, at least 1, at most POOL_MAX. */
enum { POOL_MAX = 16 };
size_t pool_processors(void);

/*
 * Call WORK for each item 0 to ITEMS - 1, in WORKERS threads (this one is
 * worker 0); where a thread cannot be had, fewer do it. WORK gets the number of
 * its worker. After an error no new items are begun: the error of the lowest
 * item is returned, and in *WORKER the one that met it.
 */
int pool_run(size_t workers, size_t items,
             int (*work)(void *ctx, size_t worker, size_t item), void *ctx,
             size_t *worker);
