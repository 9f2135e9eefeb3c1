#pragma once
/*
 * fixture: an arena and a diag for each test, as its state.
 */
#include "base/arena.h"
#include "base/diag.h"
#include "tests/unit/unit.h"

struct fixture {
	struct arena arena;
	struct diag diag;
};

static inline int
set_up(void **state)
{
	static struct fixture f;

	arena_init(&f.arena, NULL, 0);
	diag_init(&f.diag, &f.arena);
	*state = &f;
	return 0;
}

static inline int
tear_down(void **state)
{
	struct fixture *f = *state;

	arena_free(&f->arena);
	return 0;
}
