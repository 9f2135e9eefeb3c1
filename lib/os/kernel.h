#pragma once
/*
 * kernel: the name of the running system, as uname(2) has it.
 */
struct arena;

struct kernel {
	const char *machine, *release, *version; /* "x86_64", "6.1.0", ... */
};

/* Read it, strings in the arena: 0 or a negative errno. */
int kernel_read(struct kernel *k, struct arena *a);
