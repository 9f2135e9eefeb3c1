/*
 * The input is a script of an environment for Windows. Whatever it is, nothing outside it
 * is read, and the line that is found lies in it and starts with "#!".
 */
#include "wheel/exe_script.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "format/source.h"
#include "tests/fuzz/fuzz.h"
#include "wheel/launcher.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct launcher_start start;
	struct source s;
	struct arena a;

	arena_init(&a, NULL, 0);
	source_mem(&s, data, size);
	exe_script_read(&start, &s, &a);
	if (start.length > 0 &&
	    (!start.program || start.offset > size ||
	     size - start.offset < start.length ||
	     memcmp(data + start.offset, "#!", 2) != 0))
		abort();
	arena_free(&a);
	return 0;
}
