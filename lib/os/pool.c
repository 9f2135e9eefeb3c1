#include "os/pool.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/arena.h"

/* zlib and SHA-512 need a few KB; musl's default is 128 KB */
enum { STACK_SIZE = 64 * 1024 };

struct pool {
	int (*work)(void *ctx, size_t worker, size_t item);
	void *ctx;
	size_t items;
	atomic_size_t next;
	atomic_bool failed;
	atomic_bool exhausted; /* memory is out in a worker */
	pthread_t first;
	struct worker *workers; /* STARTED ones, the first being that thread */
	size_t started;
};

struct worker {
	struct pool *pool;
	size_t number;
	pthread_t thread;
	size_t item; /* that failed */
	int err;
};

static struct pool *running; /* NULL: none is */

void
pool_lock_init(struct pool_lock *l)
{
	(void)pthread_mutex_init(&l->mutex, NULL);
}

/* The lock that a thread has taken, NULL: none; and that thread. Debian 12's ld
 * for riscv64 links no _Thread_local variable into a static PIE. */
static _Atomic(struct pool_lock *) held;
static _Atomic(pthread_t) holder;

void
pool_lock_take(struct pool_lock *l)
{
	(void)pthread_mutex_lock(&l->mutex);
	atomic_store(&holder, pthread_self());
	atomic_store(&held, l);
}

void
pool_lock_give(struct pool_lock *l)
{
	atomic_store(&held, NULL);
	(void)pthread_mutex_unlock(&l->mutex);
}

void
pool_lock_drop(struct pool_lock *l)
{
	(void)pthread_mutex_destroy(&l->mutex);
}

size_t
pool_processors(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set)
	                                                     : 1;

	return n < 1 ? 1 : n > POOL_MAX ? POOL_MAX : (size_t)n;
}

static void *
run(void *arg)
{
	struct worker *w = arg;
	struct pool *p = w->pool;

	while (w->err == 0 && !atomic_load(&p->failed)) {
		size_t item = atomic_fetch_add(&p->next, 1);

		if (item >= p->items)
			break;
		w->err = p->work(p->ctx, w->number, item);
		w->item = item;
	}
	if (w->err < 0)
		atomic_store(&p->failed, true);
	return NULL;
}

static bool
is_first(const struct pool *p)
{
	return pthread_equal(pthread_self(), p->first);
}

static void
join_all(struct pool *p)
{
	while (p->started > 1)
		pthread_join(p->workers[--p->started].thread, NULL);
}

/* Memory is out: end this worker, or, in the first one, wait for the others. */
static void
stop(void)
{
	struct pool *p = running;
	struct pool_lock *l = atomic_load(&held);

	atomic_store(&p->failed, true);
	if (l && pthread_equal(atomic_load(&holder), pthread_self()))
		pool_lock_give(l);
	if (is_first(p)) {
		join_all(p);
		return;
	}
	atomic_store(&p->exhausted, true);
	pthread_exit(NULL);
}

int
pool_run(size_t workers, size_t items,
         int (*work)(void *ctx, size_t worker, size_t item), void *ctx,
         size_t *worker)
{
	struct worker list[POOL_MAX];
	struct pool pool = {
		.work = work,
		.ctx = ctx,
		.items = items,
		.first = pthread_self(),
		.workers = list,
	};
	pthread_attr_t attr;
	size_t started = 1;
	int err = 0;

	atomic_init(&pool.next, 0);
	atomic_init(&pool.failed, false);
	atomic_init(&pool.exhausted, false);
	for (size_t i = 0; i < POOL_MAX; i++) {
		list[i] = (struct worker){ .pool = &pool, .number = i };
	}
	running = &pool;
	arena_stop_workers = stop;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	while (started < workers && started < POOL_MAX &&
	       pthread_create(&list[started].thread, &attr, run,
	                      &list[started]) == 0)
		started++;
	pool.started = started;
	pthread_attr_destroy(&attr);
	run(&list[0]);
	join_all(&pool);
	running = NULL;
	arena_stop_workers = NULL;
	if (atomic_load(&pool.exhausted))
		arena_exhausted();
	*worker = 0;
	for (size_t i = 0; i < started; i++) {
		if (list[i].err < 0 &&
		    (err == 0 || list[i].item < list[*worker].item)) {
			err = list[i].err;
			*worker = i;
		}
	}
	return err;
}
