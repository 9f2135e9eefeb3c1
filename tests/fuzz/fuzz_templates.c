/*
 * The first line of the input is a value, the rest a template. A value is never
 * looked at: the result is as long as the parts of the template and the values.
 */
#include "shell/templates.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "tests/fuzz/fuzz.h"

static size_t
expanded(struct arena *a, const char *text, size_t n, const char *value,
         size_t len)
{
	struct template_var vars[] = { { "A", value, len },
		                       { "A_B", value, len } };
	struct buf out;
	struct diag d;
	int err;

	buf_init(&out, a);
	diag_init(&d, a);
	err = template_expand(text, n, vars, 2, &out, &d);
	if ((err != 0) != (d.code != 0) || (err && out.len))
		abort();
	return err ? SIZE_MAX : out.len;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	const char *nl = size ? memchr(text, '\n', size) : NULL;
	struct arena a;

	if (!nl)
		return 0;
	arena_init(&a, NULL, 0);
	size_t len = (size_t)(nl - text), n = size - len - 1;
	size_t none = expanded(&a, nl + 1, n, "", 0);
	size_t one = expanded(&a, nl + 1, n, "@", 1);
	size_t all = expanded(&a, nl + 1, n, text, len);

	if ((none == SIZE_MAX) != (all == SIZE_MAX))
		abort();
	if (none != SIZE_MAX && all - none != (one - none) * len)
		abort();
	arena_free(&a);
	return 0;
}
