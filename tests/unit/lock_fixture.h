#pragma once
/*
 * lock_fixture: a Python, its facts and a request for tests of locks.
 */
#include <errno.h>

#include "python/python.h"
#include "resolve/lock.h"
#include "resolve/marker.h"
#include "tests/unit/fixture.h"

typedef int lock_reader(struct lock *l, const char *text, size_t n,
                        const struct lock_request *r, struct arena *a,
                        struct diag *d);

static struct lock got; /* by read_lock() */
static struct python python;
static struct marker_facts facts;
static struct lock_request request;
static lock_reader *reader;

/* Set up a test of READ for a lock at PATH. */
static inline int
lock_set_up(void **state, lock_reader *read, const char *path)
{
	reader = read;
	python = (struct python){ .major = 3, .minor = 12, .micro = 5,
		                  .level = 'f' };
	memset(&facts, 0, sizeof(facts));
	facts.fact[MARKER_PYTHON_VERSION].value = "3.12";
	facts.fact[MARKER_PYTHON_FULL_VERSION].value = "3.12.5";
	facts.fact[MARKER_SYS_PLATFORM].value = "linux";
	request = (struct lock_request){ .path = path, .python = &python,
		                         .facts = &facts };
	return set_up(state);
}

static inline int
read_lock(struct fixture *f, const char *text)
{
	size_t n = strlen(text);
	char *copy = unit_exact(text, n);
	int rc = reader(&got, copy, n, &request, &f->arena, &f->diag);

	free(copy);
	return rc;
}

static inline void
refuse(struct fixture *f, const char *text, const char *reason)
{
	assert_int_equal(read_lock(f, text), -EINVAL);
	assert_string_equal(buf_str(&f->diag.text), reason);
	assert_int_equal(f->diag.code, -EINVAL);
}
