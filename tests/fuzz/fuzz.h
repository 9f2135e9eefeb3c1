#pragma once
/*
 * fuzz: what every harness starts with.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* End the program, as a finding, unless HOLDS. */
static inline void
check(bool holds)
{
	if (!holds)
		abort();
}
