#pragma once
/*
 * ctx: what nearly every function above this floor needs.
 */
#include "base/arena.h"
#include "base/diag.h"
#include "os/walk.h"

struct ctx {
	const struct walk *walk; /* files, inside the root if there is one */
	struct arena *arena;     /* memory of what is returned */
	struct diag *diag;       /* what went wrong */
};
