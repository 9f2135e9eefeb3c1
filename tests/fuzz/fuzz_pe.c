/*
 * The input is a PE file. Whatever it says, nothing outside it is read and every
 * question ends.
 */
#include "format/pe.h"

#include <errno.h>
#include <stdlib.h>

#include "format/source.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned version[4];
	struct source s;
	struct pe p;
	char name[64];

	source_mem(&s, data, size);
	if (pe_open(&p, &s) < 0)
		return 0;
	for (size_t i = 0; pe_import(&p, i, name, sizeof(name)) == 0; i++) {
		if (i >= PE_MAX_IMPORTS)
			abort();
	}
	(void)pe_version(&p, version);
	return 0;
}
