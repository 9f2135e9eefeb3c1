#pragma once
/*
 * pool: a job of many independent items on the machine's processors.
 */
#include <pthread.h>
#include <stddef.h>

/*
 * A lock for data that several workers use; as short as can be. Workers may use
 * only one at a time: one that ends because memory is out gives it back.
 */
struct pool_lock {
	pthread_mutex_t mutex;
};

void pool_lock_init(struct pool_lock *l);
void pool_lock_take(struct pool_lock *l);
void pool_lock_give(struct pool_lock *l);
void pool_lock_drop(struct pool_lock *l);

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
