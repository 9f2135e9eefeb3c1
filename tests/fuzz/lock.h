#pragma once
/*
 * lock: the environment that fuzzed locks are for, and what holds for each selection.
 */
#include <string.h>

#include "python/python.h"
#include "resolve/lock.h"
#include "resolve/marker.h"
#include "tests/fuzz/fuzz.h"
#include "wheel/name.h"

static const struct python known = { .major = 3, .minor = 12, .micro = 5,
	                             .level = 'f' };
static const struct python unknown = { .major = 3, .minor = 12, .micro = -1 };

/* Set F to the facts of R's Python, one with an UNKNOWN_MICRO version or not. */
static inline void
lock_set_python(struct lock_request *r, struct marker_facts *f,
                bool unknown_micro)
{
	*f = (struct marker_facts){
		.fact = { [MARKER_SYS_PLATFORM] = { "linux", NULL },
		          [MARKER_PYTHON_VERSION] = { "3.12", NULL },
		          [MARKER_PYTHON_FULL_VERSION] = { "3.12.5", NULL } },
	};
	r->facts = f;
	r->python = unknown_micro ? &unknown : &known;
	if (unknown_micro)
		f->fact[MARKER_PYTHON_FULL_VERSION] =
			(struct marker_fact){ "3.12.0a0", "3.12.99999" };
}

static inline void
lock_check_one(const struct lock_wheel *w, const struct lock_package *p,
               struct arena *a, struct diag *d)
{
	struct wheel_name name;

	check(wheel_name_parse(&name, w->file, a, d) == 0);
	check(wheel_name_same(name.project, strlen(name.project), p->project,
	                      strlen(p->project)));
	check(!w->path || w->path[0] == '/');
	check(w->size <= INT64_MAX && (w->sized || w->size == 0));
	check(w->hash_count == 0 || w->hashes);
	for (size_t i = 0; i < w->hash_count; i++)
		check(w->hashes[i].kind <= DIGEST_SHA512);
}

/* Check that L's packages are sorted and complete: their places begin with WHERE, their
 * wheels have LEAST to MOST hashes. */
static inline void
lock_check(const struct lock *l, const char *where, size_t least, size_t most,
           struct arena *a, struct diag *d)
{
	check(!l->empty || l->count == 0);
	for (size_t i = 0; i < l->count; i++) {
		const struct lock_package *p = &l->packages[i];

		check(p->project[0]);
		check(strncmp(p->where, where, strlen(where)) == 0);
		check(i == 0 || strcmp(p[-1].project, p->project) < 0);
		check((p->kind == LOCK_DIRECTORY) == (p->directory != NULL));
		check(p->kind == LOCK_WHEELS || p->source);
		check(p->kind != LOCK_WHEELS || p->wheel_count > 0);
		check(p->kind != LOCK_ARCHIVE || p->wheel_count <= 1);
		check(p->kind <= LOCK_ARCHIVE || p->wheel_count == 0);
		check(p->kind != LOCK_SDIST || p->has_sdist);
		lock_is_excepted(l, p->project, p->version, "x", a);
		for (size_t w = 0; w < p->wheel_count; w++) {
			lock_check_one(&p->wheels[w], p, a, d);
			check(p->wheels[w].hash_count >= least &&
			      p->wheels[w].hash_count <= most);
		}
	}
}
